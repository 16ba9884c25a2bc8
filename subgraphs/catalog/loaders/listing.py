"""Listings in marketplaces and social shops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ImportJobRow, ListingRow, VariantRow
from subgraphs.kit.loaders import ListLoader, Loader, grouped


class ListingsOf(ListLoader[str, ListingRow]):
    """Product id → listings of its variants."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[ListingRow]]:
        """Read listings."""
        query = select(col(VariantRow.product_id), ListingRow)
        query = query.join(VariantRow, col(VariantRow.id) == col(ListingRow.variant_id))
        query = query.where(col(VariantRow.product_id).in_(keys))
        rows = await session.execute(query.order_by(col(ListingRow.channel_code), col(VariantRow.position)))
        return grouped([(product_id, row) for product_id, row in rows])


class ListingById(Loader[str, ListingRow]):
    """Listing id → listing."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ListingRow]:
        """Read listings."""
        rows = await session.execute(select(ListingRow).where(col(ListingRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}


class JobById(Loader[str, ImportJobRow]):
    """Job id → run of the importer."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ImportJobRow]:
        """Read runs."""
        rows = await session.execute(select(ImportJobRow).where(col(ImportJobRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}
