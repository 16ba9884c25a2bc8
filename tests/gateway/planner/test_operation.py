from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import OperationNotFound, PlanningLimit, Unplannable
from gateway.planner.operation import normalise, used_booleans
from gateway.planner.stages import operation_text

from .worlds import world


def text(document: str, name: str = "keys", **booleans: bool) -> str:
    return operation_text(normalise(parse(document), None, booleans, world(name)))


def test_fragments_are_written_out_and_fields_merged():
    document = "{ products { ...a reviews { body } } } fragment a on Product { name reviews { product { upc } } }"
    assert text(document) == ("query\n  products\n    name\n    reviews\n      product\n        upc\n      body\n")


def test_arguments_are_sorted_and_literals_kept():
    document = r'{ product(upc: "a\"b") { stock: inStock(at: """x""") } }'
    assert text(document) == 'query\n  product(upc: "a\\"b")\n    stock: inStock(at: "x")\n'


def test_skip_wins_over_include():
    document = "query($a: Boolean!) { products { upc @include(if: true) @skip(if: $a) name } }"
    assert "upc" not in text(document, a=True)
    assert "upc" in text(document, a=False)


def test_a_missing_boolean_takes_its_default():
    assert "upc" in text("query($a: Boolean! = true) { products { name upc @include(if: $a) } }")


def test_conditions_on_fragments_count():
    document = "query($a: Boolean!) { products { name ...f @include(if: $a) } } fragment f on Product { upc }"
    assert "upc" not in text(document, a=False)


def test_used_booleans_are_sorted_and_reached_through_fragments():
    document = parse(
        "query a($z: Boolean!, $y: Boolean!, $x: Boolean!) { products { upc @skip(if: $z) ...f } }"
        "fragment f on Product { name @include(if: $y) }"
        "query b($x: Boolean!) { products { upc @skip(if: $x) } }"
    )
    assert used_booleans(document, "a") == ("y", "z")
    assert used_booleans(document, "b") == ("x",)


def test_type_conditions_are_kept_per_runtime_type():
    document = "{ items { title ... on Book { pages } ... on Item { id } } }"
    assert text(document, "abstract") == ("query\n  items\n    title\n    id\n    ...on Book\n      pages\n")


def test_a_leaf_asked_of_all_is_not_asked_again_of_one():
    operation = normalise(parse("{ items { id ... on Book { pages id } } }"), None, {}, world("abstract"))
    selection = operation.selection.common["items"].selection
    assert selection is not None
    assert list(selection.per["Book"]) == ["pages"]
    assert selection.order["Book"] == ("id", "pages")


def test_a_union_is_split_by_type_even_through_its_members_interface():
    assert text("{ found { ... on Item { id } } }", "abstract").count("...on") == 2


def test_variables_are_known_with_type_and_default():
    operation = normalise(parse("query q($n: Int = 3) { products(first: $n) { upc } }"), "q", {}, world("keys"))
    definition = operation.variables["n"]
    assert (definition.type, definition.default, operation.name) == ("Int", "3", "q")


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("{ products { upc } } ", "x"),
        ("query a { products { upc } } query b { products { upc } }", None),
        ("fragment f on Product { upc }", None),
    ],
)
def test_an_operation_that_cannot_be_told_is_refused(document: str, name: str | None):
    with pytest.raises(OperationNotFound):
        normalise(parse(document), name, {}, world("keys"))


def test_a_kind_no_subgraph_offers_is_refused():
    with pytest.raises(Unplannable, match="mutation"):
        normalise(parse("mutation { a }"), None, {}, world("keys"))


def test_fragments_nested_twentyfold_are_normalised_in_no_time():
    chain = " ".join(
        f"fragment f{i} on Product {{ a: reviews {{ product {{ ...f{i + 1} }} }} b: reviews {{ product {{ ...f{i + 1} }} }} }}"
        for i in range(40)
    )
    document = parse(f"{{ products {{ ...f0 }} }} {chain} fragment f40 on Product {{ upc }}")
    assert normalise(document, None, {}, world("keys"), max_fields=500).root_type == "Query"


def test_too_many_fields_are_refused():
    document = "{ products { " + " ".join(f"a{i}: upc" for i in range(200)) + " } }"
    with pytest.raises(PlanningLimit, match="more than 100 fields"):
        normalise(parse(document), None, {}, world("keys"), max_fields=100)
