from __future__ import annotations

import pytest

from gateway.composition.field_sets import fields_selected, parse_field_set, selection_key

from .examples import read

MODEL = """
type Query { item: Sized }
interface Sized { size: Size }
type Item implements Sized @key(fields: "id") { id: ID! size: Size }
type Box implements Sized { size: Size }
type Size { grams: Int }
"""


def selected(parent: str, text: str, *, implementations: bool = False) -> list[str]:
    types = read(MODEL).types
    return [field.coordinate for field in fields_selected(parent, text, types, implementations=implementations)]


def test_every_field_named_is_found():
    assert selected("Item", "id size { grams }") == ["Item.id", "Item.size", "Size.grams"]


def test_an_interfaces_field_can_stand_for_its_implementations():
    assert selected("Sized", "size { grams }", implementations=True) == [
        "Sized.size",
        "Item.size",
        "Box.size",
        "Size.grams",
    ]


def test_fragments_lead_to_their_type():
    assert selected("Sized", "... on Item { id }") == ["Item.id"]


@pytest.mark.parametrize("text", ["nothing", "id {", "", "... on Nothing { id }"])
def test_what_does_not_exist_is_passed_over(text):
    assert selected("Item", text) == []


@pytest.mark.parametrize("text", ["", "{ }", "id { }", "id }", "a } query { b", "id $"])
def test_what_is_no_selection_says_why(text):
    with pytest.raises(ValueError, match=r"."):
        parse_field_set(text)


def test_braces_around_a_field_set_are_optional():
    assert selection_key(parse_field_set("{ id }")) == selection_key(parse_field_set("id"))


def test_order_means_nothing():
    one = selection_key(parse_field_set("a(y: 2, x: 1) b { d c } ... on T { e }"))
    other = selection_key(parse_field_set("... on T { e } b { c d } a(x: 1, y: 2)"))
    assert one == other
