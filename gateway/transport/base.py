"""The seam between the executor and whatever carries a request: bytes in, bytes out.

A client is a `SubgraphClient`; `http.HttpSubgraph` and `in_process.InProcessSubgraph` are two, and a test writes a
third in ten lines. Bytes pass both ways, so that no side can change what the other holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Mapping

    from gateway.planner.nodes import OperationKind


@dataclass(frozen=True, slots=True)
class SubgraphRequest:
    """One request to one subgraph.

    body        a GraphQL-over-HTTP POST body, UTF-8 JSON
    headers     what goes with it beside content type and length; names in lower case
    deadline    the loop's time, in seconds, after which nobody waits any more
    kind        queries may be repeated and shared, mutations never
    """

    subgraph: str
    kind: OperationKind
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    deadline: float


@dataclass(frozen=True, slots=True)
class SubgraphResponse:
    """What came back: the status, the headers that matter, and the whole body.

    A transport raises `gateway.errors.SubgraphError` (or a subclass) where there is no complete answer.

    judged      a place for the reader's judgement of the body, so that an answer several requests share is decoded
                once; what is kept here is never changed
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    judged: list[Any] = field(default_factory=list, compare=False, repr=False)


class SubgraphClient(Protocol):
    """Sends one request to one subgraph."""

    def send(self, request: SubgraphRequest) -> Awaitable[SubgraphResponse]:
        """Send and answer; raise `SubgraphError` for a failure, never anything else.

        Cancelling the awaitable abandons the request and frees what it held.
        """

    async def close(self) -> None:
        """Let go of connections."""


class EventSource(Protocol):
    """Opens event streams at one subgraph: what the root request of a subscription is sent to."""

    def events(self, request: SubgraphRequest) -> AsyncGenerator[bytes, None]:
        """Each event's JSON, a GraphQL answer, until the subgraph completes the stream.

        `request.deadline` is when the stream must have begun. Closing the generator ends the stream at the subgraph.
        Raises `SubgraphError` for a stream that does not begin or breaks off, never anything else.
        """
