"""Stock records, as staff see them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from subgraphs.inventory.loaders.levels import Levels, LevelsLoader, Slice
from subgraphs.inventory.loaders.stock import LevelById
from subgraphs.inventory.models import StockLevelRow
from subgraphs.inventory.rules import availability
from subgraphs.inventory.rules.privacy import SEES_STOCK_RECORDS
from subgraphs.inventory.types.place import Location
from subgraphs.inventory.types.stock import ProductVariant, location_of
from subgraphs.kit.context import Info
from subgraphs.kit.errors import Forbidden
from subgraphs.kit.fields import field
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.values import PageInfo


@strawberry.federation.type(description="The stock record of one variant at one location.", keys=["id"])
class StockLevel:
    row: strawberry.Private[StockLevelRow]
    id: strawberry.ID = field(description="Global id.")

    @field(description="Variant.")
    def variant(self) -> ProductVariant:
        return ProductVariant(id=strawberry.ID(self.row.variant_id))

    @field(description="Location.")
    async def location(self, info: Info) -> Location:
        return await location_of(info, self.row.location_id)

    on_hand: int = field(description="Units counted on the shelf or in the back.")
    reserved: int = field(description="Units held for carts, orders, try-ons and layaways.")
    inbound: int = field(description="Units on their way here.")
    safety_stock: int = field(description="Units kept back and never promised online.")
    available_to_promise: int = field(
        description="Units that can still be promised: on hand less reserved less safety stock, never under zero."
    )
    version: int = field(description="Rises by one with every change, so that a client can drop late news.")
    counted_at: datetime | None = field(description="When people last counted it; null when nobody has.")
    updated_at: datetime = field(description="When it last changed.")

    @classmethod
    def of(cls, row: StockLevelRow) -> Self:
        """The record as staff see it."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            on_hand=row.on_hand,
            reserved=row.reserved,
            inbound=row.inbound,
            safety_stock=row.safety_stock,
            available_to_promise=availability.available(row.on_hand, row.reserved, row.safety_stock),
            version=row.version,
            counted_at=row.counted_at,
            updated_at=row.updated_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """A record by its id, for those who may see records; the count of a shelf is nobody else's business."""
        if not info.context.viewer.has_any(*SEES_STOCK_RECORDS):
            raise Forbidden("Stock records need the scope staff:store, staff:agent or analytics:read")
        row = await info.context.loader(LevelById).load(id)
        return None if row is None else cls.of(row)


@strawberry.type(description="One stock record in a connection.")
class StockLevelEdge:
    cursor: str = field(description="Cursor of the item.")
    node: StockLevel = field(description="The record.")


@strawberry.type(description="A page of stock records.")
class StockLevelConnection:
    edges: list[StockLevelEdge] = field(description="Items with cursors.")
    nodes: list[StockLevel] = field(description="Items alone.")
    page_info: PageInfo = field(description="Where the page sits.")
    total_count: int = field(description="How many there are in all.")

    @classmethod
    async def load(
        cls,
        info: Info,
        loader: type[LevelsLoader],
        owner_id: str,
        first: int | None,
        after: str | None,
        *,
        low_only: bool = False,
    ) -> Self:
        """A page of the records of a place or a variant."""
        most = bounded(first, default=50, most=200)
        start = decode_cursor(after, str)
        part = Slice(most, start[0] if start else None, low_only)
        found = await info.context.loader(loader).load((owner_id, part)) or Levels((), 0)
        shown = page(found.rows, most, after, lambda row: (row.id,))
        return connection(cls, StockLevelEdge, shown, StockLevel.of, total_count=found.total)
