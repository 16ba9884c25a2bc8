"""Draft places, inputs and the client's selection as the tables of a `Plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.planner.fetches import type_teller
from gateway.planner.nodes import Input, InputField, Place, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.planner.drafts import Ask, DraftFetch, DraftPlace, Part
    from gateway.planner.fetches import Chosen
    from gateway.planner.graph import Graph


class PlaceTable:
    """Numbers the places that are read, parents first, and describes them.

    The client's places are added while the output is built (`see`), hidden ones with the inputs (`number`).
    """

    def __init__(self, chosen: Chosen, graph: Graph, ids: Mapping[DraftFetch, int]) -> None:
        self.chosen = chosen
        self.graph = graph
        self.ids = ids
        self._numbers: dict[DraftPlace, int] = {}
        self._visible: set[DraftPlace] = set()
        self._on_types: dict[DraftPlace, set[str] | None] = {}
        self.number(chosen.board.root)
        self._visible.add(chosen.board.root.settled())

    def number(self, place: DraftPlace) -> int:
        """Give a place its number; its parents get theirs before it."""
        place = place.settled()
        found = self._numbers.get(place)
        if found is None:
            if place.parent is not None:
                self.number(place.parent)
            found = self._numbers[place] = len(self._numbers)
        return found

    def see(self, place: DraftPlace, type_name: str | None) -> int:
        """Note that the client sees a place, for one runtime type of its parent or (None) for all."""
        self._visible.add(place)
        known = self._on_types.setdefault(place, set())
        if type_name is None:
            self._on_types[place] = None
        elif known is not None:
            known.add(type_name)
        return self.number(place)

    def source(self, ask: Ask) -> Source:
        """Say where a field is read."""
        settled = ask.settled()
        return Source(self.ids[settled.fetch], settled.response_key)

    def inputs(self, fetch: DraftFetch) -> tuple[Input, ...]:
        """Describe the representations a fetch sends, by runtime type and typename."""
        shapes: dict[tuple[str | None, str], list[InputField]] = {}
        for strict in (True, False):
            for send in fetch.sends:
                if send.strict is strict:
                    fields = shapes.setdefault((send.on_type, send.typename), [])
                    for field in self._fields(send.parts, strict=strict):
                        _add(fields, field)
        shapes = self._apart(shapes, fetch)
        merged: dict[tuple[str, tuple[InputField, ...]], set[str] | None] = {}
        for (on_type, typename), fields in shapes.items():
            memo = (typename, tuple(fields))
            known = merged.setdefault(memo, set())
            if on_type is None:
                merged[memo] = None
            elif known is not None:
                known.add(on_type)
        return tuple(
            Input(frozenset(types) if types is not None else None, typename, fields)
            for (typename, fields), types in merged.items()
        )

    def _apart(
        self, shapes: dict[tuple[str | None, str], list[InputField]], fetch: DraftFetch
    ) -> dict[tuple[str | None, str], list[InputField]]:
        """Make the shapes disjoint: where one holds for all types and others for some, these take its fields in."""
        general = [key for key in shapes if key[0] is None]
        special = sorted({on_type for on_type, _ in shapes if on_type is not None})
        if not general or not special:
            return shapes
        found = {key: list(fields) for key, fields in shapes.items() if key[0] is not None}
        for _, typename in general:
            fields = shapes[None, typename]
            for on_type in sorted(self.graph.possible(fetch.place.type_name)):
                own = found.setdefault((on_type, typename), [])
                for field in fields:
                    _add(own, field)
        return found

    def _fields(self, parts: tuple[Part, ...], *, strict: bool) -> list[InputField]:
        found: list[InputField] = []
        for part in parts:
            on_types = frozenset((part.on_type,)) if part.on_type is not None else None
            if part.place is None:
                field = InputField(
                    part.name, self.source(part.ask), None, (), strict, typename=False, on_types=on_types
                )
            else:
                inner: list[InputField] = []
                for each in self._fields(part.parts, strict=strict):
                    _add(inner, each)
                typename = self.graph.abstract(part.place.type_name)
                field = InputField(part.name, None, self.number(part.place), tuple(inner), strict, typename, on_types)
            _add(found, field)
        return found

    def places(self) -> tuple[Place, ...]:
        """Describe every numbered place."""
        at: dict[DraftPlace, list[int]] = {}
        for fetch in self.chosen.fetches:
            self.number(fetch.place)
            at.setdefault(fetch.place.settled(), []).append(self.ids[fetch])
        return tuple(self._place(place, tuple(sorted(at.get(place, ())))) for place in list(self._numbers))

    def _place(self, place: DraftPlace, fetches: tuple[int, ...]) -> Place:
        asks = [ask.settled() for ask in place.asks if ask.wanted]
        ordered = sorted({self.source(ask): ask for ask in asks}, key=lambda each: (each.fetch, each.key))
        on_types = self._on_types.get(place) if place in self._visible else (place.on_types or None)
        return Place(
            id=self._numbers[place],
            parent=self._numbers[place.parent.settled()] if place.parent is not None else None,
            key=place.key,
            type_name=place.type_name,
            list_depth=place.list_depth,
            sources=tuple(ordered),
            fetches=fetches,
            typename=self.typename(place),
            on_types=frozenset(on_types) if on_types is not None else None,
            visible=place in self._visible,
        )

    def typename(self, place: DraftPlace) -> Source | None:
        """Say where the runtime type at an abstract place is read: the field that leads there, or else an entity fetch."""
        if not self.graph.abstract(place.type_name):
            return None
        teller = type_teller(self.chosen, place)
        return Source(self.ids[teller], "__typename") if teller is not None else None


def _add(fields: list[InputField], field: InputField) -> None:
    """Add a field of a representation; one that is there already is widened to more types or more inner fields."""
    for index, known in enumerate(fields):
        if known.name != field.name:
            continue
        if known.on_types is None and (known.source is not None or known.place != field.place):
            return
        if (known.source, known.place, known.fields) == (field.source, field.place, field.fields):
            both = None if known.on_types is None or field.on_types is None else known.on_types | field.on_types
            fields[index] = InputField(
                known.name, known.source, known.place, known.fields, known.strict or field.strict, known.typename, both
            )
            return
        lax = not (known.strict or field.strict)  # what is sent beyond what is wanted does no harm then
        if known.place is not None and known.place == field.place and (known.on_types == field.on_types or lax):
            inner = list(known.fields)
            for each in field.fields:
                _add(inner, each)
            both = None if known.on_types is None or field.on_types is None else known.on_types | field.on_types
            fields[index] = InputField(known.name, None, known.place, tuple(inner), known.strict, known.typename, both)
            return
    fields.append(field)
