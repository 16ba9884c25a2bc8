"""Creating and changing products in bulk: what feeds, imports and the mutation share.

A draft says what is wanted; `None` leaves a field as it is. Only what differs is written, so writing the same drafts
again changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import (
    AssortmentRow,
    BarcodeRow,
    ListingRow,
    ProductRow,
    Record,
    VariantRow,
)
from subgraphs.catalog.service.indexing import reindex
from subgraphs.catalog.service.pricing import PriceDraft, write_prices
from subgraphs.catalog.service.reading import chunks
from subgraphs.kit.importing.records import Tally
from subgraphs.kit.outbox import emit_many
from subgraphs.kit.upsert import upsert


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant. `prices` are those to set; prices in other channels stay. `unit_cost`: amount and currency."""

    id: str
    sku: str
    name: str
    options: tuple[tuple[str, str], ...] | None = None
    gtins: tuple[str, ...] | None = None
    mpn: str | None = None
    image: Mapping[str, Any] | None = None
    weight_grams: int | None = None
    prices: tuple[PriceDraft, ...] = ()
    unit_cost: tuple[Decimal, str] | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product with its variants. `sold_in`: channels to sell it in, beside those that do already."""

    id: str
    brand_code: str
    slug: str
    name: str
    category_id: str
    variants: tuple[VariantDraft, ...]
    description_html: str | None = None
    manufacturer: str | None = None
    media: tuple[Mapping[str, Any], ...] | None = None
    discontinued: bool | None = None
    units_sold: int | None = None
    sold_in: tuple[str, ...] = ()


@dataclass(slots=True)
class Written:
    """How many products and variants were new, changed, and as before; ids of those that are not as before.

    costs   variant id → what one unit costs the shop, as stored now
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    variants_created: int = 0
    variants_updated: int = 0
    variants_unchanged: int = 0
    touched: set[str] | None = None
    costs: dict[str, tuple[Decimal, str]] = field(default_factory=dict)

    def tally(self) -> Tally:
        """The numbers, as importers count."""
        found = Tally()
        found.add("product", created=self.created, updated=self.updated, unchanged=self.unchanged)
        found.add(
            "variant",
            created=self.variants_created,
            updated=self.variants_updated,
            unchanged=self.variants_unchanged,
        )
        return found


async def barcodes_taken(session: AsyncSession, drafts: Iterable[VariantDraft]) -> dict[str, str]:
    """GTIN → id of another variant than the draft's that has it already, in the database or earlier in the drafts."""
    wanted: dict[str, str] = {}
    taken: dict[str, str] = {}
    for draft in drafts:
        for gtin in draft.gtins or ():
            owner = wanted.setdefault(gtin, draft.id)
            if owner != draft.id:
                taken[gtin] = owner
    for chunk in chunks(list(wanted)):
        rows = await session.execute(select(BarcodeRow).where(col(BarcodeRow.gtin).in_(chunk)))
        taken |= {row.gtin: row.variant_id for row in rows.scalars() if row.variant_id != wanted[row.gtin]}
    return taken


async def write_goods(session: AsyncSession, drafts: Sequence[ProductDraft], now: datetime) -> Written:
    """Create or change products, their variants, prices, assortment and index, in the caller's transaction.

    Every draft's brand, category and channels exist, and no barcode is another variant's: the caller has checked.
    """
    done = Written(touched=set())
    products = await _by_id(session, ProductRow, [draft.id for draft in drafts])
    variants = await _by_id(session, VariantRow, [one.id for draft in drafts for one in draft.variants])
    for draft in drafts:
        _write_product(session, draft, products.get(draft.id), variants, now, done)
    await session.flush()
    for draft in drafts:
        for place, one in enumerate(draft.variants):
            _write_variant(session, draft, place, one, variants.get(one.id), now, done)
    await session.flush()
    await _write_barcodes(session, drafts)
    prices = {
        (price.channel, one.id, price.currency): price
        for draft in drafts
        for one in draft.variants
        for price in one.prices
    }
    repriced = await write_prices(session, prices, now)
    await _write_assortment(session, drafts)
    touched = done.touched or set()
    await reindex(session, sorted(touched))
    await _mark_changed(session, drafts, touched, repriced, now)
    return done


async def tell_changed(session: AsyncSession, drafts: Sequence[ProductDraft], done: Written) -> None:
    """Tell the others of the products that are new or changed: `product.changed` for each, in the caller's transaction."""
    touched = done.touched or set()
    told = [(draft.id, _event(draft, done.costs)) for draft in drafts if draft.id in touched]
    await emit_many(session, "product.changed", told)


def _event(draft: ProductDraft, costs: Mapping[str, tuple[Decimal, str]]) -> dict[str, Any]:
    variants = [
        {
            "id": one.id,
            "sku": one.sku,
            "name": one.name,
            "gtins": list(one.gtins or ()),
            **_told_cost(costs.get(one.id)),
        }
        for one in draft.variants
    ]
    return {
        "product_id": draft.id,
        "brand": draft.brand_code,
        "name": draft.name,
        "category_ids": [draft.category_id],
        "variants": variants,
    }


def _told_cost(cost: tuple[Decimal, str] | None) -> dict[str, Any]:
    """What one unit costs the shop, for whoever counts what an order brought; left out where it is not known."""
    return {} if cost is None else {"unit_cost": {"amount": str(cost[0]), "currency": cost[1]}}


async def _by_id(session: AsyncSession, kind: Any, ids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for chunk in chunks(ids):
        rows = await session.execute(select(kind).where(kind.id.in_(chunk)))
        found |= {row.id: row for row in rows.scalars()}
    return found


def _write_product(
    session: AsyncSession,
    draft: ProductDraft,
    row: ProductRow | None,
    variants: Mapping[str, VariantRow],
    now: datetime,
    done: Written,
) -> None:
    touched = done.touched if done.touched is not None else set()
    wanted: dict[str, Any] = {
        "name": draft.name,
        "category_id": draft.category_id,
        "description_html": draft.description_html,
        "manufacturer": draft.manufacturer,
        "media": None if draft.media is None else [dict(one) for one in draft.media],
        "discontinued": draft.discontinued,
        "units_sold": draft.units_sold,
        "options": _options(draft, variants),
    }
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if row is None:
        key: dict[str, Any] = {"id": draft.id, "brand_code": draft.brand_code, "slug": draft.slug}
        session.add(ProductRow(**key, **wanted, created_at=now, updated_at=now))
        done.created += 1
        touched.add(draft.id)
    elif _assign(row, wanted):
        row.updated_at = now
        done.updated += 1
        touched.add(draft.id)
    else:
        done.unchanged += 1


def _options(draft: ProductDraft, known: Mapping[str, VariantRow]) -> list[dict[str, Any]] | None:
    """The axes on which the variants differ, in the order they first occur; None when no draft says anything."""
    if all(one.options is None for one in draft.variants):
        return None
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in draft.variants:
        row = known.get(one.id)
        stored = [(pair["name"], pair["value"]) for pair in row.options] if row is not None else []
        for name, value in one.options if one.options is not None else stored:
            found.setdefault(name, {})[value] = {"value": value}
    return [{"name": name, "values": list(values.values())} for name, values in found.items()]


def _write_variant(
    session: AsyncSession,
    draft: ProductDraft,
    place: int,
    one: VariantDraft,
    row: VariantRow | None,
    now: datetime,
    done: Written,
) -> None:
    touched = done.touched if done.touched is not None else set()
    wanted: dict[str, Any] = {
        "product_id": draft.id,
        "name": one.name,
        "options": None if one.options is None else [{"name": name, "value": value} for name, value in one.options],
        "gtins": None if one.gtins is None else list(one.gtins),
        "mpn": one.mpn,
        "image": None if one.image is None else dict(one.image),
        "weight_grams": one.weight_grams,
        "unit_cost": one.unit_cost[0] if one.unit_cost else None,
        "unit_cost_currency": one.unit_cost[1] if one.unit_cost else None,
        "discontinued": draft.discontinued,
    }
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if one.unit_cost is not None:
        done.costs[one.id] = one.unit_cost
    elif row is not None and row.unit_cost is not None and row.unit_cost_currency is not None:
        done.costs[one.id] = row.unit_cost, row.unit_cost_currency
    if row is None:
        session.add(VariantRow(id=one.id, sku=one.sku, position=place, updated_at=now, **wanted))
        done.variants_created += 1
        touched.add(draft.id)
    elif _assign(row, wanted):
        row.updated_at = now
        done.variants_updated += 1
        touched.add(draft.id)
    else:
        done.variants_unchanged += 1


def _assign(row: Record, wanted: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changes)


async def _write_barcodes(session: AsyncSession, drafts: Sequence[ProductDraft]) -> None:
    said = [one for draft in drafts for one in draft.variants if one.gtins is not None]
    for chunk in chunks([one.id for one in said]):
        # A code that is no longer the variant's is free for another one; cases of it stay.
        kept = [gtin for one in said for gtin in one.gtins or ()]
        await session.execute(
            delete(BarcodeRow).where(
                col(BarcodeRow.variant_id).in_(chunk), col(BarcodeRow.gtin).not_in(kept), col(BarcodeRow.pack_size) == 1
            )
        )
    rows = [{"gtin": gtin, "variant_id": one.id, "pack_size": 1} for one in said for gtin in one.gtins or ()]
    await upsert(session, BarcodeRow.__table__, rows, update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def _write_assortment(session: AsyncSession, drafts: Sequence[ProductDraft]) -> None:
    rows = [
        {"channel_code": channel, "product_id": draft.id, "state": "SOLD"}
        for draft in drafts
        for channel in dict.fromkeys(draft.sold_in)
    ]
    await upsert(session, AssortmentRow.__table__, rows, update=("state",))  # type: ignore[attr-defined]  # sqlmodel adds it


async def _mark_changed(
    session: AsyncSession, drafts: Sequence[ProductDraft], touched: set[str], repriced: set[str], now: datetime
) -> None:
    """Feeds and listings must see a change of the product or of the price as one of the variant."""
    ids = sorted({one.id for draft in drafts for one in draft.variants if draft.id in touched or one.id in repriced})
    for chunk in chunks(ids):
        await session.execute(update(VariantRow).where(col(VariantRow.id).in_(chunk)).values(updated_at=now))
        await session.execute(
            update(ListingRow)
            .where(col(ListingRow.variant_id).in_(chunk), col(ListingRow.status) == "SYNCED")
            .values(status="STALE")
        )
