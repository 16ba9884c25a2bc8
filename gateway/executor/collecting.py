"""Generated code that collects representations: one walk over the data for all lookups of a request.

The source for `{ products { upc } }` and a fetch by `upc`:

    def run(roots, tables):
     r0 = roots[0]
     i0_0 = {}; l0 = []
     x1 = r0["products"]
     if x1 is not None:
      if x1.__class__ is not list: raise GiveUp
      for o2 in x1:
       if o2 is not None:
        v3 = o2["upc"]
        if v3 is not None:
         key4 = v3 if v3.__class__ is STR or v3.__class__ is INT else part(v3)
         if key4 not in i0_0: i0_0[key4] = len(l0); l0.append({"__typename": "Product", "upc": v3})
     return [([i0_0], l0)]

An object of which nothing but a leaf or two is read, and below which the walk goes on through joined entities only,
is gone through once for each distinct value of those leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gateway.executor.frame_code import FrameCode, Held
from gateway.executor.source_code import Source

if TYPE_CHECKING:
    from gateway.executor.layout import Layout
    from gateway.planner import nodes
    from gateway.planner.nodes import Fetch, Input, Place

Collect = Callable[[Any, Any], list[tuple[list[dict[Any, int]], list[dict[str, Any]]]]]
"""(roots, tables) → by lookup of the request: for each shape key → position, and the representations."""

DEEPEST: Final = 20
"""Indentation at which the walk goes on in a function of its own; Python allows twenty loops in each other."""


def collecting_source(layout: Layout, request: int) -> Source:
    """Write the collecting for one request that has lookups."""
    source = Source()
    walk = _Walk(layout, request, FrameCode(layout, source))
    for lookup in layout.lookups_of[request]:
        source.outside(f"l{lookup}", "[]")
        for shape in range(len(layout.shapes[lookup])):
            source.outside(f"i{lookup}_{shape}", "{}")
    walk.at(layout.plan.places[0], walk.code.root(walk.scope))
    results = [
        f"([{', '.join(f'i{lookup}_{shape}' for shape in range(len(layout.shapes[lookup])))}], l{lookup})"
        for lookup in layout.lookups_of[request]
    ]
    source.line(f"return [{', '.join(results)}]")
    return source


@dataclass(slots=True)
class _Walk:
    """Writes the walk to the places of a request's fetches."""

    layout: Layout
    request: int
    code: FrameCode

    @property
    def scope(self) -> frozenset[int]:
        return self.layout.scopes[self.request]

    def targets(self, place: Place) -> list[Fetch]:
        """The request's fetches at this place."""
        lookups = set(self.layout.lookups_of[self.request])
        return [f for f in self.layout.entering[place.id] if self.layout.lookup_of[f.id] in lookups]

    def leads_on(self, place: Place) -> bool:
        """Whether there is a target here or below."""
        return bool(self.targets(place)) or any(self.leads_on(child) for child in self.layout.children[place.id])

    def at(self, place: Place, held: Held) -> None:
        """Write what is done with one object at `place`."""
        targets = self.targets(place)
        below = [child for child in self.layout.children[place.id] if self.leads_on(child)]
        reads = {source.fetch for child in below for source in child.sources}
        for fetch in targets:
            reads |= self.code.input_reads(place, fetch)
        if place.typename is not None and any(child.on_types is not None for child in below):
            reads.add(place.typename.fetch)
        joined = self.code.join(place, held, self.code.needed(place, reads, self.scope))
        for fetch in targets:
            self._target(place, joined, fetch)
        for child in below:
            self._child(place, joined, child)

    def _target(self, place: Place, held: Held, fetch: Fetch) -> None:
        source = self.code.source
        lookup = self.layout.lookup_of[fetch.id]

        def found(shape: int, wanted: Input, values: list[str]) -> None:
            absent = [
                f"{v} is not None and {v} is not ABSENT" for v, f in zip(values, wanted.fields, strict=True) if f.strict
            ]
            absent += [
                f"{v} is not ABSENT"
                for v, f in zip(values, wanted.fields, strict=True)
                if not f.strict and f.place is not None
            ]
            with source.block(f"if {' and '.join(absent) or 'True'}:"):
                key = self.code.key(values)
                with source.block(f"if {key} not in i{lookup}_{shape}:"):
                    source.line(f"i{lookup}_{shape}[{key}] = len(l{lookup})")
                    names = [source.constant(one.name) for one in wanted.fields]
                    fields = [f"{name}: {value}" for name, value in zip(names, values, strict=True)]
                    head = f"{source.constant('__typename')}: {source.constant(wanted.typename)}"
                    source.line(f"l{lookup}.append({{{', '.join([head, *fields])}}})")

        self.code.by_input(place, held, fetch, found, lambda: source.line("pass"))

    def _child(self, place: Place, held: Held, child: Place) -> None:
        source = self.code.source
        if not self.code.origins(child, self.scope):
            return
        if child.on_types is None:
            self._objects(child, self.code.raw(held, child, self.scope))
        elif place.typename is None:
            if place.type_name in child.on_types:
                self._objects(child, self.code.raw(held, child, self.scope))
        else:
            runtime = source.value("v", self.code.read(held, place.typename))
            with source.block(f"if {runtime} in {source.constant(child.on_types)}:"):
                self._objects(child, self.code.raw(held, child, self.scope))

    def _objects(self, place: Place, raw: str) -> None:
        """Open the lists of a place and go on with each object."""
        source = self.code.source
        value = source.assign("x", raw)
        if source.level > DEEPEST:
            name, parameter = source.fresh("w"), source.fresh("x")
            source.line(f"{name}({value})")
            with source.definition(name, [parameter]):
                self._open(place, parameter, place.list_depth)
        else:
            self._open(place, value, place.list_depth)

    def _open(self, place: Place, value: str, depth: int) -> None:
        source = self.code.source
        with source.block(f"if {value} is not None:"):
            if depth:
                item = source.fresh("x")
                source.line(f"if {value}.__class__ is not LIST: raise GiveUp")
                with source.block(f"for {item} in {value}:"):
                    self._open(place, item, depth - 1)
                return
            names = self.code.parameters(place, self.scope)
            if len(names) == 1:
                names = [value]
            else:
                source.line(f"{', '.join(names)} = {value}")
            held = self.code.arrived(place, self.scope, names)
            leaves = self._leaves(place)
            if leaves is None:
                self.at(place, held)
                return
            seen = source.outside(source.fresh("seen"), "set()")
            key = self.code.key([source.value("v", self.code.read(held, leaf)) for leaf in leaves])
            with source.block(f"if {key} not in {seen}:"):
                source.line(f"{seen}.add({key})")
                self.at(place, held)

    def _leaves(self, place: Place) -> list[nodes.Source] | None:
        """The few leaves on which everything below this object depends; None when it depends on more."""
        below = [child for child in self.layout.children[place.id] if self.leads_on(child)]
        origins = {source.fetch for source in self.code.origins(place, self.scope)}
        if not self.code.repeats(place) or any(source.fetch in origins for child in below for source in child.sources):
            return None
        targets = self.targets(place)
        reads = {source.fetch for child in below for source in child.sources}
        for fetch in targets:
            reads |= self.code.input_reads(place, fetch)
        joined = self.code.needed(place, reads, self.scope)
        if not below and not joined:
            return None  # there is nothing to be spared
        return leaves_of(place, [*joined, *targets], origins)


def leaves_of(place: Place, fetches: list[Fetch], origins: set[int]) -> list[nodes.Source] | None:
    """The leaves of a place's own sources that these fetches' inputs and the type are read from, at most two.

    None when an input is a nested object, or when there are none or more.
    """
    leaves: dict[nodes.Source, None] = {}
    if place.typename is not None and place.typename.fetch in origins:
        leaves[place.typename] = None
    for fetch in fetches:
        for wanted in fetch.inputs:
            for one in wanted.fields:
                if one.place is not None:
                    return None
                if one.source is not None and one.source.fetch in origins:
                    leaves[one.source] = None
    return list(leaves) if 1 <= len(leaves) <= 2 else None
