"""Subgraph clients whose answers come in the reverse of the order in which they were ready."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

TURNS = 8
"""Turns of the loop in which whoever got an answer has sent what it makes ready."""


class Board:
    """The requests under way of one operation; the latest to be ready is delivered first.

    Nothing is delivered while some request under way has no answer yet, and after each delivery what it sets off is
    waited for: no clock decides about the order.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self.ready: list[tuple[int, asyncio.Future[None]]] = []
        self.arrived = 0
        self.delivered: list[int] = []
        """The numbers of the answers in order of delivery; numbered as they were ready."""

    async def in_turn(self) -> None:
        """Wait until an answer that is ready now may be delivered."""
        future = asyncio.get_running_loop().create_future()
        self.ready.append((self.arrived, future))
        self.arrived += 1
        self._deliver()
        await future

    def _deliver(self) -> None:
        if self.ready and len(self.ready) == self.under_way:
            number, future = self.ready.pop()
            self.delivered.append(number)
            future.set_result(None)

    def over(self) -> None:
        """One request is no longer under way."""
        self.under_way -= 1
        self._deliver()


class Reversing:
    """One client before another."""

    def __init__(self, inner: SubgraphClient, board: Board) -> None:
        self.inner = inner
        self.board = board

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.board.under_way += 1
        try:
            response = await self.inner.send(request)
            await self.board.in_turn()
        finally:
            # Whoever waits for this answer goes on first, and sends what it makes ready.
            asyncio.get_running_loop().call_soon(self._later, TURNS)
        return response

    def _later(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._later, turns - 1)
        else:
            self.board.over()

    async def close(self) -> None:
        await self.inner.close()


def reversing(clients: Mapping[str, SubgraphClient]) -> dict[str, Reversing]:
    """The same clients over one board."""
    board = Board()
    return {name: Reversing(client, board) for name, client in clients.items()}
