"""The page of names is the one the tables print, and the tables fit together."""

from __future__ import annotations

from pathlib import Path

from subgraphs.kit.sample_world import (
    CUSTOMERS,
    LOCATIONS,
    PRODUCTS,
    STORE_GROUPS,
    VARIANTS,
    customer,
    location,
    variant,
)
from subgraphs.kit.sample_world.page import page
from subgraphs.kit.scalars import parse_gtin


def test_the_page_is_up_to_date():
    assert (Path(__file__).parents[4] / "docs/sample_world.md").read_text() == page()


def test_keys_are_unique_and_gtins_valid():
    for things in (
        [one.sku for one in VARIANTS],
        [one.id for one in VARIANTS],
        [one.gtin for one in VARIANTS],
        [one.slug for one in PRODUCTS],
        [one.code for one in LOCATIONS],
        [one.key for one in CUSTOMERS],
    ):
        assert len(things) == len(set(things))
    assert all(parse_gtin(one.gtin) == one.gtin for one in VARIANTS)


def test_things_are_found_by_key_and_point_at_each_other():
    assert variant("VEL-FND-240").product_id == next(one.id for one in PRODUCTS if one.slug == "velvet-foundation")
    assert {location(one.home).country for one in CUSTOMERS} == {"GB", "DE"}
    assert customer("ada").name == "Ada Okafor"
    assert all(one.group in STORE_GROUPS for one in LOCATIONS if one.group)
