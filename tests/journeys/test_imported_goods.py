"""What an import brought while the graph runs is found, promised and priced by the channels' own operations."""

from __future__ import annotations

import asyncio
import io

import pytest
import pytest_asyncio
from rich.console import Console

from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing import main
from subgraphs.kit.sample_world import location

LONDON = {"latitude": 51.5, "longitude": -0.14}
HEART, GIFT = stable_id("ProductVariant", "85123A"), stable_id("Category", "giftware")
MUG = stable_id("ProductVariant", "ACME-MUG")
BARCODE = "09506000134352"
LEDGER = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,30,2011-05-20 08:26:00,2.55,17850.0,United Kingdom
536366,21730,GLASS STAR,6,2010-12-02 08:26:00,4.25,,France
"""
MERCHANT = """<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><item>
<g:id>ACME-MUG</g:id><title>Acme mug</title><description>Holds tea.</description><link>https://shop.example/mug</link>
<g:image_link>https://shop.example/mug.jpg</g:image_link><g:availability>in_stock</g:availability>
<g:price>12.00 GBP</g:price><g:brand>Acme</g:brand><g:gtin>9506000134352</g:gtin><g:condition>new</g:condition>
</item></channel></rss>
"""


@pytest_asyncio.fixture(loop_scope="session")
async def imported(shop, tmp_path):
    for name, content in (("ledger.csv", LEDGER), ("feed.xml", MERCHANT)):
        (tmp_path / name).write_text(content)
        out = io.StringIO()
        status = await asyncio.to_thread(
            main, tmp_path / name, data_dir=shop.data, console=Console(file=out, width=200)
        )
        assert status == 0, out.getvalue()
    return shop


@pytest.mark.parametrize(
    ("operation", "variables"),
    [
        ("01-web-plp", {"category": GIFT}),
        (
            "02-web-pdp",
            {"slug": "white-hanging-heart-85123a", "near": LONDON, "country": "GB", "postcode": "N7 8LR"},
        ),
        ("06-app-product-scan", {"code": BARCODE, "store": location("LON-OXF").id}),
        ("10-watch-stock-nearby", {"variant": HEART, "near": LONDON}),
        ("12-tv-browse", {}),
        ("13-tv-product", {"id": stable_id("Product", "online-retail", "85123a")}),
        ("14-pos-scan", {"code": BARCODE, "store": location("LON-OXF").id}),
        ("25-feed-google", {"channel": "marketplace"}),
    ],
)
async def test_an_operation_answers_of_imported_goods_without_errors(imported, operation, variables):
    answer = await imported.run(operation, variables, who="ada")
    assert answer.errors == []
    assert all(value is not None for value in answer.data.values())


async def test_a_ledgers_goods_are_in_stock_where_they_sold_of_late_and_sold_out_otherwise(imported):
    ask = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { sku availability { online } } } }"
    answer = await imported.ask(ask, {"ids": [HEART, stable_id("ProductVariant", "21730"), MUG]}, channel="web")
    assert answer.errors == []
    assert [node["availability"]["online"] for node in answer.data["nodes"]] == [
        "IN_STOCK",
        "OUT_OF_STOCK",
        "OUT_OF_STOCK",
    ]
