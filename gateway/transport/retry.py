"""Once more, where that can help and does no harm.

Who     queries only; a mutation may have been done although no answer came
When    no connection, one that broke before a byte of the answer came, and 502, 503, 504 without a word on when to
        come back
Bound   one more try, that of a connection gone stale included, and over time at most one in ten: a subgraph in trouble is not helped by twice the load
Source  Google SRE book, "Addressing cascading failures", on retry budgets
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Final

from gateway.errors import SubgraphUnreachable
from gateway.planner.nodes import OperationKind

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

PASSING: Final = frozenset({502, 503, 504})
"""Statuses that speak of the moment rather than of the request."""


class RetriedSubgraph:
    """A query that failed in passing is sent once more after `pause_seconds` on average.

    share    extra requests per request, over time
    saved    extra requests that a quiet time may save up
    """

    def __init__(
        self, inner: SubgraphClient, *, share: float = 0.1, saved: float = 10.0, pause_seconds: float = 0.05
    ) -> None:
        self._inner = inner
        self._share = share
        self._saved = saved
        self._pause = pause_seconds
        self._budget = saved

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """The first answer, or the second one's outcome where the first was a passing failure."""
        self._budget = min(self._saved, self._budget + self._share)
        try:
            response = await self._inner.send(request)
        except SubgraphUnreachable as error:
            if error.final or not self._may_repeat(request):
                raise
        else:
            waits = "retry-after" in response.headers
            if response.status not in PASSING or waits or not self._may_repeat(request):
                return response
        self._budget -= 1
        await asyncio.sleep(random.uniform(0, 2 * self._pause))  # noqa: S311 - jitter is no secret
        return await self._inner.send(request)

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()

    def _may_repeat(self, request: SubgraphRequest) -> bool:
        left = request.deadline - asyncio.get_running_loop().time()
        return request.kind is OperationKind.QUERY and self._budget >= 1 and left > 2 * self._pause
