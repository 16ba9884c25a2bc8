"""Request → answer, as a straight line: document, operation, variables, program, execution, answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.documents import DocumentOptions, Documents
from gateway.errors import MethodNotAllowed
from gateway.executor.drive import drive
from gateway.executor.subgraph_errors import ErrorPolicy
from gateway.limits import DocumentLimits
from gateway.planner.nodes import OperationKind
from gateway.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.executor.subgraph_errors import Trouble
    from gateway.identity import Identity
    from gateway.settings import Settings
    from gateway.supergraph.model import Supergraph
    from gateway.transport.base import SubgraphClient


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

    headers     what every subgraph is sent with it
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


class Pipeline:
    """Answers operations over one supergraph; a new supergraph gets a new pipeline."""

    def __init__(self, supergraph: Supergraph, clients: Mapping[str, SubgraphClient], settings: Settings) -> None:
        self.supergraph = supergraph
        self.clients = clients
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
        answer = execution.answer()
        return answer if ready.denials is None else ready.denials.apply(answer)

    async def close(self) -> None:
        """Let go of the subgraphs' connections."""
        for client in self.clients.values():
            await client.close()


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
        raise MethodNotAllowed("Subscriptions are not served over plain HTTP requests.")
    if read_only and kind is not OperationKind.QUERY:
        raise MethodNotAllowed("A GET may only read; send a mutation by POST.")
