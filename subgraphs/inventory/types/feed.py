"""Stock per store for marketplaces; names follow the Google local inventory specification."""

from __future__ import annotations

from datetime import datetime

import strawberry

from subgraphs.inventory.service.feed import count_feed
from subgraphs.inventory.types.enums import AvailabilityStatus, QuantityBand
from subgraphs.inventory.types.stock import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field
from subgraphs.kit.types.values import PageInfo

_FEED = ("feed",)


@strawberry.type(description="One line of a local stock feed.")
class LocalFeedItem:
    variant: ProductVariant = field(description="Variant the line is about.", tags=_FEED)
    store_code: str = field(description="Code of the store, as Location.code has it.", tags=_FEED)
    availability: AvailabilityStatus = field(description="What a shopper may expect in that store.", tags=_FEED)
    band: QuantityBand = field(description="Rough amount there.", tags=_FEED)
    pickup_method: str = field(
        description="How it can be collected: buy, reserve, ship to store or not supported.", tags=_FEED
    )
    pickup_sla: str = field(description="When it can be collected: same day, next day or a number of days.", tags=_FEED)


@strawberry.type(description="One local feed line in a connection.")
class LocalFeedItemEdge:
    cursor: str = field(description="Cursor of the item.", tags=_FEED)
    node: LocalFeedItem = field(description="The line.", tags=_FEED)


@strawberry.type(description="A page of local feed lines.")
class LocalFeedItemConnection:
    brand_code: strawberry.Private[str | None]
    since: strawberry.Private[datetime | None]
    edges: list[LocalFeedItemEdge] = field(description="Items with cursors.", tags=_FEED)
    nodes: list[LocalFeedItem] = field(description="Items alone.", tags=_FEED)
    page_info: PageInfo = field(description="Where the page sits.", tags=_FEED)

    @field(description="How many there are in all.", tags=_FEED)
    async def total_count(self, info: Info) -> int:
        """One statement that looks at every line, when selected."""
        return await info.context.database.read(count_feed, self.brand_code, self.since)
