"""The inventory subgraph, with its sample world or with a town of the test's own making."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from subgraphs.inventory.app import DOMAIN, create_app
from subgraphs.inventory.models import LocationRow, Record
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.quantities import Line
from subgraphs.inventory.rules.reservation import ReservationKind
from subgraphs.inventory.service import catalogue, holds, shelf
from subgraphs.kit.app import create_subgraph
from subgraphs.kit.database import Database
from subgraphs.kit.ids import new_id
from subgraphs.kit.sample_world import customer
from subgraphs.kit.settings import SubgraphSettings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LEVELS, HOLDS, MOVEMENTS = (Record.metadata.tables[name] for name in ("stock_level", "reservation", "movement"))


def place(code: str, **changes: Any) -> LocationRow:
    """A store in London, open every hour of the year."""
    values: dict[str, Any] = {
        "id": new_id("Location"),
        "code": code,
        "name": code.title(),
        "kind": "STORE",
        "address_lines": ["1 High Street"],
        "city": "London",
        "postcode": "N1 1AA",
        "country": "GB",
        "latitude": 51.5,
        "longitude": -0.1,
        "time_zone": "Europe/London",
        "hours": [[day, 0, 1440] for day in range(1, 8)],
        "special_days": [],
        "services": ["PICKUP", "TRY_ON"],
        "promises_online": False,
        "currency": "GBP",
    }
    return LocationRow(**{**values, **changes})


@dataclass
class Town:
    """Places, variants and stock that a test makes as it goes, through the same functions that serve clients."""

    database: Database
    now: datetime = NOW
    asks: int = field(default=0)

    async def place(self, code: str, **changes: Any) -> str:
        row = place(code, **changes)

        async def save(session):
            session.add(row)

        await self.database.write(save)
        return row.id

    async def warehouse(self, code: str = "warehouse", **changes: Any) -> str:
        return await self.place(code, **{"kind": "WAREHOUSE", "promises_online": True, "services": [], **changes})

    async def variant(self, brand: str | None = None, **changes: Any) -> str:
        made = catalogue.Variant(
            id=new_id("ProductVariant"),
            sku=new_id("ProductVariant")[-12:].upper(),
            product_id=None,
            brand_code=brand,
            unit_value=Decimal(10),
            currency="GBP",
            **changes,
        )
        await self.database.write(catalogue.know_variants, [made], told=())
        return made.id

    async def stock(self, variant_id: str, place_id: str, units: int, safety: int = 0) -> str:
        """Receive units; gives the record's id."""
        record = shelf.level_id(variant_id, place_id)

        async def receive(session):
            await shelf.ensure(session, [(variant_id, place_id)], self.now)
            received = self.now - timedelta(days=1)
            change = shelf.Change(record, on_hand=units, movement=MovementKind.RECEIPT, at=received)
            await shelf.change(session, [change], self.now)
            await session.execute(LEVELS.update().where(LEVELS.c.id == record).values(safety_stock=safety))

        await self.database.write(receive)
        return record

    def ask(self, *lines: tuple[str, int], at: str | None = None, **changes: Any) -> holds.Ask:
        """An ask for a cart: (variant, units) each, at a place or wherever orders are prepared."""
        self.asks += 1
        wants = tuple(holds.Want(Line(variant_id, units), at) for variant_id, units in lines)
        return holds.Ask(**{"kind": ReservationKind.CART, "wants": wants, "request": f"ask-{self.asks}", **changes})

    async def hold(self, *lines: tuple[str, int], at: str | None = None, **changes: Any) -> list[str]:
        now = changes.pop("now", self.now)
        return await self.database.write(holds.hold, self.ask(*lines, at=at, **changes), now)

    async def level(self, record: str) -> Any:
        """The record's figures, read back."""

        async def read(session):
            return (await session.execute(select(LEVELS).where(LEVELS.c.id == record))).one()

        return await self.database.read(read)

    async def statuses(self, *hold_ids: str) -> list[str]:
        async def read(session):
            rows = await session.execute(select(HOLDS.c.id, HOLDS.c.status).where(HOLDS.c.id.in_(hold_ids)))
            found = {row.id: row.status for row in rows}
            return [found[each] for each in hold_ids]

        return await self.database.read(read)

    async def held(self, record: str) -> int:
        """Units of the ACTIVE holds of a record."""

        async def read(session):
            total = select(func.coalesce(func.sum(HOLDS.c.quantity), 0)).where(
                HOLDS.c.stock_level_id == record, HOLDS.c.status == "ACTIVE"
            )
            return int((await session.execute(total)).scalar_one())

        return await self.database.read(read)

    async def ledger(self, variant_id: str, *kinds: str) -> int:
        """Sum of the ledger's changes of a variant, of some kinds or all."""

        async def read(session):
            total = select(func.coalesce(func.sum(MOVEMENTS.c.change), 0)).where(MOVEMENTS.c.variant_id == variant_id)
            if kinds:
                total = total.where(MOVEMENTS.c.kind.in_(kinds))
            return int((await session.execute(total)).scalar_one())

        return await self.database.read(read)

    def later(self, **span: float) -> datetime:
        return self.now + timedelta(**span)


@pytest.fixture
async def shop(subgraph):
    """A started inventory subgraph, samples loaded."""
    return await subgraph(create_app, sample_data=True)


def without_sweep(settings: SubgraphSettings) -> Starlette:
    """The application without what gives holds back: a town's clock stands still, and the sweep's would run out on it."""
    return create_subgraph(replace(DOMAIN, background=()), settings)


@pytest.fixture
async def bare(subgraph):
    """A started inventory subgraph without any data."""
    return await subgraph(without_sweep)


@pytest.fixture
async def town(bare):
    """A town on a bare subgraph."""
    return Town(bare.database)


@pytest.fixture
def town_type():
    """For tests that make a town on a database of their own."""
    return Town


@pytest.fixture
def ada():
    """A sample customer who holds two jackets."""
    return customer("ada").id


@pytest.fixture
def ben():
    """Another sample customer."""
    return customer("ben").id
