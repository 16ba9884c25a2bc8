"""Goods sent, or handed over, in exchange for others: an order of its own, paid with what came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderLineRow, OrderRow, ReturnLineRow, VariantFactRow
from subgraphs.fulfilment.service.building import LinePlaced, OrderPlaced, PaymentPlaced, store
from subgraphs.fulfilment.service.placing import tell_gone
from subgraphs.kit.money import quantize

EXCHANGE = "exchange"
"""Where such an order comes from: reports of sales leave it out."""


async def send_in_exchange(
    session: AsyncSession,
    order: OrderRow,
    location_id: str | None,
    swapped: Sequence[tuple[OrderLineRow, ReturnLineRow]],
    now: datetime,
) -> str:
    """Place the order of what is given in exchange; gives its id. It costs what came back was paid for."""
    lines = []
    for goods, line in swapped:
        fact = await session.get_one(VariantFactRow, line.exchange_variant_id)
        lines.append(
            LinePlaced(
                variant_id=fact.variant_id,
                product_id=fact.product_id,
                sku=fact.sku,
                name=fact.name,
                quantity=line.quantity,
                unit_price=quantize(goods.unit_price - goods.discount / goods.quantity, order.currency),
                discount=Decimal(0),
                method="CARRY_OUT" if location_id else "SHIP",
                location_id=None,
            )
        )
    total = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    ask = OrderPlaced(
        cart_id=None,
        customer_id=order.customer_id,
        brand_code=order.brand_code,
        channel=order.channel,
        currency=order.currency,
        email=order.email,
        phone=order.phone,
        shipping_address=order.shipping_address,
        sold_at_id=location_id,
        lines=tuple(lines),
        subtotal=total,
        discount=Decimal(0),
        delivery=Decimal(0),
        tax=Decimal(0),
        total=total,
        payments=(PaymentPlaced("EXCHANGE", f"Exchanged for {order.number}", total),),
        source=EXCHANGE,
    )
    placed = await store(session, ask, now)
    # Sold once: the first order's sale stands, and its points; only the shelf hears of these goods.
    placed.sales, placed.sold_units = Decimal(0), 0
    session.add(placed)
    await tell_gone(session, ask, placed)
    return placed.id
