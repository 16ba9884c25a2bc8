"""Variants in the order feeds are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ProductRow, VariantRow
from subgraphs.catalog.service.reading import sold_in


async def feed_variants(
    session: AsyncSession, channels: tuple[str, ...], since: datetime | None, first: int, after: str | None
) -> tuple[Sequence[VariantRow], int]:
    """A page (and one more) of variants the channel sells, by id, changed since an instant; and how many in all.

    A change of a product or of a price counts as a change of its variants.
    """
    conditions: list[ColumnElement[bool]] = [
        col(VariantRow.discontinued).is_(False),
        sold_in(channels, col(VariantRow.product_id)),
        col(ProductRow.discontinued).is_(False),
    ]
    if since is not None:
        conditions.append(col(VariantRow.updated_at) > since)
    joined = col(ProductRow.id) == col(VariantRow.product_id)
    query = select(VariantRow).join(ProductRow, joined).where(*conditions)
    if after is not None:
        query = query.where(col(VariantRow.id) > after)
    rows = (await session.execute(query.order_by(col(VariantRow.id)).limit(first + 1))).scalars().all()
    total = select(func.count()).select_from(VariantRow).join(ProductRow, joined).where(*conditions)
    return rows, int((await session.execute(total)).scalar_one())
