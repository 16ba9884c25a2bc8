"""Generated half of the frame model: variables for what every fetch has at a place.

A frame is a set of local variables, one for each fetch (`Held`). Sources of a place are parameters or loop variables;
entity fetches are joined by looking up the key made of the same fields as the representation, in the table of their
lookup and shape. `collecting` and `projecting` write the rest around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.planner.nodes import FetchKind, Input, InputField, Place

if TYPE_CHECKING:
    from gateway.executor.layout import Layout
    from gateway.executor.source_code import Source
    from gateway.planner import nodes

Held = dict[int, str]
"""Fetch id → the variable that holds its object at the place in hand."""

Found = Callable[[int, Input, list[str]], None]
"""Writes what is done with one representation: the shape's index, the input, and variables with its fields' values."""


@dataclass(frozen=True, slots=True)
class FrameCode:
    """Writes frames into `source`."""

    layout: Layout
    source: Source

    def place(self, number: int) -> Place:
        """A place by its id."""
        return self.layout.plan.places[number]

    def root(self, scope: frozenset[int]) -> Held:
        """The frame at place 0."""
        return {fetch.id: self._root(fetch.id) for fetch in self.layout.entering[0] if fetch.id in scope}

    def read(self, held: Held, source: nodes.Source) -> str:
        """An expression for a value; `None` where the fetch has nothing here."""
        variable = held.get(source.fetch)
        return "None" if variable is None else f"{variable}[{self.source.constant(source.key)}]"

    def origins(self, place: Place, scope: frozenset[int]) -> list[nodes.Source]:
        """The sources of a place that a scope sees."""
        return [source for source in place.sources if source.fetch in scope]

    def repeats(self, place: Place) -> bool:
        """Whether the same object is likely to stand here more than once: there is a list above."""
        while place.parent is not None:
            place = self.place(place.parent)
            if place.list_depth:
                return True
        return False

    def raw(self, held: Held, place: Place, scope: frozenset[int]) -> str:
        """An expression for what stands at a child place, before lists are opened.

        With several sources its objects are tuples, as `zipped` makes them.
        """
        origins = self.origins(place, scope)
        reads = [self.read(held, source) for source in origins]
        if len(reads) < 2:
            return reads[0] if reads else "None"
        twice = len({source.fetch for source in origins}) < len(origins)
        if twice:  # two keys of one answer, of which an object has one or the other: a missing key is no fault
            reads = [
                f"{held[source.fetch]}.get({self.source.constant(source.key)})" if source.fetch in held else "None"
                for source in origins
            ]
        return f"zipped(({', '.join(reads)}), {place.list_depth})"

    def parameters(self, place: Place, scope: frozenset[int]) -> list[str]:
        """A fresh name for each source of a place."""
        return [self.source.fresh("o") for _ in self.origins(place, scope)]

    def arrived(self, place: Place, scope: frozenset[int], names: list[str]) -> Held:
        """The frame made of a place's sources, before anything is joined."""
        held: Held = {}
        for source, name in zip(self.origins(place, scope), names, strict=True):
            if source.fetch in held:
                self.source.line(
                    f"{held[source.fetch]} = {name} if {held[source.fetch]} is M else {held[source.fetch]}"
                )
            else:
                held[source.fetch] = name
        return held

    def needed(self, place: Place, reads: set[int], scope: frozenset[int]) -> list[nodes.Fetch]:
        """The fetches entering at `place` that must be joined for `reads` to be there, in plan order."""
        entering = {fetch.id: fetch for fetch in self.layout.entering[place.id] if fetch.id in scope}
        wanted: set[int] = set()
        waiting = [fetch for fetch in reads if fetch in entering]
        while waiting:
            fetch = waiting.pop()
            if fetch not in wanted:
                wanted.add(fetch)
                waiting.extend(read for read in self.input_reads(place, entering[fetch]) if read in entering)
        return [entering[fetch] for fetch in sorted(wanted)]

    def input_reads(self, place: Place, fetch: nodes.Fetch) -> set[int]:
        """Fetches whose objects at `place` the inputs of `fetch` are read from."""
        reads: set[int] = set()
        for wanted in fetch.inputs:
            if wanted.on_types is not None and place.typename is not None:
                reads.add(place.typename.fetch)
            for one in wanted.fields:
                if one.source is not None:
                    reads.add(one.source.fetch)
                elif one.place is not None:
                    reads.update(source.fetch for source in self.place(one.place).sources)
        return reads

    def join(self, place: Place, held: Held, fetches: list[nodes.Fetch]) -> Held:
        """Write the joining of `fetches` at `place`; the frame with them."""
        joined = dict(held)
        for fetch in fetches:
            if fetch.id not in joined:
                kind = fetch.kind
                joined[fetch.id] = (
                    self._entity(place, joined, fetch) if kind is FetchKind.ENTITY else self._root(fetch.id)
                )
        return joined

    def _root(self, fetch: int) -> str:
        return self.source.outside(f"r{fetch}", f"roots[{fetch}]")

    def _entity(self, place: Place, held: Held, fetch: nodes.Fetch) -> str:
        variable = self.source.fresh("o")
        lookup = self.layout.lookup_of[fetch.id]

        def found(shape: int, _: Input, values: list[str]) -> None:
            table = self.source.outside(f"t{lookup}_{shape}", f"tables[{lookup}][{shape}].get")
            self.source.line(f"{variable} = {table}({self.key(values)}, M)")

        def nothing() -> None:
            self.source.line(f"{variable} = M")

        self.by_input(place, held, fetch, found, nothing)
        return variable

    def key(self, values: list[str]) -> str:
        """A variable with the key made of the values of these; see `representations`."""
        parts = [
            self.source.value("key", f"{one} if {one}.__class__ is STR or {one}.__class__ is INT else part({one})")
            for one in values
        ]
        return parts[0] if len(parts) == 1 else self.source.value("key", f"({', '.join(parts)})")

    def by_input(self, place: Place, held: Held, fetch: nodes.Fetch, found: Found, nothing: Callable[[], None]) -> None:
        """Write which input of `fetch` is for the object in hand, by its type, and what is done then."""
        scope = self.layout.scopes[self.layout.request_of[fetch.id]]
        visible = {other: name for other, name in held.items() if other in scope}
        shapes = self.layout.shape_of[fetch.id]

        def values(wanted: Input) -> list[str]:
            return [self._value(place, visible, scope, one) for one in wanted.fields]

        if place.typename is None:
            fits = [i for i, w in enumerate(fetch.inputs) if w.on_types is None or place.type_name in w.on_types]
            if fits:
                found(shapes[fits[0]], fetch.inputs[fits[0]], values(fetch.inputs[fits[0]]))
            else:
                nothing()
            return
        runtime = None
        word = "if"
        for shape, wanted in zip(shapes, fetch.inputs, strict=True):
            if wanted.on_types is None:
                if word == "if":
                    found(shape, wanted, values(wanted))
                    return
                with self.source.block("else:"):
                    found(shape, wanted, values(wanted))
                return
            if runtime is None:
                runtime = self.source.value("v", self.read(visible, place.typename))
            with self.source.block(f"{word} {runtime} in {self.source.constant(wanted.on_types)}:"):
                found(shape, wanted, values(wanted))
            word = "elif"
        with self.source.block("else:"):
            nothing()

    def _value(self, place: Place, held: Held, scope: frozenset[int], wanted: InputField) -> str:
        if wanted.place is None:
            return self.source.value("v", "None" if wanted.source is None else self.read(held, wanted.source))
        below = self.place(wanted.place)
        absent = "ABSENT" if wanted.strict else "None"
        raw = self.raw(held, below, scope)
        if below.on_types is not None:
            if place.typename is None:
                raw = raw if place.type_name in below.on_types else "None"
            else:
                known = f"{self.read(held, place.typename)} in {self.source.constant(below.on_types)}"
                raw = f"({raw} if {known} else None)"
        build = self._builder(below, scope, wanted)
        return self.source.assign("v", f"built({build}, {raw}, {below.list_depth}, {absent})")

    def _builder(self, place: Place, scope: frozenset[int], wanted: InputField) -> str:
        """Write the function that makes one nested object of a representation."""
        name = self.source.fresh("b")
        names = self.parameters(place, scope)
        with self.source.definition(name, names):
            held = self.arrived(place, scope, names)
            reads = {one.source.fetch for one in wanted.fields if one.source is not None}
            for one in wanted.fields:
                if one.place is not None:
                    reads.update(source.fetch for source in self.place(one.place).sources)
            if place.typename is not None:
                reads.add(place.typename.fetch)
            held = self.join(place, held, self.needed(place, reads, scope))
            runtime = self.source.constant(place.type_name)
            if place.typename is not None:
                runtime = self.source.assign("rt", self.read(held, place.typename))
                self.source.line(f"if {runtime}.__class__ is not STR: {runtime} = None")
            typename = f"{self.source.constant('__typename')}: {runtime}" if wanted.typename else ""
            made = self.source.assign("d", f"{{{typename}}}")
            for one in wanted.fields:
                if one.on_types is None:
                    self._add(made, place, held, scope, one)
                elif place.typename is not None:
                    with self.source.block(f"if {runtime} in {self.source.constant(one.on_types)}:"):
                        self._add(made, place, held, scope, one)
                elif place.type_name in one.on_types:
                    self._add(made, place, held, scope, one)
            self.source.line(f"return {made}")
        return name

    def _add(self, made: str, place: Place, held: Held, scope: frozenset[int], wanted: InputField) -> None:
        value = self._value(place, held, scope, wanted)
        if wanted.strict:
            self.source.line(f"if {value} is None or {value} is ABSENT: return ABSENT")
        elif wanted.place is not None:
            self.source.line(f"if {value} is ABSENT: return ABSENT")
        self.source.line(f"{made}[{self.source.constant(wanted.name)}] = {value}")
