"""On imported data: a slice of a ledger, stores and categories, and the channels' pages over them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from subgraphs.kit.ids import stable_id

from .conftest import ROOT, open_shop
from .registry import feature
from .test_operations import VARIABLES, WITHOUT_VARIABLES

LEDGER = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536366,22633,HAND WARMER UNION JACK,6,2010-12-01 08:28:00,1.85,17850.0,United Kingdom
C536379,71053,WHITE METAL LANTERN,-1,2010-12-01 09:41:00,3.39,17850.0,United Kingdom
"""
STORES = [
    {
        "id": number,
        "type": "BigBox",
        "name": f"Mall {number}",
        "address": "340 W Market",
        "address2": "",
        "city": "Bloomington",
        "state": "MN",
        "zip": "55425",
        "location": {"lat": 44.85 + number / 1e6, "lon": -93.24},
        "hours": "Mon: 10-9; Tue: 10-9; Wed: 10-9; Thurs: 10-9; Fri: 10-9; Sat: 10-9; Sun: 10-8",
        "services": ["Apple Shop"],
    }
    for number in range(1000, 2565)
]
CATEGORIES = [
    {"id": "c2", "name": "Lanterns", "path": [{"id": "c1", "name": "Outdoors"}, {"id": "c2", "name": "Lanterns"}]}
]
MALL = {"latitude": 44.85, "longitude": -93.24}
PAGES = sorted(VARIABLES.keys() | WITHOUT_VARIABLES)


@pytest.fixture(scope="module")
def imported(tmp_path_factory, sample_databases):
    """A data folder after three imports by the command."""
    folder = tmp_path_factory.mktemp("imported")
    data = folder / "data"
    shutil.copytree(sample_databases, data)
    feeds = {"online-retail": LEDGER, "stores": json.dumps(STORES), "categories": json.dumps(CATEGORIES)}
    for kind, content in feeds.items():
        feed = folder / f"{kind}.feed"
        feed.write_text(content, "utf-8")
        command = [sys.executable, "-c", "from gateway.cli import main; main()", "import", str(feed)]
        options = ["--format", kind, "--data", str(data)]
        done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return data


async def test_every_reading_operation_answers_on_imported_data_within_its_bytes(imported, schema_config, supergraph):
    async with open_shop(imported, schema_config, supergraph) as shop:
        for name in PAGES:
            answer = await shop.run(name, VARIABLES.get(name, {}), who="ada")
            assert answer.errors == [], name
        goods = await shop.ask('{ variantBySku(sku: "71053") { id name product { name } } }')
        assert goods.data["variantBySku"]["id"] == stable_id("ProductVariant", "71053")
        order = await shop.ask(
            '{ orderLookup(number: "536365", first: 1) { nodes { totalQuantity } } }',
            scopes=("staff:store",),
            channel="store",
        )
        assert order.errors == []


NEAR = """query Near($near: GeoPointInput!, $after: String) { locations(near: $near, radiusKm: 50, first: 100, after: $after) {
  edges { distance { metres } node { code } } pageInfo { hasNextPage endCursor } } }"""


@feature("D19")
async def test_D19_1565_stores_come_nearest_first_each_once_and_no_page_costs_more_than_another(
    imported, schema_config, supergraph
):
    """How long a page takes is in benchmarks/results/subgraph_requests.md."""
    async with open_shop(imported, schema_config, supergraph) as shop:
        metres: list[int] = []
        codes: list[str] = []
        costs: set[int] = set()
        after = None
        await shop.ask(NEAR, {"near": MALL})  # names are known from then on
        while True:
            with shop.statements() as counted:
                answer = await shop.ask(NEAR, {"near": MALL, "after": after})
            assert answer.errors == []
            page = answer.data["locations"]
            metres += [edge["distance"]["metres"] for edge in page["edges"]]
            codes += [edge["node"]["code"] for edge in page["edges"]]
            costs.add(counted.by_subgraph["inventory"])
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert sorted(codes) == sorted(str(store["id"]) for store in STORES)
        assert metres == sorted(metres)
        assert len(costs) == 1
