"""From the chosen ways to the fetches that will be sent: everything on a chosen trail is marked as wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.planner.drafts import Arrival, Ask, Board, DraftFetch, DraftPlace, Part, Send, follow
from gateway.planner.nodes import FetchKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.planner.choice import Leaf
    from gateway.planner.moves import Budget
    from gateway.planner.search import Search


@dataclass(slots=True, eq=False)
class Chosen:
    """The drafts that are needed; fetch passes change it in place.

    fetches     in the order of their levels
    leaves      (place, runtime type or None for all, response key) → the field it is read from
    children    as in `Paths`
    """

    board: Board
    budget: Budget
    fetches: list[DraftFetch]
    leaves: dict[tuple[DraftPlace, str | None, str], Ask]
    children: dict[tuple[DraftPlace, str | None, str], DraftPlace]

    def reorder(self) -> None:
        """Compute the levels anew and sort by them."""
        levels: dict[DraftFetch, int] = {}

        def level(fetch: DraftFetch) -> int:
            known = levels.get(fetch)
            if known is None:
                known = levels[fetch] = 1 + max((level(each) for each in dependencies_of(fetch)), default=0)
            return known

        self.fetches = [each for each in self.fetches if each.merged is None]
        for fetch in self.fetches:
            fetch.level = level(fetch)
        self.fetches.sort(key=lambda each: (each.level, each.id))


def dependencies_of(fetch: DraftFetch) -> list[DraftFetch]:
    """List what a fetch waits for, as far as it is really sent: each once, by id."""
    found = {each.settled() for each in fetch.dependencies} - {fetch}
    return sorted(found, key=lambda each: each.id)


def type_teller(chosen: Chosen, place: DraftPlace) -> DraftFetch | None:
    """Give the fetch in whose answer the runtime type at an abstract place is read, the earliest there is.

    It is a fetch with a field that leads there, or else one that looks the interface up; None: nobody was asked.
    """
    order = {fetch: index for index, fetch in enumerate(chosen.fetches)}
    told = [ask.settled().fetch for ask in place.asks if ask.wanted and ask.typed]
    if told:
        return min(told, key=lambda each: order[each])
    for fetch in chosen.fetches:
        if fetch.place.settled() is place and fetch.kind is FetchKind.ENTITY:
            for ask in fetch.document.kids.values():
                if ask.wanted and ask.name == "__typename" and ask.on_type == place.type_name:
                    return fetch
    return None


def mark_wanted(
    search: Search,
    picks: Iterable[tuple[Leaf, Arrival]],
    children: dict[tuple[DraftPlace, str | None, str], DraftPlace],
) -> Chosen:
    """Mark what the picked leaves need, and collect the fetches with what each must send."""
    leaves: dict[tuple[DraftPlace, str | None, str], Ask] = {}
    trails = []
    mask = 0
    for leaf, arrival in picks:
        mask |= arrival.mask
        arrival.ask.want()
        trails.append(arrival.trail)
        if leaf.key:
            leaves[leaf.place, leaf.type_name, leaf.key] = arrival.ask
    for item in follow(trails):
        if isinstance(item, Ask):
            item.want()
        else:
            _add_send(item)
    chosen = Chosen(search.board, search.budget, search.board.members(mask), leaves, children)
    chosen.reorder()
    return chosen


def _add_send(send: Send) -> None:
    """Add to what a fetch sends: one key set for each kind of representation, and all that is required."""
    fetch = send.fetch
    for each in fetch.sends:
        same_kind = (each.on_type, each.typename, each.strict) == (send.on_type, send.typename, send.strict)
        if same_kind and (send.strict or each.parts == send.parts):
            return
    for part in send.parts:
        _want_part(part)
    fetch.sends.append(send)


def _want_part(part: Part) -> None:
    part.ask.want()
    for inner in part.parts:
        _want_part(inner)
