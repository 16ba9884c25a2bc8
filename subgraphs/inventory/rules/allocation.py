"""From which places the units of an order come, when the customer does not care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subgraphs.inventory.rules.quantities import Line


@dataclass(frozen=True, slots=True)
class Source:
    """Units of one variant that one place can promise; places with a lower rank are drawn on first."""

    level_id: str
    location_id: str
    available: int
    rank: int


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one line taken from one record."""

    line: int
    level_id: str
    location_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """The first line that cannot be met from all places together, and how many units of its variant there are."""

    line: int
    available: int


def allocate(lines: Sequence[Line], sources: Mapping[str, Sequence[Source]]) -> tuple[Part, ...] | Shortage:
    """Choose the places for each line; lines of one variant draw on the same units.

    Cases   1 one place has everything: it sends everything (one parcel)
            2 else each line from the best place that has all of it
            3 else a line is split, best places first
    Shape   sources: variant id → places that have it
    """
    left = {source.level_id: source.available for each in sources.values() for source in each}
    whole = _one_place(lines, sources)
    parts: list[Part] = []
    for index, line in enumerate(lines):
        places = sorted(sources.get(line.variant_id, ()), key=lambda s: (s.location_id != whole, s.rank, s.location_id))
        if sum(left[place.level_id] for place in places) < line.quantity:
            return Shortage(index, sum(place.available for place in places))
        enough = [place for place in places if left[place.level_id] >= line.quantity]
        wanted = line.quantity
        for place in enough[:1] or places:
            taken = min(wanted, left[place.level_id])
            if taken:
                left[place.level_id] -= taken
                wanted -= taken
                parts.append(Part(index, place.level_id, place.location_id, taken))
    return tuple(parts)


def _one_place(lines: Sequence[Line], sources: Mapping[str, Sequence[Source]]) -> str | None:
    """The best place that has every line whole; None when there is none."""
    needed: dict[str, int] = {}
    for line in lines:
        needed[line.variant_id] = needed.get(line.variant_id, 0) + line.quantity
    ranks: dict[str, int] | None = None
    for variant_id, quantity in needed.items():
        able = {s.location_id: s.rank for s in sources.get(variant_id, ()) if s.available >= quantity}
        ranks = able if ranks is None else {place: rank for place, rank in ranks.items() if place in able}
    return min(ranks, key=lambda place: (ranks[place], place)) if ranks else None
