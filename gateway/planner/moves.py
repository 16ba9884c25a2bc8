"""The elementary moves of the search: along a field inside a fetch, and into a type condition.

Three layers make up the search, each in its own file, and each the base class of the next:

    moves.Moves        direct, cast                    stay in the fetch
    requires.Requires  resolve, with_requires          gather a field set, then ask again with it
    search.Search      reach, options                  go to another graph; all the ways to a field

The lower ones call the upper ones where a move needs a detour; those are the abstract methods here.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from gateway.errors import PlanningLimit
from gateway.planner.drafts import Arrival, Ask, Board, DraftPlace, Trail
from gateway.planner.graph import Graph, Held, plainly_held

if TYPE_CHECKING:
    from gateway.planner.operation import Field, Selection

Guard = frozenset[tuple[str, int, str, str, str]]
"""What is being resolved right now: (what, place, type, graph, field). Meeting one of them again is a circle."""

NO_GUARD: Guard = frozenset()
MAX_GUARD = 24
"""Deepest nesting of detours; a circle through ever new places ends here."""


class Budget:
    """Steps and seconds one planning may take; the steps decide alone unless the machine is far too slow.

    Seconds are those of the thread's own CPU: a machine that is busy with others refuses nobody for it.
    """

    def __init__(self, max_steps: int, max_seconds: float) -> None:
        self.max_steps = max_steps
        self.max_seconds = max_seconds
        self.steps = 0
        self._ticks = 0
        self._deadline = time.thread_time() + max_seconds

    def step(self) -> None:
        """Count one step.

        Raises  PlanningLimit
        """
        self.steps += 1
        if self.steps > self.max_steps:
            raise PlanningLimit(f"Planning was given up after {self.max_steps} steps; ask for less in one operation.")
        if not self.steps & 63:
            self._look()

    def tick(self) -> None:
        """Look at the clock now and then, in work that the steps have bounded already.

        Raises  PlanningLimit
        """
        self._ticks += 1
        if not self._ticks & 255:
            self._look()

    def _look(self) -> None:
        if time.thread_time() > self._deadline:
            raise PlanningLimit(f"Planning was given up after {self.max_seconds} s; ask for less in one operation.")

    @property
    def generous(self) -> bool:
        """Whether there is still room to compare alternatives rather than take the first."""
        return self.steps * 4 < self.max_steps


class Moves(ABC):
    """Moves that stay inside a fetch."""

    def __init__(self, graph: Graph, board: Board, budget: Budget) -> None:
        self.graph = graph
        self.board = board
        self.budget = budget

    @abstractmethod
    def with_requires(
        self, arrival: Arrival, field: Field, held: Held, view: Selection | None, guard: Guard
    ) -> list[Arrival]:
        """Reach a field whose graph demands other fields first."""

    @abstractmethod
    def told_types(self, arrival: Arrival, guard: Guard) -> list[Arrival]:
        """From an interface object, go where the runtime type is known."""

    def direct(self, arrival: Arrival, field: Field, guard: Guard) -> list[Arrival]:
        """Go along a field without leaving the graph: none, or one arrival (in a new fetch after `@requires`)."""
        graph, name, type_name = self.graph, arrival.graph, arrival.type_name
        if field.name == "__typename":
            if graph.is_interface_object(type_name, name):
                return []
            return [self.child(arrival, field, None, None)]
        held = graph.held(type_name, field.name, name)
        promised = view_of(arrival.view, type_name, field.name, graph)
        if held is None and promised is None:
            return []
        provided = promised is not None
        definition = graph.types[type_name]
        if (
            definition.abstract
            and name not in definition.interface_objects
            and not graph.serves_as_interface(type_name, field.name, name, provided=provided)
        ):
            return []
        if held is None:
            held = plainly_held(definition.fields[field.name], leaf=field.selection is None)
        if held.external and not provided and not held.requires:
            return []
        view = promised.selection if promised is not None else None
        if held.provides and field.selection is not None:
            view = graph.field_set(held.provides, graph.types[type_name].fields[field.name].named_type)
        if held.requires and not provided:
            return self.with_requires(arrival, field, held, view, guard)
        return [self.child(arrival, field, held, view)]

    def child(self, arrival: Arrival, field: Field, held: Held | None, view: Selection | None) -> Arrival:
        """Stand on a field of the fetch's own document; its place is settled by whoever descends."""
        key = field.key
        if key == "__typename" and field.name != "__typename":
            key = self.board.alias(field.name, field.arguments)
        ask = arrival.ask.kid(arrival.type_name, key, field.name, field.arguments, field.variables)
        type_name = ""
        if held is not None:
            ask.shape = held.shape
            if field.selection is not None:
                type_name = ask.target = held.type_name
        return Arrival(
            arrival.place, arrival.fetch, arrival.graph, type_name, view, arrival.mask, ask, arrival.trail, ()
        )

    def settle(self, arrival: Arrival, place: DraftPlace) -> Arrival:
        """Give an arrival on a composite field its place."""
        ask = arrival.ask
        place.asks[ask] = None
        graph = self.graph
        if graph.abstract(place.type_name) and not graph.is_interface_object(arrival.type_name, arrival.graph):
            ask.typed = True
        if place.on_types is not None:
            if graph.abstract(ask.on_type) or arrival.place.type_name == ask.on_type:
                place.on_types = None
            else:
                place.on_types.add(ask.on_type)
        return Arrival(
            place, arrival.fetch, arrival.graph, arrival.type_name, arrival.view, arrival.mask, ask, arrival.trail, ()
        )

    def typename_ask(self, arrival: Arrival) -> Ask:
        """Give the `__typename` beside the fields asked where the arrival stands."""
        return arrival.ask.kid(arrival.type_name, "__typename", "__typename", "", ())

    def cast(self, arrival: Arrival, type_name: str, guard: Guard) -> Arrival | None:
        """Stand on one runtime type of an abstract place; None when it cannot occur in this graph.

        An interface object does not know its runtime type: the way leads through a graph that does.
        """
        if arrival.type_name == type_name:
            return arrival
        graph = self.graph
        if graph.is_interface_object(arrival.type_name, arrival.graph):
            for told in self.told_types(arrival, guard):
                found = self.cast(told, type_name, guard)
                if found is not None:
                    return found
            return None
        if type_name not in graph.possible_in(arrival.type_name, arrival.graph):
            return None
        if arrival.graph not in graph.types[type_name].homes:
            return None
        chain = tuple(
            each
            for other in arrival.chain
            if (
                each := other
                if graph.is_interface_object(other.type_name, other.graph)
                else self.cast(other, type_name, guard)
            )
        )
        before = (arrival.trail,) if arrival.trail is not None else ()
        trail = Trail(before, self.typename_ask(arrival))
        return Arrival(
            arrival.place,
            arrival.fetch,
            arrival.graph,
            type_name,
            arrival.view,
            arrival.mask,
            arrival.ask,
            trail,
            chain,
        )

    def runtime_types(self, arrival: Arrival) -> frozenset[str]:
        """Give the runtime types an object can have where the arrival stands."""
        graph = self.graph
        if not graph.abstract(arrival.type_name):
            return frozenset((arrival.type_name,))
        if graph.is_interface_object(arrival.type_name, arrival.graph):
            return graph.possible(arrival.type_name)
        return graph.possible_in(arrival.type_name, arrival.graph)


def view_of(view: Selection | None, type_name: str, field_name: str, graph: Graph) -> Field | None:
    """Find a field in what `@provides` promises at a node, None when it promises nothing of it."""
    if view is None:
        return None
    found = view.common.get(field_name)
    if found is not None:
        return found
    for name in sorted(graph.possible(type_name)):
        found = view.per.get(name, {}).get(field_name)
        if found is not None:
            return found
    return None
