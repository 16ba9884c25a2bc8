"""Rows of the sample orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderEventRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
    Record,
)
from subgraphs.fulfilment.rules.passes import short_code
from subgraphs.fulfilment.rules.status import ENDED, Part, order_status
from subgraphs.fulfilment.samples.stories import STORIES, Story
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import customer, location, variant

ADDRESSES: dict[str, dict[str, Any]] = {
    "ada": {"lines": ["14 Larch Road"], "city": "London", "postcode": "N7 8LR", "country": "GB"},
    "ben": {"lines": ["3 Canal Street"], "city": "Manchester", "postcode": "M1 3WD", "country": "GB"},
    "chiara": {"lines": ["Flat 2, 80 Pentonville Road"], "city": "London", "postcode": "N1 9HS", "country": "GB"},
    "deniz": {"lines": ["Kantstraße 41"], "city": "Berlin", "postcode": "10625", "country": "DE"},
    "emil": {"lines": ["Lange Reihe 9"], "city": "Hamburg", "postcode": "20099", "country": "DE"},
}
WAREHOUSE = {"GBP": "DC-DAV", "EUR": "DC-LEJ"}
EVENTS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "PENDING": (),
    "PREPARING": (("PICKING", "Being picked", 20),),
    "IN_TRANSIT": (("PICKING", "Being picked", 20), ("SHIPPED", "Handed to the carrier", 26)),
    "READY": (("PICKING", "Being picked", 2), ("READY_FOR_PICKUP", "Ready to collect", 4)),
    "DONE": (("DELIVERED", "With the customer", 30),),
    "CANCELLED": (("CANCELLED", "Called off", 3),),
}
"""State → what happened on the way to it: kind, summary, hours after the order."""
FIRST = {
    who: max((story for story in STORIES if story.who == who), key=lambda story: story.days).number for who in ADDRESSES
}
"""Customer → number of the oldest order."""


async def load_orders(session: AsyncSession, now: datetime) -> None:
    """Write the orders, in waves: what is referred to comes first."""
    told = [_tell(story, now) for story in STORIES]
    for wave in range(3):
        session.add_all([row for rows in told for row in rows[wave]])
        await session.flush()


def _tell(story: Story, now: datetime) -> tuple[list[Record], list[Record], list[Record]]:
    """The rows of an order, in the order they may be written."""
    placed = now - timedelta(days=story.days, hours=2)
    items = (*story.items, *story.later)
    lines = [_line(story, position, sku, units) for position, (sku, units) in enumerate(items)]
    first = _fulfilment(story, placed, now)
    parts = [first]
    if story.later:
        second = _second(story, placed)
        parts.append(second)
    carried: list[Record] = [
        FulfilmentLineRow(
            fulfilment_id=parts[position >= len(story.items)].id, order_line_id=line.id, quantity=line.quantity
        )
        for position, line in enumerate(lines)
    ]
    order = _order(story, placed, parts, lines)
    carry_out = story.kind == "CARRY_OUT"
    kind, label = ("CASH", "Cash at the counter") if carry_out else ("CARD", "Card ending 4242")
    refunded = order.total if story.status == "CANCELLED" else _returned(lines)
    payment = OrderPaymentRow(
        order_id=story.id, position=0, kind=kind, label=label, amount=order.total, refunded=refunded
    )
    return [order], [*lines, *parts], [*carried, payment, *_events(story, first, placed, now)]


def _fulfilment(story: Story, placed: datetime, now: datetime) -> FulfilmentRow:
    place = location(story.store) if story.store else None
    promised = placed + timedelta(hours=0 if story.kind == "CARRY_OUT" else 5 * 24)
    shipped = story.kind == "SHIPMENT"
    done = placed if story.kind == "CARRY_OUT" else min(now, placed + timedelta(hours=30))
    return FulfilmentRow(
        id=story.part_id,
        order_id=story.id,
        position=0,
        kind=story.kind,
        status=story.status,
        from_id=place.id if place else location(WAREHOUSE[story.currency]).id,
        location_id=place.id if place and story.kind == "PICKUP" else None,
        location_name=place.name if place and story.kind == "PICKUP" else None,
        carrier_code="parcel" if shipped else None,
        tracking_number=f"PP{story.number[1:]}GB" if shipped and story.status in {"IN_TRANSIT", "DONE"} else None,
        cost=Decimal("4.95") if shipped else Decimal(0),
        promised_at=promised,
        estimated_at=promised - timedelta(hours=story.ahead),
        hold_until=now + timedelta(days=6) if story.kind == "PICKUP" else None,
        sent_at=placed + timedelta(hours=26) if shipped and story.status in {"IN_TRANSIT", "DONE"} else None,
        ready_at=placed + timedelta(hours=4) if story.kind == "PICKUP" and story.status in {"READY", "DONE"} else None,
        arrived_at=done - timedelta(minutes=6) if story.kind == "PICKUP" and story.status == "DONE" else None,
        done_at=done if story.status == "DONE" else None,
    )


def _second(story: Story, placed: datetime) -> FulfilmentRow:
    promised = placed + timedelta(days=story.days + 2)
    return FulfilmentRow(
        id=stable_id("Fulfilment", story.number, "2"),
        order_id=story.id,
        position=1,
        kind="SHIPMENT",
        status="PENDING",
        from_id=location(WAREHOUSE[story.currency]).id,
        carrier_code="parcel",
        cost=Decimal("4.95"),
        promised_at=promised,
        estimated_at=promised,
    )


def _events(story: Story, part: FulfilmentRow, placed: datetime, now: datetime) -> list[Record]:
    happened = (("PLACED", "Ordered", 0), ("PAID", "Paid", 0), *EVENTS[story.status])
    return [
        OrderEventRow(
            id=stable_id("OrderEvent", story.number, kind),
            order_id=story.id,
            kind=kind,
            at=min(now, placed + timedelta(hours=hours)),
            summary=summary,
            fulfilment_id=part.id if hours else None,
        )
        for kind, summary, hours in happened
    ]


def _returned(lines: list[OrderLineRow]) -> Decimal:
    return sum((line.unit_price * line.returned_quantity for line in lines), Decimal(0))


def _order(story: Story, placed: datetime, parts: list[FulfilmentRow], lines: list[OrderLineRow]) -> OrderRow:
    subtotal = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    delivery = Decimal("4.95") if story.kind == "SHIPMENT" and subtotal < 60 else Decimal(0)
    total = subtotal + delivery
    rate = Decimal("0.20") if story.currency == "GBP" else Decimal("0.19")
    status = order_status([Part(part.kind, part.status, part.location_name, part.estimated_at) for part in parts])
    if all(line.returned_quantity == line.quantity for line in lines):
        status = "RETURNED"
    secret = stable_id("OrderEvent", "secret", story.number)
    person = customer(story.who)
    return OrderRow(
        id=story.id,
        number=story.number,
        status=status,
        is_open=status not in ENDED,
        placed_at=placed,
        brand_code=variant(story.items[0][0]).brand,
        channel=story.channel,
        sold_at_id=location(story.store).id if story.store and story.kind == "CARRY_OUT" else None,
        customer_id=person.id,
        email=person.email,
        phone=person.phone,
        currency=story.currency,
        subtotal=subtotal,
        delivery=delivery,
        tax=(total * rate / (1 + rate)).quantize(Decimal("0.01")),
        total=total,
        sales=total,
        sold_units=sum(line.quantity for line in lines),
        cost=(subtotal * Decimal("0.55")).quantize(Decimal("0.01")),
        first_of_customer=story.number == FIRST[story.who],
        shipping_address=ADDRESSES[story.who] if story.kind == "SHIPMENT" else None,
        pickup_secret=secret,
        pickup_code=short_code(story.id, secret),
        card_last_four=None if story.kind == "CARRY_OUT" else "4242",
        promised_at=max(part.promised_at for part in parts if part.promised_at),
        estimated_at=max(part.estimated_at for part in parts if part.estimated_at),
    )


def _line(story: Story, position: int, sku: str, units: int) -> OrderLineRow:
    item = variant(sku)
    methods = {"PICKUP": "PICKUP", "CARRY_OUT": "CARRY_OUT"}
    return OrderLineRow(
        id=story.line_id(position),
        order_id=story.id,
        position=position,
        variant_id=item.id,
        product_id=item.product_id,
        sku=sku,
        name=item.name,
        quantity=units,
        returned_quantity=story.returned[position] if story.returned else 0,
        called_off_quantity=units if story.status == "CANCELLED" else 0,
        unit_price=item.gbp if story.currency == "GBP" else item.eur,
        method=methods.get(story.kind, "SHIP"),
        location_id=location(story.store).id if story.store and story.kind == "PICKUP" else None,
    )
