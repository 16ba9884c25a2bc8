"""An order under change: locked, its state told from its parts, what happened written down, money given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderEventRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
)
from subgraphs.fulfilment.rules import returning
from subgraphs.fulfilment.rules.status import ENDED, Part, order_status
from subgraphs.fulfilment.rules.steps import OVER
from subgraphs.kit.errors import NotFound
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

LOCK = {"key_share": True}
"""FOR NO KEY UPDATE: rows that refer to the order may still be written by others."""


async def locked(session: AsyncSession, order_id: str | None) -> OrderRow:
    """The order, kept from others until the transaction is over.

    Raises  NotFound
    """
    row = await session.get(OrderRow, order_id, with_for_update=LOCK, populate_existing=True) if order_id else None
    if row is None or row.kind != "ORDER":
        raise NotFound("There is no such order.", ("id",))
    return row


async def parts_of(session: AsyncSession, order_id: str) -> Sequence[FulfilmentRow]:
    """The order's deliveries and collections, in order."""
    statement = select(FulfilmentRow).where(FulfilmentRow.order_id == order_id).order_by(col(FulfilmentRow.position))
    return (await session.exec(statement)).all()


async def lines_of(session: AsyncSession, order_id: str) -> Sequence[OrderLineRow]:
    """The order's lines, in order."""
    statement = select(OrderLineRow).where(OrderLineRow.order_id == order_id).order_by(col(OrderLineRow.position))
    return (await session.exec(statement)).all()


def happened(
    session: AsyncSession,
    order: OrderRow,
    kind: str,
    at: datetime,
    summary: str,
    part: FulfilmentRow | None = None,
    place: str | None = None,
) -> None:
    """Write down that something happened, and wake who watches the order."""
    session.add(
        OrderEventRow(
            id=new_id("OrderEvent"),
            order_id=order.id,
            kind=kind,
            at=at,
            summary=summary,
            location_id=place or (part.location_id if part else None),
            fulfilment_id=part.id if part else None,
        )
    )
    wake(session, order)


def wake(session: AsyncSession, order: OrderRow) -> None:
    """Wake who watches the order, once the transaction is over."""
    after_commit(session, f"order:{order.id}")
    if order.customer_id:
        after_commit(session, f"orders:{order.customer_id}")


async def settle(session: AsyncSession, order: OrderRow) -> None:
    """Tell the order's state and expected time anew from its parts and lines."""
    await session.flush()
    parts = await parts_of(session, order.id)
    lines = await lines_of(session, order.id)
    order.status = order_status([Part(each.kind, each.status, each.location_name, each.estimated_at) for each in parts])
    kept = [line for line in lines if line.sold and line.quantity > line.called_off_quantity]
    if kept and all(line.returned_quantity >= line.quantity - line.called_off_quantity for line in kept):
        order.status = "RETURNED"
    order.is_open = order.status not in ENDED
    expected = [each.estimated_at for each in parts if each.status not in OVER and each.estimated_at]
    order.estimated_at = max(expected, default=order.estimated_at)
    session.add(order)


async def give_back(session: AsyncSession, order: OrderRow, amount: Decimal, now: datetime) -> None:
    """Note money as given back, by the means it was paid with; what was never paid is not given back."""
    statement = select(OrderPaymentRow).where(OrderPaymentRow.order_id == order.id)
    rows = (await session.exec(statement.order_by(col(OrderPaymentRow.position)))).all()
    shares = returning.give_back(amount, [(row.amount, row.refunded) for row in rows])
    back = sum(shares, Decimal(0))
    if back <= 0:
        return
    for row, share in zip(rows, shares, strict=True):
        row.refunded += share
        session.add(row)
    happened(session, order, "REFUNDED", now, "Money given back")
    payload = {
        "order_id": order.id,
        "customer_id": order.customer_id,
        "refund": {"amount": str(back), "currency": order.currency},
        "payments": [
            {"position": row.position, "kind": row.kind, "amount": str(share)}
            for row, share in zip(rows, shares, strict=True)
            if share
        ],
    }
    await emit(session, "order.refunded", order.id, payload)


async def call_off(
    session: AsyncSession, order: OrderRow, part: FulfilmentRow, units: Mapping[str, int], now: datetime
) -> None:
    """Take units (by order line) out of a delivery or collection, and give their money back.

    A part with nothing left is CANCELLED; the caller settles the order and says why.
    """
    statement = select(FulfilmentLineRow).where(FulfilmentLineRow.fulfilment_id == part.id)
    carried = {row.order_line_id: row for row in await session.exec(statement)}
    amount = Decimal(0)
    for line in await lines_of(session, order.id):
        row = carried.get(line.id)
        gone = min(units.get(line.id, 0), row.quantity if row else 0)
        if row is None or gone == 0:
            continue
        amount += returning.worth(
            line.unit_price * line.quantity - line.discount,
            line.quantity,
            line.called_off_quantity + line.returned_quantity,
            gone,
            order.currency,
        )
        line.called_off_quantity += gone
        row.quantity -= gone
        session.add_all([line, row])
    if all(row.quantity == 0 for row in carried.values()):
        part.status = "CANCELLED"
        session.add(part)
        await session.flush()
        if all(each.status == "CANCELLED" for each in await parts_of(session, order.id)):
            amount += order.delivery  # nothing is brought at all
    await give_back(session, order, amount, now)
