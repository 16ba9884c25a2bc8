"""Taking offers of product feeds: variants of one group become one product of their brand, sold in the web.

What is there already is found again, so that feeds of several platforms meet in one catalogue: brands by name, categories
by their path of names, products by the SKUs of their variants, else by the group's name.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BrandRow, CategoryRow, ChannelRow, ProductRow, VariantRow
from subgraphs.catalog.rules.markup import safe_html
from subgraphs.catalog.rules.words import slug
from subgraphs.catalog.service.goods import ProductDraft, VariantDraft, barcodes_taken, tell_changed, write_goods
from subgraphs.catalog.service.intake import CHANNEL, RETAIL_BRAND, ensure_brands, ensure_channel
from subgraphs.catalog.service.pricing import PriceDraft
from subgraphs.catalog.service.reading import chunks
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import OfferRecord, Refused, Tally

NO_CATEGORY = ("Giftware",)
"""Where goods go whose feed names no category."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the catalogue has of a batch.

    brands      name as the feed writes it → code, there or to be made
    owners      SKU → (product id, brand code)
    products    (brand code, id or slug) → product id
    currencies  of the channel; None when there is no channel yet
    """

    brands: Mapping[str, str]
    owners: Mapping[str, tuple[str, str]]
    products: Mapping[tuple[str, str], str]
    currencies: tuple[str, ...] | None


async def take_offers(session: AsyncSession, records: Sequence[OfferRecord], *, checking: bool = False) -> Tally:
    """Take one batch; `checking` writes nothing and says what would be refused."""
    tally = Tally()
    known = await _learn(session, records)
    kept = await _acceptable(session, records, known, tally)
    if checking or not kept:
        return tally
    if known.currencies is None:
        await ensure_channel(session, kept[0].currency)
    await ensure_brands(session, {known.brands[record.brand]: record.brand or "Online Retail" for record in kept})
    categories = await _categories(session, dict.fromkeys(record.category or NO_CATEGORY for record in kept))
    groups = _groups(kept, known)
    drafts = [
        _draft(brand, product, offers, categories[offers[0].category or NO_CATEGORY])
        for (brand, product), offers in groups.items()
    ]
    done = await write_goods(session, drafts, datetime.now(UTC))
    await tell_changed(session, drafts, done)
    tally.merge(done.tally())
    return tally


async def _learn(session: AsyncSession, records: Sequence[OfferRecord]) -> _Known:
    names = sorted({record.brand for record in records})
    codes = {name: slug(name) or _code("Brand", name) if name else RETAIL_BRAND for name in names}
    rows = await session.execute(select(col(BrandRow.name), col(BrandRow.code)).where(col(BrandRow.name).in_(names)))
    codes |= {name: code for name, code in rows if name}
    owners: dict[str, tuple[str, str]] = {}
    joined = col(ProductRow.id) == col(VariantRow.product_id)
    for chunk in chunks([record.sku for record in records]):
        query = select(col(VariantRow.sku), col(ProductRow.id), col(ProductRow.brand_code)).join(ProductRow, joined)
        owners |= {
            row[0]: (row[1], row[2]) for row in await session.execute(query.where(col(VariantRow.sku).in_(chunk)))
        }
    products: dict[tuple[str, str], str] = {}
    for chunk in chunks(sorted({record.group for record in records} | {_slug(record.group) for record in records})):
        query = select(col(ProductRow.id), col(ProductRow.brand_code), col(ProductRow.slug)).where(
            or_(col(ProductRow.id).in_(chunk), col(ProductRow.slug).in_(chunk))
        )
        for product_id, brand, handle in await session.execute(query):
            products[brand, handle] = products[brand, product_id] = product_id
    channel = (await session.execute(select(ChannelRow).where(col(ChannelRow.code) == CHANNEL))).scalar_one_or_none()
    return _Known(codes, owners, products, None if channel is None else tuple(channel.currencies))


async def _acceptable(
    session: AsyncSession, records: Sequence[OfferRecord], known: _Known, tally: Tally
) -> list[OfferRecord]:
    """Offers that can be taken; a repeated SKU, a barcode of another variant or a currency nobody pays in is refused."""
    first: dict[str, OfferRecord] = {}
    for record in records:
        first.setdefault(record.sku, record)
    drafts = [
        VariantDraft(stable_id("ProductVariant", one.sku), one.sku, "", gtins=one.gtins) for one in first.values()
    ]
    taken = await barcodes_taken(session, drafts)
    currencies = known.currencies or (records[0].currency,) if records else ()
    kept: list[OfferRecord] = []
    for record in records:
        identity = stable_id("ProductVariant", record.sku)
        _, owner = known.owners.get(record.sku, ("", known.brands[record.brand]))
        if first[record.sku] is not record:
            refused = Refused(record.row, "id", "occurs twice in the feed", "keep one row for each")
        elif record.currency not in currencies:
            reason = (
                f"{record.currency} is no currency of the channel {CHANNEL}, which sells in {', '.join(currencies)}"
            )
            refused = Refused(record.row, "price", reason, "price it in one of these")
        elif any(taken.get(gtin, identity) != identity for gtin in record.gtins):
            advice = "take the code away from the other variant first, or leave it out"
            refused = Refused(record.row, "gtin", "belongs to another variant", advice)
        elif owner != known.brands[record.brand]:
            refused = Refused(record.row, "id", "is a variant of another product", "give it an id of its own")
        else:
            kept.append(record)
            continue
        tally.refused.append(refused)
    return kept


def _groups(records: Sequence[OfferRecord], known: _Known) -> dict[tuple[str, str], list[OfferRecord]]:
    """(brand code, product id) → its offers. A variant that is there stays in its product and takes new ones of its group."""
    homes: dict[tuple[str, str], str] = {}
    for record in records:
        if record.sku in known.owners:
            homes.setdefault((known.brands[record.brand], _slug(record.group)), known.owners[record.sku][0])
    found: dict[tuple[str, str], list[OfferRecord]] = {}
    for record in records:
        brand, handle = known.brands[record.brand], _slug(record.group)
        home = (
            known.products.get((brand, record.group))
            or known.products.get((brand, handle))
            or stable_id("Product", brand, record.group)
        )
        product, _ = known.owners.get(record.sku, (homes.setdefault((brand, handle), home), brand))
        found.setdefault((brand, product), []).append(record)
    return found


async def _categories(session: AsyncSession, paths: Mapping[tuple[str, ...], None]) -> dict[tuple[str, ...], str]:
    """Path of names → category id; steps that are not there are made, those that are stay as they are."""
    codes = {path[: depth + 1]: _path_code(path[: depth + 1]) for path in paths for depth in range(len(path))}
    by_slug: dict[str, CategoryRow] = {}
    by_place: dict[tuple[str | None, str], CategoryRow] = {}
    for chunk in chunks(sorted({step for path in paths for step in path} | set(codes.values()))):
        query = select(CategoryRow).where(or_(col(CategoryRow.name).in_(chunk), col(CategoryRow.slug).in_(chunk)))
        for row in (await session.execute(query)).scalars():
            by_slug[row.slug] = by_place[row.parent_id, row.name] = row
    found: dict[tuple[str, ...], str] = {}
    for path in paths:
        above: CategoryRow | None = None
        for depth, step in enumerate(path):
            code, parent = codes[path[: depth + 1]], above.id if above else None
            at = by_place.get((parent, step)) or by_slug.get(code)
            if at is None:
                identity = stable_id("Category", code)
                trail = f"{above.trail if above else ''}{identity}/"
                place: dict[str, Any] = {"parent_id": parent, "trail": trail, "position": len(by_slug)}
                at = CategoryRow(id=identity, slug=code, name=step, origin="offers", **place)
                session.add(at)
                await session.flush()  # a row may refer to the one before
                by_slug[code] = by_place[parent, step] = at
            above = at
        found[path] = above.id if above else ""
    return found


def _path_code(path: tuple[str, ...]) -> str:
    return slug(" ".join(path)) or _code("Category", *path)


def _slug(group: str) -> str:
    return slug(group) or group


def _code(*name: str) -> str:
    """A code for a name without a Latin letter or digit."""
    return "x" + stable_id(*name).rpartition("_")[2][:12]


def _draft(brand: str, product: str, offers: Sequence[OfferRecord], category: str) -> ProductDraft:
    first = offers[0]
    pictures = dict.fromkeys(address for one in offers for address in (one.image, *one.more_images) if address)
    markup = safe_html(first.description if "<" in first.description else f"<p>{html.escape(first.description)}</p>")
    name = _bare(first)
    return ProductDraft(
        id=product,
        brand_code=brand,
        slug=_slug(first.group),
        name=name,
        category_id=category,
        description_html=markup,
        media=tuple(_picture(address, name) for address in pictures),
        variants=tuple(_variant(one) for one in offers),
        sold_in=(CHANNEL,),
    )


def _bare(offer: OfferRecord) -> str:
    """The title without the option values at its end: what the variants of the product have in common."""
    suffix = ", ".join(value for _, value in offer.options)
    return offer.title.removesuffix(f" - {suffix}") if suffix else offer.title


def _variant(offer: OfferRecord) -> VariantDraft:
    price = PriceDraft(CHANNEL, offer.currency, offer.price, offer.sale_price, offer.sale_until)
    suffix = ", ".join(value for _, value in offer.options)
    return VariantDraft(
        id=stable_id("ProductVariant", offer.sku),
        sku=offer.sku,
        name=f"{offer.title} - {suffix}" if suffix and suffix not in offer.title else offer.title,
        options=offer.options,
        gtins=offer.gtins,
        mpn=offer.mpn,
        image=_picture(offer.image, offer.title) if offer.image else None,
        weight_grams=offer.weight_grams,
        prices=(price,),
        unit_cost=None if offer.cost is None else (offer.cost, offer.currency),
    )


def _picture(address: str, alt: str) -> dict[str, Any]:
    return {"kind": "IMAGE", "asset": address, "alt": alt}
