"""Holds: made, given back, run out, sold.

A hold ends once: whoever turns it from ACTIVE first wins (under its lock), the other finds nothing to do. A hold past
its end cannot be sold any more, whether or not the sweep has come by.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.errors import InsufficientStock
from subgraphs.inventory.models import Record, ReservationRow
from subgraphs.inventory.rules.allocation import Part
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.quantities import Line, faults_in_lines
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.reservation import OPEN_TO_CUSTOMERS, ReservationKind, ReservationStatus, lasts
from subgraphs.inventory.service import news, shelf
from subgraphs.inventory.service.choosing import check_share, check_variants, opening, place_for_customer, spread
from subgraphs.kit.errors import InvalidInput, NotPermitted
from subgraphs.kit.ids import new_id

HOLDS: Table = Record.metadata.tables["reservation"]
SWEPT_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Want:
    """One line of an ask: units of a variant, and where. `location_id` None: wherever orders are prepared.

    offer   the goods are to be brought to another place as this offer says; they are held at its sender
    """

    line: Line
    location_id: str | None = None
    offer: Offer | None = None

    @property
    def place(self) -> str | None:
        """Where the units lie."""
        return self.location_id if self.offer is None else self.offer.from_id


@dataclass(frozen=True, slots=True)
class Ask:
    """A hold to make.

    request         what the holds are found by together; unique per ask
    brand_code      whose places behind the online promise may send what names no place; None: all
    holder          cart, layaway or order they serve
    by_customer     the caller is a customer: only some kinds, in one store, and not without end
    """

    kind: ReservationKind
    wants: tuple[Want, ...]
    request: str
    brand_code: str | None = None
    hold_for: timedelta | None = None
    customer_id: str | None = None
    holder: str | None = None
    by_customer: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """The units, place left aside."""
        return tuple(want.line for want in self.wants)


@dataclass(frozen=True, slots=True)
class _Terms:
    begins: datetime
    store_cap: timedelta | None = None


async def hold(session: AsyncSession, ask: Ask, now: datetime) -> list[str]:
    """Hold units for someone: all lines or none.

    Shape   ids of the holds, in the order of the lines; a line split over places has several
    Raises  InvalidInput, NotFound, NotPermitted, LocationUnavailable, InsufficientStock
    """
    _check(ask)
    await check_variants(session, ask.lines)
    terms = _Terms(now)
    if ask.kind in OPEN_TO_CUSTOMERS:
        place = await place_for_customer(session, ask.kind, ask.wants[0].place, ask.lines)
        cap = None if place.hold_minutes is None else timedelta(minutes=place.hold_minutes)
        terms = _Terms(opening(place, now) if ask.by_customer else now, cap)
    if ask.by_customer and ask.customer_id is not None:
        await check_share(session, ask.customer_id, ask.wants[0].place or "", ask.lines)
    return await _make(session, ask, await _parts(session, ask), terms, now)


async def release(session: AsyncSession, hold_ids: Collection[str], now: datetime) -> None:
    """Give holds back early; those that ended already stay as they ended."""
    ended = await _end(session, HOLDS.c.id.in_(sorted(hold_ids)), ReservationStatus.RELEASED, now)
    await _free(session, ended, now)


async def release_request(session: AsyncSession, request: str, now: datetime) -> list[str]:
    """Give back everything one ask held; doing it twice does nothing more. The ids of all its holds."""
    mine = [row.id for row in await of_request(session, request)]
    await release(session, mine, now)
    return mine


async def expire_due(session: AsyncSession, now: datetime) -> int:
    """End holds that ran out and give their units back, up to 200 at once; how many there were."""
    due = (
        select(HOLDS.c.id)
        .where(HOLDS.c.status == ReservationStatus.ACTIVE, HOLDS.c.expires_at <= now)
        .order_by(HOLDS.c.id)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = list((await session.execute(due)).scalars())
    if not ids:
        return 0
    ended = await _end(session, HOLDS.c.id.in_(ids), ReservationStatus.EXPIRED, now)
    await _free(session, ended, now)
    return len(ended)


async def sell(session: AsyncSession, hold_ids: Collection[str], reference: str, now: datetime) -> list[str]:
    """Turn holds into sales: the units leave the shelf. The ids that were sold by this call.

    Of a hold that ended before, nothing is sold; of units the shelf no longer has, only those it has (the next count
    tells the rest).
    """
    ended = await _end(session, HOLDS.c.id.in_(sorted(hold_ids)), ReservationStatus.CONSUMED, now)
    changes = [
        shelf.Change(
            row.stock_level_id,
            on_hand=-row.quantity,
            reserved=-row.quantity,
            movement=MovementKind.SALE,
            reference=reference,
        )
        for row in ended
    ]
    await news.stock_changed(session, await shelf.change(session, changes, now))
    return [row.id for row in ended]


async def of_request(session: AsyncSession, request: str) -> Sequence[ReservationRow]:
    """Holds of one ask, locked in primary-key order."""
    statement = (
        select_rows(ReservationRow).where(ReservationRow.request == request).order_by(col(ReservationRow.id).asc())
    )
    return (await session.exec(statement.with_for_update())).all()


def ran_out(row: ReservationRow, now: datetime) -> bool:
    """Whether a hold is past its end, swept or not."""
    return row.expires_at is not None and row.expires_at <= now


def _check(ask: Ask) -> None:
    faults = faults_in_lines(ask.lines, ("input", "items"))
    if faults:
        raise InvalidInput(faults[0].message, faults[0].path)
    if ask.hold_for is not None and ask.hold_for <= timedelta(0):
        raise InvalidInput("A hold must last longer than nothing.", ("input", "holdFor"))
    if ask.by_customer and ask.kind not in OPEN_TO_CUSTOMERS:
        raise NotPermitted("Only goods to try on or to be pulled can be held by a customer.", ("input", "kind"))
    if ask.by_customer and ask.customer_id is None:
        raise NotPermitted("Goods are held for someone: sign in as a customer.", ("input",))
    if ask.kind in OPEN_TO_CUSTOMERS and len({want.place for want in ask.wants}) != 1:
        raise InvalidInput("Goods to try on or to be pulled are held in one store.", ("input", "items"))


async def _parts(session: AsyncSession, ask: Ask) -> tuple[Part, ...]:
    """The records each line draws on: the place it names, or the best places for what names none."""
    fixed = [
        Part(index, shelf.level_id(want.line.variant_id, place), place, want.line.quantity)
        for index, want in enumerate(ask.wants)
        if (place := want.place) is not None
    ]
    free = [index for index, want in enumerate(ask.wants) if want.place is None]
    if free:
        taken: dict[str, int] = {}
        for part in fixed:
            taken[part.level_id] = taken.get(part.level_id, 0) + part.quantity
        fixed += await spread(session, [(index, ask.wants[index].line) for index in free], ask.brand_code, taken)
    return tuple(sorted(fixed, key=lambda part: part.line))


async def _make(session: AsyncSession, ask: Ask, parts: Sequence[Part], terms: _Terms, now: datetime) -> list[str]:
    units: dict[str, int] = {}
    for part in parts:
        units[part.level_id] = units.get(part.level_id, 0) + part.quantity
    try:
        steps = await shelf.reserve(session, units, now)
    except shelf.Short as short:
        line = next(part.line for part in parts if part.level_id == short.level_id)
        raise InsufficientStock(("input", "items", str(line), "quantity"), short.left) from short
    length = lasts(ask.kind, ask.hold_for, terms.store_cap)
    expires_at = None if length is None else terms.begins + length
    rows = [_row(ask, part, expires_at, now) for part in parts]
    await session.execute(insert(HOLDS), rows)
    if ask.kind in OPEN_TO_CUSTOMERS:
        await news.held_for_customer(session, rows)
    await news.stock_changed(session, steps)
    return [row["id"] for row in rows]


def _row(ask: Ask, part: Part, expires_at: datetime | None, now: datetime) -> dict[str, Any]:
    want = ask.wants[part.line]
    offer = want.offer
    return {
        "id": new_id("Reservation"),
        "kind": ask.kind,
        "status": ReservationStatus.ACTIVE,
        "stock_level_id": part.level_id,
        "variant_id": want.line.variant_id,
        "location_id": part.location_id,
        "quantity": part.quantity,
        "customer_id": ask.customer_id,
        "holder": ask.holder,
        "request": ask.request,
        "transfer": None if offer is None else {"to_id": offer.to_id, "arrives_at": offer.arrives_at.isoformat()},
        "expires_at": expires_at,
        "created_at": now,
        "ended_at": None,
    }


async def _end(
    session: AsyncSession, which: ColumnElement[bool], status: ReservationStatus, now: datetime
) -> Sequence[ReservationRow]:
    """Turn ACTIVE holds into `status`, locked in primary-key order; those that were turned by this call.

    A hold past its end can only become EXPIRED.
    """
    statement = select_rows(ReservationRow).where(which, ReservationRow.status == ReservationStatus.ACTIVE)
    ordered = statement.order_by(col(ReservationRow.id).asc()).with_for_update()
    # What an earlier statement of this transaction read may be older than the lock.
    locked = (await session.exec(ordered.execution_options(populate_existing=True))).all()
    mine = [row for row in locked if ran_out(row, now) == (status is ReservationStatus.EXPIRED)]
    for row in mine:
        if row.kind in OPEN_TO_CUSTOMERS:
            await news.hold_ended(session, row, status)
    if mine:
        await session.execute(
            update(HOLDS).where(HOLDS.c.id.in_([row.id for row in mine])).values(status=status, ended_at=now)
        )
    return mine


async def _free(session: AsyncSession, ended: Sequence[ReservationRow], now: datetime) -> None:
    changes = [shelf.Change(row.stock_level_id, reserved=-row.quantity) for row in ended]
    await news.stock_changed(session, await shelf.change(session, changes, now))
