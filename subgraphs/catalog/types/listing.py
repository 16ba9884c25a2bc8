"""Listings in outside shops."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from subgraphs.catalog.loaders.goods import VariantById
from subgraphs.catalog.loaders.listing import ListingById
from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.models import ListingRow
from subgraphs.catalog.types.links import TheChannel
from subgraphs.catalog.types.variant import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.scalars import URL


@strawberry.enum(description="State of a listing in an outside shop.")
class ListingStatus(Enum):
    """See the descriptions."""

    PENDING = strawberry.enum_value("PENDING", description="Waiting to be sent.")
    SYNCED = strawberry.enum_value("SYNCED", description="Live and in step.")
    STALE = strawberry.enum_value("STALE", description="Live but behind our data.")
    REJECTED = strawberry.enum_value("REJECTED", description="Refused by the marketplace.")
    DELISTED = strawberry.enum_value("DELISTED", description="Taken down.")


@strawberry.federation.type(description="One complaint of a marketplace about a listing.")
class ListingIssue:
    """A complaint."""

    attribute: str | None = field(
        description="Attribute at fault, by its feed name; null when the listing as a whole is."
    )
    message: str = field(description="Text as the marketplace gave it.")


@strawberry.federation.type(description="A variant as listed in a marketplace or social shop.", keys=["id"])
class ChannelListing:
    """A listing."""

    row: strawberry.Private[ListingRow]
    id: strawberry.ID = field(description="Global id.")
    status: ListingStatus = field(description="Whether it is live there, and in step with our data.")
    external_id: str | None = field(description="Id given by the marketplace; null until it has taken the listing.")
    external_url: URL | None = field(description="Address in the marketplace; null until it has taken the listing.")
    synced_at: datetime | None = field(description="Last time both sides were in step; null before the first.")
    issues: list[ListingIssue] = field(description="What the marketplace complained about.", size=list_size(assumed=2))

    @field(description="Channel it is listed in.")
    async def channel(self, info: Info) -> TheChannel:
        """The channel."""
        from subgraphs.catalog.types.shop import Channel

        return Channel.of((await shop_of(info.context)).channels[self.row.channel_code])

    @field(description="Variant listed.")
    async def variant(self, info: Info) -> ProductVariant:
        """The variant."""
        row = await info.context.loader(VariantById).load(self.row.variant_id)
        if row is None:
            raise AssertionError("a listing's variant is kept as long as the listing")
        return ProductVariant.of(row)

    @classmethod
    def of(cls, row: ListingRow) -> Self:
        """The listing as stored."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            status=ListingStatus[row.status],
            external_id=row.external_id,
            external_url=None if row.external_url is None else URL(row.external_url),
            synced_at=row.synced_at,
            issues=[ListingIssue(attribute=one.get("attribute"), message=one["message"]) for one in row.issues],
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The listing, for staff and analysts; nobody else has a way to it."""
        if not info.context.viewer.has_any("catalog:write", "analytics:read"):
            return None
        row = await info.context.loader(ListingById).load(id)
        return None if row is None else cls.of(row)
