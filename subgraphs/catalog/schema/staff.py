"""What staff and analysts ask: runs of the importer, reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import strawberry

from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.service import searches
from subgraphs.catalog.service.listings import health
from subgraphs.catalog.types.jobs import ImportJob
from subgraphs.catalog.types.reports import ListingHealth, SearchTermStat
from subgraphs.catalog.types.shop import Channel
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.values import DateRangeInput


@strawberry.type
class StaffQuery:
    """Fields of Query that need a scope."""

    @field(description="A run of the importer; null when there is none.", tags=("staff",), scopes=[["catalog:write"]])
    async def import_job(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> ImportJob | None:
        """By id."""
        return await ImportJob.resolve_reference(info, id)

    @field(
        description="How listings are doing in each marketplace and social shop.",
        tags=("analyst",),
        size=list_size(assumed=8),
        scopes=[["analytics:read"]],
    )
    async def listing_health_report(self, info: Info) -> list[ListingHealth]:
        """Shops with listings, by code."""
        shop = await shop_of(info.context)
        return [
            ListingHealth(
                channel=Channel.of(shop.channels[one.channel]),
                synced=one.synced,
                stale=one.stale,
                rejected=one.rejected,
                price_mismatches=one.mismatches,
            )
            for one in await info.context.database.read(health, datetime.now(UTC))
        ]

    @field(
        description="What people searched for and whether they found it.",
        tags=("analyst",),
        size=list_size(slicing=["first"]),
        cost=20,
        scopes=[["analytics:read"]],
    )
    async def search_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at.")],
        channel: Annotated[ChannelCode | None, argument("Channel to keep; all when left out.")] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most terms, up to 1,000, the most searched first.")] = 50,
    ) -> list[SearchTermStat]:
        """Terms searched for most first; `clickRate` is the share among searches of people who were signed in."""
        count = bounded(first, default=50, most=1_000)
        if range.to < range.from_:
            raise BadUserInput("range.to is before range.from")
        await searches.flush(info.context.database)
        read = info.context.database.read
        return [
            SearchTermStat(
                term=one.term,
                searches=one.searches,
                zero_result_rate=one.empty / one.searches,
                # A search at midnight may be followed on the next day: never more than all.
                click_rate=min(one.followed / one.known, 1.0) if one.known else 0.0,
            )
            for one in await read(searches.report, range.from_, range.to, channel or None, count)
        ]
