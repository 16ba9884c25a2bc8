"""What becomes of holds once there is an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import LocationRow, ReservationRow
from subgraphs.inventory.rules.reservation import ReservationKind, ReservationStatus
from subgraphs.inventory.service import news, shelf, transfers
from subgraphs.inventory.service.holds import HOLDS, of_request, ran_out
from subgraphs.inventory.service.places import local_day
from subgraphs.inventory.service.reports import SHORTFALLS
from subgraphs.kit.errors import NotFound
from subgraphs.kit.upsert import upsert


async def assign(session: AsyncSession, request: str, order_id: str, now: datetime) -> bool:
    """Turn what one ask held into holds of an order, which do not run out; transfers it was promised begin.

    The order is placed and paid for, so this is never refused. A hold that ran out meanwhile is made again if its
    units are still there; if not, fulfilment is told, and the answer is False. Doing it twice changes nothing.

    Raises  NotFound when nothing was ever held under the key
    """
    mine = await of_request(session, request)
    if not mine:
        raise NotFound("There are no holds of this key.", ("key",))
    waiting = [row for row in mine if row.kind != ReservationKind.ORDER]
    kept = [row for row in waiting if row.status == ReservationStatus.ACTIVE and not ran_out(row, now)]
    lost = [row for row in waiting if row not in kept and row.status != ReservationStatus.CONSUMED]
    kept += [row for row in lost if await _held_again(session, row, now)]
    gone = [row for row in lost if row not in kept]
    told = [row for row in mine if row.kind == ReservationKind.ORDER and row.status == ReservationStatus.EXPIRED]
    await _give(session, kept, order_id)
    for row in gone:
        await _note_shortfall(session, row, order_id, now)
    for row in kept:
        if row.transfer is not None:
            await transfers.begin(session, row, order_id, now)
    return not gone and not told


async def _held_again(session: AsyncSession, row: ReservationRow, now: datetime) -> bool:
    """A hold that ran out, held once more; one that was not swept yet still has its units."""
    if row.status == ReservationStatus.ACTIVE:
        return True
    try:
        await news.stock_changed(session, await shelf.reserve(session, {row.stock_level_id: row.quantity}, now))
    except shelf.Short:
        return False
    return True


async def _give(session: AsyncSession, rows: Sequence[ReservationRow], order_id: str) -> None:
    if not rows:
        return
    await session.execute(
        update(HOLDS)
        .where(HOLDS.c.id.in_([row.id for row in rows]))
        .values(
            kind=ReservationKind.ORDER,
            status=ReservationStatus.ACTIVE,
            holder=order_id,
            expires_at=None,
            ended_at=None,
        )
    )


async def _note_shortfall(session: AsyncSession, row: ReservationRow, order_id: str, now: datetime) -> None:
    """Count the order as failed, and remember on the hold whose it would have been: it is told of once."""
    place = await session.get_one(LocationRow, row.location_id)
    shortfall = {
        "order_id": order_id,
        "variant_id": row.variant_id,
        "location_id": row.location_id,
        "quantity": row.quantity,
        "day": local_day(place, now),
        "at": now,
    }
    await upsert(session, SHORTFALLS, [shortfall], update=())
    await session.execute(update(HOLDS).where(HOLDS.c.id == row.id).values(kind=ReservationKind.ORDER, holder=order_id))
    await news.shortfall(session, order_id, row)
