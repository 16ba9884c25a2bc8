"""Bad input: one clear line for each, never a trace."""

from __future__ import annotations

import pytest

from gateway.composition import SubgraphSource, compose
from gateway.composition.documents import MAX_SDL_CHARACTERS


def only_error(*sdls: str, name: str = "cart"):
    (error,) = compose([SubgraphSource(name, "", sdl) for sdl in sdls]).errors
    return error


@pytest.mark.parametrize(
    ("sdl", "says"),
    [
        ("", "is empty"),
        ("  \n\ufeff", "is empty"),
        ("<!doctype html><html></html>", "a web page"),
        ("type Query { cart: ID", "Expected Name, found <EOF>"),
        ("{ cart }", "an operation or a fragment"),
        ("nonsense", "Unexpected Name 'nonsense'"),
        ("type Query { a: " + "[" * 20_000, "nested too deeply"),
        ("\x00\x01\x02", "Unexpected character"),
        ("# " + "x" * MAX_SDL_CHARACTERS, "more than the 10,000,000 that are read"),
    ],
)
def test_what_is_no_sdl_gets_one_clear_line(sdl, says):
    error = only_error(sdl)
    assert error.code == "INVALID_GRAPHQL"
    assert error.subgraph == "cart"
    assert says in error.message
    assert "\n" not in error.message


def test_a_syntax_error_says_where():
    error = only_error("type Query {\n  cart ID\n}")
    assert str(error.location) == "2:8"


def test_names_must_be_given_once_and_not_be_reserved():
    assert only_error("type Query { a: ID }", name="_").code == "INVALID_SUBGRAPH_NAME"
    assert only_error("type Query { a: ID }", name=" ").code == "INVALID_SUBGRAPH_NAME"
    error = only_error("type Query { a: ID }", "type Query { b: ID }")
    assert str(error) == "[cart] 2 subgraphs have this name. Give each a name of its own."


def test_no_subgraphs_at_all_is_said_as_well():
    (error,) = compose([]).errors
    assert error.code == "NO_QUERIES"


def test_faults_of_all_subgraphs_are_told_at_once():
    result = compose([SubgraphSource("b", "", "type Query { a: Nothing }"), SubgraphSource("a", "", "type")])
    assert [(error.subgraph, error.code) for error in result.errors] == [
        ("a", "INVALID_GRAPHQL"),
        ("b", "INVALID_GRAPHQL"),
    ]
