"""The rows of a new order: its lines, split into what reaches the customer in one go, each with its promise."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
    VariantFactRow,
)
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.rules.delivery import service_of
from subgraphs.fulfilment.rules.status import ENDED, Part, order_status
from subgraphs.fulfilment.service import story, tasks
from subgraphs.fulfilment.service.splitting import LinePlaced, Place, SourcePlaced, part_of, split
from subgraphs.kit.ids import new_id, stable_id
from subgraphs.kit.tables import KIT

__all__ = ["LinePlaced", "OrderPlaced", "PaymentPlaced", "SourcePlaced", "free_number", "store", "warehouse_of"]
WAREHOUSES = {"GBP": "DC-DAV", "EUR": "DC-LEJ"}
"""Currency → code of the warehouse that sends its orders."""


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
    opens_account               the customer is a guest whose account is opened with the order
    ordered_ahead               to be ready at the minute the customer named
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
    ordered_ahead: bool = False
    opens_account: bool = False


async def store(session: AsyncSession, ask: OrderPlaced, now: datetime) -> OrderRow:
    """Write a checked order: all its rows, the stores' tasks, the first lines of its story."""
    order = await _order(session, ask, ask.placed_at or now)
    lines = [_line(order.id, position, line) for position, line in enumerate(ask.lines)]
    service = service_of(ask.delivery_option, ask.currency)
    groups = split(ask.lines, _from(order), order.placed_at)
    fulfilments = [part_of(order, position, group, service) for position, group in enumerate(groups)]
    await _name_places(session, fulfilments)
    order.cost = await _cost(session, ask) + sum((each.cost for each in fulfilments), Decimal(0))
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
    session.add_all(
        FulfilmentLineRow(fulfilment_id=part.id, order_line_id=lines[index].id, quantity=units)
        for part, group in zip(fulfilments, groups, strict=True)
        for index, units in group.units
    )
    session.add_all(
        OrderPaymentRow(order_id=order.id, position=position, kind=paid.kind, label=paid.label, amount=paid.amount)
        for position, paid in enumerate(ask.payments)
    )
    for kind, summary in (("PLACED", "Ordered"), ("PAID", "Paid")):
        story.happened(session, order, kind, order.placed_at, summary)
    for part, group in zip(fulfilments, groups, strict=True):
        task = tasks.kind_of(part, in_store=group.in_store, ahead=ask.ordered_ahead)
        if task is not None:
            wanted = [(lines[index].variant_id, units) for index, units in group.units]
            await tasks.open_for(session, order, part, task, wanted, now)
    await tasks.sold_from_hold(session, [line.reservation_id for line in lines if line.reservation_id], now)
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
        by_guest=ask.source == "shop" and (ask.customer_id is None or ask.opens_account),
        first_of_customer=ask.customer_id is not None and earlier is None,
        shipping_address=ask.shipping_address,
        pickup_secret=secret,
        pickup_code=passes.short_code(order_id, secret),
        card_last_four=next(filter(None, (last_four(paid.kind, paid.label) for paid in ask.payments)), None),
        delivery_option=ask.delivery_option,
    )


def _from(order: OrderRow) -> Place:
    """Where goods come from that nobody said a place of."""
    return Place(warehouse=warehouse_of(order.currency), till=order.sold_at_id)


async def _cost(session: AsyncSession, ask: OrderPlaced) -> Decimal:
    """What the goods cost the shop, as far as the catalogue told it in the order's currency."""
    wanted = sorted({line.variant_id for line in ask.lines})
    statement = select(VariantFactRow).where(
        col(VariantFactRow.variant_id).in_(wanted), VariantFactRow.unit_cost_currency == ask.currency
    )
    costs = {row.variant_id: row.unit_cost or Decimal(0) for row in await session.exec(statement)}
    return sum((costs.get(line.variant_id, Decimal(0)) * line.quantity for line in ask.lines), Decimal(0))


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
        reservation_id=line.reservation_id or (line.sources[0].reservation_id if len(line.sources) == 1 else None),
    )


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
