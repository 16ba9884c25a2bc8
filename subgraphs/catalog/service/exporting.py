"""What a channel sells, as lines for files of outside shops, product by product."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.models import BrandRow, CategoryRow, ChannelRow, PriceRow, ProductRow, VariantRow
from subgraphs.catalog.rules.channels import line
from subgraphs.catalog.rules.exports import ExportLine
from subgraphs.catalog.rules.media import picture_url
from subgraphs.catalog.rules.prices import Terms, asked
from subgraphs.catalog.service.reading import sold_in
from subgraphs.kit.database import Database
from subgraphs.kit.money import quantize

BATCH = 200
"""Products read at a time."""


async def export_lines(database: Database, channel: str, now: datetime) -> AsyncIterator[ExportLine]:
    """Every variant with a price that a channel sells, product by product in the order of their ids.

    Raises  `UnknownChannel`.
    """
    after = ""
    while True:
        lines, last = await database.read(_batch, channel, after, now)
        for one in lines:
            yield one
        if last is None:
            return
        after = last


async def _batch(session: AsyncSession, channel: str, after: str, now: datetime) -> tuple[list[ExportLine], str | None]:
    """Lines of the products behind an id, and the last one's id; None when there are no more."""
    channels = {row.code: row for row in (await session.execute(select(ChannelRow))).scalars()}
    if channel not in channels:
        raise UnknownChannel("There is no such channel", ("channel",))
    codes = line(channel, {code: row.inherits_from for code, row in channels.items()})
    query = select(ProductRow).where(
        col(ProductRow.id) > after, sold_in(codes, col(ProductRow.id)), col(ProductRow.discontinued).is_(False)
    )
    products = (await session.execute(query.order_by(col(ProductRow.id)).limit(BATCH))).scalars().all()
    ids = [product.id for product in products]
    order = (col(VariantRow.product_id), col(VariantRow.position), col(VariantRow.id))
    sold = select(VariantRow).where(col(VariantRow.product_id).in_(ids), col(VariantRow.discontinued).is_(False))
    variants = (await session.execute(sold.order_by(*order))).scalars().all()
    prices = await _prices(session, variants, codes, channels[channel].currencies[0])
    brands = {row.code: row.name for row in (await session.execute(select(BrandRow))).scalars()}
    categories = await _categories(session, products)
    by_id = {product.id: product for product in products}
    found = [
        _line(by_id[one.product_id], one, prices[one.id], channels[channel], brands, categories, now)
        for one in variants
        if one.id in prices
    ]
    return found, ids[-1] if len(ids) == BATCH else None


async def _prices(
    session: AsyncSession, variants: Sequence[VariantRow], codes: tuple[str, ...], currency: str
) -> Mapping[str, PriceRow]:
    """Variant id → the price row of the nearest channel."""
    query = select(PriceRow).where(
        col(PriceRow.variant_id).in_([one.id for one in variants]),
        col(PriceRow.channel_code).in_(codes),
        col(PriceRow.currency) == currency,
    )
    found: dict[str, PriceRow] = {}
    for row in sorted((await session.execute(query)).scalars(), key=lambda row: codes.index(row.channel_code)):
        found.setdefault(row.variant_id, row)
    return found


async def _categories(session: AsyncSession, products: Sequence[ProductRow]) -> Mapping[str, CategoryRow]:
    """The products' categories and those above, by id."""
    wanted = {product.category_id for product in products}
    rows = (await session.execute(select(CategoryRow).where(col(CategoryRow.id).in_(wanted)))).scalars().all()
    above = {step for row in rows for step in row.trail.split("/")[:-1]}
    every = await session.execute(select(CategoryRow).where(col(CategoryRow.id).in_(above)))
    return {row.id: row for row in every.scalars()}


def _line(
    product: ProductRow,
    variant: VariantRow,
    price: PriceRow,
    channel: ChannelRow,
    brands: Mapping[str, str],
    categories: Mapping[str, CategoryRow],
    now: datetime,
) -> ExportLine:
    category = categories[product.category_id]
    terms = Terms(price.regular, price.offer, price.offer_from, price.offer_until)
    picture = variant.image or next((one for one in product.media if one["kind"] == "IMAGE"), None)
    return ExportLine(
        sku=variant.sku,
        group=product.id,
        handle=product.slug,
        title=variant.name,
        description_html=product.description_html,
        brand=brands[product.brand_code],
        category=tuple(categories[step].name for step in category.trail.split("/")[:-1]),
        google_category=category.google_category_id,
        link=f"{channel.address}/p/{quote(product.slug)}?sku={quote(variant.sku)}",
        image=None if picture is None else picture_url(picture, 1200, None),
        gtins=tuple(variant.gtins),
        mpn=variant.mpn,
        options=tuple((one["name"], one["value"]) for one in variant.options),
        weight_grams=variant.weight_grams,
        currency=price.currency,
        regular=quantize(price.regular, price.currency),
        current=quantize(asked(terms, now), price.currency),
        offer_until=price.offer_until,
    )
