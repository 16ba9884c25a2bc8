"""Field sets that must be gathered before a graph can be asked: keys, and what `@requires` names.

Resolution starts from everything at hand at the place (the whole chain of arrivals), not from the graph that
demands it; starting there would fetch up and down for nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.planner.drafts import Arrival, Ask, DraftFetch, Identity, Part, Send, Signature, Trail
from gateway.planner.moves import MAX_GUARD, Guard, Moves
from gateway.planner.nodes import FetchKind
from gateway.planner.operation import Field, Selection

if TYPE_CHECKING:
    from gateway.planner.graph import Held


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """A field set, gathered: what it takes, how to write it, and which fetches supply it."""

    mask: int
    trails: tuple[Trail, ...]
    parts: tuple[Part, ...]
    suppliers: frozenset[DraftFetch]


@dataclass(frozen=True, slots=True, eq=False)
class TypeFilter:
    """A condition on the runtime type, and what it takes to know the type: fetches, trails, mask."""

    on_type: str | None
    told_by: frozenset[DraftFetch]
    trails: tuple[Trail, ...]
    mask: int


_ANY_TYPE = TypeFilter(None, frozenset(), (), 0)


class _Gathering:
    """A field set while it is being gathered."""

    def __init__(self, base: int, guard: Guard, *, local: bool) -> None:
        self.base = base
        self.guard = guard
        self.local = local
        self.mask = 0
        self.trails: list[Trail] = []
        self.parts: list[Part] = []
        self.suppliers: set[DraftFetch] = set()


class Requires(Moves):
    """Gathering of keys and required fields."""

    @abstractmethod
    def options(self, pool: list[Arrival], field: Field, guard: Guard, *, local: bool = False) -> list[Arrival]:
        """All ways to a field from a place; `local`: without leaving the fetches at hand."""

    def resolve(self, pool: list[Arrival], wanted: Selection, guard: Guard, *, local: bool = False) -> Resolved | None:
        """Gather a field set from arrivals at one place: for each leaf the cheapest way, greedily.

        None when some field cannot be had. A type condition that no arrival can take asks for nothing.
        """
        gathering = _Gathering(pool[0].mask, guard, local=local)
        for field in wanted.common.values():
            if not self._gather(gathering, pool, field, None):
                return None
        for type_name, fields in wanted.per.items():
            narrowed = [each for other in pool if (each := self.cast(other, type_name, guard))]
            for field in fields.values() if narrowed else ():
                if not self._gather(gathering, narrowed, field, type_name):
                    return None
        if not gathering.suppliers:
            first = pool[0]
            gathering.suppliers.add(first.fetch)
            gathering.mask |= first.mask
            gathering.trails.append(Trail((first.trail,) if first.trail is not None else (), first.ask))
        return Resolved(gathering.mask, tuple(gathering.trails), tuple(gathering.parts), frozenset(gathering.suppliers))

    def _gather(self, gathering: _Gathering, pool: list[Arrival], field: Field, on_type: str | None) -> bool:
        """Gather one field; an interface's field that nobody serves as such, for each runtime type."""
        own = Field(self.board.response_key(pool[0].place, field), field.name, field.arguments, (), field.selection)
        candidates = self.options(pool, own, gathering.guard, local=gathering.local)
        if candidates:
            return self._take(gathering, candidates, field, on_type)
        first = pool[0]
        if not self.graph.abstract(first.type_name) or field.name == "__typename":
            return False
        possible = sorted(self.runtime_types(first))
        for type_name in possible:
            narrowed = [each for other in pool if (each := self.cast(other, type_name, gathering.guard))]
            candidates = self.options(narrowed, own, gathering.guard, local=gathering.local) if narrowed else []
            if not candidates or not self._take(gathering, candidates, field, type_name):
                return False
        return bool(possible)

    def _take(self, gathering: _Gathering, candidates: list[Arrival], field: Field, on_type: str | None) -> bool:
        """Take the candidate that costs least beyond what is taken already; False when none carries the whole field."""
        have = gathering.base | gathering.mask
        best: tuple[tuple[int, int], Arrival, Resolved | None] | None = None
        for candidate in candidates:
            extra = candidate.mask & ~have
            inner: Resolved | None = None
            stand = candidate
            if field.selection is not None:
                stand = self._stand_hidden(candidate, field)
                inner = self.resolve([stand], field.selection, gathering.guard)
                if inner is None:
                    continue
                extra |= inner.mask & ~have
            cost = (self.board.cost(extra), candidate.fetch.level)
            if best is None or cost < best[0]:
                best = (cost, stand, inner)
        if best is None:
            return False
        _, chosen, inner = best
        gathering.mask |= chosen.mask
        gathering.suppliers.add(chosen.fetch)
        gathering.trails.append(Trail((chosen.trail,) if chosen.trail is not None else (), chosen.ask))
        if inner is None:
            gathering.parts.append(Part(field.name, chosen.ask, None, (), on_type))
        else:
            gathering.mask |= inner.mask
            gathering.trails.extend(inner.trails)
            gathering.suppliers |= inner.suppliers
            gathering.parts.append(Part(field.name, chosen.ask, chosen.place, inner.parts, on_type))
        return True

    def _stand_hidden(self, candidate: Arrival, field: Field) -> Arrival:
        """Stand on an object that only a key or `@requires` looks into."""
        ask: Ask = candidate.ask
        definition = self.graph.types[ask.on_type].fields[field.name]
        memo = ("hidden", ask.fetch.id, ask.id)
        type_name = field.selection.type_name if field.selection is not None else definition.named_type
        place = self.board.place(candidate.place, memo, ask.key, type_name, definition.list_depth)
        place.origin = ask
        return self.settle(candidate, place)

    def with_requires(
        self, arrival: Arrival, field: Field, held: Held, view: Selection | None, guard: Guard
    ) -> list[Arrival]:
        """Gather what the field demands and a key, and enter the graph again with both."""
        tag = ("requires", arrival.place.id, arrival.type_name, arrival.graph, f"{field.name}({field.arguments})")
        if tag in guard or len(guard) > MAX_GUARD or held.requires is None:
            return []
        inner = guard | {tag}
        wanted = self.graph.field_set(held.requires, arrival.type_name)
        pool = [*arrival.chain, arrival]
        required = self.resolve(pool, wanted, inner)
        if required is None:
            return []
        key = self._cheapest_key(pool, arrival, inner)
        if key is None:
            return []
        only = self.type_filter(pool, arrival)
        name = arrival.type_name
        suppliers = required.suppliers | key.suppliers | only.told_by
        identity = Identity(self.entered_as(name), self.signature(wanted))
        fetch = self.board.fetch(FetchKind.ENTITY, arrival.graph, arrival.place, suppliers, identity)
        trail = Trail(
            (*required.trails, *key.trails, *only.trails), Send(fetch, only.on_type, name, key.parts, strict=True)
        )
        trail = Trail((trail,), Send(fetch, only.on_type, name, required.parts, strict=False))
        mask = required.mask | key.mask | only.mask | fetch.needs
        again = Arrival(arrival.place, fetch, arrival.graph, name, None, mask, fetch.document, trail, ())
        return [self.child(again, field, held, view)]

    def _cheapest_key(self, pool: list[Arrival], arrival: Arrival, guard: Guard) -> Resolved | None:
        """Gather some key by which the arrival's own graph can be entered again."""
        best: tuple[tuple[int, int], Resolved] | None = None
        for key in self.graph.keys(arrival.type_name, arrival.graph):
            wanted = self.graph.field_set(key, arrival.type_name)
            for count in range(1, len(pool) + 1):
                found = self.resolve(pool[:count], wanted, guard, local=True)
                if found is not None:
                    cost = (self.board.cost(found.mask), len(found.trails))
                    if best is None or cost < best[0]:
                        best = (cost, found)
                    break
        return best[1] if best is not None else None

    def entered_as(self, type_name: str) -> str:
        """Name the interface as which a fetch is entered; empty for an object."""
        return type_name if self.graph.abstract(type_name) else ""

    def type_filter(self, pool: list[Arrival], arrival: Arrival) -> TypeFilter:
        """Say for which runtime type alone representations are sent, and how the type is known."""
        if not self.graph.abstract(arrival.place.type_name):
            return _ANY_TYPE
        concrete = [each for each in (arrival, *pool) if not self.graph.abstract(each.type_name)]
        if not concrete:
            return _ANY_TYPE
        teller = min(
            concrete, key=lambda each: self.board.cost(each.mask)
        )  # not only the one who lands: who knew before
        told = Trail((teller.trail,) if teller.trail is not None else (), teller.ask)
        return TypeFilter(teller.type_name, frozenset((teller.fetch,)), (told,), teller.mask)

    def signature(self, wanted: Selection, path: tuple[str, ...] = ()) -> Signature:
        """Name the fields of a field set that take arguments: what must agree for two to share a representation.

        One that takes arguments and is given none counts as well: it differs from the same with some.
        """
        found: list[tuple[tuple[str, ...], str]] = []
        for owner, fields in ((wanted.type_name, wanted.common), *wanted.per.items()):
            for field in fields.values():
                here = (*path, field.name)
                definition = self.graph.definition(owner, field.name)
                if definition is not None and definition.arguments:
                    found.append((here, field.arguments))
                if field.selection is not None:
                    found += self.signature(field.selection, here)
        return tuple(found)
