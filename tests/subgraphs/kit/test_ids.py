"""Ids name their type, sort by time, and agree between services."""

from __future__ import annotations

import uuid

from subgraphs.kit.ids import PREFIXES, new_id, new_uuid, stable_id, type_of


def test_ids_made_one_after_another_sort_in_that_order():
    made = [new_uuid() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {uuid.RFC_4122}


def test_an_id_names_its_type():
    for name in PREFIXES:
        assert type_of(new_id(name)) == type_of(stable_id(name, "x")) == name
    for text in ("", "x", "cus_", "cus_!", "no_" + "0" * 26, "cus_" + "é" * 26, "cus" + "0" * 26):
        assert type_of(text) is None


def test_no_two_types_share_a_prefix():
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_a_natural_key_gives_one_id_for_ever():
    assert stable_id("ProductVariant", "VEL-FND-240") == "var_" + stable_id("ProductVariant", "VEL-FND-240")[4:]
    assert stable_id("Product", "a", "bc") != stable_id("Product", "ab", "c")
    assert stable_id("Customer", "ada") == "cus_4czmemcmxharcsm8w6njwygjxq"
