"""Every write to stock records goes through here.

Rule 1  `reserve` alone promises: one conditional UPDATE a record, so two callers can never be promised the same unit.
Rule 2  Records are locked in primary-key order, whoever asks and for whatever reason, so callers wait but never deadlock.
Rule 3  Who ends holds locks the holds first (in primary-key order as well), then their records.
Rule 4  Every change of `on_hand` leaves a line in the ledger; their sum is `on_hand`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.availability import available
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.kit.ids import new_uuid, stable_id

LEVELS: Table = Record.metadata.tables["stock_level"]
MOVEMENTS: Table = Record.metadata.tables["movement"]
LOCATIONS: Table = Record.metadata.tables["location"]

PROMISABLE = LEVELS.c.on_hand - LEVELS.c.reserved - LEVELS.c.safety_stock
"""In SQL, what `rules.availability.available` says; may be under zero."""
LEFT = case((PROMISABLE > 0, PROMISABLE), else_=0)
"""The same, never under zero."""


@dataclass(frozen=True, slots=True)
class Level:
    """A stock record as it stands inside the transaction."""

    id: str
    variant_id: str
    location_id: str
    on_hand: int
    reserved: int
    inbound: int
    safety_stock: int
    version: int
    updated_at: datetime

    @property
    def available(self) -> int:
        """Units that can still be promised."""
        return available(self.on_hand, self.reserved, self.safety_stock)


@dataclass(frozen=True, slots=True)
class Change:
    """What to do to one record: units to add (or, negative, to take) of each kind.

    movement    what the ledger calls it; None when `on_hand` stays
    difference  found less system, for a count
    at          when it happened at the place; None is now
    """

    level_id: str
    on_hand: int = 0
    reserved: int = 0
    inbound: int = 0
    movement: MovementKind | None = None
    difference: int = 0
    reference: str | None = None
    at: datetime | None = None
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A record before and after a write."""

    before: Level
    after: Level


class Short(Exception):  # noqa: N818 - a finding; the service that knows the input's path makes a refusal of it
    """A record has fewer units than were asked for; the transaction must not go on."""

    def __init__(self, level_id: str, left: int) -> None:
        super().__init__(f"{level_id} has {left} left")
        self.level_id = level_id
        self.left = left


def level_id(variant_id: str, location_id: str) -> str:
    """Id of the stock record of a variant at a location: the same wherever it is made."""
    return stable_id("StockLevel", variant_id, location_id)


def promisable_at(location_ids: Sequence[str], variant_ids: Sequence[str]) -> Select[tuple[str, str]]:
    """Statement: (location, variant) of records with at least one unit to promise."""
    return select(LEVELS.c.location_id, LEVELS.c.variant_id).where(
        LEVELS.c.location_id.in_(location_ids), LEVELS.c.variant_id.in_(variant_ids), PROMISABLE > 0
    )


async def reserve(session: AsyncSession, units: Mapping[str, int], now: datetime) -> tuple[Step, ...]:
    """Promise units, all or none: stock record id → units, lines of one variant already summed.

    Raises  `Short` for the first record, by id, with too few; the caller's transaction is rolled back
    Source  architecture.md, Between the domains: available = on hand − reserved − safety
    """
    changed = []
    connection = await session.connection()
    for record_id in sorted(units):
        quantity = units[record_id]
        statement = (
            update(LEVELS)
            .where(LEVELS.c.id == record_id, quantity <= PROMISABLE)
            .values(
                reserved=LEVELS.c.reserved + quantity,
                version=LEVELS.c.version + 1,
                # A clock that runs behind must not make the figures look older than they are.
                updated_at=case((LEVELS.c.updated_at > now, LEVELS.c.updated_at), else_=now),
            )
            .returning(*LEVELS.c)
        )
        row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise Short(record_id, await _left(session, record_id))
        after = _level(row)
        changed.append(Step(replace(after, reserved=after.reserved - quantity, version=after.version - 1), after))
    return tuple(changed)


async def lock(session: AsyncSession, level_ids: Iterable[str]) -> dict[str, Level]:
    """Lock records in primary-key order and give them as they stand; unknown ids are missing.

    On SQLite the transaction has the one write lock already.
    """
    connection = await session.connection()
    statement = select(LEVELS).where(LEVELS.c.id.in_(sorted(set(level_ids)))).order_by(LEVELS.c.id).with_for_update()
    return {row.id: _level(row) for row in await connection.execute(statement)}


async def change(session: AsyncSession, changes: Sequence[Change], now: datetime) -> tuple[Step, ...]:
    """Apply changes that need no promise: sales of what is held, receipts, counts, holds given back.

    Several changes of one record are applied in their order. A record never falls under zero: of units taken that it
    did not have, only those it had are in the ledger.

    Shape   one step a record, by id
    """
    if not changes:
        return ()
    found = await lock(session, (each.level_id for each in changes))
    levels = dict(found)
    zones = await _zones(session, {level.location_id for level in levels.values()})
    ledger: list[dict[str, Any]] = []
    for each in changes:
        before = levels[each.level_id]
        on_hand = max(0, before.on_hand + each.on_hand)
        after = levels[each.level_id] = _after(before, each, on_hand, now)
        if each.movement is not None:
            ledger.append(_movement(each, before, after, zones, now))
    await _store(session, [levels[record_id] for record_id in sorted(levels)], changes)
    if ledger:
        await (await session.connection()).execute(insert(MOVEMENTS), ledger)
    return tuple(Step(found[record_id], levels[record_id]) for record_id in sorted(levels))


async def ensure(session: AsyncSession, pairs: Iterable[tuple[str, str]], now: datetime) -> None:
    """Make empty stock records where a (variant, location) has none yet."""
    rows = [
        {
            "id": level_id(variant_id, location_id),
            "variant_id": variant_id,
            "location_id": location_id,
            "on_hand": 0,
            "reserved": 0,
            "inbound": 0,
            "safety_stock": 0,
            "version": 1,
            "updated_at": now,
        }
        for variant_id, location_id in sorted(set(pairs))
    ]
    if not rows:
        return
    connection = await session.connection()
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    await connection.execute(make(LEVELS).on_conflict_do_nothing(), rows)


async def _left(session: AsyncSession, record_id: str) -> int:
    connection = await session.connection()
    left = (await connection.execute(select(PROMISABLE).where(LEVELS.c.id == record_id))).scalar_one_or_none()
    return max(0, left or 0)


async def _zones(session: AsyncSession, location_ids: set[str]) -> dict[str, ZoneInfo]:
    connection = await session.connection()
    rows = await connection.execute(
        select(LOCATIONS.c.id, LOCATIONS.c.time_zone).where(LOCATIONS.c.id.in_(sorted(location_ids)))
    )
    return {row.id: ZoneInfo(row.time_zone) for row in rows}


def _after(before: Level, each: Change, on_hand: int, now: datetime) -> Level:
    return Level(
        id=before.id,
        variant_id=before.variant_id,
        location_id=before.location_id,
        on_hand=on_hand,
        reserved=before.reserved + each.reserved,
        inbound=max(0, before.inbound + each.inbound),
        safety_stock=before.safety_stock,
        version=before.version + 1,
        updated_at=max(before.updated_at, now),
    )


def _movement(
    each: Change, before: Level, after: Level, zones: Mapping[str, ZoneInfo], now: datetime
) -> dict[str, Any]:
    at = each.at or now
    zone = zones.get(after.location_id, ZoneInfo("UTC"))
    return {
        "id": str(new_uuid()),
        "variant_id": after.variant_id,
        "location_id": after.location_id,
        "kind": each.movement,
        "change": after.on_hand - before.on_hand,
        "on_hand_after": after.on_hand,
        "difference": each.difference,
        "day": at.astimezone(zone).date(),
        "at": at,
        "reference": each.reference,
    }


async def _store(session: AsyncSession, levels: Sequence[Level], changes: Sequence[Change]) -> None:
    counted = {each.level_id: each.counted_at for each in changes if each.counted_at is not None}
    connection = await session.connection()
    statement = (
        update(LEVELS)
        .where(LEVELS.c.id == bindparam("record"))
        .values(
            on_hand=bindparam("new_on_hand"),
            reserved=bindparam("new_reserved"),
            inbound=bindparam("new_inbound"),
            version=bindparam("new_version"),
            updated_at=bindparam("new_updated_at"),
        )
    )
    rows = [
        {
            "record": level.id,
            "new_on_hand": level.on_hand,
            "new_reserved": level.reserved,
            "new_inbound": level.inbound,
            "new_version": level.version,
            "new_updated_at": level.updated_at,
        }
        for level in levels
    ]
    if rows:
        await connection.execute(statement, rows)
    if counted:
        await connection.execute(
            update(LEVELS).where(LEVELS.c.id == bindparam("record")).values(counted_at=bindparam("at")),
            [{"record": record_id, "at": at} for record_id, at in sorted(counted.items())],
        )


def _level(row: Any) -> Level:
    return Level(
        id=row.id,
        variant_id=row.variant_id,
        location_id=row.location_id,
        on_hand=row.on_hand,
        reserved=row.reserved,
        inbound=row.inbound,
        safety_stock=row.safety_stock,
        version=row.version,
        updated_at=row.updated_at,
    )
