"""Counts of large listings, remembered for a while: what takes a look at every product need not be told anew each time.

    number = await remembered(database, count_hits, wanted)

Only what was large is remembered, so a shop of some thousand products always hears the number of this moment; of a larger
one a count may be half a minute old, in each process by itself. A page of hits is never remembered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.service.search import FacetCount, Wanted
from subgraphs.kit.database import Database

LARGE = 10_000
"""Products from which on a count is remembered."""
SECONDS = 30.0
MOST = 1_000
"""Counts remembered of one database."""

T = TypeVar("T", int, list[FacetCount])
Count = Callable[[AsyncSession, Wanted], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A count, and until when it is given again: seconds of the clock that never goes back."""

    value: Any
    until: float


_COUNTS: WeakKeyDictionary[Database, OrderedDict[Hashable, Remembered]] = WeakKeyDictionary()


async def remembered(database: Database, count: Count[T], wanted: Wanted, *, large: int = LARGE) -> T:
    """What `count` gives, or what it gave less than half a minute ago where that was at least `large`."""
    counts = _COUNTS.setdefault(database, OrderedDict())
    key = _key(count, wanted)
    found = counts.get(key)
    if found is not None and found.until > time.monotonic():
        value: T = found.value
        return value
    value = await database.read(count, wanted)
    if _size(value) >= large:
        counts[key] = Remembered(value, time.monotonic() + SECONDS)
        counts.move_to_end(key)
        if len(counts) > MOST:
            counts.popitem(last=False)
    return value


def _key(count: Any, wanted: Wanted) -> Hashable:
    """What is counted, whenever; a category by its trail, as rows are no keys."""
    trail = None if wanted.category is None else wanted.category.trail
    return count, trail, replace(wanted, category=None, now=datetime.min.replace(tzinfo=UTC))


def _size(value: int | Sequence[FacetCount]) -> int:
    return value if isinstance(value, int) else max((one.count for one in value), default=0)
