"""Store lists, category trees, and product feeds in XML, TSV and CSV."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.formats.stores import opening_hours
from subgraphs.kit.importing.run import choose_format
from subgraphs.kit.importing.source import open_feed

STORE = {"id": 1000, "type": "BigBox", "name": "Mall", "address": "340 W Market", "address2": "", "city": "Bloomington", "state": "MN", "zip": "55425", "location": {"lat": 44.85, "lon": -93.24}, "hours": "Mon: 10-9:30; Sun: 12-7", "services": ["Repair"]}  # fmt: skip
CATEGORY = {"id": "c2", "name": "Chairs", "path": [{"id": "c1", "name": "Home"}, {"id": "c2", "name": "Chairs"}]}
ITEM = """<item><g:id>TSH-1</g:id><title>T-Shirt &amp; more</title><description><![CDATA[<b>Soft</b>]]></description><link>https://shop.example/t</link>
<g:image_link>https://shop.example/t.jpg</g:image_link><g:price>19.99 GBP</g:price><g:sale_price>14.99 GBP</g:sale_price>
<g:sale_price_effective_date>2026-01-01T00:00Z/2026-12-31T23:59Z</g:sale_price_effective_date><g:gtin>4006381333931</g:gtin><g:brand>Acme</g:brand>
<g:condition>new</g:condition><g:item_group_id>TSH</g:item_group_id><g:color>Red</g:color><g:size>M</g:size><g:product_type>Fashion &gt; Shirts</g:product_type>
<g:google_product_category>212</g:google_product_category><g:shipping_weight>0.25 kg</g:shipping_weight></item>"""


def rss(*items):
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title>{"".join(items)}</channel></rss>'


def taken(tmp_path, content, name):
    path = tmp_path / "feed"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    records, refused = [], []
    for rows in formats()[name].rows(open_feed(path)):
        records += rows.records
        refused += rows.refused
    return records, refused


def test_a_store_is_read_with_hours_and_time_zone(tmp_path):
    (store,), refused = taken(tmp_path, json.dumps([STORE]), "stores")
    assert refused == []
    assert (store.code, store.time_zone, store.country) == ("1000", "America/Chicago", "US")
    assert store.hours == ((1, "10:00", "21:30"), (7, "12:00", "19:00"))


@pytest.mark.parametrize(
    ("written", "hours"),
    [("", ()), ("Fri: 0-11:59", ((5, "00:00", "23:59"),)), ("Sat: 9:30-12", ((6, "09:30", "00:00"),))],
)
def test_hours_are_read_by_the_clock_of_twelve(written, hours):
    assert opening_hours(written) == hours


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"id": "x"}, "id"), ({"name": ""}, "name"), ({"state": "ZZ"}, "state"), ({"location": None}, "location"), ({"location": {"lat": 95, "lon": 0}}, "lat"), ({"hours": "always"}, "hours"), ({"name": 5}, "name")],
)  # fmt: skip
def test_a_store_that_is_wrong_is_refused(tmp_path, changes, column):
    records, (refused,) = taken(tmp_path, json.dumps([STORE, {**STORE, **changes}]), "stores")
    assert len(records) == 1
    assert (refused.row, refused.column) == (2, column)


def test_a_category_brings_its_path(tmp_path):
    (category,), _ = taken(tmp_path, json.dumps([CATEGORY]), "categories")
    assert category.path == (("c1", "Home"), ("c2", "Chairs"))


@pytest.mark.parametrize(
    "path", [[], None, [{"id": "c1", "name": "Home"}], ["x"], [{"id": "c2", "name": "A"}, {"id": "c2", "name": "B"}]]
)
def test_a_category_whose_path_is_wrong_is_refused(tmp_path, path):
    _, (refused,) = taken(tmp_path, json.dumps([{**CATEGORY, "path": path}]), "categories")
    assert refused.column == "path"


@pytest.mark.parametrize("content", ["{}", "[1", "\xff"])
def test_what_is_no_json_list_ends_the_import(tmp_path, content):
    with pytest.raises(FeedUnreadable):
        taken(tmp_path, content, "stores")


def test_a_google_feed_is_read_whole(tmp_path):
    (offer,), refused = taken(tmp_path, rss(ITEM), "google-merchant")
    assert refused == []
    assert offer.gtins == ("04006381333931",)
    assert (offer.price, offer.sale_price, offer.currency) == (Decimal("19.99"), Decimal("14.99"), "GBP")
    assert offer.sale_until == datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert offer.options == (("Colour", "Red"), ("Size", "M"))
    assert offer.category == ("Fashion", "Shirts")
    assert (offer.weight_grams, offer.google_category, offer.group, offer.title) == (250, 212, "TSH", "T-Shirt & more")
    assert offer.description == "<b>Soft</b>"


def test_an_atom_feed_is_read_as_well(tmp_path):
    entry = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><entry><g:id>A</g:id><title>A</title><summary>text</summary><link href="https://shop.example/a"/><g:price>5 EUR</g:price></entry></feed>'
    (offer,), _ = taken(tmp_path, entry, "google-merchant")
    assert (offer.link, offer.description, offer.price, offer.currency) == (
        "https://shop.example/a",
        "text",
        Decimal(5),
        "EUR",
    )


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("4006381333931", "4006381333930", "gtin", "wrong check digit"),
        ("4006381333931", "40063", "gtin", "not a GTIN"),
        ("19.99 GBP", "19.99 ZZZ", "price", "unknown currency"),
        ("19.99 GBP", "19.999 GBP", "price", "GBP has 2 decimals"),
        ("19.99 GBP", "cheap", "price", "not an amount and a currency such as 19.99 GBP"),
        ("14.99 GBP", "14.99 EUR", "sale_price", "not in the currency of the price"),
        ("<g:condition>new", "<g:condition>shiny", "condition", "not one of new, refurbished, used"),
        ("<g:id>TSH-1</g:id>", "", "id", "missing"),
        ("0.25 kg", "heavy", "shipping_weight", "not a weight such as 1.2 kg"),
        ("https://shop.example/t<", "javascript:x<", "link", "not an absolute http or https address"),
        ("2026-12-31T23:59Z", "soon", "sale_price_effective_date", "not two instants with a slash between"),
    ],
)
def test_an_offer_that_breaks_the_specification_is_refused(tmp_path, old, new, column, reason):
    records, (refused,) = taken(tmp_path, rss(ITEM, ITEM.replace(old, new)), "google-merchant")
    assert len(records) == 1
    assert (refused.row, refused.column, refused.reason) == (2, column, reason)


def test_a_document_type_declaration_ends_the_import(tmp_path):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
    with pytest.raises(FeedUnreadable, match="document type"):
        taken(tmp_path, bomb, "google-merchant")


@pytest.mark.parametrize("content", ["<rss><channel><item>", "<a>" * 100, "<rss>&undefined;</rss>", "<rss>\x00</rss>"])
def test_xml_that_is_not_well_formed_ends_the_import(tmp_path, content):
    with pytest.raises(FeedUnreadable):
        taken(tmp_path, content, "google-merchant")


def test_a_large_feed_comes_in_batches(tmp_path):
    path = tmp_path / "feed"
    path.write_text(rss(*[ITEM.replace("TSH-1", f"S{number}") for number in range(2500)]))
    sizes = [len(rows.records) for rows in formats()["google-merchant"].read(open_feed(path))]
    assert sizes == [1000, 1000, 500]


def test_a_tab_separated_feed_is_read(tmp_path):
    content = (
        "id\ttitle\tprice\tgtin\tcost_of_goods_sold\n"
        "A1\tMug\t9.00 GBP\t4006381333931\t3.25 GBP\nA2\tCup\t9.00 GBP\t123\t\nA3\tJug\t9.00 GBP\t\t3.25 EUR\n"
    )
    (offer,), refused = taken(tmp_path, content, "google-merchant")
    assert (offer.sku, offer.title, offer.cost) == ("A1", "Mug", Decimal("3.25"))
    assert [(each.row, each.column) for each in refused] == [(3, "gtin"), (4, "cost_of_goods_sold")]


def test_a_shopify_product_has_a_row_for_each_variant(tmp_path):
    content = (
        "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Cost per item\n"
        "tee,Tee,<p>Soft</p>,Acme,Shirts,Size,S,TEE-S,200,15.00,20.00,'4006381333931,https://shop.example/t.jpg,6.10\n"
        "tee,,,,,,M,TEE-M,200,20.00,,,\n"
        "tee,,,,,,,,,,,,https://shop.example/t2.jpg\n"
        "tee,,,,,,L,TEE-L,200,free,,,\n"
    )
    records, (refused,) = taken(tmp_path, content, "shopify")
    assert [(one.sku, one.price, one.sale_price, one.cost, one.options) for one in records] == [
        ("TEE-S", Decimal("20.00"), Decimal("15.00"), Decimal("6.10"), (("Size", "S"),)),
        ("TEE-M", Decimal("20.00"), None, None, (("Size", "M"),)),
    ]
    assert (refused.row, refused.column) == (5, "price")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (rss(ITEM), "google-merchant"),
        ("id\ttitle\tprice\n", "google-merchant"),
        (json.dumps([STORE]), "stores"),
        (json.dumps([CATEGORY]), "categories"),
        ("InvoiceNo,StockCode,Description\n", "online-retail"),
        ("Handle,Title,Variant Price\n", "shopify"),
    ],
)
def test_a_format_is_told_by_how_a_file_begins(tmp_path, content, name):
    path = tmp_path / "feed"
    path.write_text(content)
    assert choose_format(open_feed(path), "auto").name == name


def test_an_unknown_file_or_format_is_said_in_one_line(tmp_path):
    path = tmp_path / "feed"
    path.write_text("hello")
    with pytest.raises(FeedUnreadable, match="say which with --format"):
        choose_format(open_feed(path), "auto")
    with pytest.raises(FeedUnreadable, match="There is no format 'xls'"):
        choose_format(open_feed(path), "xls")
    (tmp_path / "empty").touch()
    with pytest.raises(FeedUnreadable, match="empty"):
        open_feed(tmp_path / "empty")
    with pytest.raises(FeedUnreadable, match="No such file"):
        open_feed(tmp_path / "none")
