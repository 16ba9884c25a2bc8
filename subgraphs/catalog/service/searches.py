"""What people searched for, counted beside the answer: searching reads, so counting must not make it wait for a write."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import SearchRow
from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.upsert import upsert

FLUSH_SECONDS = 5.0
MOST_TERMS = 5_000
"""Different terms counted between two flushes; more are a flood and are not counted."""
MOST_PEOPLE = 10_000
"""People whose last search is remembered, in this process."""
FOLLOWED_WITHIN = timedelta(minutes=30)

log = logging.getLogger("subgraphs")

Key = tuple[date, str, str]
"""Day, channel, words."""


@dataclass(frozen=True, slots=True)
class TermCount:
    """How often words were searched for, how often nothing was found; by how many that are known, and how many went on."""

    term: str
    searches: int
    empty: int
    known: int
    followed: int


@dataclass(slots=True)
class Counts:
    """Of one key, since the last flush."""

    searches: int = 0
    empty: int = 0
    known: int = 0
    followed: int = 0


class Tally:
    """Searches since the last flush, of one database, and who searched for what last.

    A view counts for a search when the same person looks at a product within half an hour. Guests have no name here, so
    of theirs it cannot be told; the share is one of searches by people who were signed in.
    """

    def __init__(self) -> None:
        self.counts: dict[Key, Counts] = {}
        self._last: OrderedDict[str, tuple[Key, datetime]] = OrderedDict()

    def count(self, at: datetime, channel: str, words: Sequence[str], customer: str | None, *, found: bool) -> None:
        """Count one search."""
        key = (at.date(), channel, " ".join(words))
        counts = self._of(key)
        if counts is None:
            return
        counts.searches += 1
        counts.empty += not found
        if customer is not None:
            counts.known += 1
            self._last[customer] = (key, at)
            self._last.move_to_end(customer)
            if len(self._last) > MOST_PEOPLE:
                self._last.popitem(last=False)

    def view(self, at: datetime, customer: str | None) -> None:
        """A person looks at a product: their last search, if it was just now, led somewhere; once."""
        if customer is None:
            return
        key, since = self._last.pop(customer, (None, at))
        counts = self._of(key) if key is not None and at - since <= FOLLOWED_WITHIN else None
        if counts is not None:
            counts.followed += 1

    def taken(self) -> dict[Key, Counts]:
        """What was counted; counting begins anew."""
        counts, self.counts = self.counts, {}
        return counts

    def _of(self, key: Key) -> Counts | None:
        """The counts of a key; None when there are too many terms."""
        if key not in self.counts and len(self.counts) >= MOST_TERMS:
            return None
        return self.counts.setdefault(key, Counts())


_TALLIES: WeakKeyDictionary[Database, Tally] = WeakKeyDictionary()


def tally_of(database: Database) -> Tally:
    """The tally beside a database of this process."""
    return _TALLIES.setdefault(database, Tally())


async def flush(database: Database) -> None:
    """Add what was counted to the day's rows."""
    counts = tally_of(database).taken()
    if counts:
        await database.write(_add, counts)


async def flushing(database: Database) -> None:
    """Flush every few seconds for as long as the application runs, and once more when it stops."""
    try:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await flush(database)
            except ServiceUnavailable:
                log.warning("searches of the last seconds were not counted: the database cannot be reached")
    finally:
        await asyncio.shield(flush(database))


async def report(session: AsyncSession, first: date, last: date, channel: str | None, most: int) -> list[TermCount]:
    """The terms searched for most, from one day to another."""
    searches = func.sum(col(SearchRow.searches))
    others = (func.sum(one) for one in (col(SearchRow.empty), col(SearchRow.known), col(SearchRow.followed)))
    query = select(col(SearchRow.term), searches, *others)
    query = query.where(col(SearchRow.day) >= first, col(SearchRow.day) <= last)
    if channel is not None:
        query = query.where(col(SearchRow.channel_code) == channel)
    query = query.group_by(col(SearchRow.term)).order_by(searches.desc(), col(SearchRow.term)).limit(most)
    return [TermCount(term, *map(int, numbers)) for term, *numbers in await session.execute(query)]


async def _add(session: AsyncSession, counts: Mapping[Key, Counts]) -> None:
    # In the order of keys: two processes that flush at once wait for each other instead of locking each other out.
    keys = sorted(counts)
    nothing = asdict(Counts())
    rows = [{"day": day, "channel_code": channel, "term": term, **nothing} for day, channel, term in keys]
    await upsert(session, SearchRow.__table__, rows, update=())  # type: ignore[attr-defined]  # sqlmodel adds it
    for key in keys:
        day, channel, term = key
        where = (col(SearchRow.day) == day, col(SearchRow.channel_code) == channel, col(SearchRow.term) == term)
        more = {name: getattr(SearchRow, name) + number for name, number in asdict(counts[key]).items()}
        await session.execute(update(SearchRow).where(*where).values(more))
