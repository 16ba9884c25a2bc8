"""Sharing in flight: identical queries that overlap in time are asked once.

What is identical    subgraph, body and every header but those that only name the request. Identity travels in a
                     header, so two customers never share.
Whose is the send    this map's, not the first caller's: whoever leaves, the others get their answer; only when all
                     have left is it abandoned.
Not a cache          an entry lives as long as its request is in flight.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.planner.nodes import OperationKind

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

NAMING: Final = frozenset({b"channelgraph-request-id", b"traceparent", b"tracestate"})
"""Headers that say which request it is and change nothing about the answer."""

Key = tuple[str, bytes, tuple[tuple[bytes, bytes], ...]]


@dataclass(slots=True, eq=False)
class _Shared:
    """One request in flight and everybody who waits for it."""

    deadline: float
    sent: asyncio.Future[SubgraphResponse] | None = None
    callers: list[asyncio.Future[SubgraphResponse]] = field(default_factory=list)


class SharedSubgraph:
    """Shares identical queries in flight.

    naming          headers left out of the comparison
    slack_seconds   a caller whose deadline is later than the running request's by more than this asks for itself
    """

    def __init__(self, inner: SubgraphClient, *, naming: frozenset[bytes] = NAMING, slack_seconds: float = 1.0) -> None:
        self._inner = inner
        self._naming = naming
        self._slack = slack_seconds
        self._shared: dict[Key, _Shared] = {}

    def send(self, request: SubgraphRequest) -> asyncio.Future[SubgraphResponse]:
        """A future of the caller's own; cancelling it concerns nobody else."""
        if request.kind is not OperationKind.QUERY:
            return asyncio.ensure_future(self._inner.send(request))
        headers = tuple(header for header in request.headers if header[0] not in self._naming)
        key = (request.subgraph, request.body, headers)
        shared = self._shared.get(key)
        if shared is None or request.deadline > shared.deadline + self._slack:
            shared = self._start(key, request)
        caller: asyncio.Future[SubgraphResponse] = asyncio.get_running_loop().create_future()
        shared.callers.append(caller)
        caller.add_done_callback(lambda done: self._left(key, shared, done))
        return caller

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()

    def _start(self, key: Key, request: SubgraphRequest) -> _Shared:
        shared = _Shared(request.deadline)
        self._shared[key] = shared
        shared.sent = asyncio.ensure_future(self._inner.send(request))
        shared.sent.add_done_callback(lambda sent: self._arrived(key, shared, sent))
        return shared

    def _arrived(self, key: Key, shared: _Shared, sent: asyncio.Future[SubgraphResponse]) -> None:
        self._forget(key, shared)
        error = None if sent.cancelled() else sent.exception()
        for caller in shared.callers:
            if caller.done():
                continue
            if sent.cancelled():
                caller.cancel()
            elif error is not None:
                caller.set_exception(error)
            else:
                caller.set_result(sent.result())

    def _left(self, key: Key, shared: _Shared, caller: asyncio.Future[SubgraphResponse]) -> None:
        if not caller.cancelled() or shared.sent is None or shared.sent.done():
            return
        shared.callers.remove(caller)
        if not shared.callers:
            self._forget(key, shared)
            shared.sent.cancel()

    def _forget(self, key: Key, shared: _Shared) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]
