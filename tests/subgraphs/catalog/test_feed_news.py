"""What a feed brings is told to the others once, in the transaction that wrote it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from subgraphs.catalog.app import create_app
from subgraphs.catalog.feeds import RetailProducts
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import InvoiceKind, LineKind, RetailInvoice, RetailLine
from subgraphs.kit.tables import KIT


def sale(number: str, sku: str, name: str) -> RetailInvoice:
    line = RetailLine(2, 0, sku, LineKind.GOODS, name, 6, Decimal("2.55"), sold=True)
    return RetailInvoice(number, InvoiceKind.SALE, datetime(2011, 5, 1, tzinfo=UTC), None, "GB", "GBP", (line,))


async def told(shop):
    async def read(session):
        table = KIT.outbox
        rows = await session.execute(select(table).where(table.c.topic == "product.changed").order_by(table.c.id))
        return [(row.aggregate_id, row.payload) for row in rows]

    return await shop.database.read(read)


async def bring(shop, *records):
    async with RetailProducts(shop.settings) as sink:
        await sink.take(records)
        await sink.finish()


async def test_new_goods_are_told_of_and_goods_as_before_are_not(subgraph):
    shop = await subgraph(create_app)
    await bring(shop, sale("1", "85123A", "WHITE HEART"), sale("2", "21730", "GLASS STAR"))
    first = await told(shop)
    assert len(first) == 2
    product, payload = next(one for one in first if one[1]["name"] == "WHITE HEART")
    assert payload == {
        "product_id": product,
        "brand": "online-retail",
        "name": "WHITE HEART",
        "category_ids": [stable_id("Category", "giftware")],
        "variants": [
            {"id": stable_id("ProductVariant", "85123A"), "sku": "85123A", "name": "WHITE HEART", "gtins": []}
        ],
    }
    await bring(shop, sale("1", "85123A", "WHITE HEART"), sale("2", "21730", "GLASS STAR"))
    assert await told(shop) == first
    await bring(shop, sale("1", "85123A", "RED HEART"))
    assert [payload["name"] for _, payload in (await told(shop))[2:]] == ["RED HEART"]
