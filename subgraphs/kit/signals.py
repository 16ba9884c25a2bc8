"""Wake-ups for subscriptions, inside one process.

A signal says "look again at this topic", no more: the subscriber reads the truth from the database, so a lost or
doubled signal does no harm. Topics are text such as `membership:mem_…`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress

from sqlmodel.ext.asyncio.session import AsyncSession

_PENDING = "channelgraph_signals"


class Signals:
    """Topics that subscriptions wait on.

    A slow subscriber gets one wake-up for many signals; nothing queues up, memory stays flat.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def send(self, topic: str) -> None:
        """Wake everyone who listens to the topic; `after_commit` does it when a transaction is over."""
        for event in self._waiting.get(topic, ()):
            event.set()

    def listeners(self, topic: str | None = None) -> int:
        """How many listen now: to the topic, or to any when none is named."""
        return sum(map(len, self._waiting.values())) if topic is None else len(self._waiting.get(topic, ()))

    async def listen(self, topic: str, poll_seconds: float = 5.0) -> AsyncIterator[None]:
        """One item at once, one whenever the topic was signalled since the last, and one every `poll_seconds`.

        The last is for changes that another process made: look again, and tell the client only what is new.
        """
        event = asyncio.Event()
        event.set()
        self._waiting[topic].add(event)
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(poll_seconds):
                        await event.wait()
                event.clear()
                yield None
        finally:
            self._waiting[topic].discard(event)
            if not self._waiting[topic]:
                del self._waiting[topic]


def after_commit(session: AsyncSession, topic: str) -> None:
    """Signal the topic once this transaction has committed; nothing happens when it rolls back."""
    session.info.setdefault(_PENDING, []).append(topic)


def pending(session: AsyncSession) -> tuple[str, ...]:
    """The topics to signal, each once; `Database.write` sends them."""
    return tuple(dict.fromkeys(session.info.pop(_PENDING, ())))
