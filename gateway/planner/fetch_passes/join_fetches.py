"""The pass `join_fetches`: two fetches that ask one graph about one place become one where nobody waits longer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.planner.fetches import Chosen, dependencies_of
from gateway.planner.nodes import FetchKind

if TYPE_CHECKING:
    from gateway.planner.drafts import Ask, DraftFetch, Send


def join_fetches(chosen: Chosen) -> None:
    """Join entity fetches of the same graph and place.

    1. ready at the same time: always
    2. one earlier, and nothing waits for it: it moves to the later one, if all of its graph that would travel with
       it can move as well; then a request is saved and the plan is no deeper
    Both need the same kinds of representation, and required fields that agree on their arguments.
    """
    while _join_equals(chosen) or _join_delayed(chosen):
        chosen.reorder()


def _by_place(chosen: Chosen) -> list[list[DraftFetch]]:
    """Group the entity fetches that might be joined at all: one graph, one place, more than one fetch."""
    groups: dict[tuple[str, int], list[DraftFetch]] = {}
    for each in chosen.fetches:
        if each.kind is FetchKind.ENTITY and each.merged is None:
            groups.setdefault((each.graph, each.place.id), []).append(each)
    return [group for group in groups.values() if len(group) > 1]


def _join_equals(chosen: Chosen) -> bool:
    changed = False
    for group in _by_place(chosen):
        for index, late in enumerate(group):
            for early in group[index + 1 :]:
                mergeable = early.merged is None and late.merged is None and early.level == late.level
                if mergeable and _joinable(early, late):
                    _join(early, late)
                    changed = True
    return changed


def _join_delayed(chosen: Chosen) -> bool:
    """Empty one request, if each of its fetches has a later one to go to."""
    partners: dict[DraftFetch, DraftFetch] = {}
    for group in _by_place(chosen):
        for early in group:
            for late in group:
                if late.level > early.level and early not in partners and _joinable(early, late):
                    partners[early] = late
    if not partners:
        return False
    waited_for = {dependency for fetch in chosen.fetches for dependency in dependencies_of(fetch)}
    requests: dict[tuple[str, int], list[DraftFetch]] = {}
    for each in chosen.fetches:
        if each.kind is FetchKind.ENTITY:
            requests.setdefault((each.graph, each.level), []).append(each)
    for group in requests.values():
        if all(each in partners and each not in waited_for for each in group):
            for each in group:
                _join(each, partners[each])
            return True
    return False


def _joinable(early: DraftFetch, late: DraftFetch) -> bool:
    same_question = early.graph == late.graph and early.place is late.place
    return same_question and _kinds(early) == _kinds(late) and _agree(early, late)


def _kinds(fetch: DraftFetch) -> set[tuple[str | None, str]]:
    return {(send.on_type, send.typename) for send in fetch.sends}


def _agree(one: DraftFetch, other: DraftFetch) -> bool:
    mine = dict(one.identity.signature)
    others = one.identity.entered_as, one.identity.slot
    return others == (other.identity.entered_as, other.identity.slot) and all(
        mine.get(path, text) == text for path, text in other.identity.signature
    )


def _join(early: DraftFetch, late: DraftFetch) -> None:
    """Move the document and the input of one fetch into another."""
    early.merged = late
    late.dependencies = tuple(
        sorted({*late.dependencies, *early.dependencies} - {early, late}, key=lambda each: each.id)
    )
    late.identity = replace(
        late.identity, signature=tuple(dict.fromkeys((*late.identity.signature, *early.identity.signature)))
    )
    late.sends = [*_with_keys_of_one(late, early), *(send for send in early.sends if not send.strict)]
    _move(early.document, late.document)


def _with_keys_of_one(late: DraftFetch, early: DraftFetch) -> list[Send]:
    """What `late` sends already: the keys of either would do, so it keeps its own."""
    have = {(send.on_type, send.typename) for send in late.sends if send.strict}
    missing = [send for send in early.sends if send.strict and (send.on_type, send.typename) not in have]
    return [*missing, *late.sends]


def _move(source: Ask, target: Ask) -> None:
    source.merged = target
    target.wanted = target.wanted or source.wanted
    target.typed = target.typed or source.typed
    target.target = target.target or source.target
    target.shape = target.shape or source.shape
    for kid in source.kids.values():
        if kid.wanted:
            _move(kid, target.kid(kid.on_type, kid.key, kid.name, kid.arguments, kid.variables))
