"""The merged schema as data: what the supergraph will say, before it is printed.

Every element keeps what `join__…` has to tell about it (`joins`) apart from the directives that were propagated from
the subgraphs (`directives`), because later stages ask about the latter only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.composition.subgraph import Kind, TypeRef, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql.language import ValueNode

    from gateway.composition.links import Version


@dataclass(frozen=True, slots=True)
class Applied:
    """A directive on an element of the supergraph; `name` is its name there, arguments in the order printed."""

    name: str
    arguments: Mapping[str, ValueNode]

    def __str__(self) -> str:
        inner = ", ".join(f"{name}: {value_text(value)}" for name, value in self.arguments.items())
        return f"@{self.name}({inner})" if inner else f"@{self.name}"


@dataclass(frozen=True, slots=True)
class MergedElement:
    """What everything in the supergraph has.

    joins       `@join__…` applications
    directives  propagated ones
    """

    name: str
    description: str | None
    joins: tuple[Applied, ...]
    directives: tuple[Applied, ...]

    def all(self, name: str | None) -> tuple[Applied, ...]:
        """The propagated applications of `@name`; none for None, the name of what the supergraph does not use."""
        return tuple(applied for applied in self.directives if applied.name == name)


@dataclass(frozen=True, slots=True)
class MergedInput(MergedElement):
    """An argument or a field of an input object; `default` is None when there is none."""

    type: TypeRef
    default: ValueNode | None


@dataclass(frozen=True, slots=True)
class MergedField(MergedElement):
    """A field of an object or an interface."""

    type: TypeRef
    arguments: Mapping[str, MergedInput]


@dataclass(frozen=True, slots=True)
class MergedType(MergedElement):
    """A type; only the members of its own kind are filled."""

    kind: Kind
    interfaces: tuple[str, ...] = ()
    fields: Mapping[str, MergedField] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    values: tuple[MergedElement, ...] = ()
    input_fields: Mapping[str, MergedInput] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MergedDirective:
    """The definition of a directive in the supergraph; `locations` by their names in SDL."""

    name: str
    description: str | None
    arguments: Mapping[str, MergedInput]
    repeatable: bool
    locations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A subgraph: its value in `join__Graph`, its own name and its routing url."""

    value: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """A `@link` of the supergraph; `imports` are (name, alias) pairs with their `@`, `alias` the `as` argument."""

    url: str
    purpose: str | None = None
    imports: tuple[tuple[str, str], ...] = ()
    alias: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MergedSchema:
    """The whole supergraph; equal only to itself, so that its document is made once.

    join_version   (0, 3), (0, 4) or (0, 5)
    names          meaning ("tag", "inaccessible", "requiresScopes" …) → the directive's name in the supergraph, for
                   those that are used
    directives     definitions beside those of link and join
    types          the subgraphs' types by name; those of link and join are left out
    roots          "query"/"mutation"/"subscription" → type name
    """

    graphs: tuple[Graph, ...]
    join_version: Version
    links: tuple[Link, ...]
    names: Mapping[str, str]
    directives: Mapping[str, MergedDirective]
    types: Mapping[str, MergedType]
    roots: Mapping[str, str]
    description: str | None
    schema_directives: tuple[Applied, ...]
    extra_scalars: tuple[str, ...]
    """Scalars that linked features define, such as `policy__Policy`."""

    def is_inaccessible(self, element: MergedElement) -> bool:
        """Whether the element itself is marked `@inaccessible`."""
        name = self.names.get("inaccessible")
        return name is not None and any(applied.name == name for applied in element.directives)

    def runtime_types(self, name: str) -> tuple[str, ...]:
        """Object types a value of that type can have: implementations, members, or itself; sorted."""
        merged = self.types.get(name)
        if merged is None:
            return ()
        if merged.kind is Kind.UNION:
            return tuple(sorted(merged.members))
        if merged.kind is not Kind.INTERFACE:
            return (name,)
        return tuple(
            sorted(
                other.name for other in self.types.values() if other.kind is Kind.OBJECT and name in other.interfaces
            )
        )
