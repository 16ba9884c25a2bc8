"""The client's shape: for each runtime type of each place, the fields in the operation's order and where they are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from graphql.language import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

from gateway.planner.nodes import ListOf, Named, NonNull, OutputField, Selection, Special, TypeRef
from gateway.supergraph.model import TypeKind

if TYPE_CHECKING:
    from gateway.planner.drafts import DraftPlace
    from gateway.planner.fetches import Chosen
    from gateway.planner.graph import Graph
    from gateway.planner.operation import Field
    from gateway.planner.operation import Selection as Asked
    from gateway.planner.places import PlaceTable

_TYPENAME_TYPE = NonNull(Named("String"))


@lru_cache(maxsize=4096)
def type_ref(node: TypeNode) -> TypeRef:
    """Turn a type of the syntax tree into the plan's form."""
    if isinstance(node, NonNullTypeNode):
        inner = type_ref(node.type)
        return inner if isinstance(inner, NonNull) else NonNull(inner)
    if isinstance(node, ListTypeNode):
        return ListOf(type_ref(node.type))
    return Named(node.name.value if isinstance(node, NamedTypeNode) else "")


class OutputBuilder:
    """Builds the output of one plan and, on the way, tells the place table what the client sees."""

    def __init__(self, chosen: Chosen, graph: Graph, places: PlaceTable) -> None:
        self.chosen = chosen
        self.graph = graph
        self.places = places
        self._selections: dict[DraftPlace, Selection] = {}
        self._fields: dict[object, tuple[OutputField, ...]] = {}
        self._enums: dict[str, frozenset[str] | None] = {}
        self._by_type = {(parent, key) for parent, type_name, key in chosen.children if type_name is not None}

    def root(self, asked: Asked) -> Selection:
        """Build the selection of the root, with what is answered without a subgraph."""
        return self._selection(self.chosen.board.root, asked)

    def _selection(self, place: DraftPlace, asked: Asked) -> Selection:
        found = self._selections.get(place)
        if found is None:
            found = self._selections[place] = Selection(self.places.number(place), self._variants(place, asked))
        return found

    def _variants(self, place: DraftPlace, asked: Asked) -> tuple[tuple[str, tuple[OutputField, ...]], ...]:
        """One variant for each runtime type clients may see and the plan can answer.

        Where nobody was asked for the runtime type (an interface object whose type does not matter), one variant
        under the interface's own name.
        """
        name = place.type_name
        if not self.graph.abstract(name) or self.places.typename(place) is None:
            fields = self._variant(place, asked, name, None)
            return ((name, fields),) if fields is not None else ()
        variants: list[tuple[str, tuple[OutputField, ...]]] = []
        names = [each for each in sorted(self.graph.possible(name)) if not self.graph.types[each].inaccessible]
        for each in names:
            fields = self._variant(place, asked, each, each)
            if fields is not None:
                variants.append((each, fields))
        return tuple(variants)

    def _variant(
        self, place: DraftPlace, asked: Asked, owner: str, type_name: str | None
    ) -> tuple[OutputField, ...] | None:
        """Build the fields for one runtime type; None when the plan has no answer for it: it cannot occur."""
        per = asked.per.get(owner, {})
        keys = asked.order.get(owner) or tuple(asked.common)
        fields: list[OutputField] = []
        for key in keys:
            field = per.get(key) or asked.common[key]
            output = self._field(place, field, owner, type_name)
            if output is None:
                return None
            fields.append(output)
        memo = tuple(
            (each.key, each.field_name, each.type, each.source, id(each.selection), each.special) for each in fields
        )
        return self._fields.setdefault(memo, tuple(fields))

    def _field(self, place: DraftPlace, field: Field, owner: str, type_name: str | None) -> OutputField | None:
        self.chosen.budget.tick()
        if field.name == "__typename":
            return OutputField(field.key, field.name, _TYPENAME_TYPE, None, None, None, Special.TYPENAME)
        if place.parent is None and field.name in {"__schema", "__type"}:
            kind: TypeRef = NonNull(Named("__Schema")) if field.name == "__schema" else Named("__Type")
            return OutputField(field.key, field.name, kind, None, None, None, Special.INTROSPECTION)
        definition = self.graph.types[owner].fields[field.name]
        kind = type_ref(definition.type)
        if field.selection is None:
            leaves = self.chosen.leaves
            ask = leaves.get((place, type_name, field.key)) or leaves.get((place, None, field.key))
            if ask is None:
                return None
            values = self._enum_values(definition.named_type)
            return OutputField(field.key, field.name, kind, self.places.source(ask), None, values, None)
        children = self.chosen.children
        child = children.get((place, type_name, field.key)) or children.get((place, None, field.key))
        if child is None or child.selection is None:
            return None
        # A field that no type has another place for is there whatever the type: nobody must wait to be told it.
        self.places.see(child, type_name if (place, field.key) in self._by_type else None)
        return OutputField(field.key, field.name, kind, None, self._selection(child, child.selection), None, None)

    def _enum_values(self, name: str) -> frozenset[str] | None:
        if name not in self._enums:
            found = self.graph.types.get(name)
            self._enums[name] = (
                frozenset(value.name for value in found.values.values() if not value.inaccessible)
                if found is not None and found.kind is TypeKind.ENUM
                else None
            )
        return self._enums[name]
