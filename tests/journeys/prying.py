"""Operations nobody wrote: made from a schema, they ask for all there is, so that a new field is asked for as well.

    pryer.everything("Customer", depth=3)       the text of a selection with every field, arguments filled in
    operation(selection), given(text, …)        with the variables $id, $text and $key: one text, one plan
    texts(data)                                 every text in an answer that could tell something of a person

Types in `PUBLIC` are everybody's. Every other type may hold what is somebody's, until it is named there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

PUBLIC = frozenset(
    {
        "Brand",
        "Carrier",
        "Category",
        "Channel",
        "Collection",
        "Experience",
        "GeoPoint",
        "Location",
        "LoyaltyProgram",
        "Money",
        "PageInfo",
        "Product",
        "ProductVariant",
        "Promotion",
        "ReturnPolicy",
        "Review",
        "ReviewConnection",
        "StoreGroup",
    }
)
"""Reviews are published with the name their writer chose."""
NOBODYS = re.compile(r"[A-Z_]+|\d{4}-\d\d-\d\d.*|\d+\.\d+|P[\dTHMSD]+")
"""Texts that are anybody's: states, times, amounts."""
TOLD_BY_PEOPLE = frozenset({"number", "contact", "email", "value", "phone", "externalNumber", "query"})
"""Optional texts by which someone may ask after another: filled in."""
_VALUES: Mapping[str, Any] = {
    "Int": 5,
    "Float": 1.5,
    "Boolean": True,
    "Decimal": "1.00",
    "DateTime": "2026-11-24T12:00:00Z",
    "Date": "2026-11-24",
    "Duration": "PT1H",
    "CurrencyCode": "GBP",
    "CountryCode": "GB",
    "Locale": "en-GB",
    "URL": "https://shop.example/",
    "GTIN": "09520000000271",
    "ChannelCode": "web",
}


_VARIABLES = {"$id": "ID!", "$text": "String!", "$key": "IdempotencyKey!"}
"""What stands for what is known of someone: an id, a text such as an e-mail or a number; and for a new key."""


@dataclass(frozen=True, slots=True)
class Pryer:
    """Makes operations over one schema.

    closed      "Type.field" → scopes it takes; such a field is asked for alone, so that its refusal hides no other
    """

    schema: GraphQLSchema
    closed: Mapping[str, Any] = field(default_factory=dict)

    def everything(self, name: str, depth: int, *, private_only: bool = False) -> str:
        """Every field of a type that takes no scope, so many levels deep; "" when there is none."""
        return self._selection(self.schema.type_map[name], depth, private_only, ())

    def field(self, parent: str, name: str, depth: int, *, private_only: bool = False) -> str:
        """One field with its arguments, and everything below it."""
        found = self._fields(self.schema.type_map[parent])[name]
        below = self._below(found, depth, private_only, ())
        return f"{name}{self.arguments(found)}{below}"

    def fields(self, parent: str) -> list[str]:
        """Every field of a type."""
        return list(self._fields(self.schema.type_map[parent]))

    def is_public(self, parent: str, name: str) -> bool:
        """Whether a field leads to what is everybody's."""
        return get_named_type(self._fields(self.schema.type_map[parent])[name].type).name in PUBLIC

    def is_node(self, name: str) -> bool:
        """Whether things of a type are found by `node`."""
        node = self.schema.type_map["Node"]
        return name in {each.name for each in self.schema.get_possible_types(node)}  # type: ignore[arg-type]  # it is one

    def closed_fields(self, parent: str) -> list[str]:
        """Fields of a type that take scopes."""
        return [name for name in self._fields(self.schema.type_map[parent]) if f"{parent}.{name}" in self.closed]

    def arguments(self, found: GraphQLField) -> str:
        """The arguments of a field in brackets: what is required, and whatever names a thing or a person."""
        given = [f"{name}: {self._value(arg, name)}" for name, arg in found.args.items() if _wanted(name, arg)]
        return f"({', '.join(given)})" if given else ""

    def _fields(self, kind: Any) -> Mapping[str, GraphQLField]:
        return kind.fields if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else {}

    def _selection(self, kind: Any, depth: int, private_only: bool, seen: tuple[str, ...]) -> str:
        parts = ["__typename"]
        for name, found in self._fields(kind).items():
            if f"{kind.name}.{name}" in self.closed:
                continue
            parts += self._part(name, found, depth, private_only, (*seen, kind.name))
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            for each in self.schema.get_possible_types(kind):
                if not (private_only and each.name in PUBLIC):
                    own = self._own(each, kind)
                    below = [
                        part
                        for name, found in own.items()
                        if f"{each.name}.{name}" not in self.closed
                        for part in self._part(name, found, depth, private_only, (*seen, each.name), each.name)
                    ]
                    parts += [f"... on {each.name} {{ {' '.join(below)} }}"] if below else []
        return " ".join(parts)

    def _part(
        self,
        name: str,
        found: GraphQLField,
        depth: int,
        private_only: bool,
        seen: tuple[str, ...],
        on: str = "",
    ) -> list[str]:
        kind = get_named_type(found.type)
        given = self.arguments(found)
        # Members of one union may have fields of one name and different types or arguments: each gets a name of its own.
        alias = f"{on}_{name}: " if on else ""
        if is_leaf_type(kind):
            return [f"{alias}{name}{given}"]
        if depth == 0 or (private_only and kind.name in PUBLIC) or seen.count(kind.name) > 1:
            return []
        return [f"{alias}{name}{given}{self._below(found, depth - 1, private_only, seen)}"]

    def _below(self, found: GraphQLField, depth: int, private_only: bool, seen: tuple[str, ...]) -> str:
        kind = get_named_type(found.type)
        return f" {{ {self._selection(kind, depth, private_only, seen)} }}" if is_composite_type(kind) else ""

    def _own(self, kind: GraphQLObjectType, shared: Any) -> dict[str, GraphQLField]:
        common = self._fields(shared)
        return {name: found for name, found in kind.fields.items() if name not in common}

    def _value(self, given: GraphQLArgument | GraphQLInputField, name: str) -> str:
        kind: Any = given.type
        while isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            return f"[{self._of(get_named_type(kind), name)}]"
        return self._of(kind, name)

    def _of(self, kind: Any, name: str) -> str:
        if isinstance(kind, GraphQLEnumType):
            return "EMAIL" if "EMAIL" in kind.values else next(iter(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            inside = [f"{each}: {self._value(part, each)}" for each, part in kind.fields.items() if _wanted(each, part)]
            return "{" + ", ".join(inside) + "}"
        assert isinstance(kind, GraphQLScalarType)
        if kind.name == "ID":
            return "$id"
        if kind.name == "IdempotencyKey":
            return "$key"
        return json.dumps(_VALUES[kind.name]) if kind.name in _VALUES else "$text"


def operation(selection: str, kind: str = "query") -> str:
    """A whole operation, with the variables it uses."""
    used = declared(selection).removeprefix(", ")
    return f"{kind} ({used}) {{ {selection} }}" if used else f"{kind} {{ {selection} }}"


def declared(selection: str) -> str:
    """The variables a selection uses, as an operation declares them after others."""
    return "".join(
        f", {name}: {kind}" for name, kind in _VARIABLES.items() if re.search(re.escape(name) + r"\b", selection)
    )


def given(text: str, id: str, known: str, key: str) -> dict[str, str]:
    """The variables of an operation."""
    values = {"id": id, "text": known, "key": key}
    return {name: value for name, value in values.items() if f"${name}: " in text}


def _wanted(name: str, given: GraphQLArgument | GraphQLInputField) -> bool:
    required = is_required_argument(given) if isinstance(given, GraphQLArgument) else is_required_input_field(given)
    kind = get_named_type(given.type)
    return required or kind.name == "ID" or (kind.name == "String" and name in TOLD_BY_PEOPLE)


def closed_in(document: DocumentNode) -> dict[str, Any]:
    """Every field of a subgraph's SDL that takes scopes, as `Type.field`."""
    found: dict[str, Any] = {}
    for definition in document.definitions:
        if isinstance(definition, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            for each in definition.fields or ():
                if _takes_scopes(each):
                    found[f"{definition.name.value}.{each.name.value}"] = True
    return found


def _takes_scopes(node: FieldDefinitionNode) -> bool:
    return any(directive.name.value == "requiresScopes" for directive in node.directives or ())


def texts(data: Any, shortest: int = 6) -> Iterator[str]:
    """Every text in an answer, names of types left aside."""
    if isinstance(data, str):
        if len(data) >= shortest and not NOBODYS.fullmatch(data):
            yield data
    elif isinstance(data, list):
        for item in data:
            yield from texts(item, shortest)
    elif isinstance(data, dict):
        for name, item in data.items():
            if not name.endswith("__typename"):
                yield from texts(item, shortest)


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every leaf of an answer with its path."""
    if isinstance(data, dict | list):
        for name, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(item, (*path, name))
    else:
        yield path, data


def types(data: Any) -> Iterator[str]:
    """Names of the types an answer has objects of."""
    if isinstance(data, list):
        for item in data:
            yield from types(item)
    elif isinstance(data, dict):
        if "__typename" in data:
            yield data["__typename"]
        for item in data.values():
            yield from types(item)
