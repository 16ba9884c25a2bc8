"""The pass `await_types`: a fetch waits for the runtime types that decide for which objects it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.planner.fetches import dependencies_of, type_teller

if TYPE_CHECKING:
    from gateway.planner.drafts import DraftFetch, DraftPlace
    from gateway.planner.fetches import Chosen


def await_types(chosen: Chosen, abstract: frozenset[str]) -> None:
    """Add a dependency on whoever tells the runtime type where one matters on the way to a fetch's place.

    1. the fetch sends different things for different types      2. a place on the way exists for some types only
    Mostly it waits for them anyway: they are told by the fetch that leads there. Not so below an interface object.

    abstract    names of all abstract types
    """
    by_type = {(parent, key) for parent, type_name, key in chosen.children if type_name is not None}
    limited = {child for (parent, _, key), child in chosen.children.items() if (parent, key) in by_type}
    changed = False
    for fetch in list(chosen.fetches):
        place = fetch.place.settled()
        deciding = [place] if any(send.on_type is not None for send in fetch.sends) else []
        node: DraftPlace | None = place
        while node is not None and node.parent is not None:
            parent = node.parent.settled()
            if node in limited or (node.selection is None and node.on_types):
                deciding.append(parent)
            node = parent
        for each in deciding:
            if each.type_name in abstract:
                changed = _await(chosen, fetch, each) or changed
    if changed:
        chosen.reorder()


def _await(chosen: Chosen, fetch: DraftFetch, place: DraftPlace) -> bool:
    teller = type_teller(chosen, place)
    if teller is None or teller is fetch or teller in _before(fetch) or fetch in _before(teller):
        return False
    fetch.dependencies = (*fetch.dependencies, teller)
    return True


def _before(fetch: DraftFetch) -> set[DraftFetch]:
    """Everything a fetch waits for, directly or not."""
    found: set[DraftFetch] = set()
    pending = [fetch]
    while pending:
        for each in dependencies_of(pending.pop()):
            if each not in found:
                found.add(each)
                pending.append(each)
    return found
