"""Generated code that projects: the client's data out of the answers, when every value fits.

One function for each selection, taking the objects of the place's sources and giving the object to show. An object
that is shown the same wherever a leaf or two of it are the same, since all the rest comes from joined entities, is
shown once for each distinct value of those leaves; the result is one object in several places, to be read only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gateway.executor.collecting import leaves_of
from gateway.executor.frame_code import FrameCode, Held
from gateway.executor.leaves import BUILT_IN, LARGEST_INT, SMALLEST_INT, Unfit, exact
from gateway.executor.source_code import Source
from gateway.planner.nodes import ListOf, Named, NonNull, OutputField, Place, Selection, Special, TypeRef

if TYPE_CHECKING:
    from gateway.executor.layout import Layout
    from gateway.planner import nodes

Project = Callable[[Any, Any], dict[str, Any]]
"""(roots, tables) → data."""

FITS: Final = {
    "Int": f"({{0}}.__class__ is INT and {SMALLEST_INT} <= {{0}} <= {LARGEST_INT})",
    "Float": "{0}.__class__ is FLOAT",
    "String": "{0}.__class__ is STR",
    "ID": "{0}.__class__ is STR",
    "Boolean": "({0} is True or {0} is False)",
}
"""Scalar → what is true of nearly all of its values; whatever else there is takes the function of `leaves`."""


def projecting_source(layout: Layout) -> Source:
    """Write the projection of a plan; fields of introspection are left null, in their order."""
    source = Source()
    writer = _Writer(layout, FrameCode(layout, source))
    root = layout.plan.output
    frame = writer.code.root(layout.everything)
    source.line(f"return {writer.object(root.variants[0][1], layout.plan.places[0], frame, layout.plan.root_type)}")
    return source


@dataclass(slots=True)
class _Writer:
    layout: Layout
    code: FrameCode
    known: dict[int, str] = field(default_factory=dict)
    """Selection (by identity) → its function."""

    @property
    def scope(self) -> frozenset[int]:
        return self.layout.everything

    def selection(self, selection: Selection) -> str:
        """The function of one selection; its parameters are the place's sources."""
        if id(selection) in self.known:
            return self.known[id(selection)]
        source = self.code.source
        name = self.known[id(selection)] = source.fresh("p")
        place = self.code.place(selection.place)
        names = self.code.parameters(place, self.scope)
        with source.definition(name, names):
            held = self.code.arrived(place, self.scope, names)
            leaves = self._leaves(selection, place)
            if leaves is None:
                source.line(f"return {self._shown(selection, place, held)}")
            else:
                self._once(selection, place, held, leaves)
        return name

    def _once(self, selection: Selection, place: Place, held: Held, leaves: list[nodes.Source]) -> None:
        """Write: known for these leaves? Then that; else show it and remember."""
        source = self.code.source
        memo = source.outside(source.fresh("m"), "{}")
        key = self.code.key([source.value("v", self.code.read(held, leaf)) for leaf in leaves])
        with source.block(f"if {key} in {memo}:"):
            source.line(f"return {memo}[{key}]")
        result = source.assign("d", self._shown(selection, place, held))
        source.line(f"{memo}[{key}] = {result}")
        source.line(f"return {result}")

    def _shown(self, selection: Selection, place: Place, held: Held) -> str:
        """An expression for the object, whatever its type; writes what must come before."""
        source = self.code.source
        if place.typename is None:
            fits = [fields for name, fields in selection.variants if name == place.type_name]
            if not fits and len(selection.variants) != 1:
                source.line("raise GiveUp")
                return "None"
            return self.object(fits[0] if fits else selection.variants[0][1], place, held, place.type_name)
        held = self.code.join(place, held, self.code.needed(place, {place.typename.fetch}, self.scope))
        runtime = source.value("v", self.code.read(held, place.typename))
        functions: dict[str, str] = {}
        for name, fields in selection.variants:
            functions[name] = self.fields(fields, place, held, name)
        word = "if"
        result = source.fresh("d")
        for function in dict.fromkeys(functions.values()):
            names = frozenset(name for name, made in functions.items() if made == function)
            with source.block(f"{word} {runtime} in {source.constant(names)}:"):
                source.line(f"{result} = {self._call(function, held)}")
            word = "elif"
        if word == "if":
            source.line("raise GiveUp")
            return "None"
        source.line("else: raise GiveUp")
        return result

    @staticmethod
    def _call(function: str, held: Held) -> str:
        return f"{function}({', '.join(held.values())})"

    def fields(self, fields: tuple[OutputField, ...], place: Place, held: Held, runtime: str) -> str:
        """The function that shows these fields of an object of type `runtime`; its parameters are the frame so far."""
        source = self.code.source
        name = source.fresh("f")
        parameters = {fetch: source.fresh("o") for fetch in held}
        with source.definition(name, list(parameters.values())):
            source.line(f"return {self.object(fields, place, parameters, runtime)}")
        return name

    def object(self, fields: tuple[OutputField, ...], place: Place, held: Held, runtime: str) -> str:
        """An expression for an object of type `runtime`; writes what must come before."""
        reads = {one.source.fetch for one in fields if one.source is not None}
        for one in fields:
            if one.selection is not None:
                reads.update(source.fetch for source in self.code.place(one.selection.place).sources)
        before = self.code.source.position
        frame = self.code.join(place, held, self.code.needed(place, reads, self.scope))
        shown = [f"{self.code.source.constant(one.key)}: {self._field(one, frame, runtime)}" for one in fields]
        self._check_objects(held, before, shown)
        return f"{{{', '.join(shown)}}}"

    def _check_objects(self, held: Held, before: int, shown: list[str]) -> None:
        """An object nothing is read from must still be an object; reading a key proves it otherwise."""
        source = self.code.source
        for name in held.values():
            read = f"{name}["
            if not source.mentions(read, before) and not any(read in one for one in shown):
                source.line(f"if not isa({name}, DICT): raise GiveUp")

    def _field(self, shown: OutputField, held: Held, runtime: str) -> str:
        if shown.special is Special.TYPENAME:
            return self.code.source.constant(runtime)
        if shown.special is Special.INTROSPECTION:
            return "None"  # filled in by the caller: it depends on nothing that was fetched
        if shown.selection is not None:
            return self._composite(shown, shown.selection, held, runtime)
        if shown.source is None or shown.source.fetch not in held:
            return self._null(shown.type)
        return self._leaf(shown, self.code.read(held, shown.source))

    def _null(self, of: TypeRef) -> str:
        if isinstance(of, NonNull):
            self.code.source.line("raise GiveUp")
        return "None"

    def _leaf(self, shown: OutputField, read: str) -> str:
        source = self.code.source
        required = isinstance(shown.type, NonNull)
        inner = shown.type.of if isinstance(shown.type, NonNull) else shown.type
        if isinstance(inner, ListOf):
            value = source.value("v", read)
            levels, coerce = _levels(inner), source.constant(_coercion_of(inner, shown.enum_values))
            result = f"listed({value}, {source.constant(levels)}, {coerce})"
            return result if required else f"(None if {value} is None else {result})"
        value = source.value("v", read)
        if shown.enum_values is not None:
            absent = "" if required else f"{value} is not None and "
            source.line(f"if {absent}{value} not in {source.constant(shown.enum_values)}: raise GiveUp")
            return value
        fits = FITS.get(inner.name, "{0}.__class__ is STR").format(value)
        coerce = f"as_{inner.name}" if inner.name in BUILT_IN else "exact"
        absent = "" if required else f"{value} is None or "
        return f"({value} if {absent}{fits} else {coerce}({value}))"

    def _composite(self, shown: OutputField, selection: Selection, held: Held, runtime: str) -> str:
        source = self.code.source
        place = self.code.place(selection.place)
        if (place.on_types is not None and runtime not in place.on_types) or not place.sources:
            return self._null(shown.type)
        function = self.selection(selection)
        value = source.value("x", self.code.raw(held, place, self.scope))
        several = len(self.code.origins(place, self.scope)) > 1
        result = source.fresh("x")
        self._complete(shown.type, value, result, function, several)
        return result

    def _complete(self, of: TypeRef, value: str, result: str, function: str, several: bool) -> None:
        source = self.code.source
        if isinstance(of, NonNull):
            source.line(f"if {value} is None: raise GiveUp")
            self._present(of.of, value, result, function, several)
            return
        with source.block(f"if {value} is None:"):
            source.line(f"{result} = None")
        with source.block("else:"):
            self._present(of, value, result, function, several)

    def _present(self, of: Named | ListOf, value: str, result: str, function: str, several: bool) -> None:
        source = self.code.source
        call = f"{function}(*{{}})" if several else f"{function}({{}})"
        if isinstance(of, Named):
            source.line(f"{result} = {call.format(value)}")
            return
        source.line(f"if {value}.__class__ is not LIST: raise GiveUp")
        item = source.fresh("x")
        if isinstance(of.of, Named):
            source.line(f"{result} = [None if {item} is None else {call.format(item)} for {item} in {value}]")
        elif isinstance(of.of, NonNull) and isinstance(of.of.of, Named):
            # a null item fails in the function, where its first key is read
            source.line(f"{result} = [{call.format(item)} for {item} in {value}]")
        else:
            inner = source.fresh("x")
            source.line(f"{result} = []")
            with source.block(f"for {item} in {value}:"):
                self._complete(of.of, item, inner, function, several)
                source.line(f"{result}.append({inner})")

    def _leaves(self, selection: Selection, place: Place) -> list[nodes.Source] | None:
        """The few leaves on which the whole object depends; None when it depends on more."""
        origins = {source.fetch for source in self.code.origins(place, self.scope)}
        reads: set[int] = set()
        leaves: dict[nodes.Source, None] = {}
        for _, fields in selection.variants:
            for one in fields:
                if one.source is not None:
                    reads.add(one.source.fetch)
                    if one.source.fetch in origins:
                        leaves[one.source] = None
                elif one.selection is not None:
                    sources = self.code.place(one.selection.place).sources
                    if any(source.fetch in origins for source in sources):
                        return None
                    reads.update(source.fetch for source in sources)
        fetches = self.code.needed(place, reads, self.scope)
        keys = leaves_of(place, fetches, origins) if fetches else None
        if keys is None or len(origins) != 1 or not self.code.repeats(place):
            return None
        leaves.update(dict.fromkeys(keys))
        return list(leaves) if len(leaves) <= 2 else None


def _levels(of: ListOf) -> tuple[bool, ...]:
    inner = of.of
    nullable = not isinstance(inner, NonNull)
    below = inner.of if isinstance(inner, NonNull) else inner
    return (nullable, *(_levels(below) if isinstance(below, ListOf) else ()))


@dataclass(frozen=True, slots=True)
class _OneOf:
    values: frozenset[str]

    def __call__(self, value: Any) -> str:
        if isinstance(value, str) and value in self.values:
            return value
        raise Unfit


def _coercion_of(of: ListOf, enum_values: frozenset[str] | None) -> Callable[[Any], Any]:
    if enum_values is not None:
        return _OneOf(enum_values)
    named: TypeRef = of
    while not isinstance(named, Named):
        named = named.of
    return BUILT_IN.get(named.name, exact)
