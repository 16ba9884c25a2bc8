"""What the catalogue adds to a customer: products picked for them and the reviews they wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import strawberry

from subgraphs.catalog.loaders.content import ReviewCountsBy, ReviewsBy
from subgraphs.catalog.loaders.shop import line_of
from subgraphs.catalog.rules.access import may_see
from subgraphs.catalog.service.picks import pick
from subgraphs.catalog.types.links import TheProduct, TheReviews
from subgraphs.catalog.types.node import Node
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.stubs import OWNER_TEXT


@strawberry.federation.type(description=OWNER_TEXT["Customer"], keys=["id"])
class Customer(Node):
    """A customer, owned by the customer service."""

    id: strawberry.ID = field(description="Global id.")
    segment_codes: list[str] = field(
        description="Codes of the segments the customer is in; read from the customer service to personalise.",
        external=True,
    )

    @field(
        description="Products picked for this customer.",
        tags=("tv",),
        requires=["segmentCodes"],
        size=list_size(slicing=["first"]),
        cost=10,
    )
    async def recommended_products(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 50.")] = 10,
        channel: Annotated[
            ChannelCode | None, argument("Channel to pick for; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> list[TheProduct]:
        """From the collections of their segments, then best sellers; nothing they have, nothing they cannot buy here.

        What is picked tells what someone has and likes: of another customer it is an empty list.
        """
        from subgraphs.catalog.types.product import Product

        if not may_see(info.context.viewer, str(self.id)):
            return []
        count = bounded(first, default=10, most=50)
        channels = await line_of(info.context, channel or None)
        rows = await info.context.database.read(pick, channels, tuple(self.segment_codes), self.id, count)
        return [Product.of(row) for row in rows]

    @field(description="Reviews the customer wrote.", size=connection_size())
    async def reviews(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 50.")] = 10,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> TheReviews:
        """Newest first."""
        from subgraphs.catalog.types.review import review_connection

        number = bounded(first, default=10, most=50)
        position = decode_cursor(after or None, datetime, str)
        rows = await info.context.loader(ReviewsBy).load((self.id, number, position)) or ()

        async def count() -> int:
            return await info.context.loader(ReviewCountsBy).load(self.id) or 0

        found = page(rows, number, after or None, lambda row: (row.created_at, row.id))
        return review_connection(found, count)

    @classmethod
    async def resolve_reference(cls, id: str, segment_codes: list[str] | None = None) -> Self:
        """The customer with this id; whether there is one, their owner knows."""
        return cls(id=strawberry.ID(id), segment_codes=segment_codes or [])
