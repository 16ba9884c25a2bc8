"""Events leave with the write that caused them: a row in the same transaction, carried to the bus afterwards.

service function    emit(session, "order.placed", order_id, {...})      same transaction as the write
relay               claims due rows under a lease, publishes, marks sent
                    ordered     only the oldest pending event of an aggregate is ever claimed
                    failed      comes again after a growing pause; parked after `ATTEMPTS`, later ones flow on
                    away        nobody could be asked: comes again after a pause, for as long as it takes
                    crashed     the lease runs out and another relay takes over: at least once
replay(session)     parked events become pending again: `python -m subgraphs.kit.parked`
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, exists, or_, select, update
from sqlalchemy import delete as delete_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.bus import Away, Bus, Event
from subgraphs.kit.database import Database
from subgraphs.kit.ids import new_uuid
from subgraphs.kit.signals import after_commit
from subgraphs.kit.tables import KIT

log = logging.getLogger("subgraphs")

ATTEMPTS = 12
LEASE = timedelta(seconds=30)
BATCH = 100
KEPT = timedelta(days=7)
"""How long sent events stay, for people who look."""
LONGEST_PAUSE_SECONDS = 300.0
LONGEST_AWAY_SECONDS = 30.0
"""How long an event rests, at most, while who should take it is away."""
WAKE = "outbox"
"""Signal that there is something to carry."""


async def emit(
    session: AsyncSession, topic: str, aggregate_id: str, payload: Mapping[str, Any], *, version: int = 1
) -> str:
    """Write an event into the outbox, in the caller's transaction; gives the event's id."""
    now = datetime.now(UTC)
    event_id = str(new_uuid())
    await session.execute(
        KIT.outbox.insert().values(
            id=event_id,
            topic=topic,
            aggregate_id=aggregate_id,
            version=version,
            payload=dict(payload),
            created_at=now,
            due_at=now,
        )
    )
    after_commit(session, WAKE)
    return event_id


async def emit_many(session: AsyncSession, topic: str, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Write one event for each (aggregate id, payload), in the caller's transaction and few statements."""
    now = datetime.now(UTC)
    rows = [
        {
            "id": str(new_uuid()),
            "topic": topic,
            "aggregate_id": aggregate_id,
            "version": 1,
            "payload": dict(payload),
            "created_at": now,
            "due_at": now,
        }
        for aggregate_id, payload in told
    ]
    if rows:
        await session.execute(KIT.outbox.insert(), rows)
        after_commit(session, WAKE)


async def replay(session: AsyncSession, event_ids: Sequence[str] | None = None) -> int:
    """Make parked events pending again, all of them or these; gives how many there were."""
    table = KIT.outbox
    statement = (
        update(table)
        .where(table.c.state == "parked")
        .values(state="pending", attempts=0, due_at=datetime.now(UTC), last_error=None)
    )
    if event_ids is not None:
        statement = statement.where(table.c.id.in_(event_ids))
    result = await session.execute(statement)
    after_commit(session, WAKE)
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result is a cursor result


class Relay:
    """Carries one subgraph's outbox to the bus; any number may run against one database."""

    def __init__(self, database: Database, bus: Bus, *, poll_seconds: float = 2.0, attempts: int = ATTEMPTS) -> None:
        self._database = database
        self._bus = bus
        self._poll_seconds = poll_seconds
        self._attempts = attempts
        self._name = str(new_uuid())

    async def run(self) -> None:
        """Carry events until cancelled: at once when woken, and every `poll_seconds` for what others wrote."""
        async for _ in self._database.signals.listen(WAKE, self._poll_seconds):
            try:
                while await self.carry():
                    pass
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the outbox relay failed; it tries again")

    async def carry(self) -> int:
        """One round: claim, publish, mark. Gives how many were sent; 0 means there is nothing due."""
        rows = await self._database.write(_claim, self._name)
        sent: list[str] = []
        for row in rows:
            try:
                await self._bus.publish(_event(row))
            except asyncio.CancelledError:
                raise
            except Away as error:
                await self._database.write(_postponed, row, self._name, str(error)[:2000])
            except Exception as error:  # noqa: BLE001 - whatever a consumer raises, the event comes again
                await self._database.write(
                    _failed, row, self._name, f"{type(error).__name__}: {error}"[:2000], self._attempts
                )
            else:
                sent.append(row.id)
        if sent:
            await self._database.write(_sent, sent, self._name)
        return len(sent)


async def _claim(session: AsyncSession, name: str) -> Sequence[Row[Any]]:
    """Lease the oldest pending event of each aggregate that is due and nobody else's."""
    now = datetime.now(UTC)
    table, earlier = KIT.outbox, KIT.outbox.alias("earlier")
    first = ~exists().where(
        and_(earlier.c.aggregate_id == table.c.aggregate_id, earlier.c.id < table.c.id, earlier.c.state == "pending")
    )
    due = and_(
        table.c.state == "pending",
        table.c.due_at <= now,
        or_(table.c.leased_until.is_(None), table.c.leased_until < now),
    )
    query = select(table).where(due, first).order_by(table.c.id).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    rows = (await session.execute(query)).all()
    if rows:
        ids = [row.id for row in rows]
        await session.execute(update(table).where(table.c.id.in_(ids)).values(leased_by=name, leased_until=now + LEASE))
    return rows


async def _sent(session: AsyncSession, ids: Sequence[str], name: str) -> None:
    table = KIT.outbox
    await session.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.leased_by == name)
        .values(state="sent", leased_by=None, leased_until=None, last_error=None)
    )
    await session.execute(
        delete_rows(table).where(table.c.state == "sent", table.c.created_at < datetime.now(UTC) - KEPT)
    )


async def _postponed(session: AsyncSession, row: Row[Any], name: str, error: str) -> None:
    """Let the event rest: the longer it has waited, the longer; being away is nothing that an event is parked for."""
    now = datetime.now(UTC)
    pause = min(LONGEST_AWAY_SECONDS, max(0.2, (now - row.created_at).total_seconds() / 4))
    due_at = now + timedelta(seconds=pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
    table = KIT.outbox
    await session.execute(
        update(table)
        .where(table.c.id == row.id, table.c.leased_by == name)
        .values(due_at=due_at, leased_by=None, leased_until=None, last_error=error)
    )


async def _failed(session: AsyncSession, row: Row[Any], name: str, error: str, most: int) -> None:
    attempts = row.attempts + 1
    parked = attempts >= most
    pause = min(LONGEST_PAUSE_SECONDS, 0.2 * 2**attempts) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
    table = KIT.outbox
    await session.execute(
        update(table)
        .where(table.c.id == row.id, table.c.leased_by == name)
        .values(
            state="parked" if parked else "pending",
            attempts=attempts,
            due_at=datetime.now(UTC) + timedelta(seconds=pause),
            leased_by=None,
            leased_until=None,
            last_error=error,
        )
    )
    if parked:
        log.error("event %s (%s) is parked after %d attempts: %s", row.id, row.topic, attempts, error)


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        topic=row.topic,
        aggregate_id=row.aggregate_id,
        version=row.version,
        payload=row.payload,
        at=row.created_at,
    )
