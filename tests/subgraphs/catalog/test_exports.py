"""What is exported is what an importer reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.rules.exports import merchant_xml, shopify_csv
from subgraphs.catalog.service.exporting import export_lines
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.source import open_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(path, name):
    offers, refused = [], []
    for rows in formats()[name].read(open_feed(path)):
        offers += rows.records
        refused += rows.refused
    assert refused == []
    return {one.sku: one for one in offers}


async def test_both_files_of_a_channel_are_read_back_as_they_were(shop, tmp_path):
    lines = [line async for line in export_lines(shop.database, "marketplace", NOW)]
    assert len(lines) == 147
    xml, table = tmp_path / "feed.xml", tmp_path / "feed.csv"
    xml.write_text("".join(merchant_xml("Alder & Ash", "https://x.example", lines)))
    table.write_text("".join(shopify_csv(lines)))
    for offers in (read(xml, "google-merchant"), read(table, "shopify")):
        assert offers.keys() == {line.sku for line in lines}
        for line in lines:
            offer = offers[line.sku]
            assert (offer.price, offer.sale_price or offer.price) == (line.regular, line.current)
            assert offer.gtins == line.gtins
            assert offer.weight_grams == line.weight_grams


async def test_a_channel_that_does_not_exist_has_no_export(shop):
    with pytest.raises(UnknownChannel):
        [line async for line in export_lines(shop.database, "nowhere", NOW)]


def test_a_cell_is_never_a_formula():
    assert "".join(shopify_csv([])).startswith("Handle,Title")
