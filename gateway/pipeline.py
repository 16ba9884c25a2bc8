"""Request → answer, as a straight line: document, operation, variables, program, execution, answer."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from gateway.documents import DocumentOptions, Documents
from gateway.errors import MethodNotAllowed, NotAcceptable, SubgraphMalformed, SubgraphUnreachable
from gateway.executor.drive import drive
from gateway.executor.subgraph_errors import ErrorPolicy
from gateway.limits import DocumentLimits
from gateway.planner.nodes import OperationKind
from gateway.programs import Programs, Ready
from gateway.transport.base import SubgraphRequest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from gateway.executor.execution import Outgoing
    from gateway.executor.subgraph_errors import Trouble
    from gateway.identity import Identity
    from gateway.settings import Settings
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


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation to answer.

    headers     what every subgraph is sent with it; for a subscription `renew` gives them anew for each event
    deadline    the loop's time, in seconds
    read_only   whether it came in a way that may not change anything (GET)
    notes       filled in on the way
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


class Pipeline:
    """Answers operations over one supergraph; a new supergraph gets a new pipeline."""

    def __init__(
        self,
        supergraph: Supergraph,
        clients: Mapping[str, SubgraphClient],
        settings: Settings,
        sources: Mapping[str, EventSource] | None = None,
    ) -> None:
        self.supergraph = supergraph
        self.clients = clients
        self.sources = sources or {}
        self._event_seconds = settings.limits.request_seconds
        self.documents = Documents(supergraph.api_schema, document_options(settings))
        self.programs = Programs(supergraph, settings, error_policy(settings))

    async def answer(self, request: GraphQLRequest) -> dict[str, Any]:
        """The GraphQL response, `data` and perhaps `errors`.

        Raises  ClientError for what has no answer; whatever a subgraph does is in the answer
        """
        notes = request.notes
        document = self.documents.resolve(request.query)
        operation = self.programs.prepare(document, request.operation_name)
        notes.operation, notes.kind = operation.name, operation.kind
        _refuse(operation.kind, read_only=request.read_only)
        variables = operation.coercer.coerce(request.variables)
        ready = await self.programs.get(operation, variables, request.identity)
        execution = ready.program.start(variables)
        await drive(execution, self.clients, request.headers, request.deadline)
        notes.requests, notes.troubles = len(ready.program.plan.requests), execution.troubles
        return _shown(ready, execution.answer())

    def kind_of(self, query: str, operation_name: str | None) -> OperationKind:
        """The kind of an operation, before anything is done with it; raises `ClientError`."""
        return self.programs.prepare(self.documents.resolve(query), operation_name).kind

    async def subscribe(self, request: GraphQLRequest) -> AsyncGenerator[dict[str, Any], None]:
        """Begin a subscription: a GraphQL response for each of its events, in their order, one at a time.

        Raises  ClientError for what has no answer. The stream itself raises SubgraphError when it does not begin or
                breaks off at the subgraph, and ClientError when the caller may no longer ask
        """
        operation = self.programs.prepare(self.documents.resolve(request.query), request.operation_name)
        request.notes.operation, request.notes.kind = operation.name, operation.kind
        variables = operation.coercer.coerce(request.variables)
        ready = await self.programs.get(operation, variables, request.identity)
        return self._answers(request, ready, variables)

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
                headers = await request.renew() if request.renew else request.headers
                await drive(execution, self.clients, headers, asyncio.get_running_loop().time() + self._event_seconds)
                request.notes.troubles = execution.troubles
                yield _shown(ready, execution.answer())

    async def _events(self, asked: Outgoing, request: GraphQLRequest) -> AsyncGenerator[dict[str, Any], None]:
        source = self.sources.get(asked.subgraph)
        if source is None:
            raise SubgraphUnreachable("it offers no event streams here", asked.subgraph)
        sent = SubgraphRequest(asked.subgraph, asked.kind, asked.body, request.headers, request.deadline)
        async with aclosing(source.events(sent)) as events:
            async for data in events:
                try:
                    event = orjson.loads(data)
                except orjson.JSONDecodeError as exc:
                    raise SubgraphMalformed("an event is not JSON", asked.subgraph) from exc
                if not isinstance(event, dict):
                    raise SubgraphMalformed("an event is not an object", asked.subgraph)
                yield event

    async def close(self) -> None:
        """Let go of the subgraphs' connections."""
        for client in self.clients.values():
            await client.close()


def _shown(ready: Ready, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what the caller may not see."""
    return answer if ready.denials is None else ready.denials.apply(answer)


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
