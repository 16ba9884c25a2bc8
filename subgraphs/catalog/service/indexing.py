"""Writing the words and facets by which products are found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BrandRow, CategoryRow, FacetRow, ProductRow, TermRow, VariantRow
from subgraphs.catalog.rules.index import Indexed, facets, terms
from subgraphs.catalog.service.reading import chunks
from subgraphs.kit.upsert import upsert


async def reindex(session: AsyncSession, ids: Sequence[str]) -> None:
    """Write words and facets of these products anew, from what is stored."""
    for chunk in chunks(ids):
        await session.execute(delete(TermRow).where(col(TermRow.product_id).in_(chunk)))
        await session.execute(delete(FacetRow).where(col(FacetRow.product_id).in_(chunk)))
        indexed = await _indexed(session, chunk)
        words = [
            {"term": term, "product_id": one.product_id, "weight": weight}
            for one in indexed
            for term, weight in terms(one).items()
        ]
        values = [
            {"product_id": one.product_id, "code": code, "value": value, "label": label}
            for one in indexed
            for code, value, label in facets(one)
        ]
        await upsert(session, TermRow.__table__, words, update=())  # type: ignore[attr-defined]  # sqlmodel adds it
        await upsert(session, FacetRow.__table__, values, update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def _indexed(session: AsyncSession, ids: Sequence[str]) -> list[Indexed]:
    query = select(ProductRow, BrandRow, CategoryRow)
    query = query.join(BrandRow, col(BrandRow.code) == col(ProductRow.brand_code))
    query = query.join(CategoryRow, col(CategoryRow.id) == col(ProductRow.category_id)).where(
        col(ProductRow.id).in_(ids)
    )
    variants: dict[str, list[VariantRow]] = {}
    rows = await session.execute(select(VariantRow).where(col(VariantRow.product_id).in_(ids)))
    for row in rows.scalars():
        variants.setdefault(row.product_id, []).append(row)
    return [
        Indexed(
            product_id=product.id,
            name=product.name,
            brand_code=brand.code,
            brand_name=brand.name,
            category_slug=category.slug,
            category_name=category.name,
            description_html=product.description_html,
            options=tuple(
                (pair["name"], pair["value"]) for one in variants.get(product.id, ()) for pair in one.options
            ),
            attributes=tuple((fact["code"], fact["label"], fact["value"]) for fact in product.attributes),
            skus=tuple(one.sku for one in variants.get(product.id, ())),
        )
        for product, brand, category in await session.execute(query)
    ]
