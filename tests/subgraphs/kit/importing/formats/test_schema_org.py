"""Products as schema.org says them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from .reading import taken

OFFER = {"@type": "Offer", "price": "19.99", "priceCurrency": "GBP"}
MUG = {
    "@context": "https://schema.org",
    "@type": "Product",
    "sku": "MUG-1",
    "name": "Mug",
    "description": "Holds tea.",
    "brand": {"@type": "Brand", "name": "Acme"},
    "image": ["https://shop.example/a.jpg", {"@type": "ImageObject", "contentUrl": "https://shop.example/b.jpg"}],
    "gtin13": "4006381333931",
    "mpn": "M1",
    "category": ["Kitchen", "Mugs"],
    "color": "Red",
    "itemCondition": "https://schema.org/UsedCondition",
    "weight": {"@type": "QuantitativeValue", "value": 0.35, "unitCode": "KGM"},
    "url": "https://shop.example/mug",
    "offers": OFFER,
}


def test_a_product_is_read_with_everything_it_says(tmp_path):
    (one,), refused = taken(tmp_path, json.dumps(MUG), "schema-org")
    assert refused == []
    assert (one.sku, one.group, one.title, one.brand, one.mpn) == ("MUG-1", "MUG-1", "Mug", "Acme", "M1")
    assert (one.price, one.currency, one.sale_price, one.condition) == (Decimal("19.99"), "GBP", None, "used")
    assert (one.gtins, one.weight_grams, one.options) == (("04006381333931",), 350, (("Colour", "Red"),))
    assert (one.category, one.image, one.more_images) == (
        ("Kitchen", "Mugs"),
        "https://shop.example/a.jpg",
        ("https://shop.example/b.jpg",),
    )


@pytest.mark.parametrize(
    "document",
    [
        [MUG],
        {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "Acme"}, MUG]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": MUG}]},
        {**OFFER, "itemOffered": {name: value for name, value in MUG.items() if name != "offers"}},
        [{"@graph": [MUG]}],
    ],
    ids=["list", "graph", "item list", "offer", "list of graphs"],
)
def test_it_may_stand_in_other_things(tmp_path, document):
    (one,), refused = taken(tmp_path, json.dumps(document), "schema-org")
    assert refused == []
    assert (one.sku, one.price) == ("MUG-1", Decimal("19.99"))


def test_variants_of_a_group_take_from_it_what_they_do_not_say(tmp_path):
    variants = [{"@type": "Product", "sku": f"T-{size}", "size": size, "offers": OFFER} for size in "SML"]
    group = {"@type": "ProductGroup", "productGroupID": "T", "name": "Tee", "brand": "Acme", "hasVariant": variants}
    records, refused = taken(tmp_path, json.dumps([group]), "schema-org")
    assert refused == []
    assert [(one.sku, one.group, one.title, one.options) for one in records] == [
        (f"T-{size}", "T", "Tee", (("Size", size),)) for size in "SML"
    ]


def test_a_price_that_is_struck_through_makes_the_other_an_offer(tmp_path):
    before = {"@type": "UnitPriceSpecification", "priceType": "https://schema.org/StrikethroughPrice", "price": 25}
    deal = {**OFFER, "priceSpecification": before, "priceValidUntil": "2026-12-31"}
    (one,), _ = taken(tmp_path, json.dumps({**MUG, "offers": deal}), "schema-org")
    assert (one.price, one.sale_price) == (Decimal(25), Decimal("19.99"))
    assert one.sale_until == datetime(2026, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"gtin13": "4006381333930"}, "gtin", "wrong check digit"),
        ({"offers": {**OFFER, "price": "-1"}}, "price", "negative"),
        ({"offers": {**OFFER, "priceCurrency": "ZZZ"}}, "price", "unknown currency"),
        ({"offers": None}, "price", "missing"),
        ({"sku": None}, "id", "missing"),
        ({"@type": None}, "@type", "missing"),
        ({"@type": "ProductGroup"}, "hasVariant", "not 1 to 500 products"),
        ({"@type": "ProductGroup", "productGroupID": "G", "hasVariant": ["x"]}, "hasVariant[0]", "not an object"),
    ],
)
def test_an_item_that_is_wrong_is_refused_with_its_place(tmp_path, changes, column, reason):
    (_,), (refused,) = taken(tmp_path, json.dumps([MUG, {**MUG, "sku": "MUG-2", **changes}]), "schema-org")
    assert (refused.row, refused.column, refused.reason) == (2, column, reason)
    assert refused.advice


def test_one_broken_item_spoils_no_other(tmp_path):
    content = f'[{json.dumps(MUG)}, {{"sku": 1,, }}, 7, {json.dumps({**MUG, "sku": "MUG-9"})}]'
    records, refused = taken(tmp_path, content, "schema-org")
    assert [one.sku for one in records] == ["MUG-1", "MUG-9"]
    assert [one.row for one in refused] == [2, 3]
