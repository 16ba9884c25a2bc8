"""Taking records of feeds into the catalogue: one batch, one transaction."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BrandRow, CategoryRow, ChannelRow, ProductRow, VariantRow
from subgraphs.catalog.rules.markup import safe_html
from subgraphs.catalog.rules.words import slug
from subgraphs.catalog.service.goods import (
    ProductDraft,
    VariantDraft,
    Written,
    barcodes_taken,
    tell_changed,
    write_goods,
)
from subgraphs.catalog.service.pricing import PriceDraft
from subgraphs.kit import names
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import CategoryRecord, OfferRecord, Refused, Tally
from subgraphs.kit.upsert import upsert

CHANNEL = "web"
"""Feeds fill this channel; the others inherit from it or pick what they want."""

RETAIL_BRAND, RETAIL_CATEGORY = "online-retail", "giftware"


@dataclass(frozen=True, slots=True)
class RetailGood:
    """A stock code of a ledger: `price` in pounds, None when it was never charged; `units` sold."""

    sku: str
    name: str
    price: Decimal | None
    units: int


async def take_retail_goods(session: AsyncSession, goods: Sequence[RetailGood]) -> Tally:
    """Products of a ledger, all of one brand and one category, sold in the web."""
    await ensure_brands(session, {RETAIL_BRAND: "Online Retail"})
    await _ensure_channel(session)
    await ensure_categories(session, [((RETAIL_CATEGORY, "Giftware"),)])
    drafts = [_retail_draft(good) for good in goods]
    return await _write(session, drafts)


def _retail_draft(good: RetailGood) -> ProductDraft:
    price = None if good.price is None else PriceDraft(CHANNEL, "GBP", good.price)
    handle = f"{slug(good.name)[:60]}-{slug(good.sku)}".strip("-")
    variant = VariantDraft(
        id=stable_id("ProductVariant", good.sku),
        sku=good.sku,
        name=good.name,
        options=(),
        prices=() if price is None else (price,),
    )
    return ProductDraft(
        id=stable_id("Product", RETAIL_BRAND, good.sku.lower()),
        brand_code=RETAIL_BRAND,
        slug=handle,
        name=good.name,
        category_id=stable_id("Category", RETAIL_CATEGORY),
        variants=(variant,),
        discontinued=price is None,
        units_sold=good.units,
        sold_in=(CHANNEL,) if price is not None else (),
    )


async def take_categories(session: AsyncSession, records: Sequence[CategoryRecord]) -> Tally:
    """A category tree; the codes of the feed become slugs."""
    created, changed, same = await ensure_categories(session, [record.path for record in records])
    tally = Tally()
    tally.add("category", created=created, updated=changed, unchanged=same)
    return tally


async def ensure_categories(
    session: AsyncSession, paths: Sequence[tuple[tuple[str, str], ...]]
) -> tuple[int, int, int]:
    """Create or rename the categories of paths of (code, name), root first; gives how many were new, changed, as before."""
    wanted: dict[str, tuple[str, str | None, str]] = {}
    for path in paths:
        trail, parent = "", None
        for code, name in path:
            identity = stable_id("Category", code)
            trail += f"{identity}/"
            wanted[code] = (name, parent, trail)
            parent = identity
    stored: dict[str, CategoryRow] = {}
    codes = sorted(wanted)
    for start in range(0, len(codes), 400):
        ids = [stable_id("Category", code) for code in codes[start : start + 400]]
        rows = await session.execute(select(CategoryRow).where(col(CategoryRow.id).in_(ids)))
        stored |= {row.id: row for row in rows.scalars()}
    created = changed = 0
    # Parents before children: a trail is shorter than those below it.
    for position, (code, (name, parent, trail)) in enumerate(sorted(wanted.items(), key=lambda item: len(item[1][2]))):
        row = stored.get(stable_id("Category", code))
        if row is None:
            row = CategoryRow(
                id=stable_id("Category", code), slug=code, name=name, parent_id=parent, trail=trail, position=position
            )
            session.add(row)
            created += 1
        elif (row.name, row.parent_id, row.trail) != (name, parent, trail):
            row.name, row.parent_id, row.trail = name, parent, trail
            changed += 1
    await session.flush()
    return created, changed, len(wanted) - created - changed


async def ensure_brands(session: AsyncSession, brands: Mapping[str, str]) -> None:
    """Create the brands (code → name) that are missing, with a plain look."""
    rows = [
        {
            "code": code,
            "name": name,
            "group_name": name,
            "logo": {"asset": f"brands/{code}/logo", "alt": f"{name} logo"},
            "primary_colour": "#333333",
            "position": 100,
        }
        for code, name in brands.items()
    ]
    await upsert(session, BrandRow.__table__, rows, update=())  # type: ignore[attr-defined]  # sqlmodel adds it
    await names.remember(session, "brand", brands)


async def _ensure_channel(session: AsyncSession) -> None:
    """Create the web channel when a database without samples has none."""
    row: dict[str, Any] = {
        "code": CHANNEL,
        "name": "Web shop",
        "kind": "WEB",
        "status": "LIVE",
        "brand_code": RETAIL_BRAND,
        "capabilities": ["CHECKOUT"],
        "currencies": ["GBP"],
        "locales": ["en-GB"],
        "countries": ["GB"],
        "address": "https://shop.example",
        "healthy": False,
        "position": 0,
    }
    await upsert(session, ChannelRow.__table__, [row], update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def take_offers(session: AsyncSession, records: Sequence[OfferRecord]) -> Tally:
    """Offers of a product feed: variants of one group become one product of their brand, sold in the web."""
    tally = Tally()
    brands = {slug(record.brand) or RETAIL_BRAND: record.brand or "Online Retail" for record in records}
    await ensure_brands(session, brands)
    await _ensure_brand_channel(session, next(iter(brands), RETAIL_BRAND))
    await ensure_categories(session, [_path(record) for record in records])
    kept = await _acceptable(session, records, tally)
    groups: dict[tuple[str, str], list[OfferRecord]] = {}
    for record in kept:
        groups.setdefault((slug(record.brand) or RETAIL_BRAND, record.group), []).append(record)
    drafts = [_offer_draft(brand, group, offers) for (brand, group), offers in groups.items()]
    tally.merge(await _write(session, drafts))
    return tally


async def _ensure_brand_channel(session: AsyncSession, brand: str) -> None:
    """The web channel belongs to some brand; `online-retail` unless the feed brings one."""
    await ensure_brands(session, {RETAIL_BRAND: "Online Retail"} if brand == RETAIL_BRAND else {})
    if (await session.execute(select(col(ChannelRow.code)).where(col(ChannelRow.code) == CHANNEL))).first() is None:
        await ensure_brands(session, {RETAIL_BRAND: "Online Retail"})
        await _ensure_channel(session)


async def _acceptable(session: AsyncSession, records: Sequence[OfferRecord], tally: Tally) -> list[OfferRecord]:
    """Offers that can be taken; a repeated SKU or a barcode of another variant is refused."""
    seen: set[str] = set()
    drafts: dict[int, VariantDraft] = {}
    for record in records:
        if record.sku in seen:
            tally.refused.append(Refused(record.row, "id", "occurs twice in the feed"))
            continue
        seen.add(record.sku)
        drafts[record.row] = VariantDraft(
            stable_id("ProductVariant", record.sku), record.sku, record.title, gtins=record.gtins
        )
    taken = await barcodes_taken(session, drafts.values())
    foreign = await _skus_of_other_brands(session, [record for record in records if record.row in drafts])
    kept: list[OfferRecord] = []
    for record in records:
        draft = drafts.get(record.row)
        if draft is None:
            continue
        if any(taken.get(gtin, draft.id) != draft.id for gtin in record.gtins):
            tally.refused.append(Refused(record.row, "gtin", "belongs to another variant"))
        elif record.sku in foreign:
            tally.refused.append(Refused(record.row, "id", "is a variant of another product"))
        else:
            kept.append(record)
    return kept


async def _skus_of_other_brands(session: AsyncSession, records: Sequence[OfferRecord]) -> set[str]:
    """SKUs that are sold already under a product of another brand: a feed may not move them."""
    query = select(col(VariantRow.sku), col(ProductRow.brand_code)).join(
        ProductRow, col(ProductRow.id) == col(VariantRow.product_id)
    )
    brand_of = {record.sku: slug(record.brand) or RETAIL_BRAND for record in records}
    rows = await session.execute(query.where(col(VariantRow.sku).in_(list(brand_of))))
    return {sku for sku, brand in rows if brand_of[sku] != brand}


def _path(record: OfferRecord) -> tuple[tuple[str, str], ...]:
    """The category path as (code, name); the code of a step is the slug of the path so far."""
    steps = record.category or ("Giftware",)
    return tuple((slug(" ".join(steps[: place + 1])) or RETAIL_CATEGORY, step) for place, step in enumerate(steps))


def _offer_draft(brand: str, group: str, offers: Sequence[OfferRecord]) -> ProductDraft:
    first = offers[0]
    pictures = dict.fromkeys(address for one in offers for address in (one.image, *one.more_images) if address)
    markup = safe_html(first.description if "<" in first.description else f"<p>{html.escape(first.description)}</p>")
    return ProductDraft(
        id=stable_id("Product", brand, group),
        brand_code=brand,
        slug=slug(group) or group,
        name=first.title,
        category_id=stable_id("Category", _path(first)[-1][0]),
        description_html=markup,
        media=tuple(_picture(address, first.title) for address in pictures),
        variants=tuple(_variant_draft(one) for one in offers),
        sold_in=(CHANNEL,),
    )


def _variant_draft(offer: OfferRecord) -> VariantDraft:
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
    )


def _picture(address: str, alt: str) -> dict[str, Any]:
    return {"kind": "IMAGE", "asset": address, "alt": alt}


async def _write(session: AsyncSession, drafts: Sequence[ProductDraft]) -> Tally:
    """Write the goods, and tell the others of what is new or changed."""
    done = await write_goods(session, drafts, datetime.now(UTC))
    await tell_changed(session, drafts, done)
    return _tally(done)


def _tally(done: Written) -> Tally:
    tally = Tally()
    tally.add("product", created=done.created, updated=done.updated, unchanged=done.unchanged)
    tally.add(
        "variant", created=done.variants_created, updated=done.variants_updated, unchanged=done.variants_unchanged
    )
    return tally
