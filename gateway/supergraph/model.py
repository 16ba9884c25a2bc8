"""The composed schema as frozen values: what each subgraph holds of each type, and what clients may see.

`Supergraph` is what `gateway.supergraph.load.load_supergraph` returns. Graphs are named by their value of the
`join__Graph` enum (`PRODUCTS`), subgraphs by the name their team gave them (`products`); `Supergraph.subgraphs`
leads from the first to the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLSchema
    from graphql.language import DocumentNode, TypeNode


class TypeKind(StrEnum):
    """The six kinds of named type (GraphQL specification, section 3.4)."""

    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    SCALAR = "scalar"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One service: its name, where it listens, and its value of the `join__Graph` enum."""

    name: str
    url: str
    graph: str


@dataclass(frozen=True, slots=True)
class AppliedDirective:
    """A directive as it stands on an element, under its feature's own name, whatever `@link` renamed it to.

    arguments   plain values: str, int, float, bool, None, list, dict; enum values as str
    """

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Key:
    """One `@join__type(key:)`: a field set that identifies the entity in that graph."""

    fields: str
    resolvable: bool
    extension: bool


@dataclass(frozen=True, slots=True)
class JoinField:
    """One `@join__field(graph:)`: how that graph holds the field.

    type            the graph's own type where it differs from the supergraph's, else None
    override        the subgraph this one takes the field from, else None
    label           the condition of a progressive override, on source and target alike
    """

    graph: str
    requires: str | None
    provides: str | None
    type: TypeNode | None
    external: bool
    override: str | None
    used_overridden: bool
    label: str | None


@dataclass(frozen=True, slots=True)
class ArgumentDefinition:
    """An argument of a field: its type, printed, and whether a client must give it."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A field of an object or interface, or of an input object (then without arguments).

    joins       graph → how it holds the field; empty with `has_joins` False: every home of the type holds it plainly
    has_joins   True with no entry for any graph: contributed by an interface object only
    """

    name: str
    type: TypeNode
    named_type: str
    list_depth: int
    arguments: Mapping[str, ArgumentDefinition]
    joins: Mapping[str, JoinField]
    has_joins: bool
    inaccessible: bool


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enum; `graphs` is empty where every home of the enum has it."""

    name: str
    graphs: frozenset[str]
    inaccessible: bool


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A named type of the supergraph and its part in each graph.

    homes               graph → its keys for the type; an empty tuple where the graph has the type without key
    interface_objects   graphs in which this interface is an object (`isInterfaceObject`)
    implements          graph → interfaces it implements there (objects and interfaces)
    members             graph → member types there (unions)
    """

    name: str
    kind: TypeKind
    fields: Mapping[str, FieldDefinition]
    homes: Mapping[str, tuple[Key, ...]]
    interface_objects: frozenset[str]
    implements: Mapping[str, frozenset[str]]
    members: Mapping[str, frozenset[str]]
    values: Mapping[str, EnumValue]
    inaccessible: bool

    @property
    def abstract(self) -> bool:
        """Whether a value of this type has a runtime type of another name."""
        return self.kind in {TypeKind.INTERFACE, TypeKind.UNION}


@dataclass(frozen=True, slots=True, eq=False)
class Supergraph:
    """The whole of it; equal only to itself, so that it may key a cache.

    roots       `query`, `mutation`, `subscription` → type name
    possible    interface or union → its runtime types, hidden ones included
    directives  coordinate (`Type`, `Type.field`, `Type.field(argument:)`) → federation's and custom directives on it,
                all but join and link: tag, cost, listSize, authenticated, requiresScopes, policy …
    labels      every override label, sorted
    join_version    of the join specification, as `v0.3`
    document    the supergraph as parsed, without locations
    derived     tables that other packages compute from it once and keep here
    """

    types: Mapping[str, TypeDefinition]
    subgraphs: Mapping[str, Subgraph]
    roots: Mapping[str, str]
    possible: Mapping[str, frozenset[str]]
    api_schema: GraphQLSchema
    directives: Mapping[str, tuple[AppliedDirective, ...]]
    labels: tuple[str, ...]
    join_version: str
    document: DocumentNode
    derived: dict[object, object] = field(default_factory=dict, repr=False)
