"""Whole requests under way at once, answered once: off unless `server.share_requests`.

What is identical    the body, the media type, Authorization, the channel and every header that is forwarded: all that
                     an answer can depend on
What is shared       queries only. A body is known to be one after it has been answered alone once, so that telling
                     costs no parsing
Whose is the work    nobody's: whoever leaves, the others get their answer
Not a cache          an entry lives as long as its request is in flight
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cachebox import LRUCache

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.server.exchange import Answer

LONGEST_BODY: Final = 16_384
"""Bytes; longer bodies are seldom equal, and remembering them is dear."""
REMEMBERED: Final = 2_000

Key = tuple[bytes | str | None, ...]


class SharedAnswers:
    """Answers in flight, by what they depend on."""

    def __init__(self) -> None:
        self._queries: LRUCache[bytes, bool] = LRUCache(REMEMBERED)
        self._in_flight: dict[Key, asyncio.Task[Answer]] = {}

    async def get(self, body: bytes, rest: Key, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer in flight for the same, or one made now; raises what `make` raises."""
        if not self._queries.get(body):
            answer = await make()
            if answer.query and len(body) <= LONGEST_BODY:
                self._queries[body] = True
            return answer
        key = (body, *rest)
        task = self._in_flight.get(key)
        if task is None:
            task = self._in_flight[key] = asyncio.ensure_future(make())
            task.add_done_callback(lambda done: self._finished(key, done))
        return await asyncio.shield(task)

    def _finished(self, key: Key, task: asyncio.Task[Answer]) -> None:
        del self._in_flight[key]
        if not task.cancelled():
            task.exception()  # seen, should all who waited for it have left
