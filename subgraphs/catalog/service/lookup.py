"""Single things by what people call them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import CategoryRow, CollectionRow, ExperienceRow, ProductRow, TermRow
from subgraphs.catalog.service.reading import LAST, state_in


async def product_by_slug(session: AsyncSession, slug: str, brand: str, channels: tuple[str, ...]) -> ProductRow | None:
    """The product with this slug: the channel's own brand's first, else any the channel sells, else any."""
    rows = (await session.execute(select(ProductRow).where(col(ProductRow.slug) == slug).limit(20))).scalars().all()
    if len(rows) < 2:
        return rows[0] if rows else None
    rank = case(
        (col(ProductRow.brand_code) == brand, 0), (state_in(channels, col(ProductRow.id)) == "SOLD", 1), else_=2
    )
    query = select(ProductRow).where(col(ProductRow.slug) == slug).order_by(rank, col(ProductRow.id)).limit(1)
    return (await session.execute(query)).scalars().first()


async def category_by_slug(session: AsyncSession, slug: str) -> CategoryRow | None:
    """The category with this slug."""
    return (await session.execute(select(CategoryRow).where(col(CategoryRow.slug) == slug))).scalars().first()


async def top_categories(session: AsyncSession) -> Sequence[CategoryRow]:
    """Roots of the tree, in display order."""
    query = select(CategoryRow).where(col(CategoryRow.parent_id).is_(None))
    return (await session.execute(query.order_by(col(CategoryRow.position), col(CategoryRow.slug)))).scalars().all()


async def collection_by_slug(session: AsyncSession, slug: str) -> CollectionRow | None:
    """The collection with this slug."""
    return (await session.execute(select(CollectionRow).where(col(CollectionRow.slug) == slug))).scalars().first()


async def edition(
    session: AsyncSession, code: str, channels: tuple[str, ...], now: datetime, *, preview: bool
) -> ExperienceRow | None:
    """The edition of a page that the nearest channel of the line has: published, or for a preview the latest of all."""
    query = select(ExperienceRow).where(col(ExperienceRow.code) == code, col(ExperienceRow.channel_code).in_(channels))
    if not preview:
        query = query.where(col(ExperienceRow.publish_at) <= now)
    rank = case({channel: place for place, channel in enumerate(channels)}, value=col(ExperienceRow.channel_code))
    order = (rank, col(ExperienceRow.publish_at).desc(), col(ExperienceRow.edition).desc())
    return (await session.execute(query.order_by(*order).limit(1))).scalars().first()


async def completions(
    session: AsyncSession, words: Sequence[str], channels: tuple[str, ...], first: int
) -> Sequence[ProductRow]:
    """Products one of whose names' words begins with the last word and that have all the others; best sellers first."""
    query = select(ProductRow).where(
        col(ProductRow.discontinued).is_(False), state_in(channels, col(ProductRow.id)).in_(("SOLD", "SHOWN"))
    )
    for word in words:
        term = col(TermRow.term)
        named = select(col(TermRow.product_id)).where(term >= word, term < word + LAST, col(TermRow.weight) >= 3)
        query = query.where(col(ProductRow.id).in_(named))
    query = query.order_by(col(ProductRow.units_sold).desc(), col(ProductRow.id)).limit(first)
    return (await session.execute(query)).scalars().all()


async def categories_named(session: AsyncSession, slug_prefix: str, first: int) -> Sequence[CategoryRow]:
    """Categories whose slug begins so."""
    slug = col(CategoryRow.slug)
    query = select(CategoryRow).where(slug >= slug_prefix, slug < slug_prefix + LAST).order_by(slug).limit(first)
    return (await session.execute(query)).scalars().all()
