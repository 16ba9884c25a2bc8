"""Random operations that are valid for clients: aliases, fragments, variables, conditions, type conditions."""

from __future__ import annotations

from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

LITERALS: dict[str, tuple[str, ...]] = {
    "String": ('"x"', '"rq"', "null"),
    "Int": ("1", "2", "null"),
    "Int!": ("7", "8"),
    "Mood": ("CALM", "BRISK"),
    "[Int!]": ("[1, 2]", "3", "[]", "null"),
    "Filter": ("{size: 1}", '{mood: BRISK, words: ["a"]}', "{}", "{size: $i}"),
}
VARIABLES: dict[str, tuple[str, Any]] = {
    "String": ("$s", "text"),
    "Int": ("$i", 4),
    "Int!": ("$k", 5),
    "Mood": ("$m", "BRISK"),
    "[Int!]": ("$l", [1]),
    "Filter": ("$f", {"mood": "CALM"}),
}
WRAPPING = str.maketrans({"[": "L", "]": "E", "!": "N"})
DEFINITIONS = (
    "$s: String, $i: Int, $k: Int! = 9, $m: Mood = CALM, $l: [Int!], $f: Filter, $yes: Boolean!, $no: Boolean = false"
)


class Question:
    """One operation with its variables; the same for the same schema and seed."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self.schema = schema
        self.dice = Random(seed)
        self.aliases = 0
        self.fragments: list[str] = []
        mutation = schema.mutation_type if self.dice.random() < 0.2 else None
        root = mutation or schema.query_type
        assert root is not None
        body = self._selection(root, self.dice.randint(1, 5))
        self.text = f"{'mutation' if mutation else 'query'} Q({DEFINITIONS}) {{ {body} }} " + " ".join(self.fragments)
        self.variables = {"yes": self.dice.random() < 0.5}
        for name, value in VARIABLES.values():
            if self.dice.random() < 0.6:
                self.variables[name[1:]] = value
        if self.dice.random() < 0.3:
            self.variables["no"] = True

    def _selection(self, owner: GraphQLNamedType, depth: int) -> str:
        fields = owner.fields if isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) else {}
        names = self.dice.sample(sorted(fields), min(len(fields), self.dice.randint(1, 5)))
        pieces = [self._field(fields[name], name, depth) for name in names]
        if self.dice.random() < 0.2:
            pieces.append(self.dice.choice(("__typename", "kind: __typename")))
        if isinstance(owner, GraphQLObjectType):
            if self.dice.random() < 0.2:
                pieces.append(self._fragment(owner, owner, depth - 1))
        elif isinstance(owner, GraphQLInterfaceType | GraphQLUnionType):
            types = sorted(self.schema.get_possible_types(owner), key=lambda each: each.name)
            chosen: list[GraphQLNamedType] = [each for each in types if self.dice.random() < 0.5]
            thing = self.schema.type_map.get("Thing")
            if thing is not None and self.dice.random() < 0.2:
                chosen.append(thing)
            pieces += [self._fragment(owner, each, depth) for each in chosen]
        return " ".join(piece for piece in pieces if piece) or "__typename"

    def _fragment(self, owner: GraphQLNamedType, on: GraphQLNamedType, depth: int) -> str:
        if depth < 0:
            return ""
        inner = self._selection(on, depth)
        if self.dice.random() < 0.3:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {on.name} {{ {inner} }}")
            return f"...{name}{self._condition()}"
        on_type = "" if on is owner and self.dice.random() < 0.5 else f" on {on.name}"
        return f"...{on_type}{self._condition()} {{ {inner} }}"

    def _condition(self) -> str:
        if self.dice.random() > 0.12:
            return ""
        return self.dice.choice((" @include(if: $yes)", " @skip(if: $no)", " @skip(if: true)", " @include(if: true)"))

    def _field(self, field: GraphQLField, name: str, depth: int) -> str:
        inner = get_named_type(field.type)
        if not is_leaf_type(inner) and depth <= 0:
            return ""
        arguments = self._arguments(field)
        alias = ""
        if arguments or self.dice.random() < 0.15:
            self.aliases += 1
            alias = f"a{self.aliases}: " if self.dice.random() < 0.9 else f"{name}: "
        elif self.dice.random() < 0.015:
            alias = self.dice.choice(("id: ", "name: ", "x: ", "s0: "))
        elif is_leaf_type(inner) and self.dice.random() < 0.12:  # one key for what different types have of one kind
            alias = f"of{str(field.type).translate(WRAPPING)}: "
        body = "" if is_leaf_type(inner) else f" {{ {self._selection(inner, depth - 1)} }}"
        return f"{alias}{name}{arguments}{self._condition()}{body}"

    def _arguments(self, field: GraphQLField) -> str:
        given = []
        for name, argument in field.args.items():
            if is_required_argument(argument) or self.dice.random() < 0.5:
                given.append(f"{name}: {self._value(argument)}")
        return f"({', '.join(given)})" if given else ""

    def _value(self, argument: GraphQLArgument) -> str:
        kind = str(argument.type)
        if self.dice.random() < 0.4:
            return VARIABLES[kind][0]
        return self.dice.choice(LITERALS[kind])
