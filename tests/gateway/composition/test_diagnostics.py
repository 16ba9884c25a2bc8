from __future__ import annotations

import pytest
from graphql import parse

from gateway.composition.diagnostics import (
    Diagnostic,
    DiagnosticCollector,
    Level,
    Location,
    Severity,
    did_you_mean,
    location_of,
    names_in_words,
)


def test_the_subgraph_comes_first():
    assert str(Diagnostic("NO_QUERIES", "nothing to ask", "cart")) == "[cart] nothing to ask"
    assert str(Diagnostic("NO_QUERIES", "nothing to ask")) == "nothing to ask"


def test_errors_make_a_collection_fail_and_hints_do_not():
    found = DiagnosticCollector()
    found.hint("UNUSED_ENUM_TYPE", "Size is not used")
    assert not found.has_failed()
    assert found.hints[0].level is Level.DEBUG
    found.error("NO_QUERIES", "nothing to ask")
    assert found.has_failed()
    assert found.errors[0].severity is Severity.ERROR


def test_saying_the_same_twice_counts_once():
    found = DiagnosticCollector()
    for _ in range(2):
        found.error("NO_QUERIES", "nothing to ask", subgraph="cart", location=Location(1, 2))
        found.hint("UNUSED_ENUM_TYPE", "Size is not used")
    assert len(found.errors) == len(found.hints) == 1


def test_a_code_that_no_table_knows_is_our_own_mistake():
    with pytest.raises(KeyError):
        DiagnosticCollector().error("NO_SUCH_CODE", "")
    with pytest.raises(KeyError):
        DiagnosticCollector().hint("NO_SUCH_CODE", "")


def test_a_location_counts_from_one():
    node = parse("type Query {\n  cart: ID\n}").definitions[0].fields[0]
    assert location_of(node) == Location(2, 3)
    assert str(location_of(node)) == "2:3"
    assert location_of(None) is None


def test_near_names_are_suggested():
    assert did_you_mean("totl", ["total", "id"]) == ' Did you mean "total"?'
    assert did_you_mean("xyz", ["total", "id"]) == ""


def test_names_read_as_a_sentence():
    assert names_in_words(["a"]) == 'subgraph "a"'
    assert names_in_words(["a", "b", "c"]) == 'subgraphs "a", "b" and "c"'
