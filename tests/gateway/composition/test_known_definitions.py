from __future__ import annotations

import pytest

from .examples import codes

QUERY = "type Query { cart: ID }\n"


def with_import(*definitions: str) -> str:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize"])\n'
    return link + QUERY + "\n".join(definitions)


@pytest.mark.parametrize(
    "definition",
    [
        "directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE",
        "directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT",
        "directive @key(fields: String) repeatable on OBJECT | INTERFACE",
        "directive @key(fields: [String!]!) repeatable on OBJECT | INTERFACE",
        "directive @key(fields: String!, resolvable: Boolean! = true) on OBJECT | INTERFACE",
        "directive @listSize(assumedSize: Int, slicingArguments: [String!]) on FIELD_DEFINITION",
    ],
)
def test_usual_ways_to_write_a_definition_out_are_tolerated(definition):
    assert codes(with_import(definition)) == []


@pytest.mark.parametrize(
    "definition",
    [
        "directive @key(resolvable: Boolean = true) repeatable on OBJECT",
        "directive @key(fields: String!, priority: Int) repeatable on OBJECT",
        "directive @key(fields: String!, resolvable: Boolean = false) repeatable on OBJECT",
        "directive @key(fields: String!, resolvable: String) repeatable on OBJECT",
        "directive @key(fields: String!) repeatable on OBJECT | FIELD_DEFINITION",
        "directive @key(fields: Keys!) repeatable on OBJECT\nscalar Keys",
        "directive @listSize(slicingArguments: String) on FIELD_DEFINITION",
        "directive @listSize(assumedSize: Int) repeatable on FIELD_DEFINITION",
    ],
)
def test_another_definition_is_refused(definition):
    assert codes(with_import(definition)) == ["DIRECTIVE_DEFINITION_INVALID"]


def test_types_of_features_must_be_of_their_kind():
    assert codes(with_import("input federation__FieldSet { a: ID }")) == ["TYPE_DEFINITION_INVALID"]
    assert codes(with_import("scalar link__Purpose")) == ["TYPE_DEFINITION_INVALID"]
    assert codes(with_import("enum link__Purpose { SECURITY }")) == ["TYPE_DEFINITION_INVALID"]
    assert codes(with_import("enum link__Purpose { SECURITY EXECUTION }", "scalar link__Import")) == []


def test_a_directive_of_the_same_name_that_is_not_imported_is_the_authors_own():
    assert codes(with_import("directive @tag(colour: Int) on FIELD_DEFINITION")) == []
