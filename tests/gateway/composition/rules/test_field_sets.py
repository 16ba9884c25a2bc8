from __future__ import annotations

import pytest

from ..examples import codes, faults  # one harness serves both folders


def item(key: str = "id", fields: str = "", more: str = "") -> str:
    return f"""
    type Query {{ item: Item }}
    type Item @key(fields: "{key}") {{ id: ID! size: Size {fields} }}
    type Size {{ grams: Int unit(of: String!): String }}
    {more}
    """


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("code", 'Item has no field "code" here'),
        ("idd", 'Did you mean "id"?'),
        ("id { a }", "has no sub-fields"),
        ("size", "Select some of its fields"),
        ("a: id", 'has the alias "a"'),
        ("id ...F", "fragments cannot be spread"),
        ("... on Nothing { id }", 'no type "Nothing"'),
        ("id @nothing", "the directive @nothing is unknown"),
        ("id(a: 1)", 'has no argument "a"'),
        ("size { unit }", 'the required argument "of"'),
        ("size { unit(of: 1) }", "1 is no String"),
        ("", "it is no selection (it is empty)"),
        ("id }", "it is no selection"),
    ],
)
def test_a_key_must_be_a_selection_that_fits(key, says):
    fault = faults(item(key))[0]
    assert fault.startswith("KEY_INVALID_FIELDS [cart] Item: @key(fields: ")
    assert says in fault


def test_nested_keys_and_typename_are_fine():
    assert codes(item("id size { grams } __typename")) == []


def test_a_key_on_the_wrong_type_of_value_is_told_before_anything_else():
    assert codes("type Query { a: A } type A @key(fields: 1) { id: ID! }") == ["KEY_INVALID_FIELDS_TYPE"]


def test_requires_may_pass_arguments():
    assert (
        codes(item(fields='length(unit: String!): Int @external a: Int @requires(fields: "length(unit: \\"m\\")")'))
        == []
    )


def test_requires_under_an_external_field_needs_no_mark_of_its_own():
    sdl = """
    type Query { item: Item }
    type Item @key(fields: "id") { id: ID! size: Size @external cost: Int @requires(fields: "size { grams }") }
    type Size { grams: Int }
    """
    assert codes(sdl) == []


def test_a_key_field_of_an_extension_counts_as_owned():
    sdl = """
    type Query { a: ID }
    extend type Item @key(fields: "id") { id: ID! @external cost: Int @requires(fields: "id") }
    """
    (fault,) = faults(sdl)
    assert fault.startswith("REQUIRES_FIELDS_MISSING_EXTERNAL")
    assert "a key field of an extended type" in fault


def test_an_interfaces_field_is_external_when_an_implementations_is():
    sdl = """
    type Query { item: Item }
    interface Sized { size: Size }
    type Item implements Sized @key(fields: "id") { id: ID! size: Size @external }
    type Size { grams: Int }
    type Box @key(fields: "id") { id: ID! item: Sized @provides(fields: "size { grams }") }
    """
    assert codes(sdl) == []


def test_every_selected_field_that_is_owned_is_named():
    sdl = """
    type Query { item: Item }
    type Item @key(fields: "id") { id: ID! a: Int b: Int cost: Int @requires(fields: "a b") }
    """
    assert codes(sdl) == ["REQUIRES_FIELDS_MISSING_EXTERNAL", "REQUIRES_FIELDS_MISSING_EXTERNAL"]


def test_the_fault_names_the_directive_as_it_is_called_here():
    sdl = """
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [{ name: "@key", as: "@id" }])
    type Query { a: A }
    type A @id(fields: "code") { id: ID! }
    """
    (fault,) = faults(sdl)
    assert fault.startswith('KEY_INVALID_FIELDS [cart] A: @id(fields: "code"): A has no field "code" here. Define it')


def test_the_typename_is_known_to_everybody():
    sdl = 'type Query { a: A } type A @key(fields: "id") { id: ID! b: Int @requires(fields: "__typename") }'
    assert codes(sdl) == ["REQUIRES_FIELDS_MISSING_EXTERNAL"]


def test_an_external_field_with_provides_is_one_fault():
    sdl = """
    type Query { a: A }
    type A @key(fields: "id") { id: ID! b: B @external @provides(fields: "c") }
    type B @key(fields: "id") { id: ID! c: Int }
    """
    assert codes(sdl) == ["EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE"]


def test_a_subgraph_that_is_no_graphql_does_not_hide_what_is_wrong_in_another():
    sdl = """
    [a]
    type Query { a: Nope }
    [b]
    type A @key(fields: "nope") { id: ID! }
    """
    assert set(codes(sdl)) == {"INVALID_GRAPHQL", "KEY_INVALID_FIELDS"}


def test_what_follows_an_unknown_field_of_a_key_counts_for_nothing():
    sdl = 'type Query { a: A } type A @key(fields: "nope b") { id: ID! b: Int @external }'
    assert set(codes(sdl)) == {"KEY_INVALID_FIELDS", "EXTERNAL_UNUSED"}
