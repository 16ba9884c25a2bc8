"""Products picked for a person or for everyone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BoughtRow, CollectedRow, CollectionRow, ProductRow
from subgraphs.catalog.service.reading import sold_in


async def pick(
    session: AsyncSession, channels: tuple[str, ...], segments: tuple[str, ...], customer_id: str | None, first: int
) -> list[ProductRow]:
    """The first products for someone: those of their segments' collections in turn, then best sellers.

    Left out is what they bought before and what the channel does not sell.
    """
    chosen: dict[str, ProductRow] = {}
    if segments:
        query = _open(channels, customer_id)
        query = query.join(CollectedRow, col(CollectedRow.product_id) == col(ProductRow.id))
        query = query.join(CollectionRow, col(CollectionRow.id) == col(CollectedRow.collection_id))
        query = query.where(col(CollectionRow.segment_code).in_(segments))
        # Position first: the first of every collection before the second of any.
        query = query.order_by(col(CollectedRow.position), col(CollectionRow.position), col(ProductRow.id))
        rows = (await session.execute(query.limit(first * 4))).scalars()
        chosen = {row.id: row for row in rows}
    if len(chosen) < first:
        for row in await best_sellers(session, channels, customer_id, first + len(chosen), 0):
            chosen.setdefault(row.id, row)
    return list(chosen.values())[:first]


async def best_sellers(
    session: AsyncSession, channels: tuple[str, ...], customer_id: str | None, first: int, offset: int
) -> Sequence[ProductRow]:
    """Best sellers of the channel, without what the customer bought."""
    query = _open(channels, customer_id).order_by(col(ProductRow.units_sold).desc(), col(ProductRow.id))
    return (await session.execute(query.offset(offset).limit(first))).scalars().all()


def _open(channels: tuple[str, ...], customer_id: str | None) -> Select[ProductRow]:
    query = select(ProductRow).where(
        sold_in(channels, col(ProductRow.id)),
        col(ProductRow.discontinued).is_(False),
        col(ProductRow.members_only).is_(False),
    )
    if customer_id is not None:
        bought = select(col(BoughtRow.product_id)).where(col(BoughtRow.customer_id) == customer_id)
        query = query.where(col(ProductRow.id).not_in(bought))
    return query


async def newest(session: AsyncSession, channels: tuple[str, ...], first: int, offset: int) -> Sequence[ProductRow]:
    """What came last."""
    query = _open(channels, None).order_by(col(ProductRow.created_at).desc(), col(ProductRow.id))
    return (await session.execute(query.offset(offset).limit(first))).scalars().all()
