"""What `channelgraph export` writes is what `channelgraph import` reads: the same goods, in another house."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from subgraphs.catalog.rules.exports import PRODUCT_FILES, ExportLine, written
from subgraphs.kit.exporting import main as export
from subgraphs.kit.importing import main as import_
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.source import Feed

READERS = {"google-merchant": "google-merchant", "google-merchant-tsv": "google-merchant", "shopify": "shopify"}
LETTERS = st.characters(codec="utf-8", exclude_characters="\x00")
TEXT = st.text(LETTERS | st.sampled_from("\"',;\t\n<&>=+-@:'|\\"), min_size=1, max_size=30).filter(
    lambda text: " ".join(shown(text).split())
)
WORD = st.text("abcXYZ-019", min_size=1, max_size=12)
AMOUNT = st.decimals(Decimal("0.02"), 99_999, places=2)


def shown(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(one for one in text if one in "\t\n\r" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff")  # fmt: skip


@st.composite
def products(draw):
    """Lines of a few products, the variants of each one after the other, as a channel in pounds or euros sells them."""
    lines = []
    currency = draw(st.sampled_from(["GBP", "EUR"]))
    for group in draw(st.lists(WORD, min_size=1, max_size=3, unique=True)):
        product, brand = draw(TEXT), draw(TEXT)
        names = draw(st.lists(st.sampled_from(["Colour", "Size", "Shade", "Volume"]), unique=True, max_size=3))
        category = tuple(draw(st.lists(WORD, min_size=1, max_size=3)))
        for number in range(draw(st.integers(1, 3))):
            regular = draw(AMOUNT)
            current = draw(st.just(regular) | st.just(regular / 2).map(lambda amount: amount.quantize(Decimal("0.01"))))
            until = datetime(2027, 1, draw(st.integers(1, 28)), tzinfo=UTC) if current < regular else None
            lines.append(
                ExportLine(
                    sku=f"{group}-{number}", group=group, handle=group, product=product, title=product,
                    description_html=f"<p>{draw(WORD)}</p>", brand=brand, category=category, google_category=None,
                    link="https://x.example/p", image=None, gtins=(), mpn=None,
                    options=tuple((name, draw(TEXT)) for name in names), weight_grams=draw(st.none() | st.integers(1, 9_999)),
                    currency=currency, regular=regular, current=current, offer_from=None, offer_until=until,
                    availability="in_stock",
                )
            )  # fmt: skip
    return lines


@pytest.mark.parametrize("kind", READERS)
@given(lines=products())
@settings(max_examples=60, deadline=None)
def test_the_same_goods_come_back(tmp_path_factory, kind, lines):
    path = tmp_path_factory.getbasetemp() / f"{kind}.feed"
    path.write_text("".join(written(PRODUCT_FILES[kind], "Shop", "https://x.example", lines)), "utf-8", newline="")
    offers, refused = {}, []
    for rows in formats()[READERS[kind]].rows(Feed(path, path.stat().st_size, packed=False)):
        offers |= {one.sku: one for one in rows.records}
        refused += rows.refused
    assert refused == []
    assert list(offers) == [line.sku for line in lines]
    for line in lines:
        offer = offers[line.sku]
        assert (offer.group, offer.currency, offer.category) == (line.group, line.currency, line.category)
        assert (offer.price, offer.sale_price or offer.price) == (line.regular, line.current)
        assert (offer.title, offer.brand) == (plain(line.product), plain(line.brand)[:70])
        assert [(name, plain(value)) for name, value in offer.options] == [
            (name, plain(value)) for name, value in line.options
        ]
        assert offer.weight_grams == line.weight_grams
        if kind != "shopify":  # it has no column for the end of an offer
            assert offer.sale_until == line.offer_until


def plain(text: str) -> str:
    return " ".join(shown(text).split())


GOODS = """
SELECT variant.sku, product.name, brand.name, variant.weight_grams, variant.options, variant.gtins, price.regular, price.offer
FROM variant JOIN product ON product.id = variant.product_id JOIN brand ON brand.code = product.brand_code
LEFT JOIN price ON price.variant_id = variant.id AND price.channel_code = 'web' AND price.currency = 'GBP'
WHERE variant.sku IN ({skus}) ORDER BY variant.sku
"""


def goods(folder, skus):
    with sqlite3.connect(folder / "catalog.sqlite") as connection:
        rows = connection.execute(GOODS.format(skus=",".join("?" * len(skus))), sorted(skus)).fetchall()
    connection.close()
    return {row[0]: row[1:] for row in rows}


def run(function, *args, **options):
    out = io.StringIO()
    status = function(*args, **options, console=Console(file=out, width=200))
    assert status == 0, out.getvalue()
    return out.getvalue()


async def test_what_one_house_exports_another_has_after_importing_it(tmp_path, monkeypatch):
    first, second, file = tmp_path / "first", tmp_path / "second", tmp_path / "web.xml"
    await asyncio.to_thread(run, export, "google-merchant", "web", file, first)
    monkeypatch.setenv("CHANNELGRAPH_SAMPLE_DATA", "false")
    await asyncio.to_thread(run, import_, file, data_dir=second)
    skus = {one.sku for rows in formats()["google-merchant"].rows(Feed(file, file.stat().st_size, packed=False)) for one in rows.records}  # fmt: skip
    theirs, ours = goods(second, skus), goods(first, skus)
    assert theirs.keys() == ours.keys() == skus
    # What is on offer, and what the offer is, may end by the clock; what it is without is the same.
    assert {sku: row[:6] for sku, row in theirs.items()} == {sku: row[:6] for sku, row in ours.items()}
    said = await asyncio.to_thread(run, import_, file, data_dir=second)
    (counts,) = [line.split()[2:] for line in said.splitlines() if line.split()[:2] == ["catalog", "variant"]]
    assert counts == ["0", "0", str(len(skus))]


async def test_stock_of_stores_goes_out_and_comes_back(tmp_path):
    data, file = tmp_path / "data", tmp_path / "local.tsv"
    await asyncio.to_thread(run, export, "google-local", "web", file, data)
    said = await asyncio.to_thread(run, import_, file, data_dir=data)
    (line,) = [line.split() for line in said.splitlines() if "stock record" in line]
    assert line[3:5] == ["0", "0"], "what the shop said of itself changes nothing"
    assert "No row was refused" in said
    counted = tmp_path / "counted.tsv"
    row = next(line for line in file.read_text().splitlines()[1:] if "in_stock" in line).split("\t")
    counted.write_text(f"store_code\tid\tquantity\tavailability\n{row[0]}\t{row[1]}\t3\tin_stock\nNOWHERE\t{row[1]}\t3\tin_stock\n{row[0]}\tNOTHING\t3\tin_stock\n")  # fmt: skip
    said = await asyncio.to_thread(run, import_, counted, data_dir=data)
    assert "there is no such store; import the stores first" in said
    assert "there is no such variant; import the products first" in said
    with sqlite3.connect(data / "inventory.sqlite") as connection:
        (promised,) = connection.execute(
            "SELECT on_hand - reserved - safety_stock FROM stock_level JOIN variant ON variant.id = variant_id JOIN location ON location.id = location_id WHERE sku = ? AND code = ?",
            (row[1], row[0]),
        ).fetchone()
    connection.close()
    assert promised == 3


def test_the_command_writes_a_file_or_says_why_not(tmp_path):
    command = [sys.executable, "-c", "from gateway.cli import main; main()", "export"]

    def ask(*options):
        done = subprocess.run(
            [*command, *options, "--data", str(tmp_path / "data")], capture_output=True, text=True, check=False, timeout=600
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done

    written_out = ask("shopify", "--channel", "velvet-web")
    assert (written_out.returncode, written_out.stdout.splitlines()[0][:6]) == (0, "Handle")
    refused = ask("shopify", "--channel", "nowhere", "--output", str(tmp_path / "x.csv"))
    assert (refused.returncode, "There is no such channel" in refused.stderr) == (1, True)
    assert not list(tmp_path.glob("*x.csv*"))
    assert ask("excel").returncode == 1
