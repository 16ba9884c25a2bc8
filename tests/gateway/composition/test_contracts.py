from __future__ import annotations

import pytest
from graphql import print_schema

from gateway.composition.contracts import ContractFilter, contract
from gateway.errors import SettingsInvalid
from gateway.supergraph.load import load_supergraph

from .examples import sources


def cut(text: str, *, include: str = "", exclude: str = "", remove_unreachable: bool = True, keep_leaves: bool = False):
    chosen = ContractFilter(frozenset(include.split()), frozenset(exclude.split()), remove_unreachable, keep_leaves)
    return contract(sources(text), chosen)


def public(text: str, **chosen) -> str:
    result = cut(text, **chosen)
    assert [str(error) for error in result.errors] == []
    return print_schema(load_supergraph(result.supergraph).api_schema)


SHOP = """
type Query { items: [Item] @tag(name: "shop") stock: [Stock] @tag(name: "staff") }
type Item { name: String @tag(name: "shop") cost: Int @tag(name: "staff") }
type Stock { count: Int @tag(name: "staff") }
"""


def test_included_tags_are_shown_and_nothing_else():
    schema = public(SHOP, include="shop")
    assert "type Query {\n  items: [Item]\n}" in schema
    assert "type Item {\n  name: String\n}" in schema
    assert "Stock" not in schema


def test_excluded_tags_are_hidden_and_nothing_else():
    schema = public(SHOP + " type Extra { a: ID }", exclude="staff", remove_unreachable=False)
    assert "items" in schema
    assert "stock" not in schema
    assert "type Extra" in schema


def test_exclusion_wins():
    schema = public(
        'type Query { a: ID @tag(name: "x") @tag(name: "y") b: ID @tag(name: "x") }', include="x", exclude="y"
    )
    assert schema == "type Query {\n  b: ID\n}"


def test_a_types_tags_are_its_childrens():
    schema = public(
        'type Query { a(e: E, i: I): A @tag(name: "x") } type A @tag(name: "x") { b(c: Int): ID }'
        ' enum E @tag(name: "x") { V } input I @tag(name: "x") { d: ID }',
        include="x",
    )
    assert "b(c: Int): ID" in schema
    assert "enum E {\n  V\n}" in schema
    assert "input I {\n  d: ID\n}" in schema


def test_tags_count_in_whichever_subgraph_they_are_written():
    schema = public(
        '[a]\ntype Query { item: Item @tag(name: "x") }\ntype Item @key(fields: "id") { id: ID! size: Int @shareable }\n'
        '[b]\ntype Item @key(fields: "id") { id: ID! @tag(name: "x") size: Int @shareable @tag(name: "x") }',
        include="x",
    )
    assert "size: Int" in schema


def test_a_type_with_nothing_left_is_hidden_and_the_query_never():
    assert "Stock" not in public(SHOP, exclude="staff", remove_unreachable=False)
    result = cut(SHOP, include="nothing")
    assert "ONLY_INACCESSIBLE_CHILDREN" in {error.code for error in result.errors}
    assert "QUERY_ROOT_TYPE_INACCESSIBLE" not in {error.code for error in result.errors}


def test_types_that_nothing_leads_to_are_hidden_on_demand():
    text = 'type Query { a: ID b: B @tag(name: "x") } type B { c: C } type C { d: ID }'
    assert "type C" in public(text, exclude="x", remove_unreachable=False)
    assert "type C" not in public(text, exclude="x")


def test_what_an_interface_leads_to_is_reached():
    text = "type Query { i: I } interface I { a: ID } type A implements I { a: ID b: B } type B { c: ID }"
    assert "type B" in public(text)


def test_the_supergraph_keeps_every_field_and_loses_the_tags():
    supergraph = cut(SHOP, include="shop").supergraph
    assert "cost: Int @inaccessible" in supergraph
    assert "@tag" not in supergraph


def test_a_root_type_can_be_hidden_whole():
    text = 'type Query { a: ID } type Mutation { b: ID @tag(name: "x") }'
    assert "Mutation" not in public(text, exclude="x")


def test_external_fields_are_left_alone():
    text = (
        '[a]\ntype Query { item: Item }\ntype Item @key(fields: "id") { id: ID! grams: Int @tag(name: "x") }\n'
        '[b]\ntype Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }'
    )
    schema = public(text, exclude="x")
    assert "cost" in schema
    assert "grams" not in schema


def test_faults_of_hiding_are_told_of_the_contract():
    (error,) = cut('type Query { a(b: Int! @tag(name: "x")): ID }', exclude="x").errors
    assert error.code == "REQUIRED_INACCESSIBLE"
    assert error.message.startswith("In the contract (exclude x): ")


def test_faults_of_the_subgraphs_are_told_as_ever():
    (error,) = cut("type Query { a: Nothing }", exclude="x").errors
    assert error.code == "INVALID_GRAPHQL"
    assert "contract" not in error.message


def test_federation_1_subgraphs_are_cut_as_well():
    schema = public('[a v1]\ntype Query { a: ID @tag(name: "x") b: ID }', include="x")
    assert schema == "type Query {\n  a: ID\n}"


def test_a_tag_cannot_be_included_and_excluded():
    with pytest.raises(SettingsInvalid, match="both included and excluded"):
        ContractFilter(frozenset({"a"}), frozenset({"a"}))


def test_a_filter_tells_what_it_does():
    assert str(ContractFilter(frozenset({"b", "a"}), frozenset({"c"}))) == "include a, b; exclude c"
    assert str(ContractFilter()) == "everything"


LEAVES = """
type Query { a(e: E! = X, i: I): S @tag(name: "x") b: ID }
enum E { X Y @tag(name: "y") }
input I { c: Int! d: Int @tag(name: "y") }
scalar S
scalar T
"""


def test_leaves_must_be_included_themselves():
    assert {error.code for error in cut(LEAVES, include="x").errors} >= {"REFERENCED_INACCESSIBLE"}


def test_or_stay_when_they_are_needed_and_not_excluded():
    schema = public(LEAVES, include="x", exclude="y", keep_leaves=True)
    assert "a(e: E! = X, i: I): S" in schema
    assert "enum E {\n  X\n}" in schema
    assert "input I {\n  c: Int!\n}" in schema
    assert "scalar S" in schema
    assert "scalar T" not in schema
    assert "b: ID" not in schema


def test_a_type_of_which_nothing_is_included_is_told_with_the_way_out():
    (error,) = cut('type Query { stool: Stool @tag(name: "a") } type Stool { legs: Int }', include="a").errors
    assert error.code == "REFERENCED_INACCESSIBLE"
    assert error.message.startswith("In the contract (include a): ")
    assert "give it to one of them" in error.message
