"""`plan`: an operation over a supergraph → fetches, requests and places. The whole of planning in one straight line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.errors import PlanningLimit, Unplannable
from gateway.planner.choice import Choice, Leaf, choose, pick
from gateway.planner.drafts import Arrival, Board, DraftFetch, DraftPlace, Identity, minimal
from gateway.planner.fetch_passes.await_types import await_types
from gateway.planner.fetch_passes.join_fetches import join_fetches
from gateway.planner.fetch_passes.join_places import join_places
from gateway.planner.fetch_passes.separate_keys import separate_keys
from gateway.planner.fetch_passes.share_places import share_places
from gateway.planner.fetches import Chosen, dependencies_of, mark_wanted
from gateway.planner.graph import Graph, graph_of
from gateway.planner.moves import Budget
from gateway.planner.nodes import Fetch, FetchKind, InputField, OperationKind, Plan
from gateway.planner.operation import TOO_DEEP, Field, Operation, Selection
from gateway.planner.options import DEFAULT_OPTIONS, PlanOptions
from gateway.planner.output import OutputBuilder
from gateway.planner.paths import INTROSPECTION, LeafWalk
from gateway.planner.places import PlaceTable
from gateway.planner.requests import RequestBuilder
from gateway.planner.search import Search

if TYPE_CHECKING:
    from gateway.supergraph.model import Supergraph


def plan(operation: Operation, supergraph: Supergraph, options: PlanOptions = DEFAULT_OPTIONS) -> Plan:
    """Plan an operation.

    Same operation, supergraph and options, same plan.

    Raises  Unplannable, naming the field and why; PlanningLimit when the budget of steps or time is used up
    """
    try:
        chosen = choose_fetches(operation, supergraph, options)
        apply_passes(chosen, supergraph, options)
        return assemble(chosen, operation, graph_of(supergraph, options.labels), options)
    except RecursionError as exc:
        raise PlanningLimit(TOO_DEEP) from exc


def choose_fetches(operation: Operation, supergraph: Supergraph, options: PlanOptions = DEFAULT_OPTIONS) -> Chosen:
    """Search, choose, and mark what is needed: planning before any pass."""
    found = find_paths(operation, supergraph, options)
    return mark_wanted(found.search, found.picks, found.children)


def apply_passes(chosen: Chosen, supergraph: Supergraph, options: PlanOptions) -> None:
    """Run the fetch passes, which change the drafts in place."""
    share_places(chosen)
    join_fetches(chosen)
    join_places(chosen)
    await_types(chosen, frozenset(supergraph.possible))
    separate_keys(chosen, graph_of(supergraph, options.labels))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Every leaf with the way picked for it."""

    search: Search
    picks: list[tuple[Leaf, Arrival]]
    children: dict[tuple[DraftPlace, str | None, str], DraftPlace]


def find_paths(operation: Operation, supergraph: Supergraph, options: PlanOptions = DEFAULT_OPTIONS) -> Found:
    """Search the ways to every leaf, and choose among them."""
    graph = graph_of(supergraph, options.labels)
    board = Board(operation.root_type, operation.selection)
    search = Search(graph, board, Budget(options.max_steps, options.max_seconds))
    planning = _Planning(search, operation)
    picks = planning.picks()
    return Found(search, picks, planning.walk.children)


def assemble(chosen: Chosen, operation: Operation, graph: Graph, options: PlanOptions) -> Plan:
    """Write the chosen drafts down as a plan."""
    ids = {fetch: index for index, fetch in enumerate(chosen.fetches)}
    places = PlaceTable(chosen, graph, ids)
    output = OutputBuilder(chosen, graph, places).root(operation.selection)
    requests = RequestBuilder(chosen, operation, graph, options, ids)
    fetches = tuple(_fetch(fetch, ids, places, requests, graph) for fetch in chosen.fetches)
    return Plan(
        kind=operation.kind,
        root_type=operation.root_type,
        places=places.places(),
        fetches=fetches,
        requests=requests.build(),
        output=output,
    )


def _fetch(
    fetch: DraftFetch, ids: dict[DraftFetch, int], places: PlaceTable, requests: RequestBuilder, graph: Graph
) -> Fetch:
    inputs = places.inputs(fetch) if fetch.kind is FetchKind.ENTITY else ()
    waits = {ids[each] for each in dependencies_of(fetch)}
    waits |= {number for each in inputs for number in _read(each.fields)}
    return Fetch(
        id=ids[fetch],
        kind=fetch.kind,
        subgraph=graph.supergraph.subgraphs[fetch.graph].name,
        place=places.number(fetch.place),
        inputs=inputs,
        depends_on=tuple(sorted(waits - {ids[fetch]})),
        selection=requests.bodies[fetch].text,
    )


def _read(fields: tuple[InputField, ...]) -> set[int]:
    """Number the fetches that representations are read from."""
    found = {field.source.fetch for field in fields if field.source is not None}
    for field in fields:
        found |= _read(field.fields)
    return found


class _Planning:
    """Finds leaves and picks one way for each, by the kind of the operation."""

    def __init__(self, search: Search, operation: Operation) -> None:
        self.search = search
        self.board = search.board
        self.operation = operation
        self.walk = LeafWalk(search)

    def picks(self) -> list[tuple[Leaf, Arrival]]:
        if self.operation.kind is OperationKind.MUTATION:
            return self._mutation()
        if self.operation.kind is OperationKind.SUBSCRIPTION:
            return self._subscription()
        homes = self.search.graph.types[self.operation.root_type].homes
        self.walk.walk([self._root(graph) for graph in homes], self.operation.selection, root=True)
        return self._picked(self.walk.leaves, choose(self.walk.leaves, self.board, self.search.budget))

    def _root(self, graph: str, dependencies: tuple[DraftFetch, ...] = (), slot: int = 0) -> Arrival:
        place: DraftPlace = self.board.root
        fetch = self.board.fetch(FetchKind.ROOT, graph, place, dependencies, Identity(slot=slot))
        return Arrival(place, fetch, graph, self.operation.root_type, None, fetch.needs, fetch.document, None, ())

    def _picked(self, leaves: list[Leaf], choice: Choice) -> list[tuple[Leaf, Arrival]]:
        return [(leaf, pick(leaf, choice.mask, self.board)) for leaf in leaves]

    def _subscription(self) -> list[tuple[Leaf, Arrival]]:
        """One root field, from one graph; everything else hangs from its event."""
        best: tuple[Choice, list[Leaf]] | None = None
        reason: Unplannable | None = None
        children = self.walk.children
        for graph in self.search.graph.types[self.operation.root_type].homes:
            attempt = LeafWalk(self.search)
            try:
                attempt.walk([self._root(graph)], self.operation.selection, root=True)
            except Unplannable as exc:
                reason = exc
                continue
            choice = choose(attempt.leaves, self.board, self.search.budget)
            if best is None or choice.score < best[0].score:
                best = (choice, attempt.leaves)
                children = attempt.children
        if best is None:
            raise reason or Unplannable("No subgraph offers a subscription.")
        self.walk.children = children
        return self._picked(best[1], best[0])

    def _mutation(self) -> list[tuple[Leaf, Arrival]]:
        """Root fields in order; neighbours of one graph share a request, the next group waits for all before it."""
        fields = [field for field in self.operation.selection.common.values() if field.name not in INTROSPECTION]
        current: tuple[str, tuple[DraftFetch, ...], int] | None = None
        before = 0
        found: list[tuple[Leaf, Arrival]] = []
        for slot, field in enumerate(fields):
            best: (
                tuple[tuple[int, bool], list[tuple[Leaf, Arrival]], tuple[str, tuple[DraftFetch, ...], int]] | None
            ) = None
            reason: Unplannable | None = None
            for graph in self.search.graph.types[self.operation.root_type].homes:
                stays = current is not None and current[0] == graph
                where = current if stays and current else (graph, tuple(minimal(self.board.members(before))), slot)
                try:
                    picks, choice = self._mutation_field(field, where)
                except Unplannable as exc:
                    reason = exc
                    continue
                cost = (self.board.cost(choice.mask & ~before), not stays)
                if best is None or cost < best[0]:
                    best = (cost, picks, where)
            if best is None:
                raise reason or Unplannable(f"No subgraph offers the mutation `{field.name}`.")
            found += best[1]
            current = best[2]
            for _, arrival in best[1]:
                before |= arrival.mask
        return found

    def _mutation_field(
        self, field: Field, where: tuple[str, tuple[DraftFetch, ...], int]
    ) -> tuple[list[tuple[Leaf, Arrival]], Choice]:
        graph, dependencies, slot = where
        attempt = LeafWalk(self.search)
        attempt.children = self.walk.children
        alone = Selection(self.operation.root_type, {field.key: field}, {}, {})
        attempt.walk([self._root(graph, dependencies, slot)], alone, root=True)
        choice = choose(attempt.leaves, self.board, self.search.budget)
        return self._picked(attempt.leaves, choice), choice
