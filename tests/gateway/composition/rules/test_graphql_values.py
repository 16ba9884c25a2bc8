from __future__ import annotations

import pytest

from ..examples import codes, faults  # one harness serves both folders

TYPES = "enum E { A B } input I { a: Int! b: [E!] c: Int! = 1 } scalar S"


@pytest.mark.parametrize(
    "argument",
    [
        "x: Int = 1",
        "x: Float = 1",
        "x: ID = 1",
        'x: ID = "a"',
        "x: Int = null",
        "x: [Int!]! = []",
        "x: [[Int]] = 1",
        "x: E = A",
        'x: E = "A"',
        "x: I = {a: 1, b: A}",
        "x: S = {anything: [1]}",
    ],
)
def test_a_default_fits_its_type(argument):
    assert codes(f"type Query {{ q({argument}): ID }} {TYPES}") == []


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("x: Int = 1.5", "1.5 is no Int"),
        ('x: Int = "1"', '"1" is no Int'),
        ("x: String = A", "A is no String"),
        ("x: Boolean = 1", "1 is no Boolean"),
        ("x: Int! = null", "null is no Int!"),
        ("x: [Int!] = [1, null]", "null is no Int!"),
        ("x: E = C", "C is no value of E, which has A, B"),
        ("x: I = 1", "1 is no I"),
        ("x: I = {a: 1, d: 2}", 'I has no field "d"'),
        ("x: I = {b: [C]}", "C is no value of E"),
        ("x: I = {}", 'the field "a" of I is missing'),
    ],
)
def test_a_default_that_does_not_is_told(argument, says):
    (fault,) = faults(f"type Query {{ q({argument}): ID }} {TYPES}")
    assert fault.startswith("INVALID_GRAPHQL [cart] Query.q(x:): the default is wrong: ")
    assert says in fault


def test_defaults_of_input_fields_and_of_directives_count_too():
    assert codes("type Query { q(i: I): ID } input I { a: Int = A }") == ["INVALID_GRAPHQL"]
    assert codes("type Query { q: ID } directive @d(a: Int = A) on FIELD") == ["INVALID_GRAPHQL"]


@pytest.mark.parametrize(
    "use",
    [
        "@d(a: A)",
        "@tag(name: 1)",
        '@cost(weight: "1")',
        '@requiresScopes(scopes: [["a", null]])',
        "@deprecated(reason: 1)",
        "@d(a: 1.5)",
    ],
)
def test_arguments_of_directives_fit_as_well(use):
    assert codes(f"type Query {{ q: ID {use} }} directive @d(a: Int) on FIELD_DEFINITION") == ["INVALID_GRAPHQL"]


def test_an_enum_called_as_a_scalar_of_federation_is_not_taken_for_it():
    enum = "enum Scope { PUBLIC } type Query { q(of: Scope): ID"
    assert codes(f'{enum} @federation__requiresScopes(scopes: [["a"]]) }}') == []


def test_directives_of_the_schema_count_too():
    assert codes("extend schema @d(a: A) type Query { q: ID } directive @d(a: Int) on SCHEMA") == ["INVALID_GRAPHQL"]


def test_directives_everywhere_are_looked_at():
    sdl = """
    type Query @d(a: A) { q(x: ID @d(a: A)): E @d(a: A) }
    enum E @d(a: A) { X @d(a: A) }
    input I { a: ID @d(a: A) }
    directive @d(a: Int) on OBJECT | ARGUMENT_DEFINITION | FIELD_DEFINITION | ENUM | ENUM_VALUE | INPUT_FIELD_DEFINITION
    """
    assert len(codes(sdl)) == 6
