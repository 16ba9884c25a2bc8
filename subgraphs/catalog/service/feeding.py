"""Variants in the order feeds are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ProductRow, VariantRow
from subgraphs.catalog.service.reading import sold_in


async def feed_variants(
    session: AsyncSession, channels: tuple[str, ...], since: datetime | None, first: int, after: str | None
) -> Sequence[VariantRow]:
    """A page (and one more) of variants the channel sells, by id, changed since an instant.

    A change of a product or of a price counts as a change of its variants.
    """
    query = _of_feed(select(VariantRow), channels, since)
    if after is not None:
        query = query.where(col(VariantRow.id) > after)
    return (await session.execute(query.order_by(col(VariantRow.id)).limit(first + 1))).scalars().all()


async def count_variants(session: AsyncSession, channels: tuple[str, ...], since: datetime | None) -> int:
    """How many variants `feed_variants` gives in all its pages; that takes a look at every one."""
    query = _of_feed(select(func.count()).select_from(VariantRow), channels, since)
    return int((await session.execute(query)).scalar_one())


def _of_feed(query: Select[Any], channels: tuple[str, ...], since: datetime | None) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [
        col(VariantRow.discontinued).is_(False),
        sold_in(channels, col(VariantRow.product_id)),
        col(ProductRow.discontinued).is_(False),
    ]
    if since is not None:
        conditions.append(col(VariantRow.updated_at) > since)
    joined = col(ProductRow.id) == col(VariantRow.product_id)
    return query.join(ProductRow, joined).where(*conditions)
