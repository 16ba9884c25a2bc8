"""What is sold where and for how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import AssortmentRow, PastPriceRow, PriceRow
from subgraphs.kit.loaders import ListLoader, Loader, grouped

VariantIn = tuple[str, tuple[str, ...]]
"""A variant id and channel codes."""

PriceKey = tuple[str, str, str]
"""Channel code, variant id, currency."""


class PricesOf(ListLoader[VariantIn, PriceRow]):
    """(variant id, channels) → its price rows in those channels, in the order of the channels."""

    async def fetch(self, session: AsyncSession, keys: Sequence[VariantIn]) -> Mapping[VariantIn, Sequence[PriceRow]]:
        """Read prices of all variants in all the channels asked for at once."""
        codes = sorted({code for _, channels in keys for code in channels})
        ids = sorted({variant_id for variant_id, _ in keys})
        query = select(PriceRow).where(col(PriceRow.variant_id).in_(ids), col(PriceRow.channel_code).in_(codes))
        rows = grouped([(row.variant_id, row) for row in await session.exec(query)])
        found: dict[VariantIn, Sequence[PriceRow]] = {}
        for variant_id, channels in keys:
            rank = {code: index for index, code in enumerate(channels)}
            mine = [row for row in rows.get(variant_id, ()) if row.channel_code in rank]
            found[variant_id, channels] = sorted(mine, key=lambda row: rank[row.channel_code])
        return found


class StatesOf(Loader[str, Mapping[str, str]]):
    """Product id → what each channel that has a word on it does with it."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Read assortments."""
        found: dict[str, dict[str, str]] = {key: {} for key in keys}
        for row in await session.exec(select(AssortmentRow).where(col(AssortmentRow.product_id).in_(keys))):
            found[row.product_id][row.channel_code] = row.state
        return found


class PastPrices(ListLoader[PriceKey, tuple[datetime, Decimal]]):
    """(channel, variant, currency) → what was asked since when, oldest first."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[PriceKey]
    ) -> Mapping[PriceKey, Sequence[tuple[datetime, Decimal]]]:
        """Read past prices."""
        # Column by column, which may read a few more: of IN over pairs SQLite reads the whole table.
        parts = (col(PastPriceRow.channel_code), col(PastPriceRow.variant_id), col(PastPriceRow.currency))
        wanted = (part.in_(sorted(set(values))) for part, values in zip(parts, zip(*keys, strict=True), strict=True))
        rows = await session.exec(select(PastPriceRow).where(*wanted).order_by(col(PastPriceRow.since)))
        return grouped([((row.channel_code, row.variant_id, row.currency), (row.since, row.asked)) for row in rows])
