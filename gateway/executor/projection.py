"""Projection by interpretation: the client's data from the answers, keeping paths and reporting what does not fit.

This is the slow and complete half; `projection_code` makes the fast half, which gives up at the first value that does
not fit and leaves the whole answer to this one. It is also the oracle in tests.

Nulls     as the GraphQL specification, section 6.4.4: a null in a non-null position makes its parent null.
Wrong     a value of the wrong shape or scalar type, an enum value or a type the API schema does not know: null, and an
          error that says where and of which subgraph, but never repeats the value.
One cause A fault is not reported where a subgraph's own error lies on the way to it or below it, nor where the fetch
          it is read from has failed: that has been said already.
Absent    An entity that its subgraph was asked for and does not have (or does not show this caller) is not there: the
          object is null without an error of its own; an error is made only where that null may not be.
Order     the operation's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gateway.errors import SubgraphValueUnfit
from gateway.executor.frames import WRONG, Frame, Joined, Path, Reader, runtime_type
from gateway.executor.leaves import BUILT_IN, Unfit, exact
from gateway.executor.replies import MAX_ERRORS
from gateway.planner.nodes import FetchKind, ListOf, Named, NonNull, OutputField, Place, Selection, Special, TypeRef

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Fault:
    """A null whose reason has been given; it goes up to the nearest nullable position."""


FAULT: Final = Fault()
GONE: Final = Fault()
"""A null in an object that its subgraph says is not there: the object is null, and nothing is wrong."""


@dataclass(slots=True)
class Projector:
    """Projects one execution's answers.

    introspection    response key → value of the `__schema` and `__type` fields
    failed           fetches without any answer
    told             client paths at which a subgraph's error is shown
    exact            whether the answers have all digits of large integers; if not, one that has lost some is `Inexact`
    errors           grows: what this projection found itself
    """

    reader: Reader
    root_type: str
    introspection: Mapping[str, Any]
    failed: frozenset[int]
    told: tuple[Path, ...]
    exact: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)

    def data(self) -> dict[str, Any] | None:
        """The value of `data`."""
        plan = self.reader.layout.plan
        frame = self.reader.root()
        shown = self._fields(plan.output, plan.places[0], frame, ())
        return shown if isinstance(shown, dict) else None

    def _fields(self, selection: Selection, place: Place, frame: Frame, path: Path) -> dict[str, Any] | Fault | None:
        runtime = runtime_type(place, frame)
        fields = self._variant(selection, place, runtime)
        if fields is None:
            return self._fault(path, "The type of this object is not known here.", place.sources[0].fetch)
        result: dict[str, Any] = {}
        for shown in fields:
            value = self._field(shown, place, frame, runtime, path)
            if value is GONE:
                return None
            if isinstance(value, Fault):
                return value
            result[shown.key] = value
        return result

    @staticmethod
    def _variant(selection: Selection, place: Place, runtime: str | None) -> tuple[OutputField, ...] | None:
        if place.typename is None and len(selection.variants) == 1:
            return selection.variants[0][1]
        return next((fields for name, fields in selection.variants if name == runtime), None)

    def _field(self, shown: OutputField, place: Place, frame: Frame, runtime: str | None, path: Path) -> Any:
        if shown.special is Special.TYPENAME:
            return self.root_type if place.parent is None else runtime
        if shown.special is Special.INTROSPECTION:
            return self.introspection.get(shown.key)
        here = (*path, shown.key)
        owner = self.root_type if place.parent is None else runtime
        if shown.selection is not None:
            below = self.reader.layout.plan.places[shown.selection.place]
            joined = self.reader.below(below, frame, runtime)
            origin = below.sources[0].fetch if below.sources else None
            absent = joined is None and self._absent(place, frame, origin)
            return self._complete(shown, shown.type, joined, here, _Owner(owner, origin, below, absent))
        if shown.source is None:
            return None
        held = frame.get(shown.source.fetch)
        value = None if held is None else held.get(shown.source.key)
        absent = held is None and self._absent(place, frame, shown.source.fetch)
        return self._complete(shown, shown.type, value, here, _Owner(owner, shown.source.fetch, None, absent))

    def _absent(self, place: Place, frame: Frame, fetch: int | None) -> bool:
        """Whether the entity of this object was asked for by a fetch, and the answer was that it is not there."""
        if fetch is None or fetch in frame or fetch in self.failed:
            return False
        kind = self.reader.layout.plan.fetches[fetch].kind
        return kind is FetchKind.ENTITY and self.reader.representation(place, frame, fetch) is not None

    def _complete(self, shown: OutputField, of: TypeRef, value: Any, path: Path, owner: _Owner) -> Any:
        if isinstance(of, NonNull):
            result = self._nullable(shown, of.of, value, path, owner)
            if result is None and owner.absent:
                return GONE
            if result is None:
                name = f"{owner.type}.{shown.field_name}"
                return self._fault(path, f"Cannot return null for non-nullable field {name}.", owner.fetch)
            return result
        result = self._nullable(shown, of, value, path, owner)
        return None if result is FAULT else result

    def _nullable(self, shown: OutputField, of: TypeRef, value: Any, path: Path, owner: _Owner) -> Any:
        if value is None:
            return None
        if isinstance(of, ListOf):
            return self._list(shown, of, value, path, owner)
        if owner.place is not None and shown.selection is not None:
            return self._object(shown.selection, owner, value, path)
        if shown.enum_values is not None:
            if isinstance(value, str) and value in shown.enum_values:
                return value
            return self._fault(path, "The value is not one of this enum's values.", owner.fetch)
        return self._scalar(of.name if isinstance(of, Named) else "", value, path, owner)

    def _scalar(self, name: str, value: Any, path: Path, owner: _Owner) -> Any:
        coerce = BUILT_IN.get(name)
        if coerce is None:
            return value if self.exact else exact(value)
        try:
            return coerce(value)
        except Unfit:
            return self._fault(path, f"The value is not one of type {name}.", owner.fetch)

    def _list(self, shown: OutputField, of: ListOf, value: Any, path: Path, owner: _Owner) -> Any:
        if not isinstance(value, list):
            return self._fault(path, "A list was expected here.", owner.fetch)
        items = []
        for index, item in enumerate(value):
            result = self._complete(shown, of.of, item, (*path, index), owner)
            if result is FAULT:
                return FAULT
            items.append(result)
        return items

    def _object(self, selection: Selection, owner: _Owner, value: Joined, path: Path) -> Any:
        if value is WRONG or not isinstance(value, dict) or owner.place is None:
            return self._fault(path, "An object was expected here.", owner.fetch)
        return self._fields(selection, owner.place, value, path)

    def _fault(self, path: Path, message: str, fetch: int | None) -> Fault:
        known = fetch in self.failed or any(_related(path, told) for told in self.told)
        if not known and len(self.errors) < MAX_ERRORS:
            extensions = {"code": SubgraphValueUnfit.code}
            if fetch is not None:
                extensions["service"] = self.reader.layout.plan.fetches[fetch].subgraph
            self.errors.append({"message": message, "path": list(path), "extensions": extensions})
        return FAULT


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a value belongs to: the type that has the field, the fetch it is read from, the place of its objects.

    absent  the fetch's subgraph was asked for the object that has the field, and has none
    """

    type: str | None
    fetch: int | None
    place: Place | None
    absent: bool = False


def _related(path: Path, told: Path) -> bool:
    """Whether one path leads to the other."""
    shared = min(len(path), len(told))
    return path[:shared] == told[:shared]
