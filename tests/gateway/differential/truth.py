"""The data of a world: what one server that holds everything answers.

An object is a type and a number; each value follows from type, number, field and arguments. Nothing is stored.
"""

from __future__ import annotations

import json
from hashlib import md5
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, build_schema, execute_sync
from graphql.language import DocumentNode, FieldNode, InlineFragmentNode, SelectionSetNode, parse_value
from graphql.utilities import value_from_ast_untyped

from gateway.supergraph.field_sets import parse_field_set

from .model import Member, World
from .sdl import whole_sdl

FAILED = "It failed."
NUMBERS = 4
"""Objects of each entity type."""


def number_of(*parts: object) -> int:
    """Give a number that follows from `parts`, the same in every run."""
    return int(md5(repr(parts).encode(), usedforsecurity=False).hexdigest()[:12], 16)


class Truth:
    """Everything that is the case in a world; `log` lists the mutations done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.schema: GraphQLSchema = build_schema(whole_sdl(world))
        self.log: list[str] = []
        self.failing = False

    def value(self, owner: str, number: int, name: str, arguments: dict[str, Any]) -> Any:
        """Give a field's value, hidden things included; objects as {"__typename", "number"}."""
        real = owner
        owner, member = self.holder(owner, name)
        requires = next((part.requires for part in member.parts.values() if part.requires), "")
        if requires:
            return computed(name, self.read(real, number, parse_field_set(requires)), arguments)
        if owner == "Mutation":
            self.log.append(f"{name} {json.dumps(arguments, sort_keys=True)}")
        seed = (owner, number, name, json.dumps(arguments, sort_keys=True))
        sure = any(part.type.endswith("!") for part in member.parts.values())
        return self._of_type(member.type, (*seed, "!") if sure else seed, owner, member)

    def fails(self, owner: str, number: int, name: str) -> bool:
        """Whether the field's resolver fails for that object; nothing that others are made of ever does."""
        owner, member = self.holder(owner, name)
        if member.required or member.provided or any(part.type or part.override for part in member.parts.values()):
            return False
        is_key = name in self.world.kinds[owner].key_names() or owner in {"Org", "Query"}
        return self.failing and not is_key and number_of("fails", owner, number, name) % 40 == 0

    def holder(self, owner: str, name: str) -> tuple[str, Member]:
        """Find who holds a field: the type, or the interface object that lends it."""
        member = self.world.kinds[owner].fields[name]
        if member.lent:
            owner = next(each.name for each in self.world.kinds.values() if each.objects and name in each.fields)
            member = self.world.kinds[owner].fields[name]
        return owner, member

    def _of_type(self, kind: str, seed: tuple[Any, ...], owner: str, member: Member) -> Any:
        if kind.endswith("!"):
            return self._of_type(kind[:-1], (*seed, "!"), owner, member)
        if seed[-1] != "!" and number_of("null", seed) % 6 == 0:
            return None
        if kind.startswith("["):
            size = number_of("size", seed) % 3
            return [self._of_type(kind[1:-1], (*seed, index), owner, member) for index in range(size)]
        if kind not in self.world.kinds:
            return self._scalar(kind, seed)
        found = self.world.kinds[kind]
        if found.keyword == "enum":
            values = sorted(set.intersection(*(set(found.values[graph]) for graph in member.parts)))
            return values[number_of(seed) % len(values)]
        if kind == "Query":
            return {"__typename": "Query", "number": 0}
        is_key = seed[2] in self.world.kinds[owner].key_names()
        inner: int = seed[1] if is_key or kind.startswith("Value") else number_of(seed) % NUMBERS
        return {"__typename": self._runtime(kind, inner, seed, member), "number": inner}

    def _runtime(self, kind: str, number: int, seed: tuple[Any, ...], member: Member) -> str:
        found = self.world.kinds[kind]
        if not found.abstract:
            return kind
        if found.objects:  # the type of an entity interface follows from the object, whoever asks
            names = found.all_members()
            return names[number % len(names)]
        shared = set.intersection(*(set(found.members[graph]) for graph in member.sources()))
        names = sorted(shared)
        return names[number_of(seed) % len(names)]

    def _scalar(self, kind: str, seed: tuple[Any, ...]) -> Any:
        owner, number, name = seed[:3]
        is_key = name in self.world.kinds[owner].key_names() or owner == "Org"
        if is_key:
            return number * 7 + 3 if kind == "Int" else f"{name}-{number}"
        drawn = number_of(seed)
        return {"Int": drawn % 1000, "Boolean": drawn % 2 == 0, "Float": drawn % 1000 / 8, "Mood": "CALM"}.get(
            kind, f"{owner}{number}.{name}.{drawn % 100}"
        )

    def read(self, owner: str, number: int, wanted: SelectionSetNode) -> dict[str, Any]:
        """Read a field set of an object."""
        found: dict[str, Any] = {}
        for node in wanted.selections:
            if isinstance(node, InlineFragmentNode):
                if node.type_condition is None or owner in self.world.possible(node.type_condition.name.value):
                    found |= self.read(owner, number, node.selection_set)
            elif isinstance(node, FieldNode) and node.name.value != "__typename":
                arguments = self._arguments(owner, node)
                value = self.value(owner, number, node.name.value, arguments)
                found[node.name.value] = self._deep(value, node.selection_set)
        return found

    def _arguments(self, owner: str, node: FieldNode) -> dict[str, Any]:
        declared = self.holder(owner, node.name.value)[1].arguments
        found = {
            name: value_from_ast_untyped(parse_value(text.partition(" = ")[2]))
            for name, text in declared.items()
            if " = " in text
        }
        return found | {each.name.value: value_from_ast_untyped(each.value) for each in node.arguments or ()}

    def _deep(self, value: Any, wanted: SelectionSetNode | None) -> Any:
        if isinstance(value, list):
            return [self._deep(each, wanted) for each in value]
        return self.read(value["__typename"], value["number"], wanted) if wanted and value is not None else value

    def seen(self, value: Any, member: Member) -> Any:
        """Give what clients see of a value: nothing of what is hidden."""
        if isinstance(value, list):
            return [self.seen(each, member) for each in value]
        if isinstance(value, dict):
            return None if self.world.kinds[value["__typename"]].hidden else value
        kind = self.world.kinds.get(member.base)
        return None if kind is not None and value in kind.hidden_values else value

    def answer(self, document: DocumentNode, variables: dict[str, Any]) -> ExecutionResult:
        """Answer as one server."""

        def resolve(source: Any, info: Any, **arguments: Any) -> Any:
            owner = info.parent_type.name
            if self.fails(owner, source["number"], info.field_name):
                raise GraphQLError(FAILED)
            _, member = self.holder(owner, info.field_name)
            return self.seen(self.value(owner, source["number"], info.field_name, arguments), member)

        self.log = []
        return execute_sync(
            self.schema,
            document,
            {"number": 0},
            variable_values=variables,
            field_resolver=resolve,
            type_resolver=lambda each, *_: each["__typename"],
        )


def computed(name: str, read: dict[str, Any], arguments: dict[str, Any]) -> str:
    """Give the value of a field that is computed of others."""
    return f"{name}:{number_of(json.dumps([read, arguments], sort_keys=True)) % 100000}"
