"""Goods brought from one place to another: offers, asking, moving on.

Where the units are, by state:

    REQUESTED ACCEPTED PACKED   at the sender, held (they are on hand there, and reserved)
    IN_TRANSIT                  nowhere on hand; inbound at the receiver
    ARRIVED                     at the receiver, held for the order or customer the transfer serves
    CANCELLED                   at the sender, free again
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.errors import InsufficientStock, TransferQuoteExpired
from subgraphs.inventory.models import (
    ReservationRow,
    TransferEventRow,
    TransferLineRow,
    TransferRow,
)
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.quantities import Line
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.reservation import ReservationKind, ReservationStatus
from subgraphs.inventory.rules.transfer import OPEN, TransferStatus, may_advance
from subgraphs.inventory.service import holds, news, shelf
from subgraphs.kit.errors import NotFound, WrongState
from subgraphs.kit.ids import new_id, new_uuid

_ON_THE_ROAD = frozenset({TransferStatus.IN_TRANSIT, TransferStatus.ARRIVED})


@dataclass(frozen=True, slots=True)
class Step:
    """A step to take: the state reached, the arrival expected now (None: as before), a remark."""

    status: TransferStatus
    estimated_at: datetime | None = None
    note: str | None = None


async def ask(
    session: AsyncSession, offer: Offer, customer_id: str | None, order_id: str | None, request: str, now: datetime
) -> str:
    """Ask for the goods of an offer; they are held at the sender from now on. Gives the transfer's id.

    Raises  TransferQuoteExpired, InsufficientStock (sold since the offer was made), NotFound
    """
    if offer.valid_until <= now:
        raise TransferQuoteExpired("The offer has run out; ask for options again.", ("input", "quoteId"))
    want = holds.Want(Line(offer.variant_id, offer.quantity), offer=offer)
    asked = holds.Ask(
        kind=ReservationKind.ORDER,
        wants=(want,),
        request=f"transfer:{request}",
        customer_id=customer_id,
        holder=order_id,
    )
    try:
        (hold_id,) = await holds.hold(session, asked, now)
    except InsufficientStock as short:
        raise InsufficientStock(("input", "quoteId"), short.detail["available_quantity"]) from short
    return await begin(session, await session.get_one(ReservationRow, hold_id), order_id, now)


async def begin(session: AsyncSession, hold: ReservationRow, order_id: str | None, now: datetime) -> str:
    """Begin the transfer that a hold at the sender was made for. Gives the transfer's id."""
    promise = hold.transfer or {}
    arrives_at = datetime.fromisoformat(promise["arrives_at"])
    row = TransferRow(
        id=new_id("Transfer"),
        number=_number(now),
        from_id=hold.location_id,
        to_id=promise["to_id"],
        status=TransferStatus.REQUESTED,
        customer_id=hold.customer_id,
        order_id=order_id,
        promised_at=arrives_at,
        estimated_at=arrives_at,
        created_at=now,
    )
    session.add(row)
    session.add(
        TransferLineRow(
            transfer_id=row.id,
            position=0,
            variant_id=hold.variant_id,
            quantity=hold.quantity,
            reservation_id=hold.id,
        )
    )
    session.add(TransferEventRow(transfer_id=row.id, position=0, status=TransferStatus.REQUESTED, at=now))
    await session.flush()
    await news.transfer_moved(session, row, "transfer.requested")
    return row.id


async def advance(session: AsyncSession, transfer_id: str, step: Step, now: datetime) -> str:
    """Move a transfer on, or call it off, and the goods with it. Steps may be left out, never taken back.

    A step to the state it is in already says that it is expected at another time; until it has arrived, that is.

    Raises  NotFound, WrongState
    """
    row = await session.get(TransferRow, transfer_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such transfer.", ("id",))
    before = TransferStatus(row.status)
    another_time = step.status == before and before in OPEN and step.estimated_at is not None
    if not (another_time or may_advance(before, step.status)):
        raise WrongState(f"A transfer that is {before} cannot become {step.status}.", ("status",))
    lines = (await session.exec(select(TransferLineRow).where(TransferLineRow.transfer_id == row.id))).all()
    if step.status is TransferStatus.CANCELLED:
        await holds.release(session, [line.reservation_id for line in lines], now)
    if step.status in _ON_THE_ROAD and before not in _ON_THE_ROAD:
        await _send(session, row, lines, now)
    if step.status is TransferStatus.ARRIVED:
        await _receive(session, row, lines, now)
        row.arrived_at = now
    row.status = step.status
    row.estimated_at = row.arrived_at or step.estimated_at or row.estimated_at
    session.add(row)
    session.add(
        TransferEventRow(
            transfer_id=row.id,
            position=await _steps_so_far(session, row.id),
            status=step.status,
            at=now,
            note=step.note,
        )
    )
    await session.flush()
    await news.transfer_moved(session, row, "transfer.advanced")
    return row.id


def _number(now: datetime) -> str:
    """A number people can read aloud: the day, and a part of a fresh id that no other transfer has."""
    tail = f"{new_uuid().int & 0xFFFFFFF:07d}"[-7:]
    return f"T{now:%y%m%d}-{tail}"


async def _send(session: AsyncSession, row: TransferRow, lines: Sequence[TransferLineRow], now: datetime) -> None:
    """The goods leave: the hold at the sender ends as used up, they are inbound at the receiver.

    Raises  WrongState when the hold was given back meanwhile
    """
    mine = (
        await session.exec(
            select(ReservationRow)
            .where(col(ReservationRow.id).in_([line.reservation_id for line in lines]))
            .order_by(col(ReservationRow.id).asc())
            .with_for_update()
        )
    ).all()
    if any(hold.status != ReservationStatus.ACTIVE for hold in mine):
        raise WrongState("The goods are no longer held at the sending place.", ("id",))
    await session.execute(
        update(holds.HOLDS)
        .where(holds.HOLDS.c.id.in_([hold.id for hold in mine]))
        .values(status=ReservationStatus.CONSUMED, ended_at=now)
    )
    await shelf.ensure(session, {(line.variant_id, row.to_id) for line in lines}, now)
    changes = [
        shelf.Change(
            shelf.level_id(line.variant_id, row.from_id),
            on_hand=-line.quantity,
            reserved=-line.quantity,
            movement=MovementKind.TRANSFER_OUT,
            reference=row.id,
        )
        for line in lines
    ] + [shelf.Change(shelf.level_id(line.variant_id, row.to_id), inbound=line.quantity) for line in lines]
    await news.stock_changed(session, await shelf.change(session, changes, now))


async def _receive(session: AsyncSession, row: TransferRow, lines: Sequence[TransferLineRow], now: datetime) -> None:
    """The goods are booked in, and held for whom they came."""
    changes = [
        shelf.Change(
            shelf.level_id(line.variant_id, row.to_id),
            on_hand=line.quantity,
            inbound=-line.quantity,
            reserved=line.quantity if row.order_id or row.customer_id else 0,
            movement=MovementKind.TRANSFER_IN,
            reference=row.id,
        )
        for line in lines
    ]
    await news.stock_changed(session, await shelf.change(session, changes, now))
    if not (row.order_id or row.customer_id):
        return
    rows = [
        {
            "id": new_id("Reservation"),
            "kind": ReservationKind.ORDER if row.order_id else ReservationKind.PULL,
            "status": ReservationStatus.ACTIVE,
            "stock_level_id": shelf.level_id(line.variant_id, row.to_id),
            "variant_id": line.variant_id,
            "location_id": row.to_id,
            "quantity": line.quantity,
            "customer_id": row.customer_id,
            "holder": row.order_id,
            "request": f"arrival:{row.id}",
            "expires_at": None,
            "created_at": now,
            "ended_at": None,
        }
        for line in lines
    ]
    await session.execute(insert(holds.HOLDS), rows)


async def _steps_so_far(session: AsyncSession, transfer_id: str) -> int:
    count = select(func.count()).select_from(TransferEventRow).where(TransferEventRow.transfer_id == transfer_id)
    return int((await session.exec(count)).one())
