"""Products, variants, categories by their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BarcodeRow, CategoryRow, ProductRow, VariantRow
from subgraphs.kit.loaders import ListLoader, Loader, grouped


class ProductById(Loader[str, ProductRow]):
    """Product id → product."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ProductRow]:
        """Read products."""
        rows = await session.exec(select(ProductRow).where(col(ProductRow.id).in_(keys)))
        return {row.id: row for row in rows}


class VariantById(Loader[str, VariantRow]):
    """Variant id → variant."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, VariantRow]:
        """Read variants."""
        rows = await session.exec(select(VariantRow).where(col(VariantRow.id).in_(keys)))
        return {row.id: row for row in rows}


class VariantBySku(Loader[str, VariantRow]):
    """SKU → variant."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, VariantRow]:
        """Read variants."""
        rows = await session.exec(select(VariantRow).where(col(VariantRow.sku).in_(keys)))
        return {row.sku: row for row in rows}


class VariantsOf(ListLoader[str, VariantRow]):
    """Product id → its variants in display order, those no longer sold last."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[VariantRow]]:
        """Read variants."""
        order = (col(VariantRow.discontinued), col(VariantRow.position), col(VariantRow.id))
        rows = await session.exec(select(VariantRow).where(col(VariantRow.product_id).in_(keys)).order_by(*order))
        return grouped([(row.product_id, row) for row in rows])


class BarcodeByGtin(Loader[str, BarcodeRow]):
    """Fourteen digits → whose they are and how many units."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, BarcodeRow]:
        """Read barcodes."""
        rows = await session.exec(select(BarcodeRow).where(col(BarcodeRow.gtin).in_(keys)))
        return {row.gtin: row for row in rows}


class CategoryById(Loader[str, CategoryRow]):
    """Category id → category."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CategoryRow]:
        """Read categories."""
        rows = await session.exec(select(CategoryRow).where(col(CategoryRow.id).in_(keys)))
        return {row.id: row for row in rows}


class CategoriesBelow(ListLoader[str, CategoryRow]):
    """Category id → the categories right below, in display order."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[CategoryRow]]:
        """Read categories."""
        order = (col(CategoryRow.position), col(CategoryRow.slug))
        rows = await session.exec(select(CategoryRow).where(col(CategoryRow.parent_id).in_(keys)).order_by(*order))
        return grouped([(row.parent_id or "", row) for row in rows])
