"""Files for outside shops: what an importer reads back, what is in them, and how they are served."""

from __future__ import annotations

import base64
import csv
import io
import time
from datetime import UTC, datetime

import pytest

from subgraphs.catalog.app import create_app
from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.rules.exports import PRODUCT_FILES, written
from subgraphs.catalog.service.exporting import export_lines, export_pieces
from subgraphs.inventory.app import create_app as create_inventory
from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.source import open_feed
from subgraphs.kit.peers import Peers
from tests.subgraphs.conftest import SECRET

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # its answer is the same on both

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PASSWORD = "a password for outside shops"
READERS = {"google-merchant": "google-merchant", "google-merchant-tsv": "google-merchant", "shopify": "shopify"}


@pytest.fixture
async def feeds(subgraph, tmp_path):
    """A catalogue, and an inventory that it can ask for what is in stock; one process, one data folder."""
    shop = await subgraph(create_app, sample_data=True, feed_password=PASSWORD)
    inventory = {"name": "inventory", "database_url": f"sqlite+aiosqlite:///{tmp_path / 'stock.sqlite'}"}
    # Kept in the list: the shop finds it as long as it lives.
    shop.beside = await subgraph(create_inventory, sample_data=True, **inventory)
    return shop


def basic(password):
    return {"authorization": "Basic " + base64.b64encode(f"google:{password}".encode()).decode()}


def read(path, name):
    offers, refused = [], []
    for rows in formats()[name].rows(open_feed(path)):
        offers += rows.records
        refused += rows.refused
    assert refused == []
    return {one.sku: one for one in offers}


async def test_every_file_of_a_channel_is_read_back_as_it_was(feeds, tmp_path):
    peers = Peers(feeds.settings)
    lines = [line async for line in export_lines(feeds.database, peers, "marketplace", NOW)]
    assert 100 < len(lines) <= 147
    assert {line.availability for line in lines} >= {"in_stock", "out_of_stock"}
    for kind, reader in READERS.items():
        path = tmp_path / kind
        path.write_text("".join(written(PRODUCT_FILES[kind], "Alder & Ash", "https://x.example", lines)), newline="")
        offers = read(path, reader)
        assert offers.keys() == {line.sku for line in lines}
        for line in lines:
            offer = offers[line.sku]
            assert (offer.price, offer.sale_price or offer.price) == (line.regular, line.current)
            assert (offer.currency, offer.brand, offer.category) == (line.currency, line.brand, line.category)
            assert (offer.gtins, offer.weight_grams, offer.options) == (line.gtins, line.weight_grams, line.options)
    await peers.close()


async def test_only_what_everyone_may_buy_in_the_channel_is_in_a_file_and_nothing_private(feeds):
    peers = Peers(feeds.settings)
    for kind in PRODUCT_FILES:
        text = "".join([piece async for piece in export_pieces(feeds.database, peers, kind, "web", NOW)])
        assert "ALD-CAN-CED" in text
        assert "ALD-WAT-VIN" not in text, "it is sold in stores only"
        assert "ALD-SHO-MEM-42" not in text, "it is held back for members"
        assert "cost" not in text.partition("\n")[0].lower()
    velvet = "".join([piece async for piece in export_pieces(feeds.database, peers, "shopify", "velvet-web", NOW)])
    assert "ALD-" not in velvet
    local = [piece async for piece in export_pieces(feeds.database, peers, "google-local", "web", NOW)]
    rows = list(csv.DictReader(io.StringIO("".join(local)), delimiter="\t"))
    assert {row["store_code"] for row in rows} >= {"LON-OXF"}
    assert {row["quantity"] for row in rows} == {""}, "rivals must not count the shelf"
    assert "ALD-WAT-VIN" not in {row["id"] for row in rows}
    await peers.close()


async def test_a_file_is_served_to_those_who_may_and_not_sent_twice(feeds):
    http = feeds.http
    assert (await http.get("/feeds/web.xml")).status_code == 401
    assert (await http.get("/feeds/web.xml", headers=basic("wrong"))).status_code == 401
    assert (await http.get("/feeds/web.xml", headers={"authorization": "Basic ???"})).status_code == 401
    identity = {HEADER: sign(SECRET, customer_id=None, scopes=("feed:read",), channel=None, now=int(time.time()))}
    first = await http.get("/feeds/web.xml", headers=identity)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/xml")
    assert first.text.startswith("<?xml")
    assert first.text.endswith("</rss>\n")
    again = await http.get(
        "/feeds/web.xml", headers={**basic(PASSWORD), "if-none-match": f'"x", W/{first.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = await http.get("/feeds/web.xml", headers={**basic(PASSWORD), "if-none-match": '"x"'})
    assert other.content == first.content
    head = await http.head("/feeds/web.csv", headers=identity)
    assert (head.status_code, head.content, int(head.headers["content-length"]) > 1_000) == (200, b"", True)
    for name in ("nowhere.xml", "web.pdf", "..%2fweb.xml", "web", ".xml"):
        assert (await http.get(f"/feeds/{name}", headers=identity)).status_code == 404, name
    assert (await http.post("/feeds/web.xml", headers=identity)).status_code == 405


@on_sqlite
async def test_without_the_inventory_no_feed_promises_anything(shop):
    identity = {HEADER: sign(SECRET, customer_id=None, scopes=("feed:read",), channel=None, now=int(time.time()))}
    answer = await shop.http.get("/feeds/web.xml", headers=identity)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


@on_sqlite
async def test_a_channel_that_does_not_exist_has_no_export(shop):
    with pytest.raises(UnknownChannel):
        [piece async for piece in export_pieces(shop.database, Peers(shop.settings), "shopify", "nowhere", NOW)]
