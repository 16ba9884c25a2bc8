"""What the descriptions of the subgraphs tell whoever explores the graph; read from the SDLs that are checked in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
)

SDLS = sorted((Path(__file__).parents[2] / "schema/subgraphs").glob("*.graphql"))
EXACT = [path for path in SDLS if path.stem != "cart"]
"""Those whose texts say of every null when it comes, and of every page how long it may be."""
FEDERATION = {"_Any", "_Entity", "_Service"}
FEDERATION_FIELDS = {"Query._entities", "Query._service"}
SAYS_WHEN = re.compile(r"\b(null|none|when|while|until|unless|if|once|where|only|without)\b|; read from")


def types_of(path: Path) -> list[TypeDefinitionNode]:
    return [
        node
        for node in parse(path.read_text("utf-8")).definitions
        if isinstance(node, TypeDefinitionNode) and node.name.value not in FEDERATION
    ]


def described(node: DefinitionNode) -> Iterator[tuple[str, object]]:
    """Everything of a type that a reader sees, by coordinate."""
    name = node.name.value
    yield name, node
    for value in getattr(node, "values", None) or ():
        yield f"{name}.{value.name.value}", value
    for field in getattr(node, "fields", None) or ():
        coordinate = f"{name}.{field.name.value}"
        if coordinate in FEDERATION_FIELDS:
            continue
        yield coordinate, field
        for argument in getattr(field, "arguments", None) or ():
            yield f"{coordinate}({argument.name.value}:)", argument


def fields_of(path: Path) -> Iterator[tuple[str, object]]:
    for node in types_of(path):
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            yield from (
                (f"{node.name.value}.{field.name.value}", field)
                for field in node.fields
                if f"{node.name.value}.{field.name.value}" not in FEDERATION_FIELDS
            )


@pytest.mark.parametrize("path", SDLS, ids=lambda path: path.stem)
def test_every_type_field_argument_and_value_is_described(path):
    silent = [name for node in types_of(path) for name, each in described(node) if each.description is None]
    assert silent == []


@pytest.mark.parametrize("path", SDLS, ids=lambda path: path.stem)
def test_what_is_deprecated_says_what_to_use(path):
    reasons = {
        name: next((argument.value.value for argument in directive.arguments), "")
        for node in types_of(path)
        for name, each in described(node)
        for directive in each.directives or ()
        if directive.name.value == "deprecated"
    }
    assert [name for name, reason in reasons.items() if len(reason.split()) < 3] == []


@pytest.mark.parametrize("path", EXACT, ids=lambda path: path.stem)
def test_a_field_that_may_be_null_says_when(path):
    silent = [
        name
        for name, field in fields_of(path)
        if not isinstance(field.type, NonNullTypeNode) and not SAYS_WHEN.search(field.description.value)
    ]
    assert silent == []


@pytest.mark.parametrize("path", EXACT, ids=lambda path: path.stem)
def test_every_page_says_how_long_it_may_be(path):
    silent = [
        f"{name}(first:)"
        for name, field in fields_of(path)
        for argument in field.arguments or ()
        if argument.name.value == "first" and not re.search(r"up to [\d,]+", argument.description.value)
    ]
    assert silent == []


@pytest.mark.parametrize("path", SDLS, ids=lambda path: path.stem)
def test_a_description_is_a_sentence_with_an_end(path):
    broken = [
        f"{name}: {each.description.value}"
        for node in types_of(path)
        for name, each in described(node)
        if not re.match(r"[A-Z\d]|[a-z]+[A-Z.]", each.description.value) or not each.description.value.endswith(".")
    ]
    assert broken == []


def test_enums_and_inputs_are_among_what_is_looked_at():
    kinds = {type(node) for path in SDLS for node in types_of(path)}
    assert {EnumTypeDefinitionNode, InputObjectTypeDefinitionNode} <= kinds
