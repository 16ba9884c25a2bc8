"""The rows of a new order: its lines, split into what reaches the customer in one go, each with its promise."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
)
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.rules.delivery import Service, promise, service_of
from subgraphs.fulfilment.rules.status import ENDED, Part, order_status
from subgraphs.fulfilment.service import story, tasks
from subgraphs.kit.ids import new_id, stable_id
from subgraphs.kit.tables import KIT

KEPT_FOR_COLLECTION = timedelta(days=7)
READY_AFTER = timedelta(hours=2)
"""How long a store takes to prepare a collection."""
BROUGHT_AFTER = 2
"""Working days until goods are in another store, as long as the inventory has not said."""
WAREHOUSES = {"GBP": "DC-DAV", "EUR": "DC-LEJ"}
"""Currency → code of the warehouse that sends its orders."""
KINDS: Mapping[str, str] = {"PICKUP": "PICKUP", "SHIP_TO_STORE": "PICKUP", "CARRY_OUT": "CARRY_OUT"}
"""Way of a line → kind of what brings it; every other way is a SHIPMENT."""


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
    reservation_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentPlaced:
    """A payment as taken."""

    kind: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order as agreed, here or elsewhere; amounts in major units of one currency.

    source, external_number     where it came from and its number there; `shop` for orders placed here
    placed_at                   when, if not now
    """

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
    delivery_option: str | None = None
    reservation_ids: tuple[str, ...] = ()
    sold_by: str | None = None
    source: str = "shop"
    external_number: str | None = None
    placed_at: datetime | None = None


async def store(session: AsyncSession, ask: OrderPlaced, now: datetime) -> OrderRow:
    """Write a checked order: all its rows, the stores' tasks, the first lines of its story."""
    order = await _order(session, ask, ask.placed_at or now)
    lines = [_line(order.id, position, line) for position, line in enumerate(ask.lines)]
    service = service_of(ask.delivery_option, ask.currency)
    fulfilments, parts = _split(order, lines, service)
    await _name_places(session, fulfilments)
    order.status = order_status(
        [Part(each.kind, each.status, each.location_name, each.estimated_at) for each in fulfilments]
    )
    order.is_open = order.status not in ENDED
    order.promised_at = order.estimated_at = max(
        (each.promised_at for each in fulfilments if each.promised_at), default=None
    )
    session.add(order)
    await session.flush()
    session.add_all([*lines, *fulfilments])
    await session.flush()
    session.add_all(parts)
    session.add_all(
        OrderPaymentRow(order_id=order.id, position=position, kind=paid.kind, label=paid.label, amount=paid.amount)
        for position, paid in enumerate(ask.payments)
    )
    for kind, summary in (("PLACED", "Ordered"), ("PAID", "Paid")):
        story.happened(session, order, kind, order.placed_at, summary)
    for fulfilment in fulfilments:
        mine = [
            line
            for line in lines
            if any(p.order_line_id == line.id and p.fulfilment_id == fulfilment.id for p in parts)
        ]
        await tasks.open_for(session, order, fulfilment, mine, now)
    return order


async def _order(session: AsyncSession, ask: OrderPlaced, placed_at: datetime) -> OrderRow:
    order_id, secret = new_id("Order"), secrets.token_hex(16)
    earlier = None
    if ask.customer_id is not None:
        bought = select(OrderRow.id).where(OrderRow.customer_id == ask.customer_id, OrderRow.kind == "ORDER")
        earlier = (await session.exec(bought.limit(1))).first()
    return OrderRow(
        id=order_id,
        number=await free_number(session, "A"),
        placed_at=placed_at,
        brand_code=ask.brand_code,
        channel=ask.channel,
        source=ask.source,
        external_number=ask.external_number,
        sold_at_id=ask.sold_at_id,
        sold_by=ask.sold_by,
        cart_id=ask.cart_id,
        customer_id=ask.customer_id,
        email=ask.email.strip().lower() if ask.email else None,
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
        pickup_code=passes.short_code(order_id, secret),
        card_last_four=next(filter(None, (last_four(paid.kind, paid.label) for paid in ask.payments)), None),
        delivery_option=ask.delivery_option,
    )


def warehouse_of(currency: str) -> str:
    """Id of the warehouse that sends orders in this currency."""
    return stable_id("Location", WAREHOUSES.get(currency, WAREHOUSES["GBP"]))


def last_four(kind: str, label: str) -> str | None:
    """The digits a card's masked label ends in, e.g. "Card ending 4242"; None for other payments."""
    found = re.search(r"(\d{4})$", label) if kind == "CARD" else None
    return found[1] if found else None


async def free_number(session: AsyncSession, letter: str) -> str:
    """A number for receipts that nobody guesses from another: eight digits, checked to be free."""
    while True:
        number = letter + "".join(secrets.choice("0123456789") for _ in range(8))
        taken = await session.exec(select(OrderRow.id).where(col(OrderRow.number) == number))
        if taken.first() is None:
            return number


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
        reservation_id=line.reservation_id,
    )


def _split(
    order: OrderRow, lines: Sequence[OrderLineRow], service: Service | None
) -> tuple[list[FulfilmentRow], list[FulfilmentLineRow]]:
    """One fulfilment for each way and place: what is sent from where, what each store hands out, what was taken along."""
    groups: dict[tuple[str, str | None, bool], list[OrderLineRow]] = {}
    for line in lines:
        kind = KINDS.get(line.method, "SHIPMENT")
        place = None if kind == "CARRY_OUT" else line.location_id
        groups.setdefault((kind, place, line.method == "SHIP_TO_STORE"), []).append(line)
    fulfilments, parts = [], []
    for position, ((kind, place_id, brought), mine) in enumerate(groups.items()):
        row = _fulfilment(order, kind, place_id, brought, service)
        row.position = position
        fulfilments.append(row)
        parts += [
            FulfilmentLineRow(fulfilment_id=row.id, order_line_id=line.id, quantity=line.quantity) for line in mine
        ]
    return fulfilments, parts


def _fulfilment(
    order: OrderRow, kind: str, place_id: str | None, brought: bool, service: Service | None
) -> FulfilmentRow:
    warehouse = warehouse_of(order.currency)
    now = order.placed_at
    row = FulfilmentRow(id=new_id("Fulfilment"), order_id=order.id, position=0, kind=kind, from_id=warehouse)
    if kind == "CARRY_OUT":
        row.status, row.done_at, row.from_id = "DONE", now, order.sold_at_id or warehouse
        row.promised_at = row.estimated_at = now
    elif kind == "PICKUP":
        row.location_id, row.from_id = place_id, warehouse if brought else place_id or warehouse
        row.promised_at = row.estimated_at = promise(now, BROUGHT_AFTER) if brought else now + READY_AFTER
        row.hold_until = row.promised_at + KEPT_FOR_COLLECTION
    else:
        row.from_id = place_id or warehouse
        row.carrier_code = service.carrier if service else "parcel"
        row.cost = service.base if service else Decimal(0)
        row.promised_at = row.estimated_at = promise(now, service.days if service else 3)
    return row


async def _name_places(session: AsyncSession, fulfilments: Sequence[FulfilmentRow]) -> None:
    """Keep the names of the stores with the order: a glance at it then asks nobody."""
    places = {row.location_id for row in fulfilments if row.location_id}
    if not places:
        return
    table = KIT.names
    found = await session.execute(
        select(table.c.code, table.c.name).where(table.c.kind == "location", table.c.code.in_(sorted(places)))
    )
    names = {row.code: row.name for row in found}
    for row in fulfilments:
        row.location_name = names.get(row.location_id or "")
