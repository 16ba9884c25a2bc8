"""The fulfilment subgraph, with its sample world or with orders of the test's own making."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette

from subgraphs.fulfilment.app import DOMAIN, create_app
from subgraphs.fulfilment.models import FulfilmentRow, OrderLineRow, OrderRow, PickTaskRow
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.samples.facts import load_facts
from subgraphs.fulfilment.service.building import LinePlaced, OrderPlaced, PaymentPlaced
from subgraphs.fulfilment.service.placing import place
from subgraphs.kit.app import create_subgraph
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_uuid
from subgraphs.kit.sample_world import customer, location, variant
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.tables import KIT

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADDRESS = {"lines": ["14 Larch Road"], "city": "London", "postcode": "N7 8LR", "country": "GB"}


def line(sku: str, units: int = 1, method: str = "SHIP", store: str | None = None, **changes: Any) -> LinePlaced:
    """A line at the sample world's price in pounds."""
    item = variant(sku)
    made = LinePlaced(
        variant_id=item.id,
        product_id=item.product_id,
        sku=sku,
        name=item.name,
        quantity=units,
        unit_price=item.gbp,
        discount=Decimal(0),
        method=method,
        location_id=location(store).id if store else None,
    )
    return replace(made, **changes)


def ask(*lines: LinePlaced, **changes: Any) -> OrderPlaced:
    """An order of Ada's in pounds that adds up."""
    subtotal = sum((each.unit_price * each.quantity for each in lines), Decimal(0))
    discount = sum((each.discount for each in lines), Decimal(0))
    delivery = changes.get("delivery", Decimal(0))
    total = subtotal - discount + delivery
    values: dict[str, Any] = {
        "cart_id": None,
        "customer_id": customer("ada").id,
        "brand_code": variant(lines[0].sku).brand if lines else "alder",
        "channel": "web",
        "currency": "GBP",
        "email": "Ada@Example.com",
        "phone": None,
        "shipping_address": ADDRESS,
        "sold_at_id": None,
        "lines": lines,
        "subtotal": subtotal,
        "discount": discount,
        "delivery": delivery,
        "tax": Decimal(0),
        "total": total,
        "payments": (PaymentPlaced("CARD", "Card ending 4242", total),),
    }
    return OrderPlaced(**{**values, **changes})


@dataclass
class Trade:
    """Orders placed through the service, and their rows read back."""

    shop: Any
    keys: int = 0

    @property
    def database(self):
        return self.shop.database

    async def place(self, *lines: LinePlaced, now: datetime | None = None, **changes: Any) -> OrderRow:
        self.keys += 1
        moment = now or datetime.now(UTC)
        order_id = await self.database.write(place, ask(*lines, **changes), f"key-{self.keys}", moment)
        return await self.order(order_id)

    async def order(self, order_id: str) -> OrderRow:
        return (await self.rows(OrderRow, OrderRow.id == order_id))[0]

    async def parts(self, order_id: str) -> list[FulfilmentRow]:
        rows = await self.rows(FulfilmentRow, FulfilmentRow.order_id == order_id)
        return sorted(rows, key=lambda row: row.position)

    async def lines(self, order_id: str) -> list[OrderLineRow]:
        rows = await self.rows(OrderLineRow, OrderLineRow.order_id == order_id)
        return sorted(rows, key=lambda row: row.position)

    async def tasks(self, order_id: str) -> list[PickTaskRow]:
        return await self.rows(PickTaskRow, PickTaskRow.order_id == order_id)

    async def rows(self, kind: Any, *conditions: Any) -> list[Any]:
        async def read(session):
            return list((await session.exec(select(kind).where(*conditions))).all())

        return await self.database.read(read)

    async def set(self, kind: Any, key: Any, **values: Any) -> None:
        async def write(session):
            row = await session.get_one(kind, key)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

        await self.database.write(write)

    async def told(self, topic: str | None = None) -> list[dict[str, Any]]:
        """Payloads of the events in the outbox, oldest first; of one topic, or with their topic."""

        async def read(session):
            rows = (await session.execute(KIT.outbox.select().order_by(KIT.outbox.c.id))).all()
            return [row.payload for row in rows if row.topic == topic] if topic else [row.topic for row in rows]

        return await self.database.read(read)

    async def hear(self, handle: Any, topic: str, payload: dict[str, Any]) -> None:
        """Let the subgraph hear an event."""
        event = Event(str(new_uuid()), topic, str(payload.get("order_id", "x")), 1, payload, datetime.now(UTC))
        await self.database.write(handle, event)

    def qr(self, order: OrderRow, at: datetime | None = None) -> str:
        return passes.payload(order.id, order.pickup_secret or "", at or datetime.now(UTC))


def knowing(settings: SubgraphSettings) -> Starlette:
    """The application; what others told it is all there is of the sample world."""
    return create_subgraph(replace(DOMAIN, samples=load_facts), settings)


@pytest.fixture
async def shop(subgraph):
    """A started fulfilment subgraph, samples loaded."""
    return await subgraph(create_app, sample_data=True)


@pytest.fixture
async def bare(subgraph):
    """A started fulfilment subgraph without orders; goods, stores and people are known."""
    return await subgraph(knowing, sample_data=True)


@pytest.fixture
def trade(bare):
    """Orders on a subgraph that had none."""
    return Trade(bare)


@pytest.fixture
def goods():
    """Builders of lines and orders: `goods.line`, `goods.ask`."""
    from types import SimpleNamespace

    return SimpleNamespace(line=line, ask=ask, NOW=NOW, ADDRESS=ADDRESS)
