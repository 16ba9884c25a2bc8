"""An order is placed: checked, stored, told to the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.errors import UnbalancedOrder
from subgraphs.fulfilment.models import OrderRow
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.rules.delivery import service_of
from subgraphs.fulfilment.service import inviting
from subgraphs.fulfilment.service.building import (
    LinePlaced,
    OrderPlaced,
    PaymentPlaced,
    SourcePlaced,
    store,
    warehouse_of,
)
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.idempotency import once
from subgraphs.kit.outbox import emit

__all__ = ["LinePlaced", "OrderPlaced", "PaymentPlaced", "SourcePlaced", "place", "tell", "tell_gone"]


async def place(session: AsyncSession, ask: OrderPlaced, key: str, now: datetime) -> str:
    """Take an order; the same key gives the same order's id however often it is sent.

    Raises  InvalidInput for an order without lines or one sent nowhere, UnbalancedOrder
    """
    _check(ask)

    async def work() -> str:
        order = await store(session, ask, now)
        await tell(session, ask, order)
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
    service = service_of(ask.delivery_option, ask.currency)
    if service is None or (service.currency != ask.currency and ask.delivery_option is not None):
        raise InvalidInput("There is no such way of delivery; ask for options again.", ("input", "deliveryOptionId"))
    goods = sum((line.unit_price * line.quantity for line in ask.lines), Decimal(0))
    if goods != ask.subtotal or goods - ask.discount + ask.delivery != ask.total:
        raise UnbalancedOrder("The order does not add up to its total.", ("input", "total"))


async def tell(session: AsyncSession, ask: OrderPlaced, order: OrderRow) -> None:
    """Tell the others of a new order, and of goods that are gone with the customer."""
    payload = {
        **_payload(ask, order),
        "order_token": passes.token(
            order.id, order.pickup_secret or order.id, order.link_round, order.placed_at + passes.INVITED_FOR
        ),
        "lines": [{"variant_id": line.variant_id, "quantity": line.quantity} for line in ask.lines],
    }
    payload |= {"source": ask.source, "discount": str(order.discount)}
    for told, line in zip(payload["lines"], ask.lines, strict=True):
        told["unit_price"] = str(line.unit_price)
    await emit(session, "order.placed", order.id, payload)
    if ask.source == "shop" and order.phone:
        await inviting.tell(session, order, order.placed_at)
    await tell_gone(session, ask, order)


async def tell_gone(session: AsyncSession, ask: OrderPlaced, order: OrderRow) -> None:
    """Tell the inventory of goods that are gone already, so that they leave the shelf."""
    gone = list(_gone(ask))
    if gone:
        place = order.sold_at_id or warehouse_of(order.currency)
        payload = {**_payload(ask, order), "location_id": place, "lines": gone}
        await emit(session, "order.recorded", order.id, payload)


def _payload(ask: OrderPlaced, order: OrderRow) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "channel": order.channel,
        "brand": order.brand_code,
        "placed_at": order.placed_at.isoformat(),
        "grand_total": {"amount": str(order.total), "currency": order.currency},
        "location_id": order.sold_at_id,
        "external_number": ask.external_number,
    }


def _gone(ask: OrderPlaced) -> Iterator[dict[str, Any]]:
    """Lines whose goods are gone already, with the hold they were under.

    1. A sale made elsewhere promised all of its goods, and so does an exchange; nothing is held for them.
    2. A line that was carried out says which hold its units were under.
    """
    if ask.source != "shop":
        yield from ({"variant_id": line.variant_id, "quantity": line.quantity} for line in ask.lines)
        return
    for line in ask.lines:
        if line.method != "CARRY_OUT":
            continue
        for source in line.sources:
            yield {
                "variant_id": line.variant_id,
                "quantity": source.quantity,
                "reservation_id": source.reservation_id,
            }
        if not line.sources:
            yield {"variant_id": line.variant_id, "quantity": line.quantity}
