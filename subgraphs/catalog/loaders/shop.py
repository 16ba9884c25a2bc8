"""Brands and channels: few, needed by almost every field, read whole once a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import AssortmentRow, BrandRow, ChannelRow, MemberRow, ProductRow, SegmentedRow
from subgraphs.catalog.rules.channels import line, status_at
from subgraphs.catalog.service.reading import sold_in
from subgraphs.kit.context import Context
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.loaders import ListLoader, Loader, grouped


@dataclass(frozen=True, slots=True)
class Shop:
    """All brands and channels by code, in display order."""

    brands: Mapping[str, BrandRow]
    channels: Mapping[str, ChannelRow]

    def line(self, code: str) -> tuple[str, ...]:
        """The channel and those it falls back to, nearest first.

        Raises  `BadUserInput` for a code that names no channel.
        """
        found = line(code, {row.code: row.inherits_from for row in self.channels.values()})
        if not found:
            msg = f"There is no channel {code!r}; the field `channels` lists them"
            raise BadUserInput(msg)
        return found

    def status(self, code: str) -> str:
        """The state the channel is in now."""
        row = self.channels[code]
        return status_at(row.status, row.retires_at, datetime.now(UTC))

    def currency(self, code: str) -> str:
        """The channel's default currency."""
        return self.channels[code].currencies[0]


class ShopLoader(Loader[str, Shop]):
    """The shop under the key `shop`: `await shop_of(context)`."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Shop]:
        """Read every brand and channel."""
        brands = await session.exec(select(BrandRow).order_by(col(BrandRow.position), col(BrandRow.code)))
        channels = await session.exec(select(ChannelRow).order_by(col(ChannelRow.position), col(ChannelRow.code)))
        shop = Shop({row.code: row for row in brands}, {row.code: row for row in channels})
        return dict.fromkeys(keys, shop)


class ProductCounts(Loader[str, int]):
    """Channel code → number of products sold there."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, int]:
        """Count, one channel after the other: staff ask for a few at a time."""
        shop = (await ShopLoader(self.context).fetch(session, ("shop",)))["shop"]
        parents = {row.code: row.inherits_from for row in shop.channels.values()}
        found: dict[str, int] = {}
        for code in keys:
            channels = line(code, parents)
            listed = select(col(AssortmentRow.product_id)).where(col(AssortmentRow.channel_code).in_(channels))
            query = select(func.count()).where(col(ProductRow.id).in_(listed), sold_in(channels, col(ProductRow.id)))
            found[code] = (await session.exec(query)).one()
        return found


class TierOf(Loader[tuple[str, str], str]):
    """(customer id, brand code) → the tier in that brand's programme."""

    async def fetch(self, session: AsyncSession, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Read memberships."""
        people, brands = (sorted(set(values)) for values in zip(*keys, strict=True))
        query = select(MemberRow).where(col(MemberRow.customer_id).in_(people), col(MemberRow.brand_code).in_(brands))
        rows = await session.exec(query)
        return {(row.customer_id, row.brand_code): row.tier for row in rows}


class SegmentsOf(ListLoader[str, str]):
    """Customer id → codes of the segments they are in."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Read segments."""
        query = select(SegmentedRow).where(col(SegmentedRow.customer_id).in_(keys))
        rows = await session.exec(query.order_by(col(SegmentedRow.segment_code)))
        return grouped([(row.customer_id, row.segment_code) for row in rows])


async def shop_of(context: Context) -> Shop:
    """The brands and channels of this request."""
    shop = await context.loader(ShopLoader).load("shop")
    if shop is None:
        raise AssertionError("the loader always answers")
    return shop


async def line_of(context: Context, channel: str | None) -> tuple[str, ...]:
    """The line of inheritance of the channel asked for, or else of the caller's."""
    return (await shop_of(context)).line(channel or context.channel)
