"""All the ways to a field: the search that planning and composition share.

Planning asks `Search.options` for the ways to each leaf and chooses among them (`choice.py`). Composition asks the
same search whether there is a way at all, through `Reachability`:

    reach = Reachability(supergraph)
    nodes = reach.roots("query")                     # nodes one can stand on: (graph, type, what @provides adds)
    nodes = reach.field(nodes, "products")           # every node on which Product can be stood, by any detour
    reach.field(nodes, "inStock")                    # for a leaf: the nodes that answer it; empty: unreachable
    nodes = reach.cast(nodes, "Book")                # into a type condition
    reach.plain(node, "inStock")                     # without leaving the graph: for the reasons in an error

Why reaching is layered and not a path search: with ten graphs that share a compound key a recursive search visits
every permutation of hops. A layer is everything one more hop away, found once per standing place. Circles remain
possible through nested keys and `@requires`; a guard of what is being resolved ends them, and a failure found under
a guard is remembered for that guard alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.errors import Unplannable
from gateway.planner.drafts import Arrival, Board, Identity, Send, Trail
from gateway.planner.graph import Graph, Home, graph_of
from gateway.planner.moves import MAX_GUARD, NO_GUARD, Budget, Guard
from gateway.planner.nodes import FetchKind
from gateway.planner.operation import Field, Selection
from gateway.planner.requires import Requires

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.planner.graph import Held
    from gateway.supergraph.model import Supergraph

MAX_HOPS = 3
"""Detours between two places: up to this many fetches in between to assemble a key."""
PER_NODE = 3
"""Ways kept to the same node; more only repeat what a choice could not use."""
PER_FIELD = 6
"""Ways kept to one field."""
EVERYWHERE = -1
"""The place of a guard that counts at every place."""


class Search(Requires):
    """The whole search: moves inside fetches, gathered field sets, and jumps between graphs."""

    per_field = PER_FIELD

    def __init__(self, graph: Graph, board: Board, budget: Budget) -> None:
        super().__init__(graph, board, budget)
        self._reached: dict[object, list[Arrival]] = {}
        self._layers: dict[object, list[list[Arrival]]] = {}

    def options(self, pool: list[Arrival], field: Field, guard: Guard, *, local: bool = False) -> list[Arrival]:
        """All ways to a field from arrivals at one place, cheapest first.

        A leaf that a fetch at hand holds is not looked for elsewhere; an object is, since another graph may know
        more of it under the same parent (and its type may have no key of its own).
        """
        self.budget.step()
        found: list[Arrival] = []
        for arrival in pool:
            direct = self.direct(arrival, field, guard)
            found += direct
            at_hand = bool(direct) and direct[0].fetch is arrival.fetch
            if local or (at_hand and field.selection is None):
                continue
            for jump in self.jumps(arrival, field, guard):
                found += self.direct(jump, field, guard)
        return self._best(found) if len(found) > 1 else found

    def _best(self, found: list[Arrival]) -> list[Arrival]:
        cost = self.board.cost
        found.sort(key=lambda each: (cost(each.mask), each.fetch.level))
        counts: dict[tuple[str, str, int], int] = {}
        kept: list[Arrival] = []
        for each in found:
            node = (each.graph, each.type_name, id(each.view))
            counts[node] = counts.get(node, 0) + 1
            if counts[node] <= PER_NODE:
                kept.append(each)
                if len(kept) == self.per_field:
                    break
        return kept

    def jumps(self, arrival: Arrival, field: Field, guard: Guard) -> list[Arrival]:
        """Arrivals in other graphs from which a field may be had directly."""
        if field.name == "__typename":
            if self.graph.is_interface_object(arrival.type_name, arrival.graph):
                return self.told_types(arrival, guard)
            return []
        if arrival.type_name == self.graph.query_type and arrival.place.parent is not None:
            return self._reentries(arrival, field)
        found: list[Arrival] = []
        for home in self.graph.homes(arrival.type_name):
            if home.graph == arrival.graph:
                continue
            held = self.graph.held(home.type_name, field.name, home.graph)
            if held is not None and (held.requires or not held.external):
                found += self.reach(arrival, home, guard)
        return found

    def told_types(self, arrival: Arrival, guard: Guard) -> list[Arrival]:
        """From an interface object, go to each graph in which the interface is a real one."""
        found: list[Arrival] = []
        for home in self.graph.homes(arrival.type_name):
            if home.graph != arrival.graph and not self.graph.is_interface_object(home.type_name, home.graph):
                found += self.reach(arrival, home, guard)
        return found

    def _reentries(self, arrival: Arrival, field: Field) -> list[Arrival]:
        """A field that returns the query type goes on in any graph, by a root fetch of its own."""
        found = []
        for graph in self.graph.types[arrival.type_name].homes:
            if graph != arrival.graph and self.graph.held(arrival.type_name, field.name, graph):
                fetch = self.board.fetch(FetchKind.REENTRY, graph, arrival.place, (arrival.fetch,))
                before = (arrival.trail,) if arrival.trail is not None else ()
                trail = Trail(before, self.typename_ask(arrival))
                mask = arrival.mask | fetch.needs
                found.append(
                    Arrival(arrival.place, fetch, graph, arrival.type_name, None, mask, fetch.document, trail, ())
                )
        return found

    def reach(self, arrival: Arrival, home: Home, guard: Guard) -> list[Arrival]:
        """Go to a home of the entity with the fewest hops; [] when no key of it can be gathered."""
        place = arrival.place.id
        tag = ("key", place, arrival.type_name, home.graph, "")
        if tag in guard or len(guard) > MAX_GUARD:
            return []
        here = frozenset(each for each in guard if each[1] in {place, EVERYWHERE}) if guard else guard
        # The trail belongs to where one stands: two ways into one field of one fetch, for two runtime types of a
        # place above, need two different things to be sent.
        standing = (place, arrival.ask.id, arrival.standing(), arrival.trail, arrival.mask, here)
        memo = (standing, home.graph, home.type_name)
        found = self._reached.get(memo)
        if found is None:
            inner = guard | {tag}
            found = []
            layers = self._layers.setdefault(standing, [[*arrival.chain, arrival]])
            for depth in range(MAX_HOPS + 1):
                if depth == len(layers) and not self._add_layer(arrival, layers, inner):
                    break
                found = self._hop(arrival, layers[depth], home, inner)
                if found:
                    break
            self._reached[memo] = found
        return found

    def _add_layer(self, arrival: Arrival, layers: list[list[Arrival]], guard: Guard) -> bool:
        """Add every home one more hop away; False when there is none."""
        last = layers[-1]
        have = {(each.graph, each.type_name) for each in last}
        new: list[Arrival] = []
        for home in self.graph.homes(arrival.type_name):
            tag = ("key", arrival.place.id, arrival.type_name, home.graph, "")
            if (home.graph, home.type_name) not in have and home.graph != arrival.graph and tag not in guard:
                new += self._hop(arrival, last, home, guard)[:1]
        if new:
            layers.append(last + new)
        return bool(new)

    def _hop(self, arrival: Arrival, pool: list[Arrival], home: Home, guard: Guard) -> list[Arrival]:
        """Enter a home by each of its keys that the pool has at hand; the two cheapest."""
        found: list[Arrival] = []
        only = self.type_filter(pool, arrival)
        for key in home.keys:
            try:
                wanted = self.graph.field_set(key, arrival.type_name)
            except Unplannable:
                continue  # the interface's key names a field this implementation lacks
            resolved = self.resolve(pool, wanted, guard, local=True)
            if resolved is None:
                continue
            identity = Identity(self.entered_as(home.type_name))
            fetch = self.board.fetch(
                FetchKind.ENTITY, home.graph, arrival.place, resolved.suppliers | only.told_by, identity
            )
            stand = Trail((arrival.trail,) if arrival.trail is not None else (), arrival.ask)
            trail = Trail(
                (stand, *resolved.trails, *only.trails),
                Send(fetch, only.on_type, home.type_name, resolved.parts, strict=True),
            )
            mask = arrival.mask | resolved.mask | only.mask | fetch.needs
            chain = (*arrival.chain, arrival)
            found.append(
                Arrival(arrival.place, fetch, home.graph, home.type_name, None, mask, fetch.document, trail, chain)
            )
        found.sort(key=lambda each: self.board.cost(each.mask))
        return found[:2]


@dataclass(frozen=True, slots=True)
class Node:
    """Somewhere one can stand: a graph, a type there, and what `@provides` promises beyond what the graph holds."""

    graph: str
    type_name: str
    view: Selection | None


class _Everywhere(Search):
    """A search that keeps the ways to every node: what can be reached matters, not what it costs."""

    per_field = 10_000


class _WithoutTarget(_Everywhere):
    """A search that never enters a graph to complete a key for entering that graph, however deep inside the key.

    The other searches do so at other places, and a plan comes of it; Apollo's composer does not. What a field with
    `@requires` on the way needs is a search of its own, and starts anew.
    """

    def _hop(self, arrival: Arrival, pool: list[Arrival], home: Home, guard: Guard) -> list[Arrival]:
        bar = ("bar", EVERYWHERE, "", home.graph, "")
        return [] if bar in guard else super()._hop(arrival, pool, home, guard | {bar})

    def with_requires(
        self, arrival: Arrival, field: Field, held: Held, view: Selection | None, guard: Guard
    ) -> list[Arrival]:
        without = frozenset(each for each in guard if each[1] != EVERYWHERE)
        return super().with_requires(arrival, field, held, view, without)


class Reachability:
    """What can be reached from where, for composition's satisfiability check; the module's docstring has an example.

    labels      the override labels taken as true
    strict      never enter a graph to complete a key for entering that graph
    max_steps   for one question; beyond it PlanningLimit
    """

    def __init__(
        self,
        supergraph: Supergraph,
        labels: frozenset[str] = frozenset(),
        *,
        strict: bool = False,
        max_steps: int = 200_000,
    ) -> None:
        self.graph = graph_of(supergraph, labels)
        self.roots_by_kind = supergraph.roots
        self.kind = _WithoutTarget if strict else _Everywhere
        self.max_steps = max_steps

    def roots(self, kind: str) -> frozenset[Node]:
        """Give the nodes of a root type (`query`, `mutation`, `subscription`); empty when there is no such type."""
        name = self.roots_by_kind.get(kind)
        return frozenset(Node(graph, name, None) for graph in self.graph.types[name].homes) if name else frozenset()

    def field(self, nodes: Iterable[Node], field_name: str) -> frozenset[Node]:
        """Give every node a field leads to, by any detour; for a leaf, one node of empty type per graph.

        Arguments play no part. Empty: the field cannot be reached from these nodes.
        """
        search, pool = self._stand(nodes)
        if not pool:
            return frozenset()
        field = self._field(pool[0].type_name, field_name)
        found = {Node(each.graph, each.type_name, each.view) for each in search.options(pool, field, NO_GUARD)}
        return self._with_reentries(found)

    def _with_reentries(self, found: set[Node]) -> frozenset[Node]:
        """From a place of the query type every graph can be entered."""
        if any(node.type_name == self.graph.query_type for node in found):
            found |= self.roots("query")
        return frozenset(found)

    def plain(self, node: Node, field_name: str) -> bool:
        """Whether the node's own graph answers the field there, without a detour."""
        search, pool = self._stand((node,))
        field = self._field(node.type_name, field_name)
        return any(each.fetch is pool[0].fetch for each in search.direct(pool[0], field, NO_GUARD))

    def cast(self, nodes: Iterable[Node], type_name: str) -> frozenset[Node]:
        """Give the nodes from which one stands on a runtime type, detours of interface objects included."""
        search, pool = self._stand(nodes)
        cast = (search.cast(each, type_name, NO_GUARD) for each in pool)
        found = {Node(each.graph, each.type_name, each.view) for each in cast if each is not None}
        return self._with_reentries(found)

    def enter(self, node: Node, graph: str) -> frozenset[Node]:
        """Give the nodes of another graph an entity can be taken to, by key."""
        search, pool = self._stand((node,))
        homes = [home for home in self.graph.homes(node.type_name) if home.graph == graph]
        return frozenset(
            Node(each.graph, each.type_name, each.view)
            for home in homes
            for each in search.reach(pool[0], home, NO_GUARD)
        )

    def tells_type(self, nodes: Iterable[Node]) -> bool:
        """Whether the runtime type of an abstract type can be learnt from some of these nodes."""
        return bool(self.field(nodes, "__typename"))

    def _stand(self, nodes: Iterable[Node]) -> tuple[Search, list[Arrival]]:
        ordered = sorted(nodes, key=lambda node: (node.graph, node.type_name))
        board = Board(ordered[0].type_name if ordered else "", None)
        search = self.kind(self.graph, board, Budget(self.max_steps, 60.0))
        pool: list[Arrival] = []
        for node in ordered:
            fetch = board.fetch(FetchKind.ENTITY, node.graph, board.root, (), Identity(slot=len(pool)))
            pool.append(
                Arrival(board.root, fetch, node.graph, node.type_name, node.view, fetch.needs, fetch.document, None, ())
            )
        return search, pool

    def _field(self, type_name: str, field_name: str) -> Field:
        definition = self.graph.definition(type_name, field_name) if field_name != "__typename" else None
        selection = None
        if definition is not None:
            target = self.graph.types.get(definition.named_type)
            if target is not None and (target.fields or target.abstract) and target.kind != "input":
                selection = Selection(target.name, {}, {}, {})
        return Field(field_name, field_name, "", (), selection)
