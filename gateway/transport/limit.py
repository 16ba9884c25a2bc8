"""A bound on how much of one subgraph is asked at once, with a bounded queue before it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from gateway.errors import SubgraphTimeout, SubgraphUnavailable

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse


class LimitedSubgraph:
    """At most `concurrent` requests in flight and `waiting` in the queue; beyond that `SubgraphUnavailable` at once."""

    def __init__(self, inner: SubgraphClient, *, concurrent: int = 200, waiting: int = 1_000) -> None:
        self._inner = inner
        self._free = concurrent
        self._most_waiting = waiting
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Send when it is this request's turn."""
        if self._free > 0:
            self._free -= 1
        else:
            await self._turn(request)
        try:
            return await self._inner.send(request)
        finally:
            self._next()

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()

    async def _turn(self, request: SubgraphRequest) -> None:
        if len(self._waiting) >= self._most_waiting:
            raise SubgraphUnavailable("too many requests are in flight", request.subgraph)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout_at(request.deadline):
                await turn
        except BaseException as exc:
            if turn.done() and not turn.cancelled():
                self._next()  # the turn came in the same moment; it belongs to somebody else now
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(exc, TimeoutError):
                raise SubgraphTimeout("the deadline passed while waiting for a turn", request.subgraph) from exc
            raise

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
