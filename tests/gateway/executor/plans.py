"""Builders for plans by hand, as short as the picture.

    place(1, 0, ".products[]", "Product", "0:products", fetches=(1,))
    entity(1, "reviews", 1, shape("Product", "upc! <- 0:upc"))
    leaf("name", "0:name", "String")

A source is written `fetch:key`, several with a blank between; `upc!` is a key field (strict), `price` one wanted by
`@requires`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse

from gateway.executor.program import Program, compile_program
from gateway.planner.nodes import (
    Fetch,
    FetchKind,
    Input,
    InputField,
    ListOf,
    Lookup,
    Named,
    NonNull,
    OperationKind,
    OutputField,
    Place,
    Plan,
    Request,
    Selection,
    Source,
    Special,
    TypeRef,
)

SCHEMA = build_schema("type Query { anything: String }", assume_valid=True)


def source(text: str) -> Source:
    fetch, key = text.split(":")
    return Source(int(fetch), key)


def sources(text: str) -> tuple[Source, ...]:
    return tuple(source(one) for one in text.split())


def type_ref(text: str) -> TypeRef:
    if text.endswith("!"):
        inner = type_ref(text[:-1])
        assert not isinstance(inner, NonNull)
        return NonNull(inner)
    if text.startswith("["):
        return ListOf(type_ref(text[1:-1]))
    return Named(text)


def place(
    number: int,
    parent: int | None,
    at: str,
    type_name: str,
    read: str = "",
    *,
    fetches: tuple[int, ...] = (),
    typename: str | None = None,
    on: set[str] | None = None,
) -> Place:
    """`at` is `.key` for a visible place, `-key` for a hidden one, with `[]` for each level of list."""
    match = re.fullmatch(r"([.-]?)(\w*)((?:\[\])*)", at)
    assert match is not None
    return Place(
        id=number,
        parent=parent,
        key=match[2],
        type_name=type_name,
        list_depth=len(match[3]) // 2,
        sources=sources(read),
        fetches=fetches,
        typename=None if typename is None else source(typename),
        on_types=None if on is None else frozenset(on),
        visible=match[1] != "-",
    )


def root(number: int, subgraph: str, at: int = 0) -> Fetch:
    kind = FetchKind.ROOT if at == 0 else FetchKind.REENTRY
    return Fetch(number, kind, subgraph, at, (), (), "")


def entity(number: int, subgraph: str, at: int, *inputs: Input, after: tuple[int, ...] = (0,)) -> Fetch:
    return Fetch(number, FetchKind.ENTITY, subgraph, at, inputs, after, "")


def shape(typename: str, *fields: str | InputField, on: set[str] | None = None) -> Input:
    made = tuple(field if isinstance(field, InputField) else wanted(field) for field in fields)
    return Input(None if on is None else frozenset(on), typename, made)


def wanted(text: str, *, on: set[str] | None = None) -> InputField:
    """`name! <- 0:key`."""
    name, read = text.split(" <- ")
    strict = name.endswith("!")
    types = None if on is None else frozenset(on)
    return InputField(name.rstrip("!"), source(read), None, (), strict, typename=False, on_types=types)


def nested(name: str, at: int, *fields: InputField, typename: bool = False) -> InputField:
    strict = name.endswith("!")
    return InputField(name.rstrip("!"), None, at, fields, strict, typename=typename, on_types=None)


def send(
    number: int, subgraph: str, *asked: int | tuple[int, ...], after: tuple[int, ...] = (), **more: Any
) -> Request:
    """A request for one root fetch (`send(0, "p", 0)`) or for lookups (`send(1, "r", (1, 2), (3,))`)."""
    if isinstance(asked[0], int):
        request = Request(number, subgraph, OperationKind.QUERY, f"query{number}", None, (), (), asked[0], after)
    else:
        lookups = tuple(
            Lookup("_entities" if len(asked) == 1 else f"_e{at}", f"r{at}", fetches)
            for at, fetches in enumerate(asked)
            if isinstance(fetches, tuple)
        )
        request = Request(number, subgraph, OperationKind.QUERY, f"query{number}", None, (), lookups, None, after)
    return replace(request, **more)


def leaf(key: str, read: str, of: str = "String", *, enum: set[str] | None = None) -> OutputField:
    values = None if enum is None else frozenset(enum)
    return OutputField(key, key, type_ref(of), source(read), None, values, None)


def child(key: str, selection: Selection, of: str) -> OutputField:
    return OutputField(key, key, type_ref(of), None, selection, None, None)


def typename(key: str = "__typename") -> OutputField:
    return OutputField(key, "__typename", type_ref("String!"), None, None, None, Special.TYPENAME)


def introspected(key: str, name: str) -> OutputField:
    return OutputField(key, name, type_ref("__Schema"), None, None, None, Special.INTROSPECTION)


def shown(at: int, type_name: str, *fields: OutputField) -> Selection:
    return Selection(at, ((type_name, fields),))


def variants(at: int, **fields: tuple[OutputField, ...]) -> Selection:
    return Selection(at, tuple(fields.items()))


def plan(
    places: list[Place],
    fetches: list[Fetch],
    requests: list[Request],
    output: Selection,
    *,
    kind: OperationKind = OperationKind.QUERY,
) -> Plan:
    return Plan(kind, kind.value.capitalize(), tuple(places), tuple(fetches), tuple(requests), output)


def program(of: Plan, document: str = "{ anything }", schema: GraphQLSchema = SCHEMA, **more: Any) -> Program:
    parsed = parse(document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return compile_program(of, schema, parsed, operation, **more)
