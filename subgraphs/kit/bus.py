"""Events between the domains, and the bus that carries them.

The bus promises: at least once; in order for one aggregate; a publish returns when every group has taken the event.
It does not promise once: consumers remember what they have seen (`inbox.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

from subgraphs.kit.errors import ServiceUnavailable

Deliver = Callable[["Event"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    id              UUIDv7 text; the same on every redelivery
    topic           aggregate and past participle, e.g. `order.placed`
    aggregate_id    global id of the thing it happened to; events of one thing arrive in order
    version         of the payload's form; a reader takes what it knows and ignores the rest
    payload         JSON
    """

    id: str
    topic: str
    aggregate_id: str
    version: int
    payload: Mapping[str, Any]
    at: datetime


class Bus(Protocol):
    """What carries events; `InProcessBus` under `channelgraph up`, a broker between services."""

    def subscribe(self, group: str, topics: Sequence[str], deliver: Deliver) -> None:
        """Have every event of these topics delivered to this group; a second call replaces the first.

        `deliver` returns when the event has been dealt with for good, and raises when it should come again.
        """

    async def publish(self, event: Event) -> None:
        """Hand an event to every group; raises when one has not taken it, and then it is published again later."""


class NotTaken(Exception):  # noqa: N818 - named for the event
    """A group has not taken an event; it will be published again, a number of times."""


class Away(NotTaken):
    """A group could not be asked: it has not started, or its service or database is down.

    That says nothing of the event, so it is published again for as long as it takes.
    """


class InProcessBus:
    """A bus for subgraphs that share one process.

    Subscriptions are made when the applications are created and events flow once they have started, so that no
    group misses what is published before it is up: create every application before starting the first.
    """

    def __init__(self) -> None:
        self._groups: dict[str, tuple[frozenset[str], Deliver]] = {}

    def subscribe(self, group: str, topics: Sequence[str], deliver: Deliver) -> None:
        """See `Bus.subscribe`."""
        self._groups[group] = (frozenset(topics), deliver)

    async def publish(self, event: Event) -> None:
        """See `Bus.publish`; one group's failure does not keep the event from the others."""
        takers = [(group, deliver) for group, (topics, deliver) in self._groups.items() if event.topic in topics]
        results = await asyncio.gather(*(deliver(event) for _, deliver in takers), return_exceptions=True)
        failed = [
            (group, result)
            for (group, _), result in zip(takers, results, strict=True)
            if isinstance(result, BaseException)
        ]
        if failed:
            cancelled = next((error for _, error in failed if isinstance(error, asyncio.CancelledError)), None)
            if cancelled is not None:
                raise cancelled
            group, error = next((each for each in failed if not _away(each[1])), failed[0])
            message = f"{group} did not take {event.topic}: {type(error).__name__}: {error}"
            raise (Away if _away(error) else NotTaken)(message) from error


def _away(error: BaseException) -> bool:
    return isinstance(error, Away | ServiceUnavailable)


_shared: WeakValueDictionary[Path, InProcessBus] = WeakValueDictionary()


def shared_bus(data_dir: Path) -> InProcessBus:
    """The bus of all subgraphs of this process that keep their data in this folder."""
    key = data_dir.resolve()
    bus = _shared.get(key)
    if bus is None:
        bus = _shared[key] = InProcessBus()
    return bus
