"""Counts, the discrepancies they find, and how well system and shelf agree."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

import strawberry

from subgraphs.inventory.loaders.counts import DiscrepancyById
from subgraphs.inventory.loaders.stock import LevelById
from subgraphs.inventory.models import DiscrepancyRow
from subgraphs.inventory.rules.privacy import SEES_COUNTS
from subgraphs.inventory.types.enums import DiscrepancyCause, DiscrepancyStatus
from subgraphs.inventory.types.level import StockLevel
from subgraphs.inventory.types.place import Location
from subgraphs.inventory.types.stock import ProductVariant, location_of
from subgraphs.kit.context import Info
from subgraphs.kit.errors import Forbidden
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.types.errors import InvalidInputError, NotFoundError, WrongStateError
from subgraphs.kit.types.stubs import Channel
from subgraphs.kit.types.values import Money, PageInfo


@strawberry.federation.type(
    description="A difference between what a channel shows and what the shelf holds.", keys=["id"]
)
class StockDiscrepancy:
    row: strawberry.Private[DiscrepancyRow]
    id: strawberry.ID = field(description="Global id.")

    @field(description="Variant that was counted.")
    def variant(self) -> ProductVariant:
        return ProductVariant(id=strawberry.ID(self.row.variant_id))

    @field(description="Place where it was counted.")
    async def location(self, info: Info) -> Location:
        return await location_of(info, self.row.location_id)

    system_quantity: int = field(description="Units the system said there were.")
    counted_quantity: int = field(description="Units found on the shelf.")

    @field(description="Units found less units the system had; negative when some are missing.")
    def difference(self) -> int:
        return self.counted_quantity - self.system_quantity

    @field(description="Channels that went on offering it while the shelf was empty.", size=list_size(assumed=2))
    def oversold_in(self) -> list[Channel]:
        return [Channel.of(code) for code in self.row.oversold_in]

    cause: DiscrepancyCause = field(description="Why it came about; UNKNOWN until it is resolved.")
    status: DiscrepancyStatus = field(description="Whether it is still to be looked into.")
    detected_at: datetime = field(description="When it was noticed.")
    resolved_at: datetime | None = field(description="When it was put right; null while it is open.")

    @classmethod
    def of(cls, row: DiscrepancyRow) -> Self:
        """The discrepancy as staff and analysts see it."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            system_quantity=row.system_quantity,
            counted_quantity=row.counted_quantity,
            cause=DiscrepancyCause(row.cause),
            status=DiscrepancyStatus(row.status),
            detected_at=row.detected_at,
            resolved_at=row.resolved_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """A discrepancy by its id, for those who may see counts."""
        if not info.context.viewer.has_any(*SEES_COUNTS):
            raise Forbidden("Stock discrepancies need the scope staff:store or analytics:read")
        row = await info.context.loader(DiscrepancyById).load(id)
        return None if row is None else cls.of(row)


@strawberry.type(description="One discrepancy in a connection.")
class StockDiscrepancyEdge:
    cursor: str = field(description="Cursor of the item.")
    node: StockDiscrepancy = field(description="The discrepancy.")


@strawberry.type(description="A page of discrepancies.")
class StockDiscrepancyConnection:
    edges: list[StockDiscrepancyEdge] = field(description="Items with cursors.")
    nodes: list[StockDiscrepancy] = field(description="Items alone.")
    page_info: PageInfo = field(description="Where the page sits.")
    total_count: int = field(description="How many there are in all.")


@strawberry.type(description="How well system and shelf agree over one span.")
class StockAccuracyPoint:
    bucket: date = field(description="First day of the bucket.")
    counted: int = field(description="Stock records counted in that time.")
    accuracy: float = field(description="Share of counted records that agreed, 0 to 1.")
    discrepancies: int = field(description="Discrepancies found in that time.")
    failed_orders: int = field(description="Orders that could not be met because of a discrepancy.")
    shrinkage: Money = field(description="Value of units that were found missing.")


@strawberry.type(description="Stock after scans.")
class StockScanSuccess:
    stock_levels: list[StockLevel] = field(description="Records changed.")
    discrepancies: list[StockDiscrepancy] = field(description="Differences found.")

    @classmethod
    async def load(cls, info: Info, level_ids: tuple[str, ...], discrepancy_ids: tuple[str, ...]) -> Self:
        """Records and discrepancies with these ids."""
        levels = await info.context.loader(LevelById).load_many(list(level_ids))
        found = await info.context.loader(DiscrepancyById).load_many(list(discrepancy_ids))
        return cls(
            stock_levels=[StockLevel.of(row) for row in levels if row is not None],
            discrepancies=[StockDiscrepancy.of(row) for row in found if row is not None],
        )


StockScanResult = Annotated[
    StockScanSuccess | InvalidInputError | NotFoundError,
    strawberry.union(name="StockScanResult", description="Outcome of scans."),
]


@strawberry.type(description="The discrepancy after it was put right.")
class DiscrepancySuccess:
    discrepancy: StockDiscrepancy = field(description="The discrepancy.")

    @classmethod
    async def load(cls, info: Info, discrepancy_id: str) -> Self:
        """The discrepancy that the caller just put right."""
        row = await info.context.loader(DiscrepancyById).load(discrepancy_id)
        if row is None:
            raise LookupError(discrepancy_id)
        return cls(discrepancy=StockDiscrepancy.of(row))


DiscrepancyResolveResult = Annotated[
    DiscrepancySuccess | NotFoundError | WrongStateError | InvalidInputError,
    strawberry.union(name="DiscrepancyResolveResult", description="Outcome of putting a discrepancy right."),
]
