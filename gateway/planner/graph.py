"""The supergraph as the search asks about it: which graph holds which field, and which keys lead where.

One `Graph` per supergraph and set of true override labels; every answer is remembered, since a search asks the same
few questions thousands of times.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.planner.operation import Normaliser, Selection
from gateway.supergraph.field_sets import leading_fields, parse_field_set
from gateway.supergraph.model import FieldDefinition, JoinField, Supergraph, TypeDefinition, TypeKind
from gateway.supergraph.types import type_text, unwrap

if TYPE_CHECKING:
    from graphql.language import TypeNode


@dataclass(frozen=True, slots=True)
class Held:
    """A field as one graph holds it.

    external    declared there, but its value comes from elsewhere (unless a `@provides` says otherwise)
    type_name   the graph's own named type for it
    shape       its type there as far as two fields under one response key must agree on it: list and non-null
                wrapping, and for a leaf the name: `[!]!` or `!ID`
    """

    external: bool
    requires: str | None
    provides: str | None
    type_name: str
    shape: str


@dataclass(frozen=True, slots=True)
class Home:
    """Where an entity can be looked up: graph, the type it has there (an interface, maybe), and the keys accepted."""

    graph: str
    type_name: str
    keys: tuple[str, ...]


class Graph:
    """Answers about one supergraph under one set of true override labels."""

    def __init__(self, supergraph: Supergraph, labels: frozenset[str]) -> None:
        self.supergraph = supergraph
        self.labels = labels
        self.types = supergraph.types
        self.query_type = supergraph.roots["query"]
        self._held: dict[tuple[str, str, str], Held | None] = {}
        self._possible_in: dict[tuple[str, str], frozenset[str]] = {}
        self._field_sets: dict[tuple[str, str], Selection] = {}
        self._homes: dict[str, tuple[Home, ...]] = {}
        self._interface_fields: dict[tuple[str, str, str, bool], bool] = {}
        self._normaliser = Normaliser(supergraph, {}, {}, max_fields=sys.maxsize)

    def abstract(self, type_name: str) -> bool:
        """Whether a value of the type has a runtime type of another name."""
        found = self.types.get(type_name)
        return found is not None and found.abstract

    def definition(self, type_name: str, field_name: str) -> FieldDefinition | None:
        """Give the supergraph's field."""
        return self.types[type_name].fields.get(field_name)

    def is_interface_object(self, type_name: str, graph: str) -> bool:
        """Whether the interface is an object in that graph."""
        return graph in self.types[type_name].interface_objects

    def possible(self, type_name: str) -> frozenset[str]:
        """Give the runtime types in the supergraph, hidden ones included; of an object, itself."""
        return self.supergraph.possible.get(type_name) or frozenset((type_name,))

    def possible_in(self, type_name: str, graph: str) -> frozenset[str]:
        """Give the runtime types an abstract type has in one graph."""
        memo = (type_name, graph)
        found = self._possible_in.get(memo)
        if found is None:
            found = self._possible_in[memo] = self._members(self.types[type_name], graph)
        return found

    def _members(self, definition: TypeDefinition, graph: str) -> frozenset[str]:
        if definition.kind is TypeKind.UNION:
            return definition.members.get(graph, frozenset())
        name = definition.name
        implementations = self.supergraph.possible.get(name, frozenset())
        return frozenset(each for each in implementations if name in self.types[each].implements.get(graph, ()))

    def field_set(self, fields: str, type_name: str) -> Selection:
        """Normalise a field set on a type, over all its runtime types, hidden ones included."""
        memo = (fields, type_name)
        found = self._field_sets.get(memo)
        if found is None:
            found = self._field_sets[memo] = self._normaliser.selection(type_name, (parse_field_set(fields),))
        return found

    def held(self, type_name: str, field_name: str, graph: str) -> Held | None:
        """Say how a graph holds a field; None when it does not."""
        memo = (type_name, field_name, graph)
        if memo in self._held:
            return self._held[memo]
        found = self._held[memo] = self._hold(self.types[type_name], field_name, graph)
        return found

    def _hold(self, owner: TypeDefinition, field_name: str, graph: str) -> Held | None:
        field = owner.fields.get(field_name)
        if field is None or graph not in owner.homes:
            return None
        if not field.has_joins:
            return plainly_held(field, leaf=self._is_leaf(field.named_type))
        join = field.joins.get(graph)
        if join is None:
            return None
        extension_key = self._is_extension_key(owner, field_name, graph)
        if not self._is_current(join) and not (join.used_overridden and join.label is None and extension_key):
            return None
        external = join.external and not extension_key
        type_name = unwrap(join.type)[0] if join.type is not None else field.named_type
        shape = _shape(join.type if join.type is not None else field.type, type_name, leaf=self._is_leaf(type_name))
        return Held(external, join.requires, join.provides, type_name, shape)

    def _is_leaf(self, type_name: str) -> bool:
        found = self.types.get(type_name)
        return found is None or found.kind in {TypeKind.SCALAR, TypeKind.ENUM}

    def _is_current(self, join: JoinField) -> bool:
        """Whether the field is served there: three cases.

        1. no label: unless it was overridden away    2. target of a label: while it is on    3. its source: while off
        """
        if join.label is None:
            return not join.used_overridden
        return (join.label in self.labels) is (join.override is not None)

    def _is_extension_key(self, owner: TypeDefinition, field_name: str, graph: str) -> bool:
        """Whether it is a key field of an extension, which is served there whatever its flags say.

        Of `external: true`, one composition keeps the flag and another drops it. An overridden key field of an extension
        is still a key: Apollo's planner reads it as external and forgives that, since keys of extensions always were.
        """
        return any(key.extension and field_name in leading_fields(key.fields) for key in owner.homes[graph])

    def keys(self, type_name: str, graph: str) -> tuple[str, ...]:
        """Give the keys by which the graph looks the type up."""
        return tuple(key.fields for key in self.types[type_name].homes.get(graph, ()) if key.resolvable)

    def homes(self, type_name: str) -> tuple[Home, ...]:
        """Give every place an entity can be looked up; for an object, as an interface object too."""
        found = self._homes.get(type_name)
        if found is None:
            definition = self.types[type_name]
            names = [type_name]
            if definition.kind is TypeKind.OBJECT:
                interfaces = {name for group in definition.implements.values() for name in group}
                names += sorted(interfaces)
            homes = [
                Home(graph, name, keys)
                for name in names
                for graph in self.types[name].homes
                if (name == type_name or self.is_interface_object(name, graph)) and (keys := self.keys(name, graph))
            ]
            found = self._homes[type_name] = tuple(homes)
        return found

    def serves_as_interface(self, type_name: str, field_name: str, graph: str, *, provided: bool) -> bool:
        """Whether an interface's field may be asked on the interface itself in that graph.

        One implementation there that holds it externally, overridden or with `@requires` forbids it.
        """
        memo = (type_name, field_name, graph, provided)
        found = self._interface_fields.get(memo)
        if found is None:
            found = self._interface_fields[memo] = self._serves_as_interface(type_name, field_name, graph, provided)
        return found

    def _serves_as_interface(self, type_name: str, field_name: str, graph: str, provided: bool) -> bool:
        if self.held(type_name, field_name, graph) is None:
            return False
        for name in self.possible_in(type_name, graph):
            held = self.held(name, field_name, graph)
            if held is None or held.requires or (held.external and not provided):
                return False
        return True


def plainly_held(field: FieldDefinition, *, leaf: bool) -> Held:
    """Describe a field held without anything special: as the supergraph has it."""
    shape = _shape(field.type, field.named_type, leaf=leaf)
    return Held(external=False, requires=None, provides=None, type_name=field.named_type, shape=shape)


def _shape(node: TypeNode, type_name: str, *, leaf: bool) -> str:
    wrapping = "".join(letter for letter in type_text(node) if letter in "[]!")
    return wrapping + type_name if leaf else wrapping


def graph_of(supergraph: Supergraph, labels: frozenset[str]) -> Graph:
    """Give the graph of a supergraph under a set of true labels; built once and kept with the supergraph."""
    memo = ("planner.graph", labels & frozenset(supergraph.labels))
    found = supergraph.derived.get(memo)
    if not isinstance(found, Graph):
        found = supergraph.derived[memo] = Graph(supergraph, memo[1])
    return found
