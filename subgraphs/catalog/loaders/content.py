"""Reviews, collections and related products; lists of many parents in one statement each, by window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import (
    CollectedRow,
    CollectionRow,
    ContentRow,
    ExperienceRow,
    ProductRow,
    PromotionRow,
    RelatedRow,
    ReviewRow,
)
from subgraphs.catalog.service.reading import after_position, sold_in
from subgraphs.kit.loaders import ListLoader, Loader, grouped

ReviewsKey = tuple[str, str, int, int, tuple[Any, ...] | None]
"""Product id, order (HELPFUL, NEWEST, LOWEST), fewest stars, how many, position to start after."""

SetKey = tuple[str, tuple[str, ...], int, int]
"""Collection id, the channel's line, how many, position in the collection to start after (-1 for the start)."""

AuthorKey = tuple[str, int, tuple[Any, ...] | None]
"""Customer id, how many, position to start after."""

RELATED_MOST = 30
"""Related products read for each product; a page shows fewer."""


class ReviewsOf(ListLoader[ReviewsKey, ReviewRow]):
    """Reviews of a product, one page and one more. Products asked for in the same way share a statement."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[ReviewsKey]
    ) -> Mapping[ReviewsKey, Sequence[ReviewRow]]:
        """Read the pages."""
        found: dict[ReviewsKey, Sequence[ReviewRow]] = {}
        for way, same in grouped([(key[1:], key[0]) for key in keys]).items():
            rows = await session.execute(_reviews(same, *way))
            by_product = grouped([(row.product_id, row) for row in rows.scalars()])
            found |= {(product_id, *way): by_product.get(product_id, ()) for product_id in same}
        return found


class ReviewsBy(ListLoader[AuthorKey, ReviewRow]):
    """Reviews a customer wrote, newest first, one page and one more. Customers asked for in the same way share a statement."""

    async def fetch(self, session: AsyncSession, keys: Sequence[AuthorKey]) -> Mapping[AuthorKey, Sequence[ReviewRow]]:
        """Read the pages."""
        found: dict[AuthorKey, Sequence[ReviewRow]] = {}
        for (first, after), same in grouped([(key[1:], key[0]) for key in keys]).items():
            query = _reviews(same, "NEWEST", 0, first, after, by=col(ReviewRow.author_id))
            rows = grouped([(str(row.author_id), row) for row in (await session.execute(query)).scalars()])
            found |= {(author, first, after): rows.get(author, ()) for author in same}
        return found


class ReviewCountsBy(Loader[str, int]):
    """Customer id → how many reviews they wrote."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, int]:
        """Count."""
        author = col(ReviewRow.author_id)
        query = select(author, func.count()).where(author.in_(keys)).group_by(author)
        counted = {str(row[0]): int(row[1]) for row in await session.execute(query)}
        return {key: counted.get(key, 0) for key in keys}


class ReviewById(Loader[str, ReviewRow]):
    """Review id → review."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ReviewRow]:
        """Read reviews."""
        rows = await session.execute(select(ReviewRow).where(col(ReviewRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}


class ReviewCounts(Loader[tuple[str, int], int]):
    """(product id, fewest stars) → number of reviews."""

    async def fetch(self, session: AsyncSession, keys: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        """Count by product and stars."""
        ids = sorted({product_id for product_id, _ in keys})
        query = select(col(ReviewRow.product_id), col(ReviewRow.stars), func.count())
        query = query.where(col(ReviewRow.product_id).in_(ids)).group_by(
            col(ReviewRow.product_id), col(ReviewRow.stars)
        )
        counts = grouped([(product_id, (stars, count)) for product_id, stars, count in await session.execute(query)])
        return {
            (product_id, fewest): sum(count for stars, count in counts.get(product_id, ()) if stars >= fewest)
            for product_id, fewest in keys
        }


class CollectionsOf(ListLoader[str, CollectionRow]):
    """Product id → collections it is part of."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[CollectionRow]]:
        """Read collections."""
        query = select(col(CollectedRow.product_id), CollectionRow)
        query = query.join(CollectionRow, col(CollectionRow.id) == col(CollectedRow.collection_id))
        query = query.where(col(CollectedRow.product_id).in_(keys))
        rows = await session.execute(query.order_by(col(CollectionRow.position), col(CollectionRow.id)))
        return grouped([(product_id, row) for product_id, row in rows])


class CollectionById(Loader[str, CollectionRow]):
    """Collection id → collection."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CollectionRow]:
        """Read collections."""
        rows = await session.execute(select(CollectionRow).where(col(CollectionRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}


class CollectionPages(ListLoader[SetKey, tuple[int, ProductRow]]):
    """A page (and one more) of a collection's products that the channel sells: (position, product)."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[SetKey]
    ) -> Mapping[SetKey, Sequence[tuple[int, ProductRow]]]:
        """Read pages; collections asked for in the same way share a statement."""
        found: dict[SetKey, Sequence[tuple[int, ProductRow]]] = {}
        for way, same in grouped([(key[1:], key[0]) for key in keys]).items():
            channels, first, after = way
            rank = func.row_number().over(
                partition_by=col(CollectedRow.collection_id), order_by=col(CollectedRow.position)
            )
            inner = select(
                col(CollectedRow.collection_id).label("set_id"),
                col(CollectedRow.position).label("position"),
                col(CollectedRow.product_id).label("product_id"),
                rank.label("rank"),
            ).where(
                col(CollectedRow.collection_id).in_(same),
                col(CollectedRow.position) > after,
                sold_in(channels, col(CollectedRow.product_id)),
            )
            ranked = inner.subquery()
            query = select(ranked.c.set_id, ranked.c.position, ProductRow)
            query = query.join(ProductRow, col(ProductRow.id) == ranked.c.product_id)
            query = query.where(ranked.c.rank <= first + 1).order_by(ranked.c.set_id, ranked.c.position)
            pages = grouped([(set_id, (position, row)) for set_id, position, row in await session.execute(query)])
            found |= {(set_id, *way): pages.get(set_id, ()) for set_id in same}
        return found


class CollectionCounts(Loader[tuple[str, tuple[str, ...]], int]):
    """(collection id, the channel's line) → how many of its products the channel sells."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[tuple[str, tuple[str, ...]]]
    ) -> Mapping[tuple[str, tuple[str, ...]], int]:
        """Count; collections of one channel share a statement."""
        found: dict[tuple[str, tuple[str, ...]], int] = {}
        for channels, same in grouped([(key[1], key[0]) for key in keys]).items():
            query = select(col(CollectedRow.collection_id), func.count())
            query = query.where(
                col(CollectedRow.collection_id).in_(same), sold_in(channels, col(CollectedRow.product_id))
            ).group_by(col(CollectedRow.collection_id))
            found |= {(set_id, channels): 0 for set_id in same}
            found |= {(set_id, channels): count for set_id, count in await session.execute(query)}
        return found


class RelatedTo(ListLoader[tuple[str, str, tuple[str, ...]], ProductRow]):
    """(product id, intent, the channel's line) → products chosen by hand, then (when SIMILAR) best sellers beside it.

    Only what the channel sells, at most thirty.
    """

    async def fetch(
        self, session: AsyncSession, keys: Sequence[tuple[str, str, tuple[str, ...]]]
    ) -> Mapping[tuple[str, str, tuple[str, ...]], Sequence[ProductRow]]:
        """Read by intent and line: one statement for those chosen, one for those beside."""
        found: dict[tuple[str, str, tuple[str, ...]], Sequence[ProductRow]] = {}
        for (intent, channels), same in grouped([((key[1], key[2]), key[0]) for key in keys]).items():
            chosen = await self._chosen(session, intent, channels, same)
            beside = await self._beside(session, channels, same) if intent == "SIMILAR" else {}
            for product_id in same:
                rows = {row.id: row for row in (*chosen.get(product_id, ()), *beside.get(product_id, ()))}
                found[product_id, intent, channels] = tuple(rows.values())[:RELATED_MOST]
        return found

    async def _chosen(
        self, session: AsyncSession, intent: str, channels: tuple[str, ...], ids: Sequence[str]
    ) -> Mapping[str, Sequence[ProductRow]]:
        query = select(col(RelatedRow.product_id), ProductRow)
        query = query.join(ProductRow, col(ProductRow.id) == col(RelatedRow.related_id)).where(
            col(RelatedRow.product_id).in_(ids),
            col(RelatedRow.intent) == intent,
            sold_in(channels, col(ProductRow.id)),
        )
        rows = await session.execute(query.order_by(col(RelatedRow.product_id), col(RelatedRow.position)))
        return grouped([(product_id, row) for product_id, row in rows])

    async def _beside(
        self, session: AsyncSession, channels: tuple[str, ...], ids: Sequence[str]
    ) -> Mapping[str, Sequence[ProductRow]]:
        places = select(col(ProductRow.id), col(ProductRow.category_id)).where(col(ProductRow.id).in_(ids))
        category_of = {row[0]: row[1] for row in await session.execute(places)}
        order = (col(ProductRow.units_sold).desc(), col(ProductRow.id))
        rank = func.row_number().over(partition_by=col(ProductRow.category_id), order_by=order)
        inner = select(col(ProductRow.id).label("product_id"), rank.label("rank")).where(
            col(ProductRow.category_id).in_(sorted(set(category_of.values()))),
            sold_in(channels, col(ProductRow.id)),
        )
        ranked = inner.subquery()
        query = select(ProductRow).join(ranked, ranked.c.product_id == col(ProductRow.id))
        query = query.where(ranked.c.rank <= RELATED_MOST + 1).order_by(*order)
        by_category = grouped([(row.category_id, row) for row in (await session.execute(query)).scalars()])
        return {
            product_id: [row for row in by_category.get(category_id, ()) if row.id != product_id]
            for product_id, category_id in category_of.items()
        }


class ContentById(Loader[str, ContentRow]):
    """Content id → content."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ContentRow]:
        """Read content."""
        rows = await session.execute(select(ContentRow).where(col(ContentRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}


class PromotionTimes(Loader[str, PromotionRow]):
    """Promotion id → when it runs, as far as is known here."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, PromotionRow]:
        """Read times."""
        rows = await session.execute(select(PromotionRow).where(col(PromotionRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}


class PublishedPages(Loader[str, ExperienceRow]):
    """Page id → the edition that is published now."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ExperienceRow]:
        """Read editions whose time has come; the latest wins."""
        order = (col(ExperienceRow.publish_at), col(ExperienceRow.edition))
        query = select(ExperienceRow).where(
            col(ExperienceRow.page_id).in_(keys), col(ExperienceRow.publish_at) <= datetime.now(UTC)
        )
        rows = await session.execute(query.order_by(*order))
        return {row.page_id: row for row in rows.scalars()}


class EditionById(Loader[str, ExperienceRow]):
    """Edition id → edition of a page."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ExperienceRow]:
        """Read editions."""
        rows = await session.execute(select(ExperienceRow).where(col(ExperienceRow.id).in_(keys)))
        return {row.id: row for row in rows.scalars()}


def _reviews(
    ids: Sequence[str],
    order: str,
    fewest: int,
    first: int,
    after: tuple[Any, ...] | None,
    *,
    by: Any = None,
) -> Select[ReviewRow]:
    """The first `first + 1` reviews of each product (or of another column's value) behind a position."""
    by = col(ReviewRow.product_id) if by is None else by
    columns: Sequence[tuple[Any, bool]] = REVIEW_ORDERS[order]
    conditions: list[ColumnElement[bool]] = [by.in_(ids), col(ReviewRow.stars) >= fewest]
    if after is not None:
        conditions.append(after_position(columns, after))
    ordering = [column.desc() if descending else column for column, descending in columns]
    rank = func.row_number().over(partition_by=by, order_by=ordering)
    ranked = select(col(ReviewRow.id).label("id"), rank.label("rank")).where(and_(*conditions)).subquery()
    query = select(ReviewRow).join(ranked, ranked.c.id == col(ReviewRow.id)).where(or_(ranked.c.rank <= first + 1))
    return query.order_by(*ordering)


REVIEW_ORDERS: Mapping[str, Sequence[tuple[Any, bool]]] = {
    "HELPFUL": ((col(ReviewRow.helpful_count), True), (col(ReviewRow.id), True)),
    "NEWEST": ((col(ReviewRow.created_at), True), (col(ReviewRow.id), True)),
    "LOWEST": ((col(ReviewRow.stars), False), (col(ReviewRow.created_at), True), (col(ReviewRow.id), True)),
}
"""Order of reviews → columns and whether each descends; the last one is unique."""
