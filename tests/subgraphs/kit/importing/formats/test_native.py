"""Our own lines of JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from .reading import taken

PRICE = {"channel": "web", "regular": {"amount": "79.00", "currency": "GBP"}}
VARIANT = {"sku": "STL-1", "options": [{"name": "Wood", "value": "Oak"}], "gtins": ["4006381333931"], "weightGrams": 4200, "prices": [PRICE]}  # fmt: skip
STOOL = {
    "slug": "oak-stool",
    "brandCode": "alder",
    "name": "Oak stool",
    "descriptionHtml": "<p>Sit.</p>",
    "categorySlug": "chairs",
    "soldIn": ["web"],
    "variants": [VARIANT],
}


def lines(*items):
    return "".join(json.dumps(one) + "\n" for one in items)


def test_a_line_is_a_product(tmp_path):
    (one,), refused = taken(tmp_path, "\ufeff" + lines(STOOL), "ndjson")
    assert refused == []
    assert (one.slug, one.brand, one.category, one.sold_in) == ("oak-stool", "alder", "chairs", ("web",))
    (variant,) = one.variants
    assert (variant.sku, variant.options, variant.gtins) == ("STL-1", (("Wood", "Oak"),), ("04006381333931",))
    assert (variant.prices[0].regular, variant.prices[0].currency) == (Decimal("79.00"), "GBP")


def test_what_is_left_out_stays_as_it_is(tmp_path):
    small = {name: STOOL[name] for name in ("slug", "brandCode", "name", "categorySlug")}
    (one,), _ = taken(tmp_path, lines({**small, "variants": [{"sku": "STL-1"}]}), "ndjson")
    assert (one.description_html, one.sold_in) == (None, None)
    assert (one.variants[0].options, one.variants[0].gtins, one.variants[0].prices) == (None, None, ())


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"slug": ""}, "slug", "missing"),
        ({"brand": "alder"}, "brand", "unknown name"),
        ({"variants": {}}, "variants", "not a list of at most 500"),
        ({"variants": [{**VARIANT, "gtins": ["1"]}]}, "variants[0].gtins", "not a GTIN"),
        ({"variants": [{**VARIANT, "weightGrams": 1.5}]}, "variants[0].weightGrams", "not a whole number"),
        ({"variants": [{**VARIANT, "prices": [{**PRICE, "regular": {"amount": "-1", "currency": "GBP"}}]}]}, "variants[0].prices[0].regular.amount", "negative"),
        ({"variants": [{**VARIANT, "prices": [{**PRICE, "regular": {"amount": 1.999, "currency": "GBP"}}]}]}, "variants[0].prices[0].regular.amount", "GBP has 2 decimals"),
        ({"variants": [{**VARIANT, "prices": [{**PRICE, "offer": {"amount": "1", "currency": "EUR"}}]}]}, "variants[0].prices[0].offer.currency", "not in the currency of the price"),
        ({"variants": [{**VARIANT, "prices": [{**PRICE, "offerUntil": "soon"}]}]}, "variants[0].prices[0].offerUntil", "not an instant"),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_is_refused_with_the_place_in_it(tmp_path, changes, column, reason):
    (_,), (refused,) = taken(tmp_path, lines(STOOL, {**STOOL, "slug": "other", **changes}), "ndjson")
    assert (refused.row, refused.column, refused.reason) == (2, column, reason)
    assert refused.advice


def test_lines_that_are_no_object_spoil_no_other(tmp_path):
    long = "x" * 1_200_000
    content = f"{{\n\n[1]\n{long}\n" + lines(STOOL)
    (one,), refused = taken(tmp_path, content, "ndjson")
    assert one.row == 5
    assert [each.row for each in refused] == [1, 2, 3, 4]
