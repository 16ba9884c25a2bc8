"""Taking goods of feeds into the inventory: variants known, and stock to open with; one batch, one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.location import LocationKind
from subgraphs.inventory.rules.opening import Good
from subgraphs.inventory.service import catalogue, news, shelf
from subgraphs.inventory.service.catalogue import Variant
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import LocalStockRecord, OfferRecord, Refused, Tally
from subgraphs.kit.upsert import upsert

RETAIL_BRAND = "online-retail"
"""Brand of a ledger's goods, as docs/importing.md names it; with the code it makes the product's id."""
REFERENCE = "opening stock"
LOCAL_REFERENCE = "local inventory feed"


async def take_retail_goods(session: AsyncSession, goods: Sequence[Good], until: datetime) -> Tally:
    """Know a ledger's goods, and open a stock record for each in the warehouse of its currency.

    until       instant of the ledger's last invoice: when the opening stock is said to have come in
    Again       a record that is there stays as it is, whatever was sold of it since
    """
    variants = {good.sku: _retail_variant(good) for good in goods}
    tally = await _know(session, list(variants.values()))
    warehouses = await _warehouses(session)
    wanted = {
        shelf.level_id(variants[good.sku].id, warehouses[good.currency]): (
            good.units,
            variants[good.sku].id,
            warehouses[good.currency],
        )
        for good in goods
        if good.currency in warehouses
    }
    there = await shelf.lock(session, wanted)
    new = {record: one for record, one in wanted.items() if record not in there}
    now = datetime.now(UTC)
    await shelf.ensure(session, [(variant_id, place_id) for _, variant_id, place_id in new.values()], now)
    receipts = [
        shelf.Change(record, on_hand=units, movement=MovementKind.RECEIPT, reference=REFERENCE, at=until)
        for record, (units, _, _) in sorted(new.items())
        if units
    ]
    await shelf.change(session, receipts, now)
    tally.add("stock record", created=len(new), unchanged=len(there))
    return tally


async def take_offers(session: AsyncSession, records: Sequence[OfferRecord]) -> Tally:
    """Know the variants of a product feed and their codes.

    Which product and brand they are of is the catalogue's to say, in `product.changed`; what it refuses of the feed
    changes nothing here either: variants and codes that are known stay as they are.
    """
    variants = {
        record.sku: Variant(
            id=stable_id("ProductVariant", record.sku),
            sku=record.sku,
            product_id=None,
            brand_code=None,
            unit_value=_worth(record.price),
            currency=record.currency,
        )
        for record in records
    }
    tally = await _know(session, list(variants.values()))
    codes = {gtin: variants[record.sku].id for record in records for gtin in record.gtins}
    rows = [{"gtin": gtin, "variant_id": variant_id, "pack_size": 1} for gtin, variant_id in sorted(codes.items())]
    await upsert(session, catalogue.BARCODES, rows, update=())
    return tally


async def take_local_stock(session: AsyncSession, records: Sequence[LocalStockRecord]) -> Tally:
    """Make what each store can promise what the feed says; units promised already and safety stock stay beside it.

    The difference is in the ledger as a count. A price of one store is not kept: prices belong to channels.
    """
    places, variants = shelf.LOCATIONS, catalogue.VARIANTS
    stores = await session.execute(
        select(places.c.code, places.c.id).where(places.c.code.in_(sorted({one.store for one in records})))
    )
    known = await session.execute(
        select(variants.c.sku, variants.c.id).where(variants.c.sku.in_(sorted({one.sku for one in records})))
    )
    store_ids, variant_ids = {row[0]: row[1] for row in stores}, {row[0]: row[1] for row in known}
    tally = Tally()
    wanted: dict[str, LocalStockRecord] = {}
    pairs: list[tuple[str, str]] = []
    for one in records:
        if one.store not in store_ids:
            tally.refused.append(Refused(one.row, "store_code", "there is no such store", "import the stores first"))
        elif one.sku not in variant_ids:
            tally.refused.append(Refused(one.row, "id", "there is no such variant", "import the products first"))
        else:
            pair = variant_ids[one.sku], store_ids[one.store]
            pairs.append(pair)
            wanted[shelf.level_id(*pair)] = one
    before = await shelf.lock(session, wanted)
    for record, one in list(wanted.items()):
        if one.units is None and (record not in before or not before[record].available):
            tally.refused.append(
                Refused(one.row, "quantity", "missing, and nothing is known to be there", "write how many can be sold")
            )
            del wanted[record]
    now = datetime.now(UTC)
    await shelf.ensure(session, [pair for pair in pairs if shelf.level_id(*pair) in wanted], now)
    levels = await shelf.lock(session, wanted)
    changes = [
        shelf.Change(record, on_hand=change, movement=MovementKind.COUNT, reference=LOCAL_REFERENCE, counted_at=now)
        for record, level in sorted(levels.items())
        if (units := wanted[record].units) is not None
        and (change := units + level.reserved + level.safety_stock - level.on_hand)
    ]
    steps = await shelf.change(session, changes, now)
    await news.stock_changed(session, steps)
    created = len(levels.keys() - before.keys())
    changed = len({one.level_id for one in changes} & before.keys())
    tally.add("stock record", created=created, updated=changed, unchanged=len(levels) - created - changed)
    return tally


async def _know(session: AsyncSession, variants: Sequence[Variant]) -> Tally:
    table = catalogue.VARIANTS
    found = await session.execute(select(table.c.id).where(table.c.id.in_([one.id for one in variants])))
    known = set(found.scalars())
    await catalogue.know_variants(session, [one for one in variants if one.id not in known], told=())
    tally = Tally()
    tally.add("variant", created=len(variants) - len(known), unchanged=len(known))
    return tally


async def _warehouses(session: AsyncSession) -> dict[str, str]:
    """Currency → the first warehouse, by code, whose stock is promised online."""
    places = shelf.LOCATIONS
    rows = await session.execute(
        select(places.c.currency, places.c.id)
        .where(places.c.kind == LocationKind.WAREHOUSE, places.c.promises_online)
        .order_by(places.c.code.desc())
    )
    return {currency: place_id for currency, place_id in rows}  # noqa: C416 - dict() of rows is no dict to the type checker


def _retail_variant(good: Good) -> Variant:
    return Variant(
        id=stable_id("ProductVariant", good.sku),
        sku=good.sku,
        product_id=stable_id("Product", RETAIL_BRAND, good.sku.lower()),
        brand_code=RETAIL_BRAND,
        unit_value=_worth(good.price),
        currency=good.currency,
    )


def _worth(price: Decimal) -> Decimal:
    """What a missing unit is worth: half its price, as in the sample world."""
    return (price / 2).quantize(Decimal("0.01"))
