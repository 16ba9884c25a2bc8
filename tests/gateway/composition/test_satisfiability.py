"""Every query the API allows can be answered, or the error shows one that cannot and why."""

from __future__ import annotations

from gateway.composition import DiagnosticCollector
from gateway.composition.error_examples import sources_of
from gateway.composition.merge import merge_subgraphs
from gateway.composition.satisfiability import SatisfiabilityOptions, check_satisfiability
from gateway.composition.stages import prepare


def check(text: str, **options) -> DiagnosticCollector:
    found = DiagnosticCollector()
    models = prepare(sources_of(text), found)
    merged = merge_subgraphs(models, found)
    assert not found.errors, [str(error) for error in found.errors]
    check_satisfiability(merged, models, found, SatisfiabilityOptions(**options))
    return found


def unreachable(text: str, **options) -> list[str | None]:
    return [error.coordinate for error in check(text, **options).errors]


def test_the_message_holds_a_query_and_a_reason_for_each_subgraph():
    found = check(
        """
        [a]
        type Query { shelf(number: Int!): Shelf }
        type Shelf { top: Book }
        type Book @key(fields: "isbn", resolvable: false) { isbn: ID! }
        [b]
        type Book @key(fields: "id") { id: ID! }
        """
    )
    (error,) = found.errors
    assert error.code == "SATISFIABILITY_ERROR"
    assert error.message == (
        "This query cannot be answered by the subgraphs:\n"
        "{\n"
        "  shelf(number: <Int!>) {\n"
        "    top {\n"
        "      id\n"
        "    }\n"
        "  }\n"
        "}\n"
        '- from subgraph "a": cannot find field "Book.id".\n'
        '- from subgraph "a": cannot move to subgraph "b", which has field "Book.id", because the fields of '
        '@key(fields: "id") cannot be gathered without it.'
    )


def test_keys_may_be_gathered_over_several_subgraphs():
    text = """
    [a]
    type Query { book: Book }
    type Book @key(fields: "isbn") { isbn: ID! }
    [b]
    type Book @key(fields: "isbn") @key(fields: "id") { isbn: ID! id: ID! }
    [c]
    type Book @key(fields: "id") { id: ID! stock: Int }
    """
    assert unreachable(text) == []


def test_a_value_type_must_be_whole_wherever_it_is_reached():
    text = """
    [a]
    type Query { one: Money }
    type Money @shareable { amount: Int }
    [b]
    type Query { two: Money }
    type Money @shareable { amount: Int currency: String }
    """
    assert unreachable(text) == ["Money.currency"]


def test_a_hidden_field_need_not_be_reachable():
    text = """
    [a]
    type Query { one: Money }
    type Money @shareable { amount: Int }
    [b]
    type Money @shareable { amount: Int rate: Float @inaccessible }
    """
    assert unreachable(text) == []


def test_a_requirement_that_cannot_be_fetched_is_named():
    found = check(
        """
        [a]
        type Query { box: Box }
        type Box @key(fields: "id") { id: ID! size: Int @external fee: Int @requires(fields: "size") }
        [b]
        type Box @key(fields: "code") { code: ID! size: Int }
        """
    )
    assert 'cannot satisfy @requires(fields: "size") on field "Box.fee"' in "".join(e.message for e in found.errors)


def test_each_runtime_type_of_an_interface_is_checked():
    text = """
    [a]
    type Query { media: Media }
    interface Media { id: ID! }
    type Book implements Media @key(fields: "id") { id: ID! }
    type Film implements Media { id: ID! @shareable }
    [b]
    type Book @key(fields: "id") { id: ID! pages: Int }
    type Film { id: ID! @shareable length: Int }
    """
    found = check(text)
    assert [error.coordinate for error in found.errors] == ["Film.length"]
    assert "  media {\n    ... on Film {\n      length\n    }\n  }" in found.errors[0].message


def test_somebody_must_tell_the_type_of_an_interface_object():
    text = """
    [a]
    interface Media @key(fields: "id", resolvable: false) { id: ID! }
    type Book implements Media @key(fields: "id", resolvable: false) { id: ID! }
    [b]
    type Query { media: Media }
    type Media @key(fields: "id") @interfaceObject { id: ID! title: String }
    """
    found = check(text)
    assert [error.coordinate for error in found.errors] == ["Media"]
    assert 'no subgraph that can be reached tells which type a "Media" is' in found.errors[0].message


MUTATION = """
[a]
type Query { q: Int }
type Mutation { save: Receipt @shareable }
type Receipt @shareable { number: Int EXTRA }
[b]
type Mutation { save: Receipt @shareable }
type Receipt @shareable { number: Int total: Int }
"""


def test_a_shared_mutation_is_answered_whole_by_one_subgraph():
    assert unreachable(MUTATION.replace("EXTRA", "")) == []
    assert unreachable(MUTATION.replace("EXTRA", "tax: Int")) != []


LABELLED = """
[a v2.7]
type Query { user: User }
type User @key(fields: "id") { id: ID! group: Group @override(from: "b", label: "half") }
type Group @key(fields: "id") { id: ID! level: Int }
[b v2.7]
type User @key(fields: "id") { id: ID! group: Group! LEVEL }
type Group @key(fields: "id") { id: ID level: Int @external }
"""


def test_a_labelled_field_is_followed_both_ways():
    text = LABELLED.replace("LEVEL", "").replace("level: Int @external", "")
    assert unreachable(text) == []


def test_an_undecided_label_is_out_of_reach_when_strict():
    text = LABELLED.replace("LEVEL", 'groupLevel: ID @requires(fields: "group { level }")')
    assert unreachable(text) == ["User.groupLevel"]
    assert unreachable(text, strict=False) == []


SHARED = """
[a]
type Query { media: Media @shareable }
union Media = Book | FILM
type Book @shareable { id: ID! }
type Film @shareable { id: ID! }
[b]
type Query { media: Media @shareable }
union Media = Film
type Film @shareable { id: ID! }
"""


def test_a_shared_field_needs_a_runtime_type_in_common():
    found = check(SHARED.replace(" | FILM", ""))
    assert "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES" in {error.code for error in found.errors}


def test_different_runtime_types_with_one_in_common_are_hinted_at():
    found = check(SHARED.replace("FILM", "Film"))
    assert not found.errors
    hints = [hint.message for hint in found.hints if hint.code == "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN"]
    assert len(hints) == 1
    assert 'possible types "Book, Film" in subgraph "a" and possible types "Film" in subgraph "b"' in hints[0]


def test_the_number_of_states_is_capped():
    found = check(SHARED.replace("FILM", "Film"), max_states=2)
    assert [error.code for error in found.errors] == ["MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"]


def test_context_plays_no_part_in_what_can_be_reached():
    text = """
    [a v2.8]
    type Query { shop: Shop }
    type Shop @context(name: "shop") { id: ID! currency: String! items: [Item] }
    type Item @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$shop { currency }")): Int }
    """
    assert unreachable(text) == []
