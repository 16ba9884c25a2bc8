"""Goods of a feed in the inventory: known, in stock where the ledger says so, and promised to a channel."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from subgraphs.inventory.feeds import OfferVariants, RetailStock
from subgraphs.inventory.service.catalogue import BARCODES
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import InvoiceKind, LineKind, OfferRecord, RetailInvoice, RetailLine

AT = datetime(2011, 5, 31, 12, tzinfo=UTC)


def invoice(number, *lines, kind=InvoiceKind.SALE, at=AT):
    made = [
        RetailLine(place, place, sku, kind_, sku, units, Decimal("2.50"), units > 0)
        for place, (sku, units, kind_) in enumerate(lines)
    ]
    return RetailInvoice(number, kind, at, None, "GB", "GBP", tuple(made))


LEDGER = [
    invoice("1", ("85123A", 20, LineKind.GOODS), ("POST", 1, LineKind.POSTAGE)),
    invoice("C2", ("85123A", -4, LineKind.GOODS), kind=InvoiceKind.CANCELLATION),
    invoice("3", ("21730", -4, LineKind.GOODS), kind=InvoiceKind.ADJUSTMENT),
]
SEES = ("inventory:read", "staff:store")


async def take(kind, settings, records):
    async with kind(settings) as sink:
        tally = await sink.take(records)
        tally.merge(await sink.finish())
        return tally


async def test_a_ledgers_goods_are_known_and_open_with_what_the_last_weeks_sold(shop):
    tally = await take(RetailStock, shop.settings, LEDGER)
    assert tally.created == {"variant": 2, "stock record": 2}
    ids = [stable_id("ProductVariant", sku) for sku in ("85123A", "21730")]
    answer = await shop.entities(
        "ProductVariant",
        [{"id": one} for one in ids],
        "stockLevels { nodes { onHand location { code } } }",
        scopes=SEES,
    )
    assert [one["stockLevels"]["nodes"] for one in answer.data] == [
        [{"onHand": 24, "location": {"code": "DC-DAV"}}],
        [{"onHand": 0, "location": {"code": "DC-DAV"}}],
    ]


async def test_every_channel_of_the_group_promises_them(shop):
    await take(RetailStock, shop.settings, LEDGER)
    key = [{"id": stable_id("ProductVariant", "85123A")}]
    for channel in ("web", "app", "tv", "velvet-web"):
        answer = await shop.entities("ProductVariant", key, "availability { online onlineBand }", channel=channel)
        assert answer.data == [{"availability": {"online": "IN_STOCK", "onlineBand": "MANY"}}], channel


async def test_a_second_import_leaves_stock_alone_that_was_sold_meanwhile(shop):
    await take(RetailStock, shop.settings, LEDGER)
    again = await take(RetailStock, shop.settings, LEDGER)
    assert (again.created, again.unchanged) == ({}, {"variant": 2, "stock record": 2})


async def test_without_a_warehouse_of_the_currency_goods_are_known_and_nothing_is_in_stock(bare):
    tally = await take(RetailStock, bare.settings, LEDGER)
    assert tally.created == {"variant": 2}


def offer(sku, *gtins):
    return OfferRecord(
        row=1, sku=sku, group=sku, title=sku, description="", brand="Acme", link=None, image=None, more_images=(),
        gtins=gtins, mpn=None, category=(), google_category=None, condition="new", options=(), weight_grams=None,
        currency="GBP", price=Decimal(10), sale_price=None, sale_until=None,
    )  # fmt: skip


async def test_an_offers_variant_is_known_by_its_code_and_moves_nobody_elses(bare):
    first, second = offer("ACME-1", "09520000000011"), offer("ACME-2", "09520000000011")
    assert (await take(OfferVariants, bare.settings, [first, first])).created == {"variant": 1}
    assert (await take(OfferVariants, bare.settings, [first, second])).created == {"variant": 1}

    async def owner(session):
        return (await session.execute(BARCODES.select())).one().variant_id

    assert await bare.database.read(owner) == stable_id("ProductVariant", "ACME-1")
