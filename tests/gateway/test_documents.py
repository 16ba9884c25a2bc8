"""Texts become documents once; what is wrong with them is said without giving the schema away."""

from __future__ import annotations

import gc
import weakref
from contextlib import suppress

import pytest
from graphql import Node, Token, build_schema, get_introspection_query

from gateway.documents import DocumentOptions, Documents
from gateway.errors import ClientError, ClientErrors
from gateway.limits import DocumentLimits

SCHEMA = build_schema("type Query { product: Product f: Int g(x: Int): Int } type Product { name: String }")


def code(text: str, **options) -> str:
    with pytest.raises(ClientError) as caught:
        Documents(SCHEMA, DocumentOptions(**options)).resolve(text)
    error = caught.value
    return error.errors[0].code if isinstance(error, ClientErrors) else error.code


def message(text: str, **options) -> str:
    with pytest.raises(ClientError) as caught:
        Documents(SCHEMA, DocumentOptions(**options)).resolve(text)
    return caught.value.message


def test_a_text_is_checked_once_and_its_document_shared():
    documents = Documents(SCHEMA)
    assert documents.resolve("{ f }") is documents.resolve("{ f }")


@pytest.mark.parametrize("text", ["{ nope }", "{ nope nothing }", "{", "{ " + "f " * 20_000 + "}"])
def test_a_broken_text_is_checked_once_too_and_refused_each_time_in_the_same_words(text):
    documents, told = Documents(SCHEMA), []
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            documents.resolve(text)
        told.append((type(caught.value), vars(caught.value)))
    assert told[0] == told[1]


class Request:
    """Stands for what a request has sent."""


def test_D13_what_is_kept_of_a_broken_text_holds_nothing_of_the_request_that_sent_it():
    documents = Documents(SCHEMA)

    def asked() -> weakref.ref[Request]:
        request = Request()
        with suppress(ClientError):
            documents.resolve("{ nope }")
        return weakref.ref(request)

    gc.disable()  # or the collector could do what nobody may have to
    try:
        assert [asked()(), asked()()] == [None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ["{ f }", "{ f ", "{ f # a comment", "{ " + "a: f " * 5_000 + "}"])
def test_D13_a_text_leaves_no_circles_of_tokens_behind(text):
    documents = Documents(SCHEMA, DocumentOptions(cache_characters=1))
    gc.collect()
    gc.disable()
    try:
        before = _tokens()
        with suppress(ClientError):
            documents.resolve(text)
        assert _tokens() <= before
    finally:
        gc.enable()


def _tokens() -> int:
    return sum(isinstance(each, Token) for each in gc.get_objects())


def test_D13_the_cache_is_bounded_by_characters():
    documents = Documents(SCHEMA, DocumentOptions(cache_entries=100, cache_characters=1_000))
    first = documents.resolve("{ f }")
    for i in range(200):
        documents.resolve(f"{{ a{i}: f }}")
    assert documents.resolve("{ f }") is not first


def test_a_text_too_large_for_the_cache_is_answered_all_the_same():
    documents = Documents(SCHEMA, DocumentOptions(cache_characters=100))
    assert documents.resolve("{ f }" + " " * 200).operations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ }", "GRAPHQL_PARSE_FAILED"),
        ("{ product { } }", "GRAPHQL_PARSE_FAILED"),
        ("# only a comment", "GRAPHQL_PARSE_FAILED"),
        ("{ f", "GRAPHQL_PARSE_FAILED"),
        ("{ a" * 5_000, "GRAPHQL_PARSE_FAILED"),
        ("{ g(x: " + "[" * 50_000, "GRAPHQL_PARSE_FAILED"),
        ("query ($a: " + "[" * 50_000, "GRAPHQL_PARSE_FAILED"),
        ("{ g(x: " + "9" * 5_000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("type A { b: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ f } extend type Query { secret: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment A on Query { f }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { f }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ _service { sdl } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ _entities(representations: []) { __typename } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ f @nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{" + " ".join(f"a{i}: f" for i in range(10_000)) + "}", "TOKENS_LIMIT_EXCEEDED"),
        ("#\n" * 20_000 + "{ f }", "TOKENS_LIMIT_EXCEEDED"),
        (
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
            "DEPTH_LIMIT_EXCEEDED",
        ),
    ],
    ids=lambda value: value[:24],
)
def test_D1_D3_D4_D8_D9_D15_what_is_wrong_has_a_code(text, expected):
    assert code(text) == expected


def test_the_common_introspection_query_passes_every_limit():
    Documents(SCHEMA).resolve(get_introspection_query(specified_by_url=True, input_value_deprecation=True))


def test_introspection_can_be_switched_off_and_typename_stays():
    assert code("{ __schema { types { name } } }", introspection=False) == "INTROSPECTION_DISABLED"
    assert code('{ __type(name: "Query") { name } }', introspection=False) == "INTROSPECTION_DISABLED"
    Documents(SCHEMA, DocumentOptions(introspection=False)).resolve("{ __typename }")


def test_D1_names_are_suggested_only_to_those_who_may_see_them():
    assert "product" not in message("{ produkt { name } }")
    assert "product" in message("{ produkt { name } }", suggestions=True)


def test_D1_what_a_client_wrote_comes_back_cut():
    assert len(message("{ " + "x" * 1_000_000 + " }")) < 400


def test_D7_errors_are_listed_up_to_a_bound():
    with pytest.raises(ClientErrors) as caught:
        Documents(SCHEMA).resolve("{ product { " + " ".join(f"x{i}" for i in range(90)) + " } }")
    assert 1 < len(caught.value.errors) <= 21


def test_locations_say_where():
    with pytest.raises(ClientError) as caught:
        Documents(SCHEMA).resolve("{\n  nope\n}")
    assert caught.value.locations == ((2, 3),)


def test_limits_are_those_of_the_options():
    assert code("{ product { name } }", limits=DocumentLimits(depth=1)) == "DEPTH_LIMIT_EXCEEDED"


@pytest.mark.parametrize("name", ["__proto__", "__class__", "self", "cls", "info", "return", "constructor"])
def test_D17_no_name_is_special_as_an_alias_or_a_variable(name):
    Documents(SCHEMA).resolve(f"query (${name}: Int) {{ {name}: g(x: ${name}) }}")


def test_D13_a_document_that_is_kept_does_not_keep_the_tokens_it_was_read_from():
    document = Documents(SCHEMA).resolve("query Q($x: Int) { g(x: $x) ... on Query { f @skip(if: false) } }")
    waiting = [document.ast]
    while waiting:
        node = waiting.pop()
        assert node.loc is None
        values = [getattr(node, key, None) for key in node.keys]
        waiting += [
            each
            for value in values
            for each in (value if isinstance(value, tuple) else (value,))
            if isinstance(each, Node)
        ]
