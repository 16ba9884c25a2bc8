"""The pass `join_places`: one nested object of a representation is read at one place, whoever supplies its fields.

Two requirements of one fetch may each want something of the same object, and have found it in different answers:
`@requires(fields: "box { width }")` in one, `@requires(fields: "box { height }")` in the other. A representation has
one `box`, so the two hidden places become one, with both answers as its sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.planner.drafts import DraftPlace, Part
    from gateway.planner.fetches import Chosen


def join_places(chosen: Chosen) -> None:
    """Join the places of equally named nested objects in what one fetch sends, outer ones first."""
    moved: dict[DraftPlace, DraftPlace] = {}
    for fetch in chosen.fetches:
        _join([send.parts for send in fetch.sends], moved)
    for fetch in chosen.fetches if moved else ():
        fetch.place = fetch.place.settled()


def _join(groups: Iterable[tuple[Part, ...]], moved: dict[DraftPlace, DraftPlace]) -> None:
    """Join what is equally named and may stand in one object; what is for different runtime types never does."""
    alike: dict[str, list[Part]] = {}
    for parts in groups:
        for part in parts:
            if part.place is not None:
                alike.setdefault(part.name, []).append(part)
    for named in alike.values():
        general = any(part.on_type is None for part in named)
        by_type: dict[str | None, list[Part]] = {}
        for part in named:
            by_type.setdefault(None if general else part.on_type, []).append(part)
        for same in by_type.values():
            _join_alike(same, moved)
            _join([part.parts for part in same], moved)


def _join_alike(parts: list[Part], moved: dict[DraftPlace, DraftPlace]) -> None:
    places = [part.place.settled() for part in parts if part.place is not None]
    for each in places[1:]:
        known, place = places[0].settled(), each.settled()
        if known is not place:
            _merge(*((place, known) if place.selection is None else (known, place)), moved)


def _merge(hidden: DraftPlace, target: DraftPlace, moved: dict[DraftPlace, DraftPlace]) -> None:
    """Let `target` stand for `hidden` too; two places of the client's stay apart, as do those of different types."""
    same = (hidden.type_name, hidden.list_depth) == (target.type_name, target.list_depth)
    if hidden.selection is not None or not same:
        return
    moved[hidden] = target
    hidden.merged = target
    target.asks.update(hidden.asks)
    if target.on_types is None or hidden.on_types is None:
        target.on_types = None
    else:
        target.on_types |= hidden.on_types
