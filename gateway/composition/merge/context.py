"""What every merge rule needs to know, worked out once before any of them runs.

A rule gets the *sources* of an element: (index of the subgraph, the element there) for those subgraphs that have it,
in the order of the subgraphs' names. That order decides who is first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from gateway.composition.subgraph import Directive, Field, Kind, SubgraphModel, TypeDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.composed import Composed
    from gateway.composition.merge.model import Graph

ElementT = TypeVar("ElementT")
Sources = tuple[tuple[int, ElementT], ...]

ROOTS = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}

# Directives that composition carries into the supergraph under every subgraph's name for them.
PROPAGATED = frozenset(
    {
        "tag",
        "inaccessible",
        "authenticated",
        "requiresScopes",
        "policy",
        "cost",
        "listSize",
        "context",
        "deprecated",
        "specifiedBy",
    }
)


@dataclass(frozen=True)
class MergeContext:
    """Shared by all merge rules of one composition; no slots because of the cached property.

    types       name → its definitions
    kinds       name → what it is in the supergraph; interface objects count as interfaces
    implements  object or interface → interfaces in the supergraph, from all subgraphs
    members     union → members in the supergraph
    names       meaning → name in the supergraph of the propagated directives that are used
    composed    the author's directives that are composed, and from where
    """

    subgraphs: tuple[SubgraphModel, ...]
    graphs: tuple[Graph, ...]
    diagnostics: DiagnosticCollector
    types: Mapping[str, Sources[TypeDefinition]]
    kinds: Mapping[str, Kind]
    implements: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    composed: Composed

    def subgraph_names(self, indexes: Sequence[int]) -> tuple[str, ...]:
        """The names of subgraphs given by index."""
        return tuple(self.subgraphs[index].name for index in indexes)

    def is_external(self, index: int, field: Field) -> bool:
        """Whether subgraph `index` has the field from elsewhere."""
        return self.subgraphs[index].is_external(field)

    def homes(self, type_name: str) -> frozenset[int]:
        """The subgraphs that have the type; every subgraph has Query, because federation adds fields to it."""
        if type_name == "Query":
            return frozenset(range(len(self.subgraphs)))
        return frozenset(index for index, _ in self.types.get(type_name, ()))

    @cached_property
    def implementations(self) -> Mapping[str, tuple[str, ...]]:
        """Interface → the object types that implement it in the supergraph, sorted."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.implements):
            if self.kinds[name] is Kind.OBJECT:
                for interface in self.implements[name]:
                    found.setdefault(interface, []).append(name)
        return {name: tuple(objects) for name, objects in found.items()}

    @cached_property
    def interface_objects(self) -> Mapping[str, tuple[int, ...]]:
        """Interface → the subgraphs where an interface object stands for it."""
        found: dict[str, tuple[int, ...]] = {}
        for name, sources in self.types.items():
            indexes = tuple(index for index, definition in sources if definition.is_interface_object)
            if indexes:
                found[name] = indexes
        return found

    def stand_ins(self, type_name: str, field_name: str) -> Sources[Field]:
        """Fields of interface objects that stand for `type_name.field_name` where the type itself is missing."""
        found: list[tuple[int, Field]] = []
        if self.kinds[type_name] is not Kind.OBJECT or not self.interface_objects:
            return ()
        homes = self.homes(type_name)
        for interface in self.implements.get(type_name, ()):
            for index in self.interface_objects.get(interface, ()):
                field = self.subgraphs[index].types[interface].fields.get(field_name)
                if field is not None and index not in homes:
                    found.append((index, field))
        return tuple(sorted(found, key=lambda pair: pair[0]))

    def propagates(self, index: int, directive: Directive) -> bool:
        """Whether an application in subgraph `index` is carried into the supergraph."""
        if directive.meaning in PROPAGATED:
            return True
        return self.composed.applies(index, directive.name)

    def supergraph_name(self, directive: Directive) -> str:
        """What a propagated directive is called in the supergraph."""
        if directive.meaning is None:
            return directive.name
        return self.names.get(directive.meaning, directive.name)
