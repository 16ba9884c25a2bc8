"""Stock of the sample world: how many of what lie where, and the ledger that says how they came there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.samples.counts import Count, Pile, discrepancies, movement, movements, weekly_counts
from subgraphs.inventory.service import catalogue, shelf
from subgraphs.inventory.service.catalogue import Variant
from subgraphs.kit.loaders import grouped
from subgraphs.kit.sample_world import LOCATIONS, VARIANTS, SampleLocation, SampleVariant
from subgraphs.kit.upsert import CHUNK

DISCREPANCIES = Record.metadata.tables["discrepancy"]
OPENED = datetime(2026, 8, 1, 9, tzinfo=UTC)
"""When the records were made."""
ONE_STORE_ONLY = {"ALD-WAT-VIN": ("LON-OXF", 2)}
"""SKU → the only place that has it, and how many: the vintage watch is for those who come and see it."""
SOLD_OUT = frozenset({"VEL-EYE-PAL", "ALD-LMP-PEN"})
"""Nowhere, and nothing comes."""
TO_COME = {"ALD-SOF-HAV-MOS": 21, "ALD-TAB-LON-ASH": 35, "VEL-FND-440": 6}
"""SKU → days until more arrive; ordered as a backorder until then."""
IN_ONE_OTHER_STORE = {"ALD-JKT-RAI-M": ("LON-OXF", "MAN-ARN"), "VEL-FND-240": ("HAM-MON", "LON-KGX")}
"""SKU → (a store that lacks it, a store that has it): what a transfer is for."""


async def load_stock(session: AsyncSession, now: datetime) -> None:
    """Variants, their codes, and a record of each where it is kept."""
    await catalogue.know_variants(session, [_variant(item, now) for item in VARIANTS], told=())
    await catalogue.know_barcodes(session, [(item.gtin, item.id, 1) for item in VARIANTS])
    piles = list(piles_of_the_world())
    counts = weekly_counts(piles, now)
    counted = grouped([(count.pile.level_id, count) for count in counts])
    await _insert(session, shelf.LEVELS, [_level(pile, counted.get(pile.level_id, [])) for pile in piles])
    await _insert(session, shelf.MOVEMENTS, [*_receipts(piles, counts, now), *movements(counts)])
    await _insert(session, DISCREPANCIES, discrepancies(counts, now))


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


def piles_of_the_world() -> Iterator[Pile]:
    """Every thing at every place that carries its brand, those that ran out included."""
    for row, item in enumerate(VARIANTS):
        for column, place in enumerate(LOCATIONS):
            if place.brand in {None, item.brand}:
                yield Pile(place, item, _units(row, column, item, place), 2 if place.brand is None else 0)


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


def _level(pile: Pile, mine: Sequence[Count]) -> dict[str, Any]:
    return {
        "id": pile.level_id,
        "variant_id": pile.item.id,
        "location_id": pile.place.id,
        "on_hand": pile.units,
        "reserved": 0,
        "inbound": 0,
        "safety_stock": pile.safety,
        "version": 1 + len(mine),
        "counted_at": mine[-1].at if mine else None,
        "updated_at": mine[-1].at if mine else OPENED,
    }


def _receipts(piles: Sequence[Pile], counts: Sequence[Count], now: datetime) -> Iterator[dict[str, Any]]:
    """What was delivered at first: what lies there now, and what was found missing since."""
    delivered = now - timedelta(days=90)
    lost = Counter(count.pile.level_id for count in counts if count.short)
    for pile in piles:
        units = pile.units + lost[pile.level_id]
        if units:
            yield movement(pile, MovementKind.RECEIPT, units, units, delivered, "opening stock")


async def _insert(session: AsyncSession, table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        await session.execute(insert(table), rows[start : start + CHUNK])
