"""The sample world's orders: one in every state, told from the day the database is filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    CarrierRow,
    FulfilmentLineRow,
    FulfilmentRow,
    OrderEventRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
    Record,
)
from subgraphs.fulfilment.rules.status import ENDED, Part, order_status
from subgraphs.kit import names
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import BRANDS, CHANNELS, LOCATIONS, customer, location, variant

ADDRESSES = {
    "ada": {"lines": ["14 Larch Road"], "city": "London", "postcode": "N7 8LR", "country": "GB"},
    "ben": {"lines": ["3 Canal Street"], "city": "Manchester", "postcode": "M1 3WD", "country": "GB"},
    "chiara": {"lines": ["Flat 2, 80 Pentonville Road"], "city": "London", "postcode": "N1 9HS", "country": "GB"},
    "deniz": {"lines": ["Kantstraße 41"], "city": "Berlin", "postcode": "10625", "country": "DE"},
    "emil": {"lines": ["Lange Reihe 9"], "city": "Hamburg", "postcode": "20099", "country": "DE"},
}
WAREHOUSE = {"GBP": "DC-DAV", "EUR": "DC-LEJ"}


@dataclass(frozen=True, slots=True)
class Story:
    """One order: who, where, what, and how far it has come.

    days    ago it was placed
    ahead   hours it is expected before (after, when negative) it was promised
    """

    number: str
    who: str
    channel: str
    currency: str
    items: tuple[tuple[str, int], ...]
    kind: str
    status: str
    days: int
    ahead: int = 0
    store: str | None = None


STORIES: tuple[Story, ...] = (
    Story(
        "A10000001",
        "ada",
        "app",
        "GBP",
        (("ALD-THR-WOO", 1), ("ALD-MUG-STO-SND", 4)),
        "PICKUP",
        "READY",
        1,
        3,
        "LON-OXF",
    ),
    Story("A10000002", "ada", "web", "GBP", (("ALD-RUG-JUT-S", 1),), "SHIPMENT", "IN_TRANSIT", 2, 26),
    Story("A10000003", "ada", "store", "GBP", (("ALD-CAN-CED", 2),), "CARRY_OUT", "DONE", 20, 0, "LON-OXF"),
    Story("A10000004", "ada", "web", "GBP", (("ALD-LIN-BED-DBL", 1), ("ALD-LIN-TOW-WHT", 2)), "SHIPMENT", "DONE", 45),
    Story("A10000005", "ben", "app", "GBP", (("ALD-SHO-TRL-42", 1),), "SHIPMENT", "PREPARING", 1, -20),
    Story("A10000006", "ben", "marketplace", "GBP", (("ALD-GRI-COF", 1),), "SHIPMENT", "CANCELLED", 12),
    Story("A10000007", "chiara", "velvet-web", "GBP", (("VEL-FND-240", 1),), "PICKUP", "PENDING", 0, 0, "LON-KGX"),
    Story("A10000008", "chiara", "velvet-store", "GBP", (("VEL-FND-240", 1),), "CARRY_OUT", "DONE", 60, 0, "LON-KGX"),
    Story("A10000009", "deniz", "web", "EUR", (("ALD-JKT-RAI-M", 1),), "SHIPMENT", "IN_TRANSIT", 3, 0),
    Story("A10000010", "emil", "store", "EUR", (("ALD-VAS-STE-WHT", 1),), "CARRY_OUT", "DONE", 9, 0, "BER-KUD"),
)
EVENTS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "PENDING": (),
    "PREPARING": (("PICKING", "Being picked", 20),),
    "IN_TRANSIT": (("PICKING", "Being picked", 20), ("SHIPPED", "Handed to the carrier", 26)),
    "READY": (("PICKING", "Being picked", 2), ("READY_FOR_PICKUP", "Ready to collect", 4)),
    "DONE": (("DELIVERED", "With the customer", 30),),
    "CANCELLED": (("CANCELLED", "Called off", 3),),
}
"""State → what happened on the way to it: kind, summary, hours after the order."""


async def load(session: AsyncSession) -> None:
    """Fill a new database, in the caller's transaction."""
    await names.remember(session, "brand", BRANDS)
    await names.remember(session, "channel", CHANNELS)
    await names.remember(session, "location", {place.id: place.name for place in LOCATIONS})
    session.add_all([CarrierRow(code="parcel", name="Parcel Post"), CarrierRow(code="courier", name="City Courier")])
    now = datetime.now(UTC).replace(microsecond=0)
    told = [_tell(story, now) for story in STORIES]
    for wave in range(3):
        session.add_all([row for rows in told for row in rows[wave]])
        await session.flush()


def _tell(story: Story, now: datetime) -> tuple[list[Record], list[Record], list[Record]]:
    """The rows of an order, in the order they may be written."""
    order_id = stable_id("Order", "sample", story.number)
    placed = now - timedelta(days=story.days, hours=2)
    promised = placed + timedelta(days=0 if story.kind == "CARRY_OUT" else 5)
    place = location(story.store) if story.store else None
    fulfilment = FulfilmentRow(
        id=stable_id("Fulfilment", story.number),
        order_id=order_id,
        position=0,
        kind=story.kind,
        status=story.status,
        from_id=place.id if place else location(WAREHOUSE[story.currency]).id,
        location_id=place.id if place and story.kind == "PICKUP" else None,
        location_name=place.name if place else None,
        carrier_code="parcel" if story.kind == "SHIPMENT" else None,
        tracking_number=f"PP{story.number[1:]}GB" if story.kind == "SHIPMENT" and story.status != "PREPARING" else None,
        promised_at=promised,
        estimated_at=promised - timedelta(hours=story.ahead),
        hold_until=now + timedelta(days=6) if story.kind == "PICKUP" else None,
    )
    lines = [_line(story, order_id, position, sku, units) for position, (sku, units) in enumerate(story.items)]
    order = _order(story, order_id, placed, fulfilment, lines)
    rest: list[Record] = [
        FulfilmentLineRow(fulfilment_id=fulfilment.id, order_line_id=line.id, quantity=line.quantity) for line in lines
    ]
    label = "Cash at the counter" if story.kind == "CARRY_OUT" else "Card ending 4242"
    rest.append(OrderPaymentRow(order_id=order_id, position=0, kind="CARD", label=label, amount=order.total))
    happened = (("PLACED", "Ordered", 0), ("PAID", "Paid", 0), *EVENTS[story.status])
    rest += [
        OrderEventRow(
            id=stable_id("OrderEvent", story.number, kind),
            order_id=order_id,
            kind=kind,
            at=min(now, placed + timedelta(hours=hours)),
            summary=summary,
            fulfilment_id=fulfilment.id if hours else None,
        )
        for kind, summary, hours in happened
    ]
    return [order], [*lines, fulfilment], rest


def _order(
    story: Story, order_id: str, placed: datetime, fulfilment: FulfilmentRow, lines: list[OrderLineRow]
) -> OrderRow:
    subtotal = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    delivery = Decimal("4.95") if story.kind == "SHIPMENT" and subtotal < 60 else Decimal(0)
    total = subtotal + delivery
    rate = Decimal("0.20") if story.currency == "GBP" else Decimal("0.19")
    part = Part(fulfilment.kind, fulfilment.status, fulfilment.location_name, fulfilment.estimated_at)
    status = order_status([part])
    return OrderRow(
        id=order_id,
        number=story.number,
        status=status,
        is_open=status not in ENDED,
        placed_at=placed,
        brand_code=variant(story.items[0][0]).brand,
        channel=story.channel,
        sold_at_id=location(story.store).id if story.store and story.kind == "CARRY_OUT" else None,
        customer_id=customer(story.who).id,
        email=customer(story.who).email,
        currency=story.currency,
        subtotal=subtotal,
        delivery=delivery,
        tax=(total * rate / (1 + rate)).quantize(Decimal("0.01")),
        total=total,
        sales=total,
        sold_units=sum(line.quantity for line in lines),
        cost=(subtotal * Decimal("0.55")).quantize(Decimal("0.01")),
        first_of_customer=story.number in {"A10000004", "A10000006", "A10000008", "A10000009", "A10000010"},
        shipping_address=ADDRESSES[story.who] if story.kind == "SHIPMENT" else None,
        pickup_secret=stable_id("OrderEvent", "secret", story.number),
        promised_at=fulfilment.promised_at,
        estimated_at=fulfilment.estimated_at,
    )


def _line(story: Story, order_id: str, position: int, sku: str, units: int) -> OrderLineRow:
    item = variant(sku)
    methods = {"PICKUP": "PICKUP", "CARRY_OUT": "CARRY_OUT"}
    return OrderLineRow(
        id=stable_id("OrderLine", story.number, str(position)),
        order_id=order_id,
        position=position,
        variant_id=item.id,
        product_id=item.product_id,
        sku=sku,
        name=item.name,
        quantity=units,
        unit_price=item.gbp if story.currency == "GBP" else item.eur,
        method=methods.get(story.kind, "SHIP"),
        location_id=location(story.store).id if story.store and story.kind == "PICKUP" else None,
    )
