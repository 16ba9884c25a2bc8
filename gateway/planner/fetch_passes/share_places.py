"""The pass `share_places`: a hidden place that turns out to be one the client sees becomes that place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.planner.drafts import DraftPlace, Part
    from gateway.planner.fetches import Chosen


def share_places(chosen: Chosen) -> None:
    """Let keys and `@requires` read nested objects at the client's own place where both come from one field.

    Only where the client's place stands for all runtime types of its parent; fetches at both places may then be
    joined (`join_fetches`).
    """
    visible: dict[tuple[DraftPlace, str], list[tuple[DraftPlace, bool]]] = {}
    for (parent, type_name, _), child in chosen.children.items():
        for ask in child.asks:
            group = visible.setdefault((parent, ask.key), [])
            entry = (child, type_name is None)
            if ask.wanted and entry not in group:
                group.append(entry)
    for part, parent in _nested_parts(chosen):
        hidden = part.place
        if hidden is None or hidden.merged is not None or hidden.origin is None:
            continue
        group = visible.get((parent.settled(), hidden.origin.key), [])
        if len(group) != 1 or not group[0][1]:
            continue
        place = group[0][0]
        wanted = [ask for ask in place.asks if ask.wanted]
        if wanted == [hidden.origin] and place.type_name == hidden.type_name:
            hidden.merged = place
            for fetch in chosen.fetches:
                if fetch.place is hidden:
                    fetch.place = place


def _nested_parts(chosen: Chosen) -> Iterator[tuple[Part, DraftPlace]]:
    """Every part that is an object, outer ones first, with the place it hangs from."""
    for fetch in chosen.fetches:
        pending = [(part, fetch.place) for send in fetch.sends for part in send.parts]
        while pending:
            part, parent = pending.pop(0)
            if part.place is not None:
                yield part, parent
                pending += [(inner, part.place) for inner in part.parts]
