"""Lines of product feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import strawberry

from subgraphs.catalog.loaders.goods import CategoryById, ProductById
from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.models import CategoryRow, ProductRow, VariantRow
from subgraphs.catalog.rules.feeds import custom_labels, feed_title
from subgraphs.catalog.service.feeding import count_variants
from subgraphs.catalog.types.tree import trail_of
from subgraphs.catalog.types.variant import ProductVariant
from subgraphs.kit.context import Context, Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.pagination import Page
from subgraphs.kit.scalars import URL
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.values import PageInfo


@strawberry.federation.type(description="One line of a product feed; names follow the Google Merchant specification.")
class FeedItem:
    """A variant as a marketplace lists it."""

    variant: ProductVariant = field(description="Variant the line is about.", tags=("feed",))
    item_group_id: strawberry.ID = field(description="Groups variants of one product.", tags=("feed",))
    title: str = field(description="Title cut to the feed's limit.", tags=("feed",))
    link: URL = field(description="Landing page in the channel.", tags=("feed",))
    condition: str = field(description="Condition of the goods: new, refurbished or used.", tags=("feed",))
    product_type: str = field(description="Category path in our own tree.", tags=("feed",))
    custom_labels: list[str] = field(description="Labels for campaigns.", tags=("feed",), size=list_size(assumed=3))


@strawberry.federation.type(description="One feed line in a connection.")
class FeedItemEdge:
    """A line and its place."""

    cursor: str = field(description="Cursor of the item.", tags=("feed",))
    node: FeedItem = field(description="The line.", tags=("feed",))


@strawberry.federation.type(description="A page of feed lines.")
class FeedItemConnection:
    """In the order of variant ids, so that a feed read page by page misses nothing."""

    channels: strawberry.Private[tuple[str, ...]]
    since: strawberry.Private[datetime | None]
    edges: list[FeedItemEdge] = field(description="Items with cursors.", tags=("feed",))
    nodes: list[FeedItem] = field(description="Items alone.", tags=("feed",))
    page_info: PageInfo = field(description="Where the page sits.", tags=("feed",))

    @field(description="How many there are in all.", tags=("feed",))
    async def total_count(self, info: Info) -> int:
        """One statement that looks at every line, when selected."""
        return await info.context.database.read(count_variants, self.channels, self.since)


async def feed_connection(
    context: Context, channels: tuple[str, ...], since: datetime | None, found: Page[VariantRow]
) -> FeedItemConnection:
    """A page of feed lines of a channel (first of its line); products and categories are read for all lines at once."""
    address = (await shop_of(context)).channels[channels[0]].address
    products = await context.loader(ProductById).load_many([row.product_id for row in found.items])
    by_id = {row.id: row for row in products if isinstance(row, ProductRow)}
    categories = await context.loader(CategoryById).load_many(sorted({row.category_id for row in by_id.values()}))
    found_rows = [row for row in categories if isinstance(row, CategoryRow)]
    trails = await asyncio.gather(*(trail_of(context, row) for row in found_rows))
    paths = {trail[-1].id: " > ".join(step.name for step in trail) for trail in trails}

    def show(row: VariantRow) -> FeedItem:
        product = by_id[row.product_id]
        return FeedItem(
            variant=ProductVariant.of(row),
            item_group_id=strawberry.ID(product.id),
            title=feed_title(row.name),
            link=URL(f"{address}/p/{quote(product.slug)}?sku={quote(row.sku)}"),
            condition="new",
            product_type=paths[product.category_id],
            custom_labels=custom_labels(product.badges, online_only=row.online_only),
        )

    items: Sequence[Any] = found.items
    return connection(
        FeedItemConnection,
        FeedItemEdge,
        Page(tuple(items), found.cursors, found.has_next_page, found.has_previous_page),
        show,
        channels=channels,
        since=since,
    )
