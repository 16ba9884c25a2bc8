from __future__ import annotations

import pytest

from ..examples import codes, faults  # one harness serves both folders


def shop(argument: str, more: str = "", line: str = '@key(fields: "id")') -> str:
    return f"""
    type Query {{ cart: Cart wishes: Wishes }}
    type Cart @key(fields: "id") @context(name: "owner") {{ id: ID! size: Int! name: String who: Who! line: Line }}
    type Wishes @key(fields: "id") @context(name: "owner") {{ id: ID! size: Int! name: String who: Who! line: Line }}
    type Who {{ age: Int! names: [String!]! }}
    type Line {line} {{ id: ID! price({argument}): Int }}
    {more}
    """


@pytest.mark.parametrize(
    "argument",
    [
        'of: Int @fromContext(field: "$owner { size }")',
        'of: Int @fromContext(field: "$ owner { size }")',
        'of: Int @fromContext(field: " $owner { who { age } }")',
        'of: [String] @fromContext(field: "$owner { who { names } }")',
        'of: Int @fromContext(field: "$owner ... on Cart { size } ... on Wishes { who { age } }")',
    ],
)
def test_a_selection_leads_to_one_fitting_value(argument):
    assert codes(shop(argument)) == []


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("$owner", "nothing is selected"),
        ("$owner { siz }", 'Did you mean "size"?'),
        ("$owner { size name }", "does not lead to exactly one field"),
        ("$owner { name }", "gives String, and the argument is Int"),
        ("$owner { who { names } }", "gives [String]"),
        ("$owner { a: size }", "Take the alias off"),
        ("$owner {", "the selection is none"),
        ("$owner @skip { size }", "the selection is none"),
        ("$owner { size @include }", "@include stands inside the selection"),
        ("$owner size ... on Cart { size }", "fields and fragments are mixed"),
        ("$owner ... on Cart { size }", "Wishes sets the context and is selected from never"),
        ("$owner ... on Who { age }", "Who does not set the context"),
        ("$owner ... on Cart { size } ... on Cart { size }", "Cart is selected from 2 times"),
        ("$owner ... { size }", "a fragment names no type"),
        ("$owner { __typename }", "gives String, and the argument is Int"),
    ],
)
def test_any_other_selection_is_told(field, says):
    fault = faults(shop(f'of: Int @fromContext(field: "{field}")'))[0]
    assert fault.startswith("CONTEXT_INVALID_SELECTION [cart] Line.price(of:): ")
    assert says in fault


@pytest.mark.parametrize("field", ["name", "size"])
def test_a_context_may_be_absent_and_cannot_fill_a_required_argument(field):
    kind = "String!" if field == "name" else "Int!"
    fault = faults(shop(f'of: {kind} @fromContext(field: "$owner {{ {field} }}")'))[0]
    assert fault.startswith("CONTEXT_INVALID_SELECTION")
    assert "must be nullable" in fault


def test_an_interface_that_sets_the_context_is_selected_from_by_its_objects():
    def codes_with(selection):
        return codes(f"""
        type Query {{ cart: Cart }}
        interface Basket @context(name: "owner") {{ size: Int! line: Line }}
        type Cart implements Basket @key(fields: "id") {{ id: ID! size: Int! line: Line }}
        type Line @key(fields: "id") {{ id: ID! price(of: Int @fromContext(field: "$owner {selection}")): Int }}
        """)

    assert codes_with("... on Cart { size }") == []
    assert set(codes_with("... on Basket { size }")) == {"CONTEXT_INVALID_SELECTION"}


def test_the_context_must_be_named_and_set():
    assert codes(shop('of: Int @fromContext(field: "{ size }")')) == ["NO_CONTEXT_IN_SELECTION"]
    (fault,) = faults(shop('of: Int @fromContext(field: "$ownr { size }")'))
    assert fault.startswith("CONTEXT_NOT_SET")
    assert 'Did you mean "owner"?' in fault


@pytest.mark.parametrize("name", ["the_owner", "", "1st", "a-b"])
def test_names_of_contexts_are_letters_and_digits(name):
    sdl = f'type Query {{ a: A }} type A @key(fields: "id") @context(name: "{name}") {{ id: ID! }}'
    assert codes(sdl) == ["CONTEXT_NAME_INVALID"]


def test_the_type_needs_a_resolvable_key():
    argument = 'of: Int @fromContext(field: "$owner { size }")'
    assert codes(shop(argument, line="")) == ["CONTEXT_NO_RESOLVABLE_KEY"]
    assert codes(shop(argument, line='@key(fields: "id", resolvable: false)')) == ["CONTEXT_NO_RESOLVABLE_KEY"]


def test_places_where_no_context_reaches():
    use = '@fromContext(field: "$owner { size }")'
    assert "CONTEXT_NOT_SET" in codes(shop(f"of: Int = 1 {use}"))
    assert "CONTEXT_NOT_SET" in codes(shop("x: Int", more=f"interface I {{ a(of: Int {use}): Int }}"))
    assert "CONTEXT_NOT_SET" in codes(shop("x: Int", more=f"directive @d(of: Int {use}) on FIELD"))
    more = (
        f'interface I {{ a(of: Int): Int }} type J implements I @key(fields: "id") {{ id: ID! a(of: Int {use}): Int }}'
    )
    assert "CONTEXT_NOT_SET" in codes(shop("x: Int", more=more))


def test_the_name_of_the_type_that_sets_the_context_can_be_taken():
    assert faults(shop('of: String @fromContext(field: "$owner { __typename }")')) == []
