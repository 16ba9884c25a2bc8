"""A subgraph client that a test scripts: the seam's real double."""

from __future__ import annotations

import asyncio

from gateway.errors import SubgraphError
from gateway.transport.base import SubgraphRequest, SubgraphResponse

OK = SubgraphResponse(200, {}, b'{"data":{}}')


class Scripted:
    """Answers with these outcomes in turn, the last for ever; with `held` each answer waits until it is released."""

    def __init__(self, *outcomes: SubgraphResponse | SubgraphError, held: bool = False) -> None:
        self.outcomes = list(outcomes) or [OK]
        self.asked: list[SubgraphRequest] = []
        self.cancelled = 0
        self.in_flight = 0
        self.released = asyncio.Event()
        self.closed = False
        if not held:
            self.released.set()

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.asked.append(request)
        outcome = self.outcomes[min(len(self.asked), len(self.outcomes)) - 1]
        self.in_flight += 1
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1
        if isinstance(outcome, SubgraphError):
            raise outcome
        return outcome

    async def close(self) -> None:
        self.closed = True


def status(code: int, **headers: str) -> SubgraphResponse:
    return SubgraphResponse(code, {name.replace("_", "-"): value for name, value in headers.items()}, b"")
