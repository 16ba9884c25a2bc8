from __future__ import annotations

import pytest

from ..examples import codes  # one harness serves both folders

PAGE = "type Page { nodes: [ID]! count: Int }"


@pytest.mark.parametrize(
    "field",
    [
        "items: [ID] @listSize(assumedSize: 0)",
        "items: [ID!]! @listSize(assumedSize: 5)",
        'items(first: Int!, last: Int): [ID] @listSize(slicingArguments: ["first", "last"])',
        'page(first: Int): Page! @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])',
        "items: [ID] @cost(weight: 3)",
    ],
)
def test_proper_uses(field):
    assert codes(f"type Query {{ {field} }} {PAGE}") == []


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("item: ID @listSize(assumedSize: 1)", "LIST_SIZE_APPLIED_TO_NON_LIST"),
        ('page: Page @listSize(assumedSize: 1, sizedFields: ["count"])', "LIST_SIZE_APPLIED_TO_NON_LIST"),
        ("items: [ID] @listSize(assumedSize: -1)", "LIST_SIZE_INVALID_ASSUMED_SIZE"),
        ('items: [ID] @listSize(slicingArguments: ["first"])', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        ('items(a: String): [ID] @listSize(slicingArguments: ["a"])', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        ('items(a: [Int]): [ID] @listSize(slicingArguments: ["a"])', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        ('items(a: Int): [ID] @listSize(slicingArguments: "a")', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        ('page: Page @listSize(assumedSize: 1, sizedFields: ["edges"])', "LIST_SIZE_INVALID_SIZED_FIELD"),
        ('page: Page @listSize(assumedSize: 1, sizedFields: "nodes")', "LIST_SIZE_INVALID_SIZED_FIELD"),
        ('items: [ID] @listSize(assumedSize: 1, sizedFields: ["a"])', "LIST_SIZE_INVALID_SIZED_FIELD"),
    ],
)
def test_improper_uses(field, code):
    assert set(codes(f"type Query {{ {field} }} {PAGE}")) - {"LIST_SIZE_APPLIED_TO_NON_LIST"} == {code} - {
        "LIST_SIZE_APPLIED_TO_NON_LIST"
    }
    assert code in codes(f"type Query {{ {field} }} {PAGE}")


def test_the_cost_of_an_interfaces_field_is_its_implementations():
    sdl = "type Query { a: A } interface A { b: Int @cost(weight: 1) } type C implements A { b: Int @cost(weight: 1) }"
    assert codes(sdl) == ["COST_APPLIED_TO_INTERFACE_FIELD"]
