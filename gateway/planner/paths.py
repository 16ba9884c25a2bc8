"""From an operation to its leaves, each with every way to it.

`LeafWalk` goes down the selection with the arrivals of each place. Two rules shape it:

1. An abstract value is never put together from several sources: two subgraphs may mean different objects. Where
   several fetches could give one, the subtree is planned from each alone and the cheapest that carries it is kept.
2. A field of an interface that no arrival serves as such is asked for each runtime type instead (it is *exploded*).
   Exploding over no types at all is an error, not an empty plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.errors import Unplannable
from gateway.planner.choice import Choice, Leaf, choose
from gateway.planner.drafts import Arrival, DraftPlace
from gateway.planner.moves import NO_GUARD
from gateway.planner.operation import Field, Selection
from gateway.supergraph.model import TypeKind

if TYPE_CHECKING:
    from gateway.planner.search import Search

INTROSPECTION = frozenset({"__typename", "__schema", "__type"})
"""Fields of the root that are answered without any subgraph."""
_TYPENAME = Field("__typename", "__typename", "", (), None)
"""Asked under its own name whatever the client calls it: the answer is shown, not copied."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """What the walk found.

    leaves      in the operation's order
    children    (place, runtime type or None for all, response key) → the place a composite field leads to
    """

    leaves: list[Leaf]
    children: dict[tuple[DraftPlace, str | None, str], DraftPlace]


class LeafWalk:
    """Collects the leaves of one operation."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.graph = search.graph
        self.board = search.board
        self.leaves: list[Leaf] = []
        self.children: dict[tuple[DraftPlace, str | None, str], DraftPlace] = {}
        self._narrowed: dict[tuple[int, frozenset[str]], Selection] = {}

    def walk(self, pool: list[Arrival], selection: Selection, *, root: bool = False) -> None:
        """Collect the leaves of a selection from the arrivals at its place.

        Raises  Unplannable, naming the field no subgraph can be brought to answer
        """
        abstract = self.graph.abstract(selection.type_name)
        common: dict[str, Field] = dict(selection.common)
        per = {name: dict(fields) for name, fields in selection.per.items()}
        if abstract:
            self._explode(pool, common, per)
        hidden = INTROSPECTION if root else frozenset() if abstract else frozenset({"__typename"})
        count = len(self.leaves)
        for field in common.values():
            if field.name in hidden:
                continue
            if abstract and field.selection is not None:
                self._common_object(pool, field, per)
            else:
                self.field(pool, field, None)
        for type_name, fields in sorted(per.items()):
            narrowed = [each for other in pool if (each := self.search.cast(other, type_name, NO_GUARD))]
            for field in fields.values() if narrowed else ():
                self.field(narrowed, field, type_name)
        if len(self.leaves) == count and not root:
            self._existence(pool)

    def _common_object(self, pool: list[Arrival], field: Field, per: dict[str, dict[str, Field]]) -> None:
        """Go down an object that all runtime types have; where what is asked of it cannot be had, do so for each type.

        The interface may serve the field, and yet not all that is asked below it; a runtime type's keys may lead to
        somebody who does.
        """
        leaves, children = len(self.leaves), len(self.children)
        try:
            self.field(pool, field, None)
        except Unplannable:
            visible = self._visible_types(pool)
            if not visible or all(field.key in per.get(name, ()) for name in visible):
                raise
            del self.leaves[leaves:]
            while len(self.children) > children:
                self.children.popitem()
            for name in visible:
                per.setdefault(name, {}).setdefault(field.key, field)

    def _visible_types(self, pool: list[Arrival]) -> list[str]:
        types = sorted(set().union(*(self.search.runtime_types(each) for each in pool)))
        return [name for name in types if not self.graph.types[name].inaccessible]

    def _explode(self, pool: list[Arrival], common: dict[str, Field], per: dict[str, dict[str, Field]]) -> None:
        """Move fields that nobody serves on the abstract type itself to its runtime types."""
        types = sorted(set().union(*(self.search.runtime_types(each) for each in pool)))
        visible = [name for name in types if not self.graph.types[name].inaccessible]
        for key, field in list(common.items()):
            if field.name == "__typename":
                continue
            if visible and field.selection is not None and all(key in per.get(name, ()) for name in visible):
                del common[key]
            elif not self.search.options(pool, field, NO_GUARD):
                if not types:
                    raise self._unplannable(pool, field)
                del common[key]
                for name in visible:
                    per.setdefault(name, {}).setdefault(key, field)

    def _existence(self, pool: list[Arrival]) -> None:
        """Ask for `__typename` where nothing else is asked: it tells whether there is an object."""
        options = []
        for each in pool:
            ask = self.search.typename_ask(each)
            options.append(Arrival(each.place, each.fetch, each.graph, "", None, each.mask, ask, each.trail, ()))
        self.leaves.append(Leaf(pool[0].place, None, "", options))

    def field(self, pool: list[Arrival], field: Field, type_name: str | None) -> None:
        """Collect the leaves of one field."""
        if field.name == "__typename":
            field = _TYPENAME
        options = self.search.options(pool, field, NO_GUARD)
        if not options:
            raise self._unplannable(pool, field)
        if field.selection is None:
            self.leaves.append(Leaf(pool[0].place, type_name, field.key, options))
        else:
            self.descend(pool[0].place, options, field, field.selection, type_name)

    def descend(
        self, parent: DraftPlace, options: list[Arrival], field: Field, selection: Selection, type_name: str | None
    ) -> None:
        """Go down a composite field; an abstract one is taken from a single source."""
        if self.graph.abstract(selection.type_name) and len(options) > 1:
            selection = self._narrow(options, selection)
            place, leaves = self._commit(parent, options, field, selection)
            self.leaves += leaves
        else:
            place, pool = self._stand(parent, options, field, selection)
            self.walk(pool, selection)
        self.children[parent, type_name, field.key] = place

    def _stand(
        self, parent: DraftPlace, options: list[Arrival], field: Field, selection: Selection
    ) -> tuple[DraftPlace, list[Arrival]]:
        """Give the place a field leads to, and the arrivals there.

        The same field with the same selection, reached in the same ways, leads to one place for all runtime types of
        its parent.
        """
        ways = tuple((each.standing(), each.ask.shape) for each in options)
        memo = (field.key, field.name, field.arguments, id(selection), ways)
        definition = self.graph.types[options[0].ask.on_type].fields[field.name]
        place = self.board.place(parent, memo, field.key, selection.type_name, definition.list_depth)
        place.selection = selection
        return place, [self.search.settle(each, place) for each in options]

    def _narrow(self, options: list[Arrival], selection: Selection) -> Selection:
        """Keep only the union members that every candidate lists, so that the answer does not depend on the plan."""
        graphs = {each.graph for each in options}
        if self.graph.types[selection.type_name].kind is not TypeKind.UNION or len(graphs) == 1:
            return selection
        shared = frozenset.intersection(*(self.search.runtime_types(each) for each in options))
        if shared.issuperset(selection.per):
            return selection
        memo = (id(selection), shared)
        found = self._narrowed.get(memo)
        if found is None:
            found = self._narrowed[memo] = Selection(
                selection.type_name,
                selection.common,
                {name: fields for name, fields in selection.per.items() if name in shared},
                {name: keys for name, keys in selection.order.items() if name in shared},
            )
        return found

    def _commit(
        self, parent: DraftPlace, options: list[Arrival], field: Field, selection: Selection
    ) -> tuple[DraftPlace, list[Leaf]]:
        """Plan the subtree from each candidate alone; keep the cheapest."""
        best: tuple[Choice, DraftPlace, list[Leaf]] | None = None
        reason: Unplannable | None = None
        outer = self.leaves
        for option in options:
            if best is not None and not self.search.budget.generous:
                break
            self.leaves = []
            try:
                place, pool = self._stand(parent, [option], field, selection)
                self.walk(pool, selection)
            except Unplannable as exc:
                reason = exc
                continue
            choice = choose(self.leaves, self.board, self.search.budget)
            if best is None or choice.score < best[0].score:
                best = (choice, place, self.leaves)
        self.leaves = outer
        if best is None:
            because = f" ({reason.message})" if reason is not None else ""
            raise Unplannable(f"No single subgraph can answer `{field.name}`: {selection.type_name}{because}")
        return best[1], best[2]

    def _unplannable(self, pool: list[Arrival], field: Field) -> Unplannable:
        names = self.graph.supergraph.subgraphs
        here = ", ".join(sorted({names[each.graph].name for each in pool}))
        type_name = pool[0].type_name
        holders = sorted(
            names[graph].name
            for graph in self.graph.types[type_name].homes
            if self.graph.held(type_name, field.name, graph) is not None
        )
        have = f"it is held by {', '.join(holders)}" if holders else "no subgraph holds it as such"
        return Unplannable(f"`{type_name}.{field.name}` cannot be reached from {here}: {have}, and no key leads there.")
