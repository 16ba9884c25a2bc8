from __future__ import annotations

from typing import Any

from graphql import build_schema, parse

from gateway.executor.introspection import introspection_of

from .plans import introspected, leaf, place, plan, program, root, send, shown, typename
from .shop import run

SCHEMA = build_schema("type Query { a: String thing: Thing } type Thing { id: ID }")


def ask(document: str, *fields: Any, variables: dict[str, Any] | None = None, compiled: bool = False) -> dict[str, Any]:
    places = [place(0, None, "", "Query", fetches=(0,))]
    of = program(plan(places, [root(0, "s")], [send(0, "s", 0)], shown(0, "Query", *fields)), document, SCHEMA)
    if compiled:
        of.code.compile()
    return run(of.start(of.coerce(variables or {})), {0: {"a": "x"}})


def test_the_api_schema_answers_beside_the_plan_in_the_order_of_the_operation() -> None:
    document = (
        '{ first: __type(name: "Thing") { name } a ... on Query { __schema { queryType { name } } } t: __typename }'
    )
    fields = (introspected("first", "__type"), leaf("a", "0:a"), introspected("__schema", "__schema"), typename("t"))
    for compiled in (False, True):
        answer = ask(document, *fields, compiled=compiled)
        assert answer == {
            "data": {"first": {"name": "Thing"}, "a": "x", "__schema": {"queryType": {"name": "Query"}}, "t": "Query"}
        }
        assert list(answer["data"]) == ["first", "a", "__schema", "t"]


def test_variables_are_known_to_it() -> None:
    document = "query ($n: String!) { a __type(name: $n) { name } }"
    fields = (leaf("a", "0:a"), introspected("__type", "__type"))
    assert ask(document, *fields, variables={"n": "Thing"})["data"]["__type"] == {"name": "Thing"}
    assert ask(document, *fields, variables={"n": "Nope"})["data"]["__type"] is None


def test_fragments_that_multiply_cost_no_more_than_they_are_long() -> None:
    count = 40
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(count)]
    document = (
        "{ ...F0 } " + " ".join(fragments) + f" fragment F{count} on Query {{ __schema {{ queryType {{ name }} }} a }}"
    )
    answer = ask(document, introspected("__schema", "__schema"), leaf("a", "0:a"))
    assert answer["data"]["__schema"] == {"queryType": {"name": "Query"}}


def test_D9_an_answer_is_made_once_for_all_requests_that_cannot_differ_in_it() -> None:
    document = "query ($n: String!, $x: Int) { a(x: $x) __type(name: $n) { ...T } } fragment T on __Type { name }"
    schema = build_schema("type Query { a(x: Int): String } type Thing { id: ID }")
    parsed = parse(document)
    introspection = introspection_of(schema, parsed, parsed.definitions[0])
    assert introspection.used == ("n",)
    first = introspection.answer({"n": "Thing", "x": 1})
    assert introspection.prepared({"n": "Thing", "x": 2})
    assert introspection.answer({"n": "Thing", "x": 2}) is first
    for number in range(100):
        introspection.answer({"n": f"Nope{number}"})
    assert len(introspection.known) <= 8
