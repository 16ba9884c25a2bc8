from __future__ import annotations

import pytest

from ..examples import codes, faults  # one harness serves both folders


@pytest.mark.parametrize(
    ("sdl", "says"),
    [
        ("type Query { a: A } type A", "A has no fields"),
        ("type Query { a: A } interface A", "A has no fields"),
        ("type Query { a(i: I): ID } input I", "I has no fields"),
        ("type Query { a: U } union U", "U has no members"),
        ("type Query { a: E } enum E", "E has no values"),
        ("type Query { a: U } union U = S scalar S", "the member S is scalar"),
        ("type Query { a: I } input I { b: ID }", "I is an input type and cannot be returned"),
        ("type Query { a(b: A): ID } type A { c: ID }", "A is an output type (object)"),
        ("type Query { a(b: I): ID } input I { c: Query }", "I.c: Query is an output type"),
        ("type Query { a: I } interface I implements I { b: ID }", "I implements itself"),
        ("type Query { a: A } type A implements S { b: ID } scalar S", "which is scalar here, not interface"),
        ("type Query { a: A } interface I { b: ID c: ID } type A implements I { b: ID }", "lacks its field I.c"),
        ("type Query { a: A } interface I { b: ID! } type A implements I { b: ID }", "does not fit I.b: ID!"),
        ("type Query { a: A } interface I { b(c: ID): ID } type A implements I { b: ID }", "lacks the argument"),
        ("type Query { a: A } interface I { b(c: ID): ID } type A implements I { b(c: Int): ID }", "A.b(c:) is Int"),
        ("type Query { a: A } interface I { b: ID } type A implements I { b(c: ID!): ID }", "A.b(c:) is required"),
        ("type Query { a(i: I): ID } input I { j: J! } input J { i: I! }", "can never be written"),
        ("type Query { __a: ID }", "belong to GraphQL"),
        ("schema { query: E } enum E { A }", "is the query type and no object"),
    ],
)
def test_types_must_be_as_graphql_allows(sdl, says):
    fault = faults(sdl)[0]
    assert fault.startswith("INVALID_GRAPHQL [cart] ")
    assert says in fault


@pytest.mark.parametrize(
    "sdl",
    [
        "type Query { a: A } interface I { b: [I] } type A implements I { b: [A!]! }",
        "type Query { a: A } interface I { b: U } union U = A | B type A implements I { b: B } type B { c: ID }",
        "type Query { a(i: I): ID } input I { i: I j: [I!]! }",
        "type Query { a: A } interface I { b: ID } type A implements I { b(c: ID): ID }",
        "type Query",
        "type Query { a: A } type A extend type A { b: ID }",
    ],
)
def test_what_graphql_allows_is_allowed(sdl):
    assert codes(sdl) == []


@pytest.mark.parametrize(
    ("sdl", "faulty"),
    [
        ("type Query { a(b: Int! @deprecated): ID }", True),
        ("type Query { a(b: In): ID } input In { c: Int! @deprecated }", True),
        ("directive @d(b: Int! @deprecated) on FIELD type Query { a: ID }", True),
        ("type Query { a(b: Int! = 1 @deprecated): ID }", False),
        ("type Query { a(b: In): ID } input In { c: Int @deprecated }", False),
    ],
)
def test_what_must_be_given_cannot_be_deprecated(sdl, faulty):
    assert codes(sdl) == (["INVALID_GRAPHQL"] if faulty else [])
