"""Reviews and ratings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Self

import strawberry

from subgraphs.catalog.loaders.content import ReviewById, ReviewCounts, ReviewsOf
from subgraphs.catalog.loaders.goods import ProductById
from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.models import ProductRow, ReviewRow
from subgraphs.catalog.types.links import TheChannel, TheCustomer, TheProduct
from subgraphs.catalog.types.node import Node
from subgraphs.kit.context import Context, Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.pagination import Page, decode_cursor, page
from subgraphs.kit.types.connections import page_info
from subgraphs.kit.types.values import PageInfo


@strawberry.enum(description="Order of reviews.")
class ReviewSort(Enum):
    """See the descriptions."""

    HELPFUL = strawberry.enum_value("HELPFUL", description="Most helpful first.")
    NEWEST = strawberry.enum_value("NEWEST", description="Newest first.")
    LOWEST = strawberry.enum_value("LOWEST", description="Fewest stars first.")


@strawberry.federation.type(description="Average rating of a product over all channels.")
class RatingSummary:
    """Kept with the product and brought up to date by every review."""

    average: float = field(description="Average from 1 to 5.", tags=("tv",))
    count: int = field(description="How many ratings.", tags=("tv",))
    histogram: list[int] = field(description="Ratings per star, one to five.", size=list_size(assumed=5))

    @classmethod
    def of(cls, row: ProductRow) -> Self | None:
        """The rating of a product; None before the first."""
        count = sum(row.stars)
        if not count:
            return None
        return cls(average=round(row.rating_milli / 1000, 1), count=count, histogram=list(row.stars))


@strawberry.federation.type(description="A customer's review.", keys=["id"])
class Review(Node):
    """A review; the writer's name is as shown then, whatever the account is called now."""

    row: strawberry.Private[ReviewRow]
    id: strawberry.ID = field(description="Global id.")
    author_name: str = field(description="Name shown beside it.")
    stars: int = field(description="Stars, 1 to 5.")
    title: str | None = field(description="Title; null when the writer gave none.")
    body: str = field(description="Text as the writer gave it.")
    verified_purchase: bool = field(description="True when the writer bought it in any channel.")
    created_at: datetime = field(description="When it was written.")
    helpful_count: int = field(description="People who found it helpful.")
    reply: str | None = field(description="The brand's answer; null while there is none.")

    @field(description="Product reviewed.")
    async def product(self, info: Info) -> TheProduct:
        """The product."""
        from subgraphs.catalog.types.product import Product

        row = await info.context.loader(ProductById).load(self.row.product_id)
        if row is None:
            raise AssertionError("a review's product is kept as long as the review")
        return Product.of(row)

    @field(description="Who wrote it; null when the account is gone.")
    def author(self) -> TheCustomer | None:
        """A stub of the customer."""
        from subgraphs.catalog.types.customer import Customer

        return None if self.row.author_id is None else Customer(id=strawberry.ID(self.row.author_id), segment_codes=[])

    @field(description="Channel it was written in.")
    async def channel(self, info: Info) -> TheChannel:
        """The channel."""
        from subgraphs.catalog.types.shop import Channel

        return Channel.of((await shop_of(info.context)).channels[self.row.channel_code])

    @classmethod
    def of(cls, row: ReviewRow) -> Self:
        """The review as stored."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            author_name=row.author_name,
            stars=row.stars,
            title=row.title,
            body=row.body,
            verified_purchase=row.verified_purchase,
            created_at=row.created_at,
            helpful_count=row.helpful_count,
            reply=row.reply,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The review with this id."""
        row = await info.context.loader(ReviewById).load(id)
        return None if row is None else cls.of(row)


@strawberry.federation.type(description="One review in a connection.")
class ReviewEdge:
    """A review and its place."""

    cursor: str = field(description="Cursor of the item.")
    node: Review = field(description="The review.")


@strawberry.federation.type(description="A page of reviews.")
class ReviewConnection:
    """Counts only when asked to."""

    count: strawberry.Private[Callable[[], Awaitable[int]]]
    edges: list[ReviewEdge] = field(description="Items with cursors.")
    nodes: list[Review] = field(description="Items alone, for small payloads.")
    page_info: PageInfo = field(description="Where the page sits.")

    @field(description="How many there are in all.")
    async def total_count(self) -> int:
        """Asked of the database when it is selected."""
        return await self.count()


_POSITIONS: dict[str, tuple[type, ...]] = {
    "HELPFUL": (int, str),
    "NEWEST": (datetime, str),
    "LOWEST": (int, datetime, str),
}


def _position(order: str, row: ReviewRow) -> tuple[Any, ...]:
    if order == "HELPFUL":
        return (row.helpful_count, row.id)
    return (row.created_at, row.id) if order == "NEWEST" else (row.stars, row.created_at, row.id)


def review_connection(found: Page[ReviewRow], count: Callable[[], Awaitable[int]]) -> ReviewConnection:
    """The connection of a page of reviews."""
    nodes = [Review.of(row) for row in found.items]
    return ReviewConnection(
        count=count,
        edges=[ReviewEdge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=page_info(found),
    )


async def reviews_of(
    context: Context, product_id: str, first: int, after: str | None, fewest: int | None, order: str
) -> ReviewConnection:
    """A page of a product's reviews; products asked for alike share a statement."""
    least = 1 if fewest is None else fewest
    if not 1 <= least <= 5:
        msg = f"minStars must be between 1 and 5, not {least}"
        raise BadUserInput(msg)
    position = decode_cursor(after, *_POSITIONS[order])
    rows: Sequence[ReviewRow] = await context.loader(ReviewsOf).load((product_id, order, least, first, position)) or ()

    async def count() -> int:
        return await context.loader(ReviewCounts).load((product_id, least)) or 0

    return review_connection(page(rows, first, after, lambda row: _position(order, row)), count)
