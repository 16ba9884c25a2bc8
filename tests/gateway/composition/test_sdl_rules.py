from __future__ import annotations

import pytest

from .examples import codes, faults


@pytest.mark.parametrize(
    ("sdl", "says"),
    [
        ("type Query { cart: Cart }", "Unknown type 'Cart'"),
        ("type Query { cart: ID @nothing }", "Unknown directive '@nothing'"),
        ("type Query { a: ID a: ID }", "can only be defined once"),
        ("type Query { a: ID } type Query { b: ID }", "only one type named 'Query'"),
        ("type Query { a: A } enum A { B B }", "can only be defined once"),
        ("type Query { a: ID @external @external }", "can only be used once"),
        ("type Query { a: ID @deprecated(why: 1) }", "Unknown argument 'why'"),
        ('type Query { a: ID } enum A @key(fields: "id") { B }', "may not be used on enum"),
        ("type Query { a: A } type A @key { id: ID }", "is required, but it was not provided"),
        ("type Query { a: A } type A { b: ID } extend input A { c: ID }", "an object and an input at the same time"),
        ("type Query { a: U } type A { b: ID } union U = A | A", "has the member A twice"),
        (
            "directive @d on INPUT_FIELD_DEFINITION type Query { a(i: I): ID } input I { a: ID @d } extend input I { b: ID @d }",
            "I.b: composers other than this one",
        ),
    ],
)
def test_rules_of_graphql_are_kept(sdl, says):
    fault = faults(sdl)[0]
    assert fault.startswith("INVALID_GRAPHQL [cart] ")
    assert says in fault


def test_a_type_that_is_only_extended_here_is_known():
    assert codes('type Query { a: A } extend type A @key(fields: "id") { id: ID! }') == []


def test_what_every_federated_service_has_is_known():
    sdl = """
    [cart v1]
    directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE
    scalar _FieldSet
    scalar _Any
    type _Service { sdl: String }
    union _Entity = Cart
    type Query { cart: Cart _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
    type Cart @key(fields: "id") { id: ID! }
    """
    assert codes("\n".join(line.strip() for line in sdl.strip().splitlines())) == []


def test_faults_are_all_told_and_each_says_where():
    sdl = "type Query {\n  a: Nope\n  b: Neither\n}"
    assert len(faults(sdl)) == 2


@pytest.mark.parametrize(
    ("sdl", "way_out"),
    [
        (
            "[a v1]\ntype Query { a: ID @shareable }",
            'Add extend schema @link(url: "https://specs.apollo.dev/federation/v2.9"',
        ),
        (
            '[a]\nextend schema @link(url: "https://specs.apollo.dev/federation/v2.3")\ntype Query { a: ID @shareable }',
            'Add "@shareable" to import in the @link to federation.',
        ),
        (
            '[a]\nextend schema @link(url: "https://specs.apollo.dev/federation/v2.3")\ntype Query { a: ID @authenticated }',
            'Link a later version of federation, and import "@authenticated" from it.',
        ),
        ("type Query { a: A }", "Define it in this subgraph, too"),
    ],
)
def test_the_commonest_faults_come_with_a_way_out(sdl, way_out):
    assert way_out in faults(sdl)[0]
