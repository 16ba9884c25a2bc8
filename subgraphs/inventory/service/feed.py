"""The local stock feed: every record of every store of the channel's brand, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.availability import available
from subgraphs.inventory.rules.location import LocationKind, StoreService
from subgraphs.inventory.service.shelf import LEVELS, LOCATIONS

VARIANTS = Record.metadata.tables["variant"]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A record of the feed: ids, and the units the store can promise."""

    level_id: str
    variant_id: str
    sku: str
    store_code: str
    units: int
    pickup: bool
    pick_minutes: int

    @property
    def pickup_method(self) -> str:
        """How it can be collected, in the feed's words."""
        if not self.pickup:
            return "not supported"
        return "buy" if self.units else "ship to store"

    @property
    def pickup_sla(self) -> str:
        """When it can be collected, in the feed's words."""
        if self.units:
            return "same day" if self.pick_minutes <= 240 else "next day"
        return "2-day"


async def read_feed(
    session: AsyncSession, brand_code: str | None, since: datetime | None, first: int, after: str | None
) -> tuple[FeedLine, ...]:
    """Lines of the stores of a brand, by record id, one more than `first`; `since` keeps what changed after it."""
    columns = (
        LEVELS.c.id,
        LEVELS.c.variant_id,
        LEVELS.c.on_hand,
        LEVELS.c.reserved,
        LEVELS.c.safety_stock,
        VARIANTS.c.sku,
        LOCATIONS.c.code,
        LOCATIONS.c.services,
        LOCATIONS.c.pick_minutes,
    )
    statement = _lines(select(*columns), brand_code, since).order_by(LEVELS.c.id).limit(first + 1)
    rows: Sequence[Row[tuple[object, ...]]] = (
        await session.execute(statement if after is None else statement.where(LEVELS.c.id > after))
    ).all()
    return tuple(_line(row) for row in rows)


async def count_feed(session: AsyncSession, brand_code: str | None, since: datetime | None) -> int:
    """How many lines `read_feed` gives in all its pages; that takes a look at every record of the stores."""
    return int((await session.execute(_lines(select(func.count()), brand_code, since))).scalar_one())


def _lines(
    statement: Select[*tuple[object, ...]], brand_code: str | None, since: datetime | None
) -> Select[*tuple[object, ...]]:
    joined = (
        statement.select_from(LEVELS)
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
        .where(LOCATIONS.c.kind == LocationKind.STORE)
    )
    if brand_code is not None:
        joined = joined.where(LOCATIONS.c.brand_code == brand_code)
    return joined if since is None else joined.where(LEVELS.c.updated_at > since)


def _line(row: Row[tuple[object, ...]]) -> FeedLine:
    return FeedLine(
        level_id=row.id,
        variant_id=row.variant_id,
        sku=row.sku,
        store_code=row.code,
        units=available(row.on_hand, row.reserved, row.safety_stock),
        pickup=StoreService.PICKUP in row.services,
        pick_minutes=row.pick_minutes,
    )
