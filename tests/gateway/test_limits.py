"""Documents that are too large are refused by name, and cheaply: no case here depends on a timing, all on the work."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import DocumentInvalid, LimitExceeded
from gateway.limits import CAP, DocumentLimits, enforce, measure

LIMITS = DocumentLimits()


def refused(text: str, limits: DocumentLimits = LIMITS) -> str:
    with pytest.raises(LimitExceeded) as caught:
        enforce(parse(text), limits)
    return caught.value.code


def sizes(text: str):
    document = parse(text)
    operations = [node for node in document.definitions if node.kind == "operation_definition"]
    fragments = {node.name.value: node for node in document.definitions if node.kind == "fragment_definition"}
    return measure(operations, fragments)


def doubling(levels: int, body: str = "f") -> str:
    """Fragments that each spread the next one twice."""
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(levels))
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ {body} }}"


def test_sizes_are_those_of_the_document_with_its_fragments_written_out():
    (query, *_) = sizes("{ a { ...P x: b @skip(if: true) } ...P } fragment P on T { c { d } e: f }")
    assert (query.depth, query.fields, query.root_fields) == (3, 8, 3)
    assert (query.aliases, query.directives, query.fragments) == (3, 1, 2)


def test_a_document_within_the_limits_passes():
    enforce(parse("{ a { b { c } } }"), DocumentLimits(depth=3, fields=3))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{" + "a { " * 21 + "f" + "}" * 22, "DEPTH_LIMIT_EXCEEDED"),
        ("{ r { " + " ".join(f"f{i}" for i in range(2_000)) + "} }", "FIELDS_LIMIT_EXCEEDED"),
        ("{" + " ".join(f"f{i}" for i in range(51)) + "}", "ROOT_FIELDS_LIMIT_EXCEEDED"),
        ("{ r { " + " ".join(f"a{i}: f" for i in range(101)) + "} }", "ALIASES_LIMIT_EXCEEDED"),
        ("{ f" + " @a" * 101 + "}", "DIRECTIVES_LIMIT_EXCEEDED"),
        ("mutation {" + " ".join(f"a{i}: add" for i in range(200)) + "}", "ROOT_FIELDS_LIMIT_EXCEEDED"),
        (" ".join(f"query Q{i} {{ f }}" for i in range(51)), "OPERATIONS_LIMIT_EXCEEDED"),
        ("{ r { " + "f " * 200 + "} }", "OVERLAPS_LIMIT_EXCEEDED"),
        ("{ r { " + "a { b c } " * 90 + "} }", "OVERLAPS_LIMIT_EXCEEDED"),
        (doubling(28), "FIELDS_LIMIT_EXCEEDED"),
        (doubling(28, "...Unknown"), "FRAGMENTS_LIMIT_EXCEEDED"),
        (doubling(200), "FIELDS_LIMIT_EXCEEDED"),
        ("{ f } " + doubling(28).removeprefix("{ ...F0 }"), "FRAGMENTS_LIMIT_EXCEEDED"),
    ],
    ids=lambda value: value if value.isupper() else "",
)
def test_D4_D5_D6_D7_D8_what_is_over_a_limit_is_refused_by_that_limits_name(text, code):
    assert refused(text) == code


def test_a_message_names_the_limit_its_value_and_the_setting():
    with pytest.raises(LimitExceeded, match=r"is nested 4 fields deep; at most 3 are allowed \(limits.depth\)"):
        enforce(parse("{ a { b { c { d } } } }"), DocumentLimits(depth=3))


def test_D6_counting_saturates_where_fragments_would_overflow_any_number():
    assert sizes(doubling(300))[0].fields == CAP


def test_a_fragment_may_have_more_fields_than_a_root_may():
    fields = " ".join(f"f{i}" for i in range(60))
    enforce(parse(f"{{ product {{ ...P }} }} fragment P on Product {{ {fields} }}"), LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { a { ...B } } fragment B on Query { b { ...A } }",
        "{ f } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...F0 } " + " ".join(f"fragment F{i} on Query {{ ...F{(i + 1) % 400} }}" for i in range(400)),
    ],
)
def test_D6_a_cycle_of_fragments_is_refused_however_long(text):
    with pytest.raises(DocumentInvalid, match="within itself"):
        enforce(parse(text), LIMITS)


def test_D6_a_chain_of_fragments_needs_no_recursion():
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(3_000))
    assert refused(f"{{ ...F0 }} {chain} fragment F3000 on Query {{ f }}") == "FRAGMENTS_LIMIT_EXCEEDED"
