"""Limits are counted in one pass, however the document is written."""

from __future__ import annotations

import gc
from contextlib import suppress

import pytest
from graphql import GraphQLError, Node, Token, get_introspection_query, parse

from subgraphs.kit.documents import Documents, Invalid, Limits, Size, measure
from subgraphs.kit.errors import LimitExceeded


@pytest.fixture
def documents(notes):
    return Documents(notes.schema.graphql_schema, Limits(depth=5, fields=20, aliases=3, directives=4, operations=2))


def test_a_document_is_measured_with_its_fragments_written_out():
    text = "{ a { ...f } b: c @skip(if: true) ...f } fragment f on X { d { e } g: h }"
    assert measure(parse(text)) == (Size(depth=3, fields=8, aliases=3, directives=1),)


def test_D6_a_cycle_of_fragments_ends():
    assert measure(parse("{ ...a } fragment a on X { b ...c } fragment c on X { d ...a }"))[0].fields == 2


def test_D6_doubling_fragments_are_refused_at_once():
    levels = "".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    text = "{ ...f0 }" + levels + "fragment f60 on Query { __typename }"
    assert measure(parse(text))[0].fields == 10**9


@pytest.mark.parametrize(
    "text",
    [
        "{" + "a{" * 6 + "b" + "}" * 6 + "}",
        "{" + " a" * 21 + "}",
        "{ x: a y: a z: a w: a }",
        "{ a" + " @skip(if: true)" * 5 + "}",
        "query A {a} query B {a} query C {a}",
        "{" + " " * 1_000_001 + "a}",
        "{ a }" + "".join(f"fragment f{n} on Query {{ a }}" for n in range(101)),
        "{ ...f0 }"
        + "".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(900))
        + "fragment f900 on Query { a }",
    ],
    ids=["depth", "fields", "aliases", "directives", "operations", "length", "fragments", "a chain of fragments"],
)
def test_D3_D4_D7_D8_each_limit_is_named_when_it_is_passed(documents, text):
    with pytest.raises(LimitExceeded):
        documents.get(text)


def test_D9_the_schema_is_told_as_tools_ask_for_it_and_not_again_under_many_names():
    whole, named = get_introspection_query(), " ".join(f"t{n}: types {{ fields {{ name }} }}" for n in range(8))
    Limits().check(parse(whole))
    for many in (
        f"{{ __schema {{ {named} }} }}",
        whole.replace("{", "{ a: __schema { x: types { y: fields { z: name } } }", 1),
    ):
        with pytest.raises(LimitExceeded, match="introspected"):
            Limits().check(parse(many))


def test_an_empty_selection_is_no_document(documents):
    with pytest.raises(GraphQLError, match="Syntax Error"):
        documents.get("{ }")


def test_D3_deep_nesting_is_refused_by_the_parser(documents):
    with pytest.raises(GraphQLError, match=r"nest|deep|Expected"):
        documents.get("{a" * 3_000)


def test_a_text_of_too_many_tokens_is_refused_by_name(documents):
    with pytest.raises(LimitExceeded, match="10000 tokens"):
        documents.get("{" + " a" * 10_001 + "}")


@pytest.mark.parametrize(
    "text",
    [
        "{" + " a" * 600 + "}",
        "{" + " a { b c }" * 300 + "}",
        "{ x { " + "...f " * 3 + "} } fragment f on X { " + "b " * 400 + "}",
        "{ ...f } fragment f on Query { a { ...f } }",
        "mutation {" + " ".join(f"a{n}: write" for n in range(51)) + "}",
        "mutation { ...f } fragment f on Mutation {" + " ".join(f"a{n}: write" for n in range(51)) + "}",
    ],
    ids=["one field", "a small tree", "in a fragment", "a cycle", "writes", "writes in a fragment"],
)
def test_D5_what_would_be_slow_to_compare_or_to_write_is_refused_before_it_is(notes, text):
    with pytest.raises(LimitExceeded, match=r"Comparing|mutation"):
        Documents(notes.schema.graphql_schema).get(text)


def test_a_valid_text_is_parsed_once(documents):
    text = '{ note(id: "x") { text } }'
    assert documents.get(text) is documents.get(text)


@pytest.mark.parametrize("text", ["{ f ", "{ f # a comment", "{ " + "a: f " * 5_000 + "}"])
def test_D13_a_text_refused_unread_leaves_nothing_for_the_collector(documents, text):
    gc.collect()
    gc.disable()
    try:
        before = _syntax()
        with suppress(GraphQLError, Invalid, LimitExceeded):
            documents.get(text)
        assert _syntax() <= before
    finally:
        gc.enable()


def _syntax() -> int:
    return sum(isinstance(each, Token | Node) for each in gc.get_objects())


def test_at_most_ten_errors_are_listed(documents):
    with pytest.raises(Invalid) as caught:
        documents.get("{" + " ".join(f"nothing{n}" for n in range(19)) + "}")
    assert len(caught.value.errors) <= 11
