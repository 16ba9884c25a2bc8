"""Request → answer, as a straight line: document, operation, variables, cost, program, execution, answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gateway.documents import DocumentOptions, Documents
from gateway.errors import (
    CostLimitExceeded,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    SettingsInvalid,
    SubgraphMalformed,
    SubgraphUnreachable,
)
from gateway.executor.drive import drive
from gateway.executor.encoding import decode
from gateway.executor.recording import Recording
from gateway.executor.subgraph_errors import ErrorPolicy
from gateway.limits import DocumentLimits, enforce_lists
from gateway.plan_report import plan_report
from gateway.planner.nodes import OperationKind
from gateway.programs import Programs, Ready
from gateway.stored_documents import AutomaticDocuments, StoredDocuments, by_hash
from gateway.tracing import span
from gateway.transport.base import SubgraphRequest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence

    from gateway.channels.served import ServedContract
    from gateway.executor.execution import Outgoing
    from gateway.executor.subgraph_errors import Trouble
    from gateway.identity import Identity
    from gateway.programs import Prepared
    from gateway.settings import ContractSettings, Settings
    from gateway.supergraph.model import Supergraph
    from gateway.transport.base import EventSource, SubgraphClient

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class Notes:
    """What is learnt of a request on its way; for its log line, and for whoever has to decide about cancelling it."""

    operation: str | None = None
    kind: OperationKind | None = None
    requests: int = 0
    troubles: Sequence[Trouble] = ()
    planned: bool | None = None
    """Whether a plan had to be made; None before that is known."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation to answer.

    headers     what every subgraph is sent with it; for a subscription `renew` gives them anew for each event
    deadline    the loop's time, in seconds
    read_only   whether it came in a way that may not change anything (GET)
    notes       filled in on the way
    contract    the cut of the API schema it is answered over; None: the whole
    explain     answer with the estimated cost, and run nothing
    show_plan   answer with the plan as well, where the settings allow it
    spend       called with what a mutation counts beyond one operation; raises `RateLimited`. None: nobody counts
    """

    query: str
    operation_name: str | None
    variables: Mapping[str, Any]
    identity: Identity
    headers: tuple[tuple[bytes, bytes], ...]
    deadline: float
    read_only: bool
    notes: Notes
    renew: Callable[[], Awaitable[Headers]] | None = None
    contract: str | None = None
    explain: bool = False
    show_plan: bool = False
    spend: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What is answered over one API schema: the whole one, or a contract's.

    cost    the highest there, unless a scope of the caller's allows more
    """

    documents: Documents
    programs: Programs
    stored: StoredDocuments
    cost: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What an operation amounts to before it is begun.

    most    the highest cost that its caller is allowed
    """

    kind: OperationKind
    tokens: int
    cost: int
    most: int


class Pipeline:
    """Answers operations over one supergraph; a new supergraph gets a new pipeline.

    contracts   cuts of its API schema that are served as well
    Raises      SettingsInvalid for a channel that is sent to a contract which is not there
    """

    def __init__(
        self,
        supergraph: Supergraph,
        clients: Mapping[str, SubgraphClient],
        settings: Settings,
        sources: Mapping[str, EventSource] | None = None,
        contracts: Sequence[ServedContract] = (),
    ) -> None:
        self.supergraph = supergraph
        self.clients = clients
        self.sources = sources or {}
        self._settings = _shared_out(settings, 1 + len(contracts))
        self._event_seconds = settings.limits.request_seconds
        self._scope_costs = tuple(settings.limits.cost_by_scope.items())
        self._automatic = AutomaticDocuments(settings.documents)
        all_trusted = by_hash(text for each in contracts for text in each.operations)
        self._whole = self._view(supergraph, all_trusted, settings.limits.cost, settings.introspection)
        self._views = {
            each.name: self._view(
                each.over(supergraph),
                by_hash(each.operations),
                settings.contracts.cost.get(each.name, settings.limits.cost),
                settings.contracts.introspection.get(each.name, settings.introspection),
            )
            for each in contracts
        }
        self.documents, self.programs = self._whole.documents, self._whole.programs
        for setting, name in _named_contracts(settings.contracts):
            if name not in self._views:
                raise SettingsInvalid(f"contracts.{setting}: there is no contract {name} here.")

    def _view(self, supergraph: Supergraph, trusted: Mapping[str, str], cost: int, introspection: bool) -> View:
        settings = self._settings
        return View(
            Documents(supergraph.api_schema, replace(document_options(settings), introspection=introspection)),
            Programs(supergraph, settings, error_policy(settings)),
            StoredDocuments(trusted, self._automatic, trusted_only=settings.documents.trusted_only),
            cost,
        )

    def view(self, contract: str | None) -> View:
        """What is answered over a contract; raises `NotFound`."""
        if contract is None:
            return self._whole
        found = self._views.get(contract)
        if found is None:
            raise NotFound("There is no contract of this name; the whole graph is at /graphql.")
        return found

    def text_of(self, text: str | None, digest: str | None, contract: str | None) -> str:
        """The text to answer, of what a client sent: a text, its hash, or both; raises `ClientError`."""
        view = self.view(contract)
        return view.stored.text_of(text, digest, view.documents.resolve)

    async def answer(self, request: GraphQLRequest) -> dict[str, Any]:
        """The GraphQL response, `data` and perhaps `errors`.

        Raises  ClientError for what has no answer; whatever a subgraph does is in the answer
        """
        notes = request.notes
        view = self.view(request.contract)
        operation = self._prepare(view, request)
        if not request.explain:
            _refuse(operation.kind, read_only=request.read_only)
        variables = self._coerce(operation, request)
        cost = self._affordable(view, operation, variables, request)
        if request.explain:
            return cost
        if request.spend is not None and operation.kind is OperationKind.MUTATION:
            request.spend(len(operation.cost.explain(variables).fields) - 1)
        ready = view.programs.held(operation, variables, request.identity)
        notes.planned = ready is None
        if ready is None:
            with span("plan"):
                ready = await view.programs.get(operation, variables, request.identity)
        introspection = ready.program.introspection
        if introspection is not None and not introspection.prepared(variables):
            await asyncio.to_thread(introspection.answer, variables)
        execution = ready.program.start(variables)
        recording = Recording(execution) if request.show_plan and self._shows_plans(request) else None
        await drive(recording or execution, self.clients, request.headers, request.deadline)
        notes.requests, notes.troubles = len(ready.program.plan.requests), execution.troubles
        return _shown(ready, execution.answer(), recording)

    def _shows_plans(self, request: GraphQLRequest) -> bool:
        settings = self._settings
        return settings.planning.shown and (request.contract is None or settings.contracts.plans_shown)

    def kind_of(self, query: str, operation_name: str | None, contract: str | None = None) -> OperationKind:
        """The kind of an operation, before anything is done with it; raises `ClientError`."""
        view = self.view(contract)
        return view.programs.prepare(view.documents.resolve(query), operation_name).kind

    def measure(self, request: GraphQLRequest) -> Measure:
        """What an operation amounts to, before anything is done with it; raises `ClientError`, as answering it would."""
        view = self.view(request.contract)
        operation = self._prepare(view, request)
        variables = self._coerce(operation, request)
        self._affordable(view, operation, variables, request)
        tokens, cost = operation.document.ast.token_count or 0, operation.cost.estimate(variables)
        return Measure(operation.kind, tokens, cost, self._allowed(view, request))

    async def subscribe(self, request: GraphQLRequest) -> AsyncGenerator[dict[str, Any], None]:
        """Begin a subscription: a GraphQL response for each of its events, in their order, one at a time.

        Raises  ClientError for what has no answer. The stream itself raises SubgraphError when it does not begin or
                breaks off at the subgraph, and ClientError when the caller may no longer ask
        """
        view = self.view(request.contract)
        operation = self._prepare(view, request)
        variables = self._coerce(operation, request)
        cost = self._affordable(view, operation, variables, request)
        if request.explain:
            return _only(cost)
        ready = await view.programs.get(operation, variables, request.identity)
        return self._answers(request, ready, variables)

    def _prepare(self, view: View, request: GraphQLRequest) -> Prepared:
        operation = view.programs.prepare(view.documents.resolve(request.query), request.operation_name)
        request.notes.operation, request.notes.kind = operation.name, operation.kind
        return operation

    def _coerce(self, operation: Prepared, request: GraphQLRequest) -> Mapping[str, Any]:
        if request.variables:
            enforce_lists(request.variables, self._settings.limits.list_items)
        return operation.coercer.coerce(request.variables)

    def _affordable(
        self, view: View, operation: Prepared, variables: Mapping[str, Any], request: GraphQLRequest
    ) -> dict[str, Any]:
        """Raise `CostLimitExceeded` for what costs too much; the explanation, where it was asked for."""
        cost, most = operation.cost.estimate(variables), view.cost
        if cost > most or request.explain:
            most = self._allowed(view, request)
        if request.explain:
            found = operation.cost.explain(variables)
            shown = {"estimate": found.cost, "limit": most, "allowed": cost <= most, "fields": dict(found.fields)}
            return {"data": None, "extensions": {"cost": shown}}
        if cost > most:
            message = f"The operation is estimated to cost {cost:,}; at most {most:,} are allowed (limits.cost)."
            raise CostLimitExceeded(message)
        return {}

    def _allowed(self, view: View, request: GraphQLRequest) -> int:
        scopes = request.identity.scopes
        return max([view.cost, *(allowed for scope, allowed in self._scope_costs if scope in scopes)])

    async def _answers(
        self, request: GraphQLRequest, ready: Ready, variables: Mapping[str, Any]
    ) -> AsyncGenerator[dict[str, Any], None]:
        execution = ready.program.start(variables)
        asked = execution.ready()
        if not asked:  # every field was refused, or none needs a subgraph
            yield _shown(ready, execution.answer())
            return
        async with aclosing(self._events(asked[0], request)) as events:
            async for event in events:
                execution = ready.program.start(variables, event)
                recording = Recording(execution) if request.show_plan and self._shows_plans(request) else None
                headers = await request.renew() if request.renew else request.headers
                until = asyncio.get_running_loop().time() + self._event_seconds
                await drive(recording or execution, self.clients, headers, until)
                request.notes.troubles = execution.troubles
                yield _shown(ready, execution.answer(), recording)

    async def _events(self, asked: Outgoing, request: GraphQLRequest) -> AsyncGenerator[dict[str, Any], None]:
        source = self.sources.get(asked.subgraph)
        if source is None:
            raise SubgraphUnreachable("it offers no event streams here", asked.subgraph)
        sent = SubgraphRequest(asked.subgraph, asked.kind, asked.body, request.headers, request.deadline)
        async with aclosing(source.events(sent)) as events:
            async for data in events:
                try:
                    event = decode(data)
                except ValueError as exc:
                    raise SubgraphMalformed("an event is not JSON", asked.subgraph) from exc
                if not isinstance(event, dict):
                    raise SubgraphMalformed("an event is not an object", asked.subgraph)
                yield event

    def warm(self, old: Pipeline) -> None:
        """Plan what `old` has answered lately, for at most `planning.warm_seconds`; called before anybody asks here."""
        until = time.monotonic() + self._settings.planning.warm_seconds
        for contract, view in ((None, self._whole), *self._views.items()):
            before = old._whole if contract is None else old._views.get(contract)
            if before is not None:
                view.programs.warm(before.programs, view.documents, until)

    async def close(self) -> None:
        """Let go of the subgraphs' connections."""
        for client in self.clients.values():
            await client.close()


async def _only(answer: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
    yield answer


def _shown(ready: Ready, answer: dict[str, Any], recording: Recording | None = None) -> dict[str, Any]:
    """The answer without what the caller may not see, and with the plan where that was recorded."""
    shown = answer if ready.denials is None else ready.denials.apply(answer)
    if recording is None:
        return shown
    report = plan_report(ready.program.plan, recording)
    return {**shown, "extensions": {**shown.get("extensions", {}), "plan": report}}


def _shared_out(settings: Settings, views: int) -> Settings:
    """The settings of one of so many views: all of them together keep what the settings say."""
    characters = max(1, settings.caches.document_characters // views)
    return settings.model_copy(
        update={"caches": settings.caches.model_copy(update={"document_characters": characters})}
    )


def _named_contracts(settings: ContractSettings) -> Iterator[tuple[str, str]]:
    """Each setting that names a contract, and the contract."""
    yield from ((f"by_channel.{channel}", name) for channel, name in settings.by_channel.items())
    yield from ((f"cost.{name}", name) for name in settings.cost)
    yield from ((f"introspection.{name}", name) for name in settings.introspection)


def document_options(settings: Settings) -> DocumentOptions:
    """What documents are checked against."""
    limits = {name: getattr(settings.limits, name) for name in DocumentLimits.__slots__}
    return DocumentOptions(
        limits=DocumentLimits(**limits),
        suggestions=settings.debug,
        introspection=settings.introspection,
        cache_entries=settings.caches.document_entries,
        cache_characters=settings.caches.document_characters,
    )


def error_policy(settings: Settings) -> ErrorPolicy:
    """What clients see of subgraphs' errors."""
    return ErrorPolicy(
        masked=settings.subgraphs.mask_errors and not settings.debug,
        unmasked=frozenset(settings.subgraphs.unmasked),
        extensions=frozenset(settings.subgraphs.error_extensions),
    )


def _refuse(kind: OperationKind, *, read_only: bool) -> None:
    if kind is OperationKind.SUBSCRIPTION:
        raise NotAcceptable("A subscription is answered as text/event-stream or multipart/mixed; name one in Accept.")
    if read_only and kind is not OperationKind.QUERY:
        raise MethodNotAllowed("A GET may only read; send a mutation by POST.")
