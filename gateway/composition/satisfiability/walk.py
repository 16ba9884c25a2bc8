"""The walk over states. Nothing is reported here; problems are returned with the path that leads to them.

1. a state of an object type: every visible field, or each runtime type where the type is abstract
2. a state is passed over when an earlier one of its type had no more nodes and had decided no more labels:
   what that one reached, this one reaches too
3. a field under an undecided override label is tried with the label on and off, and the path remembers which
4. a mutation that several subgraphs share is sent to one of them, so one alone must answer all of it
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from gateway.errors import PlanningLimit
from gateway.planner.search import Node, Reachability
from gateway.supergraph.model import FieldDefinition, Supergraph, TypeDefinition, TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.composition.satisfiability.runtime_types import RuntimeTypes

Labels = frozenset[tuple[str, bool]]


class SearchLimitError(Exception):
    """There are more states than may be looked at."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: along a field, or into a runtime type (`field_name` None)."""

    before: Step | None
    type_name: str
    field_name: str | None


@dataclass(frozen=True, slots=True)
class State:
    """Where the walk stands: the API type, the nodes, the labels decided on the way, and the way."""

    kind: str
    type_name: str
    nodes: frozenset[Node]
    labels: Labels
    path: Step | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that cannot be reached from `nodes`; `field_name` is empty when it is the runtime type itself."""

    kind: str
    type_name: str
    field_name: str
    nodes: frozenset[Node]
    labels: Labels
    path: Step | None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The path from the root, the field itself last."""
        steps: list[Step] = []
        if self.field_name:
            steps.append(Step(None, self.type_name, self.field_name))
        step = self.path
        while step is not None:
            steps.append(step)
            step = step.before
        return tuple(reversed(steps))


class Walk:
    """One check of one supergraph."""

    def __init__(self, supergraph: Supergraph, runtime_types: RuntimeTypes, *, strict: bool, max_states: int) -> None:
        self.supergraph = supergraph
        self.runtime_types = runtime_types
        self.strict = strict
        self.left = self.max_states = max_states
        self._searches: dict[Labels, Reachability] = {}
        self._leads: dict[tuple[Labels, frozenset[Node], str, str], frozenset[Node]] = {}

    def run(self) -> list[Problem]:
        """Walk from every root.

        Raises  SearchLimitError
        """
        problems: list[Problem] = []
        for kind in ("query", "mutation", "subscription"):
            search = self._search(frozenset())
            nodes = search.roots(kind)
            root = self.supergraph.roots.get(kind)
            if root is None or not nodes or self.supergraph.types[root].inaccessible:
                continue
            start = State(kind, root, nodes, frozenset(), None)
            problems += self._mutations(start) if kind == "mutation" else self._explore([start])
        return problems

    def _explore(self, start: Iterable[State]) -> list[Problem]:
        problems: list[Problem] = []
        waiting = deque(start)
        seen: dict[str, list[tuple[frozenset[Node], Labels]]] = {}
        while waiting:
            state = waiting.popleft()
            earlier = seen.setdefault(state.type_name, [])
            if any(nodes <= state.nodes and labels <= state.labels for nodes, labels in earlier):
                continue
            earlier.append((state.nodes, state.labels))
            self.left -= 1
            if self.left < 0:
                raise SearchLimitError(
                    f"The check was given up after {self.max_states} states of types and subgraphs; raise max_states, "
                    "or share fewer types between subgraphs."
                )
            waiting.extend(self._next(state, problems))
        return problems

    def _next(self, state: State, problems: list[Problem]) -> Iterator[State]:
        definition = self.supergraph.types[state.type_name]
        if definition.abstract:
            yield from self._cast(state, definition, problems)
            return
        for field in definition.fields.values():
            if not self._visible(field):
                continue
            for labels in self._decisions(field, state.labels):
                decided = state if labels is state.labels else replace(state, labels=labels)
                yield from self._advance(decided, field, problems)

    def _visible(self, field: FieldDefinition) -> bool:
        target = self.supergraph.types.get(field.named_type)
        return not field.inaccessible and (target is None or not target.inaccessible)

    # --- fields ---

    def _advance(self, state: State, field: FieldDefinition, problems: list[Problem]) -> Iterator[State]:
        target = self.supergraph.types.get(field.named_type)
        leaf = target is None or not (target.abstract or target.fields)
        if leaf and self._at_hand(state, field):
            return
        nodes = self._lead(state, field.name)
        if not nodes:
            problems.append(Problem(state.kind, state.type_name, field.name, state.nodes, state.labels, state.path))
        elif not leaf and target is not None:
            path = Step(state.path, state.type_name, field.name)
            reached = State(state.kind, target.name, nodes, state.labels, path)
            if target.abstract:
                self.runtime_types.check(self._search(state.labels), state, field, reached)
            yield reached

    def _at_hand(self, state: State, field: FieldDefinition) -> bool:
        """Whether a subgraph one stands in simply holds the field: most leaves need no search."""
        graph = self._search(state.labels).graph
        for node in state.nodes:
            held = graph.held(node.type_name, field.name, node.graph)
            if held is not None and not held.external and not held.requires:
                return True
        return False

    def _lead(self, state: State, field_name: str) -> frozenset[Node]:
        nodes = self._helpful(state, field_name)
        key = (state.labels, nodes, state.type_name, field_name)
        found = self._leads.get(key)
        if found is None:
            try:
                found = self._search(state.labels).field(nodes, field_name)
            except PlanningLimit as exc:
                raise SearchLimitError(f'Finding the ways to "{state.type_name}.{field_name}" takes too long.') from exc
            self._leads[key] = found
        return found

    def _helpful(self, state: State, field_name: str) -> frozenset[Node]:
        """The nodes worth asking.

        Of a type without keys (Query above all, with a node in every subgraph) those alone that hold the field, unless
        one of them needs the others for its `@requires`.
        """
        graph = self._search(state.labels).graph
        if len(state.nodes) < 2 or graph.homes(state.type_name):
            return state.nodes
        helpful = []
        field = graph.definition(state.type_name, field_name)
        joins = field.joins if field is not None and field.has_joins else graph.types[state.type_name].homes
        for node in state.nodes:
            if node.graph not in joins:
                continue
            held = graph.held(node.type_name, field_name, node.graph)
            if held is not None and held.requires:
                return state.nodes
            if held is not None:
                helpful.append(node)
        return frozenset(helpful)

    # --- runtime types ---

    def _cast(self, state: State, definition: TypeDefinition, problems: list[Problem]) -> Iterator[State]:
        search = self._search(state.labels)
        possible = sorted(self.supergraph.possible.get(definition.name, ()))
        if not possible:
            return
        if definition.kind is TypeKind.INTERFACE and not search.tells_type(state.nodes):
            problems.append(Problem(state.kind, definition.name, "", state.nodes, state.labels, state.path))
            return
        for name in possible:
            if self.supergraph.types[name].inaccessible:
                continue
            nodes = search.cast(state.nodes, name)
            if nodes:
                yield State(state.kind, name, nodes, state.labels, Step(state.path, name, None))

    # --- mutations ---

    def _mutations(self, root: State) -> list[Problem]:
        problems: list[Problem] = []
        single: list[State] = []
        for field in self.supergraph.types[root.type_name].fields.values():
            if not self._visible(field):
                continue
            for labels in self._decisions(field, root.labels):
                state = replace(root, labels=labels)
                starts = list(self._advance(state, field, problems))
                graphs = sorted({node.graph for start in starts for node in start.nodes})
                if len(graphs) < 2:
                    single += starts
                else:
                    problems += self._shared_mutation(starts, graphs)
        return problems + self._explore(single)

    def _shared_mutation(self, starts: list[State], graphs: list[str]) -> list[Problem]:
        """The problems of the subgraph that has fewest, none when one has none."""
        attempts = [
            self._explore(
                [
                    replace(start, nodes=frozenset(node for node in start.nodes if node.graph == graph))
                    for start in starts
                ]
            )
            for graph in graphs
        ]
        return min(attempts, key=len)

    # --- labels ---

    def _decisions(self, field: FieldDefinition, labels: Labels) -> Iterator[Labels]:
        if not self.supergraph.labels or not any(join.label for join in field.joins.values()):
            yield labels
            return
        decided = {label for label, _ in labels}
        open_ones = sorted({join.label for join in field.joins.values() if join.label} - decided)
        for values in product((False, True), repeat=len(open_ones)):
            yield labels | frozenset(zip(open_ones, values, strict=True))

    def _search(self, labels: Labels) -> Reachability:
        found = self._searches.get(labels)
        if found is None:
            supergraph = _without_undecided(self.supergraph, labels) if self.strict else self.supergraph
            true = frozenset(label for label, value in labels if value)
            found = self._searches[labels] = Reachability(supergraph, true, strict=self.strict)
        return found


def _without_undecided(supergraph: Supergraph, labels: Labels) -> Supergraph:
    """The supergraph in which nobody holds a field under a label that is not decided."""
    decided = {label for label, _ in labels}
    if decided.issuperset(supergraph.labels):
        return supergraph
    types = {
        name: replace(definition, fields={key: _decided(field, decided) for key, field in definition.fields.items()})
        if any(join.label for field in definition.fields.values() for join in field.joins.values())
        else definition
        for name, definition in supergraph.types.items()
    }
    return replace(supergraph, types=types, derived={})


def _decided(field: FieldDefinition, decided: set[str]) -> FieldDefinition:
    joins = {graph: join for graph, join in field.joins.items() if join.label is None or join.label in decided}
    return field if len(joins) == len(field.joins) else replace(field, joins=joins)
