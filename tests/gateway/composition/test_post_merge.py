"""Rules that only the merged schema can answer."""

from __future__ import annotations

import pytest

from gateway.composition import compose
from gateway.composition.error_examples import sources_of


def errors(text: str) -> list[str]:
    return [f"{error.code} {error.coordinate}" for error in compose(sources_of(text)).errors]


def test_an_implementation_may_get_a_field_from_any_subgraph():
    text = """
    [a]
    type Query { media: Media }
    interface Media { id: ID! length: Int }
    type Film implements Media @key(fields: "id") { id: ID! length: Int }
    [b]
    type Film @key(fields: "id") { id: ID! title: String }
    """
    assert errors(text) == []


def test_merged_argument_types_must_still_implement_the_interface():
    text = """
    [a]
    type Query { media: Media @shareable }
    interface Media { cut(at: Int): Int }
    type Film implements Media @shareable { cut(at: Int): Int }
    [b]
    type Film @shareable { cut(at: Int!): Int }
    """
    assert errors(text) == ["INVALID_GRAPHQL Film.cut"]


def test_a_requirement_may_not_use_an_argument_that_merging_dropped():
    text = """
    [a]
    type Query { things: [Thing] }
    type Thing @key(fields: "id") { id: ID! size(unit: String): Int @shareable }
    [b]
    type Thing @key(fields: "id") {
      id: ID!
      size(unit: String): Int @external
      fee: Int @requires(fields: "size(unit: \\"cm\\")")
    }
    [c]
    type Thing @key(fields: "id") { id: ID! size: Int @shareable }
    """
    assert "REQUIRES_INVALID_FIELDS Thing.fee" in errors(text)


ACCESS = """
[a v2.6]
type Query { staff: [Person] }
type Person @key(fields: "id") { id: ID! salary: Int @policy(policies: [["hr", "lead"], ["board"]]) }
[b v2.6]
type Person @key(fields: "id") {
  id: ID!
  salary: Int @external
  bonus: Int @requires(fields: "salary") BONUS
}
"""


@pytest.mark.parametrize(
    ("demand", "fine"),
    [
        ("", False),
        ('@policy(policies: [["hr"]])', False),
        ('@policy(policies: [["board"], ["hr"]])', False),
        ('@policy(policies: [["board"]])', True),
        ('@policy(policies: [["board", "eu"], ["hr", "lead", "eu"]])', True),
    ],
)
def test_a_field_must_demand_at_least_what_it_reads(demand, fine):
    found = errors(ACCESS.replace("BONUS", demand))
    assert found == ([] if fine else ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS Person.bonus"])


@pytest.mark.parametrize(
    ("sdl", "expected"),
    [
        ("type Query @inaccessible { a: Int }", "QUERY_ROOT_TYPE_INACCESSIBLE Query"),
        ("type Query { a: T } type T @inaccessible { b: Int }", "REFERENCED_INACCESSIBLE Query.a"),
        ("type Query { a(b: T): Int } input T @inaccessible { b: Int }", "REFERENCED_INACCESSIBLE Query.a(b:)"),
        ("type Query { a: T } type T { b: Int @inaccessible }", "ONLY_INACCESSIBLE_CHILDREN T"),
        ("type Query { a: E } enum E { B @inaccessible }", "ONLY_INACCESSIBLE_CHILDREN E"),
        ("type Query { a: U b: Int } union U = T type T @inaccessible { b: Int }", "ONLY_INACCESSIBLE_CHILDREN U"),
        ("type Query { a(b: Int! @inaccessible): Int }", "REQUIRED_INACCESSIBLE Query.a(b:)"),
        ("type Query { a(i: I): Int } input I { b: Int! @inaccessible c: Int }", "REQUIRED_INACCESSIBLE I.b"),
        (
            "type Query { t: T } interface I { b: Int } type T implements I { b: Int @inaccessible c: Int }",
            "IMPLEMENTED_BY_INACCESSIBLE T.b",
        ),
        (
            "type Query { t: T } interface I { b(c: Int): Int } type T implements I { b(c: Int @inaccessible): Int }",
            "IMPLEMENTED_BY_INACCESSIBLE T.b(c:)",
        ),
        (
            "type Query { a(o: E = B): Int } enum E { B @inaccessible C }",
            "DEFAULT_VALUE_USES_INACCESSIBLE Query.a(o:)",
        ),
        (
            "type Query { a(o: [I] = [{b: 1}]): Int } input I { b: Int @inaccessible c: Int }",
            "DEFAULT_VALUE_USES_INACCESSIBLE Query.a(o:)",
        ),
    ],
)
def test_hiding_must_leave_the_api_whole(sdl, expected):
    assert errors(f"[a]\n{sdl}") == [expected]


@pytest.mark.parametrize(
    "sdl",
    [
        "type Query { a: T @inaccessible b: Int } type T @inaccessible { b: Int }",
        "type Query { a(b: Int! = 1 @inaccessible): Int }",
        "type Query { a: U } union U = T | S type T @inaccessible { b: Int } type S { b: Int }",
        "type Query { t: T } interface I @inaccessible { b: Int } type T implements I { b: Int @inaccessible c: Int }",
        "type Query { a(o: E = B @inaccessible): Int } enum E { B @inaccessible C }",
    ],
)
def test_what_is_hidden_together_with_all_its_uses_is_fine(sdl):
    assert errors(f"[a]\n{sdl}") == []


def test_a_default_must_still_fit_what_merging_left_of_its_type():
    text = """
    [a]
    type Query { list(by: Order = OLD, in: Place = {city: "x"}): Int }
    enum Order { NEW OLD }
    input Place { city: String store: ID }
    [b]
    type Query { count(by: Order, in: Place): Int }
    enum Order { NEW }
    input Place { store: ID }
    """
    assert errors(text) == ["INVALID_GRAPHQL Query.list(by:)", "INVALID_GRAPHQL Query.list(in:)"]


def test_null_is_a_default_for_a_list_whatever_its_items():
    assert errors("[a]\n    type Query { f(s: [Int!] = null): Int }") == []
