"""Files that are broken, hostile or huge: a clear word, bounded memory, and the good rows taken all the same."""

from __future__ import annotations

import gzip
import subprocess
import sys

import pytest

from subgraphs.kit.importing.errors import FeedUnreadable

from .formats.reading import taken

TSV = "id\ttitle\tprice\n"
SHOPIFY = "Handle,Title,Vendor,Variant SKU,Variant Price\n"
RSS = '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{}</channel></rss>'
ITEM = "<item><g:id>A</g:id><title>A</title><g:price>1 GBP</g:price>{}</item>"


def test_text_that_is_not_utf_8_refuses_its_row_alone(tmp_path):
    content = TSV.encode() + b"A\tCaf\xe9\t1.00 GBP\nB\tCaf\xc3\xa9\t1.00 GBP\n"
    (good,), (refused,) = taken(tmp_path, content, "google-merchant")
    assert (good.title, refused.row, refused.column) == ("Café", 2, "title")
    assert "UTF-8" in refused.explained


def test_a_byte_order_mark_and_quoted_line_ends_are_read(tmp_path):
    content = "\ufeff" + SHOPIFY + 'mug,"A mug\nof two lines",Acme,MUG-1,9.00\nmug,,,MUG-2,free\n'
    (good,), (refused,) = taken(tmp_path, content, "shopify")
    assert (good.sku, good.title, refused.row) == ("MUG-1", "A mug of two lines", 3)


def test_a_quotation_mark_that_never_closes_costs_what_it_swallows_and_says_so(tmp_path):
    rows = "".join(f"R{number}\tRow\t1.00 GBP\n" for number in range(20_000))
    records, refused = taken(tmp_path, TSV + 'A\t"open\t1.00 GBP\n' + rows, "google-merchant")
    assert refused[0].row == 2
    assert "close the quotation mark" in refused[0].advice
    assert len(records) > 10_000


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (
            '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>',
            "google-merchant",
        ),
        (
            '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&f;</title></item></channel></rss>',
            "google-merchant",
        ),
        ('<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://127.0.0.1/x.dtd"><rss/>', "google-local"),
        ('<?xml version="1.0" encoding="klingon"?><rss></rss>', "google-merchant"),
        (RSS.format('<item a="' + "x" * 2_000_000 + '"/>'), "google-merchant"),
        (RSS.format("<!--" + "x" * 2_000_000 + "-->"), "google-merchant"),
        (TSV + "x" * 1_100_000, "google-merchant"),
        (TSV.encode("utf-16"), "google-merchant"),
        (gzip.compress(TSV.encode() + b"A\tA\t1.00 GBP\n" * 999)[:-40], "google-merchant"),
        (gzip.compress(b"Handle,Variant Price\n" + b"x" * 5_000_000), "shopify"),
        ("[" * 100_000, "schema-org"),
    ],
    ids=["laughs", "entity", "dtd", "encoding", "attribute", "comment", "line", "utf16", "cut", "bomb", "deep"],
)
def test_what_cannot_be_read_ends_with_one_line(tmp_path, content, name):
    with pytest.raises(FeedUnreadable) as stopped:
        taken(tmp_path, content, name)
    assert "\n" not in str(stopped.value)


def test_elements_of_an_attribute_are_read_as_text_in_tabs_has_them(tmp_path):
    detail = "<g:product_detail><g:section_name>Options</g:section_name> <g:attribute_name>Shade</g:attribute_name><g:attribute_value>No. 5: red</g:attribute_value></g:product_detail>"
    (one,), _ = taken(tmp_path, RSS.format(ITEM.format(detail)), "google-merchant")
    assert one.options == (("Shade", "No. 5: red"),)


def test_an_id_that_comes_again_in_another_batch_is_refused(tmp_path):
    rows = "".join(f"R{number}\tRow\t1.00 GBP\n" for number in range(2_500))
    records, (refused,) = taken(tmp_path, TSV + rows + "R7\tRow\t2.00 GBP\n", "google-merchant")
    assert len(records) == 2_500
    assert refused.reason == "occurs twice in the feed, first in row 9, which was taken"


MEASURE = """
import resource, sys
from pathlib import Path
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.source import open_feed
kind = formats()[sys.argv[2]]
feed = open_feed(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read = sum(rows.read for rows in kind.rows(feed))
print(read, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
LINES = {
    "google-merchant": (TSV, "ID{0:06}\t{1}\t19.99 GBP\n", ""),
    "shopify": (SHOPIFY, "h{0},{1},Acme,ID{0:06},19.99\n", ""),
    "schema-org": ("[", '{{"@type":"Product","sku":"ID{0:06}","name":"x","description":"{1}","offers":{{"price":1,"priceCurrency":"GBP"}}}},', "{}]"),
}  # fmt: skip


@pytest.mark.prove
@pytest.mark.parametrize("name", LINES)
def test_a_hundred_megabytes_are_read_in_little_memory(tmp_path, name):
    head, line, tail = LINES[name]
    path = tmp_path / "feed"
    with path.open("w") as out:
        out.write(head)
        for number in range(100_000):
            out.write(line.format(number, "x" * 1_000))
        out.write(tail)
    assert path.stat().st_size > 100_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path), name], capture_output=True, text=True, check=True, timeout=300
    )
    read, megabytes = map(int, done.stdout.split())
    assert read == 100_000 + (name == "schema-org")
    assert megabytes < 60
