"""Frames: what every fetch has at one place, read from the answers as they came.

This is the interpreter's half of the frame model drawn in `gateway.planner.nodes`; generated code does the same
faster. Two rules keep the result independent of the order of arrival:

Rule 1  A reader sees a fixed set of fetches, its *scope*: for a request, those of the requests it comes after; for the
        projection, all. What else happens to have arrived is invisible to it.
Rule 2  Of several sources the earlier in plan order decides length and nullness; arrival decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from gateway.executor.representations import ABSENT, Key, Representation, key_of
from gateway.planner.nodes import FetchKind, InputField, Place, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.executor.layout import Layout

Frame = dict[int, dict[str, Any]]
"""Fetch id → its own object here. Fetches without an object are absent."""

Path = tuple[str | int, ...]
"""Where in the client's answer: response keys and list indexes."""


class Missing(dict[str, Any]):
    """An object nobody has: every key reads as None, so that readers need no special case."""

    __slots__ = ()

    def __missing__(self, key: str) -> None:
        return None


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Stands where an answer has a value of another shape than the schema says."""


WRONG: Final = Wrong()

Joined = Frame | Wrong | list[Any] | None
"""A frame, or lists of them as deep as the place's `list_depth`; None and WRONG may stand at every level."""


@dataclass(slots=True)
class Answers:
    """What has arrived: root objects by fetch, and for each lookup and shape its entities by key.

    Only `Execution` writes here; the objects inside belong to nobody and are never changed.
    """

    roots: list[dict[str, Any]]
    entities: list[list[dict[Key, dict[str, Any]]]]


def no_answers(layout: Layout) -> Answers:
    """The state before anything has arrived."""
    return Answers(
        roots=[MISSING] * len(layout.plan.fetches),
        entities=[[{} for _ in shapes] for shapes in layout.shapes],
    )


def read(frame: Frame, source: Source) -> Any:
    """The value under `source`; None when the fetch has no object here."""
    held = frame.get(source.fetch)
    return None if held is None else held.get(source.key)


def runtime_type(place: Place, frame: Frame) -> str | None:
    """Name of the object's type, or None when the answer does not tell."""
    if place.typename is None:
        return place.type_name
    name = read(frame, place.typename)
    return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads frames with one scope."""

    layout: Layout
    answers: Answers
    scope: frozenset[int]

    def root(self) -> Frame:
        """The frame at place 0."""
        return self._entered(self.layout.plan.places[0], {})

    def below(self, place: Place, parent: Frame, runtime: str | None) -> Joined:
        """What stands at `place` below one parent of type `runtime`: joined sources, and the fetches that enter here.

        None where nothing exists, also when the parent's type is not among `place.on_types`.
        """
        if place.on_types is not None and runtime not in place.on_types:
            return None
        held = [(source.fetch, read(parent, source)) for source in place.sources if source.fetch in self.scope]
        return self._joined(place, held, place.list_depth)

    def walk(self, target: Place) -> Iterator[tuple[Frame, Path]]:
        """Every frame at `target`, in the data's order, with the client's path to it.

        A hidden place has the path of its nearest visible ancestor.
        """
        chain: list[Place] = []
        place = target
        while place.parent is not None:
            chain.append(place)
            place = self.layout.plan.places[place.parent]
        yield from self._descend(place, chain, self.root(), ())

    def representation(self, place: Place, frame: Frame, fetch_id: int) -> Representation | None:
        """What `fetch_id` sends for the object in `frame`.

        None     no input is for its type, or a key field is null or missing: nothing is asked about such an object.
        Scope    always that of the fetch's own request, so that projection finds what was sent.
        Source   Apollo subgraph specification, `Query._entities`
        """
        scope = self.layout.scopes[self.layout.request_of[fetch_id]]
        reader = self if scope == self.scope else replace(self, scope=scope)
        visible = {fetch: held for fetch, held in frame.items() if fetch in scope}
        runtime = runtime_type(place, visible)
        fetch = self.layout.plan.fetches[fetch_id]
        for shape, wanted in zip(self.layout.shape_of[fetch_id], fetch.inputs, strict=True):
            if wanted.on_types is None or runtime in wanted.on_types:
                values = [reader._input(field, visible, runtime) for field in wanted.fields]
                if any(value is ABSENT for value in values):
                    return None
                sent = {field.name: value for field, value in zip(wanted.fields, values, strict=True)}
                return Representation(shape, key_of(values), {"__typename": wanted.typename, **sent})
        return None

    def _joined(self, place: Place, held: list[tuple[int, Any]], depth: int) -> Joined:
        present = [(fetch, value) for fetch, value in held if value is not None]
        if not present:
            return None
        if depth == 0:
            frame: Frame = {}
            for fetch, value in present:
                if isinstance(value, dict):
                    frame.setdefault(fetch, value)
            return self._entered(place, frame) if frame else WRONG
        lists = [(fetch, value) for fetch, value in present if isinstance(value, list)]
        if not lists:
            return WRONG
        return [
            self._joined(place, [(f, items[at] if at < len(items) else None) for f, items in lists], depth - 1)
            for at in range(len(lists[0][1]))
        ]

    def _entered(self, place: Place, frame: Frame) -> Frame:
        for fetch in self.layout.entering[place.id]:
            if fetch.id not in self.scope:
                continue
            if fetch.kind is not FetchKind.ENTITY:
                if self.answers.roots[fetch.id] is not MISSING:
                    frame[fetch.id] = self.answers.roots[fetch.id]
                continue
            found = self.representation(place, frame, fetch.id)
            if found is not None:
                shapes = self.answers.entities[self.layout.lookup_of[fetch.id]]
                entity = shapes[found.shape].get(found.key)
                if entity is not None:
                    frame[fetch.id] = entity
        return frame

    def _descend(self, place: Place, chain: list[Place], frame: Frame, path: Path) -> Iterator[tuple[Frame, Path]]:
        if not chain:
            yield frame, path
            return
        child = chain[-1]
        below = self.below(child, frame, runtime_type(place, frame))
        start = (*path, child.key) if child.visible else path
        for found, at in flat(below, start, indexed=child.visible):
            yield from self._descend(child, chain[:-1], found, at)

    def _input(self, field: InputField, frame: Frame, runtime: str | None) -> Any:
        if field.place is None:
            value = None if field.source is None else read(frame, field.source)
            return ABSENT if value is None and field.strict else value
        place = self.layout.plan.places[field.place]
        return self._nested(field, place, self.below(place, frame, runtime))

    def _nested(self, field: InputField, place: Place, joined: Joined) -> Any:
        if isinstance(joined, list):
            items = [self._nested(field, place, item) for item in joined]
            return ABSENT if any(item is ABSENT for item in items) else items
        if not isinstance(joined, dict):
            return ABSENT if field.strict else None
        runtime = runtime_type(place, joined)
        sent: dict[str, Any] = {"__typename": runtime} if field.typename else {}
        for below in field.fields:
            if below.on_types is not None and runtime not in below.on_types:
                continue
            value = self._input(below, joined, runtime)
            if value is ABSENT:
                return ABSENT
            sent[below.name] = value
        return sent


def flat(joined: Joined, path: Path, *, indexed: bool) -> Iterator[tuple[Frame, Path]]:
    """The frames of a joined value one by one; `indexed` says whether list indexes belong to the path."""
    if isinstance(joined, dict):
        yield joined, path
    elif isinstance(joined, list):
        for index, item in enumerate(joined):
            yield from flat(item, (*path, index) if indexed else path, indexed=indexed)
