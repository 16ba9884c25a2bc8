"""What people searched for, counted beside the answer: searching reads, so counting must not make it wait for a write."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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

log = logging.getLogger("subgraphs")

Key = tuple[date, str, str]
"""Day, channel, words."""


@dataclass(frozen=True, slots=True)
class TermCount:
    """How often words were searched for, and how often nothing was found."""

    term: str
    searches: int
    empty: int


class Tally:
    """Searches since the last flush, of one database."""

    def __init__(self) -> None:
        self.searches: Counter[Key] = Counter()
        self.empty: Counter[Key] = Counter()

    def count(self, at: datetime, channel: str, words: Sequence[str], *, found: bool) -> None:
        """Count one search."""
        key = (at.date(), channel, " ".join(words))
        if key in self.searches or len(self.searches) < MOST_TERMS:
            self.searches[key] += 1
            self.empty[key] += not found


_TALLIES: WeakKeyDictionary[Database, Tally] = WeakKeyDictionary()


def tally_of(database: Database) -> Tally:
    """The tally beside a database of this process."""
    return _TALLIES.setdefault(database, Tally())


async def flush(database: Database) -> None:
    """Add what was counted to the day's rows."""
    tally = tally_of(database)
    if tally.searches:
        searches, empty = tally.searches, tally.empty
        tally.searches, tally.empty = Counter(), Counter()
        await database.write(_add, searches, empty)


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
    query = select(col(SearchRow.term), searches, func.sum(col(SearchRow.empty)))
    query = query.where(col(SearchRow.day) >= first, col(SearchRow.day) <= last)
    if channel is not None:
        query = query.where(col(SearchRow.channel_code) == channel)
    query = query.group_by(col(SearchRow.term)).order_by(searches.desc(), col(SearchRow.term)).limit(most)
    return [TermCount(term, int(number), int(empty)) for term, number, empty in await session.execute(query)]


async def _add(session: AsyncSession, searches: Counter[Key], empty: Counter[Key]) -> None:
    # In the order of keys: two processes that flush at once wait for each other instead of locking each other out.
    keys = sorted(searches)
    rows = [
        {"day": day, "channel_code": channel, "term": term, "searches": 0, "empty": 0, "followed": 0}
        for day, channel, term in keys
    ]
    await upsert(session, SearchRow.__table__, rows, update=())  # type: ignore[attr-defined]  # sqlmodel adds it
    for key in keys:
        day, channel, term = key
        where = (col(SearchRow.day) == day, col(SearchRow.channel_code) == channel, col(SearchRow.term) == term)
        counts = {"searches": col(SearchRow.searches) + searches[key], "empty": col(SearchRow.empty) + empty[key]}
        await session.execute(update(SearchRow).where(*where).values(counts))
