"""What a channel sells, as lines for files of outside shops, product by product."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.models import BrandRow, CategoryRow, ChannelRow, PriceRow, ProductRow, VariantRow
from subgraphs.catalog.rules.access import Access, is_public
from subgraphs.catalog.rules.channels import line
from subgraphs.catalog.rules.exports import LOCAL, PRODUCT_FILES, ExportLine, LocalLine, local_head, local_line
from subgraphs.catalog.rules.media import picture_url
from subgraphs.catalog.rules.prices import Terms, asked
from subgraphs.catalog.service.reading import sold_in
from subgraphs.kit.database import Database
from subgraphs.kit.money import quantize
from subgraphs.kit.peers import Peers

BATCH = 200
"""Products read at a time."""
MOST_ASKED = 500
"""Variants the inventory is asked for at a time."""
OUT_OF_STOCK = "out_of_stock"

_WORDS = {"IN_STOCK": "in_stock", "LOW_STOCK": "in_stock", "PREORDER": "preorder", "BACKORDER": "backorder"}
_LOCAL_WORDS = {"IN_STOCK": "in_stock", "LOW_STOCK": "limited_availability"}
_AVAILABILITY = """
query ExportedAvailability($variants: [_Any!]!) {
  _entities(representations: $variants) { ... on ProductVariant { id availability { online } } }
}
"""
_LOCAL = """
query ExportedStores($channel: ChannelCode!, $after: String) {
  localFeedItems(channel: $channel, first: 500, after: $after) {
    nodes { storeCode availability pickupMethod pickupSla variant { sku } } pageInfo { hasNextPage endCursor } } }
"""


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What a file says of the channel it is for."""

    code: str
    name: str
    address: str


async def shopfront(session: AsyncSession, channel: str) -> Shopfront:
    """The channel by its code.

    Raises  `UnknownChannel`.
    """
    row = await session.get(ChannelRow, channel)
    if row is None:
        raise UnknownChannel("There is no such channel", ("channel",))
    return Shopfront(row.code, row.name, row.address)


async def export_pieces(database: Database, peers: Peers, kind: str, channel: str, now: datetime) -> AsyncIterator[str]:
    """A file of what a channel sells to everyone, in pieces: product by product, or store by store for `google-local`.

    Raises  `UnknownChannel`; `ServiceUnavailable` when the inventory cannot be asked
    """
    front = await database.read(shopfront, channel)
    if kind == LOCAL:
        yield local_head()
        async for local in local_lines(database, peers, channel):
            yield local_line(local)
        return
    file = PRODUCT_FILES[kind]
    yield file.head(front.name, front.address)
    before: ExportLine | None = None
    async for line_ in export_lines(database, peers, channel, now):
        yield file.line(line_, before)
        before = line_
    yield file.tail


async def export_lines(database: Database, peers: Peers, channel: str, now: datetime) -> AsyncIterator[ExportLine]:
    """Every variant with a price that a channel sells to everyone, product by product in the order of their ids."""
    after = ""
    while True:
        lines, last = await database.read(_batch, channel, after, now)
        stock = await _availability(peers, channel, [variant_id for variant_id, _ in lines])
        for variant_id, one in lines:
            yield replace(one, availability=stock.get(variant_id, OUT_OF_STOCK))
        if last is None:
            return
        after = last


async def local_lines(database: Database, peers: Peers, channel: str) -> AsyncIterator[LocalLine]:
    """What stores have of what the channel sells, as the inventory tells outside shops: amounts are rough."""
    after: str | None = None
    while True:
        asked_for = {"channel": channel, "after": after}
        page = (await peers.ask("inventory", _LOCAL, asked_for, channel=channel, scopes=("feed:read",)))[
            "localFeedItems"
        ]
        sold = await database.read(sold_skus, channel, [node["variant"]["sku"] for node in page["nodes"]])
        for node in page["nodes"]:
            if node["variant"]["sku"] in sold:
                yield LocalLine(
                    store=node["storeCode"],
                    sku=node["variant"]["sku"],
                    units=None,
                    availability=_LOCAL_WORDS.get(node["availability"], OUT_OF_STOCK),
                    pickup_method=node["pickupMethod"],
                    pickup_sla=node["pickupSla"],
                )
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def sold_skus(session: AsyncSession, channel: str, skus: Sequence[str]) -> set[str]:
    """Those of the SKUs that the channel sells."""
    channels = {row.code: row for row in (await session.execute(select(ChannelRow))).scalars()}
    if channel not in channels:
        raise UnknownChannel("There is no such channel", ("channel",))
    codes = line(channel, {code: row.inherits_from for code, row in channels.items()})
    query = select(col(VariantRow.sku)).where(
        col(VariantRow.sku).in_(skus),
        col(VariantRow.discontinued).is_(False),
        sold_in(codes, col(VariantRow.product_id)),
    )
    return set((await session.execute(query)).scalars())


async def _availability(peers: Peers, channel: str, variant_ids: Sequence[str]) -> Mapping[str, str]:
    """Variant id → availability in the words of feeds, for those the inventory knows."""
    found: dict[str, str] = {}
    for start in range(0, len(variant_ids), MOST_ASKED):
        asked_for = [{"__typename": "ProductVariant", "id": one} for one in variant_ids[start : start + MOST_ASKED]]
        data = await peers.ask("inventory", _AVAILABILITY, {"variants": asked_for}, channel=channel)
        for entity in data.get("_entities") or ():
            if entity and entity.get("availability"):
                found[entity["id"]] = _WORDS.get(entity["availability"]["online"], OUT_OF_STOCK)
    return found


async def _batch(
    session: AsyncSession, channel: str, after: str, now: datetime
) -> tuple[list[tuple[str, ExportLine]], str | None]:
    """(variant id, line) of the products behind an id, and the last one's id; None when there are no more."""
    channels = {row.code: row for row in (await session.execute(select(ChannelRow))).scalars()}
    codes = line(channel, {code: row.inherits_from for code, row in channels.items()})
    query = select(ProductRow).where(
        col(ProductRow.id) > after, sold_in(codes, col(ProductRow.id)), col(ProductRow.discontinued).is_(False)
    )
    products = (await session.execute(query.order_by(col(ProductRow.id)).limit(BATCH))).scalars().all()
    ids = [product.id for product in products]
    by_id = {product.id: product for product in products if is_public(_access(product), now)}
    order = (col(VariantRow.product_id), col(VariantRow.position), col(VariantRow.id))
    sold = select(VariantRow).where(col(VariantRow.product_id).in_(by_id), col(VariantRow.discontinued).is_(False))
    variants = (await session.execute(sold.order_by(*order))).scalars().all()
    prices = await _prices(session, variants, codes, channels[channel].currencies[0])
    brands = {row.code: row.name for row in (await session.execute(select(BrandRow))).scalars()}
    categories = await _categories(session, products)
    found = [
        (one.id, _line(by_id[one.product_id], one, prices[one.id], channels[channel], brands, categories, now))
        for one in variants
        if one.id in prices
    ]
    return found, ids[-1] if len(ids) == BATCH else None


def _access(product: ProductRow) -> Access:
    return Access(product.members_only, product.tiers, product.member_release_at, product.public_release_at)


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
        product=product.name,
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
        offer_from=price.offer_from,
        offer_until=price.offer_until,
        availability=OUT_OF_STOCK,
    )
