"""Consumers: each event is dealt with once, in the transaction that remembers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.bus import Event
from subgraphs.kit.database import Database
from subgraphs.kit.tables import KIT

Handle = Callable[[AsyncSession, Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Consumer:
    """What a subgraph does with events of others.

    name        with the subgraph's name the key of what has been seen; never change it
    topics      e.g. ("order.placed",)
    handle      a service function `(session, event)`: one transaction with the inbox row
    """

    name: str
    topics: tuple[str, ...]
    handle: Handle


async def consume(database: Database, consumer: Consumer, event: Event) -> bool:
    """Deal with an event unless it has been; False when it had."""
    return await database.write(_consume, consumer, event)


async def _consume(session: AsyncSession, consumer: Consumer, event: Event) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(KIT.inbox).values(consumer=consumer.name, event_id=event.id, seen_at=datetime.now(UTC))
    # On PostgreSQL a second delivery waits here for the first one's transaction, then finds the row.
    result = await session.execute(statement.on_conflict_do_nothing())
    if result.rowcount == 0:  # type: ignore[attr-defined]  # an INSERT's result is a cursor result
        return False
    await consumer.handle(session, event)
    return True
