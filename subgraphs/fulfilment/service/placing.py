"""An order is placed: checked, split into what reaches the customer in one go, told to the others."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.errors import UnbalancedOrder
from subgraphs.fulfilment.models import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderEventRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
)
from subgraphs.fulfilment.rules.delivery import promise
from subgraphs.fulfilment.rules.status import Part, order_status
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id, stable_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

KEPT_FOR_COLLECTION = timedelta(days=7)
READY_AFTER = timedelta(hours=2)
"""How long a store takes to prepare a collection, while it is open."""
WAREHOUSES = {"GBP": "DC-DAV", "EUR": "DC-LEJ"}
"""Currency → code of the warehouse that sends its orders."""


@dataclass(frozen=True, slots=True)
class LinePlaced:
    """A line as agreed at checkout."""

    variant_id: str
    product_id: str | None
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    discount: Decimal
    method: str
    location_id: str | None


@dataclass(frozen=True, slots=True)
class PaymentPlaced:
    """A payment as taken."""

    kind: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order as agreed at checkout; amounts in major units of one currency."""

    cart_id: str | None
    customer_id: str | None
    brand_code: str
    channel: str
    currency: str
    email: str | None
    phone: str | None
    shipping_address: dict[str, Any] | None
    sold_at_id: str | None
    lines: tuple[LinePlaced, ...]
    subtotal: Decimal
    discount: Decimal
    delivery: Decimal
    tax: Decimal
    total: Decimal
    payments: tuple[PaymentPlaced, ...]
    delivery_days: int = 3


async def place(session: AsyncSession, ask: OrderPlaced, key: str, now: datetime) -> str:
    """Take an order; the same key gives the same order's id however often it is sent.

    Raises  InvalidInput for an order without lines or one sent nowhere, UnbalancedOrder
    """
    _check(ask)

    async def work() -> str:
        order = await _store(session, ask, now)
        await _tell(session, ask, order)
        return order.id

    arguments = {
        "cart": ask.cart_id,
        "total": str(ask.total),
        "lines": [[line.variant_id, line.quantity] for line in ask.lines],
    }
    placed: str = await once(session, f"orderPlace:{ask.cart_id or ask.customer_id or 'guest'}", key, arguments, work)
    return placed


def _check(ask: OrderPlaced) -> None:
    if not ask.lines:
        raise InvalidInput("An order needs a line.", ("input", "lines"))
    for index, line in enumerate(ask.lines):
        if line.quantity < 1 or line.unit_price < 0 or not 0 <= line.discount <= line.unit_price * line.quantity:
            raise InvalidInput(
                "A line has units, a price, and an offer no larger than both.", ("input", "lines", str(index))
            )
        if line.method in {"PICKUP", "SHIP_TO_STORE"} and not line.location_id:
            raise InvalidInput("A collection needs its store.", ("input", "lines", str(index), "locationId"))
    if any(line.method in {"SHIP", "SAME_DAY"} for line in ask.lines) and ask.shipping_address is None:
        raise InvalidInput("Goods that are sent need an address.", ("input", "shippingAddress"))
    goods = sum((line.unit_price * line.quantity for line in ask.lines), Decimal(0))
    if goods != ask.subtotal or goods - ask.discount + ask.delivery != ask.total:
        raise UnbalancedOrder("The order does not add up to its total.", ("input", "total"))


async def _store(session: AsyncSession, ask: OrderPlaced, now: datetime) -> OrderRow:
    order_id = new_id("Order")
    secret = secrets.token_hex(16)
    earlier = None
    if ask.customer_id is not None:
        bought = select(OrderRow.id).where(OrderRow.customer_id == ask.customer_id, OrderRow.kind == "ORDER")
        earlier = (await session.exec(bought.limit(1))).first()
    order = OrderRow(
        id=order_id,
        number=await _number(session),
        placed_at=now,
        brand_code=ask.brand_code,
        channel=ask.channel,
        external_number=None,
        sold_at_id=ask.sold_at_id,
        cart_id=ask.cart_id,
        customer_id=ask.customer_id,
        email=ask.email,
        phone=ask.phone,
        currency=ask.currency,
        subtotal=ask.subtotal,
        discount=ask.discount,
        delivery=ask.delivery,
        tax=ask.tax,
        total=ask.total,
        sales=ask.total,
        sold_units=sum(line.quantity for line in ask.lines),
        first_of_customer=ask.customer_id is not None and earlier is None,
        shipping_address=ask.shipping_address,
        pickup_secret=secret,
    )
    lines = [_line(order_id, position, line) for position, line in enumerate(ask.lines)]
    fulfilments, parts = _split(order, lines, ask, now)
    order.status = order_status(
        [Part(each.kind, each.status, each.location_name, each.estimated_at) for each in fulfilments]
    )
    order.is_open = order.status != "COMPLETED"
    order.promised_at = order.estimated_at = max(
        (each.promised_at for each in fulfilments if each.promised_at), default=None
    )
    session.add(order)
    await session.flush()
    session.add_all(lines)
    session.add_all(fulfilments)
    await session.flush()
    session.add_all(parts)
    session.add_all(
        OrderPaymentRow(order_id=order_id, position=position, kind=paid.kind, label=paid.label, amount=paid.amount)
        for position, paid in enumerate(ask.payments)
    )
    for kind, summary in (("PLACED", "Ordered"), ("PAID", "Paid")):
        session.add(OrderEventRow(id=new_id("OrderEvent"), order_id=order_id, kind=kind, at=now, summary=summary))
    return order


def _line(order_id: str, position: int, line: LinePlaced) -> OrderLineRow:
    return OrderLineRow(
        id=new_id("OrderLine"),
        order_id=order_id,
        position=position,
        variant_id=line.variant_id,
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        method=line.method,
        location_id=line.location_id,
    )


def _split(
    order: OrderRow, lines: Sequence[OrderLineRow], ask: OrderPlaced, now: datetime
) -> tuple[list[FulfilmentRow], list[FulfilmentLineRow]]:
    """One fulfilment for each way and place: what is sent, what each store hands out, what was taken along."""
    groups: dict[tuple[str, str | None], list[OrderLineRow]] = {}
    for line in lines:
        kind = {"PICKUP": "PICKUP", "SHIP_TO_STORE": "PICKUP", "CARRY_OUT": "CARRY_OUT"}.get(line.method, "SHIPMENT")
        groups.setdefault((kind, line.location_id if kind == "PICKUP" else None), []).append(line)
    fulfilments, parts = [], []
    for position, ((kind, place_id), mine) in enumerate(groups.items()):
        row = _fulfilment(order, kind, place_id, ask, now)
        row.position = position
        fulfilments.append(row)
        parts += [
            FulfilmentLineRow(fulfilment_id=row.id, order_line_id=line.id, quantity=line.quantity) for line in mine
        ]
    return fulfilments, parts


def _fulfilment(order: OrderRow, kind: str, place_id: str | None, ask: OrderPlaced, now: datetime) -> FulfilmentRow:
    warehouse = stable_id("Location", WAREHOUSES.get(order.currency, WAREHOUSES["GBP"]))
    row = FulfilmentRow(id=new_id("Fulfilment"), order_id=order.id, position=0, kind=kind, from_id=warehouse)
    if kind == "CARRY_OUT":
        row.status, row.done_at, row.from_id = "DONE", now, ask.sold_at_id or warehouse
        row.promised_at = row.estimated_at = now
    elif kind == "PICKUP":
        row.location_id, row.from_id = place_id, place_id or warehouse
        row.promised_at = row.estimated_at = now + READY_AFTER
        row.hold_until = now + KEPT_FOR_COLLECTION
    else:
        row.carrier_code = "parcel"
        row.promised_at = row.estimated_at = promise(now, ask.delivery_days)
    return row


async def _number(session: AsyncSession) -> str:
    """A number for receipts that nobody guesses from another: eight signs, checked to be free."""
    while True:
        number = "A" + "".join(secrets.choice("0123456789") for _ in range(8))
        taken = await session.exec(select(OrderRow.id).where(col(OrderRow.number) == number))
        if taken.first() is None:
            return number


async def _tell(session: AsyncSession, ask: OrderPlaced, order: OrderRow) -> None:
    payload = {
        "order_id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "channel": order.channel,
        "brand": order.brand_code,
        "placed_at": order.placed_at.isoformat(),
        "grand_total": {"amount": str(order.total), "currency": order.currency},
        "location_id": order.sold_at_id,
        "lines": [{"variant_id": line.variant_id, "quantity": line.quantity} for line in ask.lines],
    }
    await emit(session, "order.placed", order.id, payload)
    after_commit(session, f"order:{order.id}")
    if order.customer_id:
        after_commit(session, f"orders:{order.customer_id}")
