"""Stock of the sample world: how many of what lie where, and the ledger that says how they came there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.service import catalogue, shelf
from subgraphs.inventory.service.catalogue import Variant
from subgraphs.kit.ids import new_uuid
from subgraphs.kit.sample_world import LOCATIONS, VARIANTS, SampleLocation, SampleVariant
from subgraphs.kit.upsert import CHUNK

ONE_STORE_ONLY = {"ALD-WAT-VIN": ("LON-OXF", 2)}
"""SKU → the only place that has it, and how many: the vintage watch is for those who come and see it."""
SOLD_OUT = frozenset({"VEL-EYE-PAL", "ALD-LMP-PEN"})
"""Nowhere, and nothing comes."""
TO_COME = {"ALD-SOF-HAV-MOS": 21, "ALD-TAB-LON-ASH": 35, "VEL-FND-440": 6}
"""SKU → days until more arrive; ordered as a backorder until then."""
IN_ONE_OTHER_STORE = {"ALD-JKT-RAI-M": ("LON-OXF", "MAN-ARN"), "VEL-FND-240": ("HAM-MON", "LON-KGX")}
"""SKU → (a store that lacks it, a store that has it): what a transfer is for."""


@dataclass(frozen=True, slots=True)
class _Pile:
    place: SampleLocation
    item: SampleVariant
    units: int
    safety: int


async def load_stock(session: AsyncSession, now: datetime) -> None:
    """Variants, their codes, and a record of each where it is kept."""
    await catalogue.know_variants(session, [_variant(item, now) for item in VARIANTS], told=())
    await catalogue.know_barcodes(session, [(item.gtin, item.id, 1) for item in VARIANTS])
    piles = list(_piles())
    delivered = now - timedelta(days=90)
    await _insert(session, shelf.LEVELS, [_level(pile, now) for pile in piles])
    await _insert(session, shelf.MOVEMENTS, [_receipt(pile, delivered) for pile in piles if pile.units])


def _variant(item: SampleVariant, now: datetime) -> Variant:
    days = TO_COME.get(item.sku)
    return Variant(
        id=item.id,
        sku=item.sku,
        product_id=item.product_id,
        brand_code=item.brand,
        unit_value=(item.gbp / 2).quantize(item.gbp),
        currency="GBP",
        backorder=days is not None,
        order_limit=2 if item.shipping_class == "BULKY" else 10,
        restock_at=None if days is None else now + timedelta(days=days),
        lead_time_days=None if days is None else days + 2,
    )


def _piles() -> Iterator[_Pile]:
    for row, item in enumerate(VARIANTS):
        for column, place in enumerate(LOCATIONS):
            if place.brand in {None, item.brand}:
                yield _Pile(place, item, _units(row, column, item, place), 2 if place.brand is None else 0)


def _units(row: int, column: int, item: SampleVariant, place: SampleLocation) -> int:
    """Warehouses have some two dozen to fourscore of everything; a shop up to a dozen, and of every fifth thing none."""
    if item.sku in SOLD_OUT or item.sku in TO_COME:
        return 0
    if item.sku in ONE_STORE_ONLY:
        only, units = ONE_STORE_ONLY[item.sku]
        return units if place.code == only else 0
    if item.sku in IN_ONE_OTHER_STORE:
        lacking, having = IN_ONE_OTHER_STORE[item.sku]
        if place.code in {lacking, having}:
            return 0 if place.code == lacking else 5
    if place.brand is None:
        return 24 + (row * 11 + column * 7) % 60
    if item.shipping_class == "BULKY":
        return (row + column) % 3
    return 0 if (row + 2 * column) % 5 == 0 else 1 + (row * 7 + column * 5) % 12


def _level(pile: _Pile, now: datetime) -> dict[str, Any]:
    return {
        "id": shelf.level_id(pile.item.id, pile.place.id),
        "variant_id": pile.item.id,
        "location_id": pile.place.id,
        "on_hand": pile.units,
        "reserved": 0,
        "inbound": 0,
        "safety_stock": pile.safety,
        "version": 1,
        "counted_at": None,
        "updated_at": now,
    }


def _receipt(pile: _Pile, at: datetime) -> dict[str, Any]:
    return {
        "id": str(new_uuid()),
        "variant_id": pile.item.id,
        "location_id": pile.place.id,
        "kind": MovementKind.RECEIPT,
        "change": pile.units,
        "on_hand_after": pile.units,
        "difference": 0,
        "day": at.astimezone(ZoneInfo(pile.place.time_zone)).date(),
        "at": at,
        "reference": "opening stock",
    }


async def _insert(session: AsyncSession, table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        await session.execute(insert(table), rows[start : start + CHUNK])
