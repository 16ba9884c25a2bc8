"""Taking records of feeds into the catalogue: one batch, one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BrandRow, CategoryRow, ChannelRow
from subgraphs.catalog.rules.words import slug
from subgraphs.catalog.service.goods import ProductDraft, VariantDraft, tell_changed, write_goods
from subgraphs.catalog.service.pricing import PriceDraft
from subgraphs.catalog.service.reading import chunks
from subgraphs.kit import names
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import CategoryRecord, Tally
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
    await ensure_channel(session)
    await ensure_categories(session, [((RETAIL_CATEGORY, "Giftware"),)], "ledger")
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
    """A category tree; the codes of the feed become slugs, and the shop's own categories stay as they are."""
    created, changed, same = await ensure_categories(session, [record.path for record in records], "categories")
    tally = Tally()
    tally.add("category", created=created, updated=changed, unchanged=same)
    return tally


async def ensure_categories(
    session: AsyncSession, paths: Sequence[tuple[tuple[str, str], ...]], origin: str
) -> tuple[int, int, int]:
    """Create or rename the categories of paths of (code, name), root first; gives how many were new, changed, as before.

    origin      who brings them: only what came from there is renamed and moved. A category of the shop's own, or of
                another feed, that has the code of a step stays as it is, and what is below the step goes below it.
    """
    stored: dict[str, CategoryRow] = {}
    for chunk in chunks(sorted({stable_id("Category", code) for path in paths for code, _ in path})):
        rows = await session.execute(select(CategoryRow).where(col(CategoryRow.id).in_(chunk)))
        stored |= {row.id: row for row in rows.scalars()}
    wanted: dict[str, tuple[str, str | None, str]] = {}
    for path in paths:
        trail, parent = "", None
        for code, name in path:
            row = stored.get(stable_id("Category", code))
            if row is not None and row.origin != origin:
                trail, parent = row.trail, row.id
                continue
            identity = stable_id("Category", code)
            trail += f"{identity}/"
            wanted[code] = (name, parent, trail)
            parent = identity
    created = changed = 0
    # Parents before children: a trail is shorter than those below it.
    for position, (code, (name, parent, trail)) in enumerate(sorted(wanted.items(), key=lambda item: len(item[1][2]))):
        identity = stable_id("Category", code)
        row = stored.get(identity)
        if row is None:
            place: dict[str, Any] = {"parent_id": parent, "trail": trail, "position": position, "origin": origin}
            session.add(CategoryRow(id=identity, slug=code, name=name, **place))
            created += 1
        elif (row.name, row.parent_id, row.trail) != (name, parent, trail):
            row.name, row.parent_id, row.trail = name, parent, trail
            changed += 1
    await session.flush()
    known = {code for path in paths for code, _ in path}
    return created, changed, len(known) - created - changed


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


async def ensure_channel(session: AsyncSession, currency: str = "GBP") -> None:
    """Create the web channel when a database without samples has none."""
    await ensure_brands(session, {RETAIL_BRAND: "Online Retail"})
    row: dict[str, Any] = {
        "code": CHANNEL,
        "name": "Web shop",
        "kind": "WEB",
        "status": "LIVE",
        "brand_code": RETAIL_BRAND,
        "capabilities": ["CHECKOUT"],
        "currencies": [currency],
        "locales": ["en-GB"],
        "countries": ["GB"],
        "address": "https://shop.example",
        "healthy": False,
        "position": 0,
    }
    await upsert(session, ChannelRow.__table__, [row], update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def _write(session: AsyncSession, drafts: Sequence[ProductDraft]) -> Tally:
    """Write the goods, and tell the others of what is new or changed."""
    done = await write_goods(session, drafts, datetime.now(UTC))
    await tell_changed(session, drafts, done)
    return done.tally()
