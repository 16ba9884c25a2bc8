"""Twelve weeks of counts in the sample world: each week each store counts six things, and now and then one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from subgraphs.inventory.rules.count import DiscrepancyCause, DiscrepancyStatus, MovementKind
from subgraphs.inventory.service import shelf
from subgraphs.kit.ids import new_id, new_uuid
from subgraphs.kit.sample_world import SampleLocation, SampleVariant

_WEEKS = 12
_COUNTED_A_WEEK = 6
_CAUSES = (DiscrepancyCause.SHRINKAGE, DiscrepancyCause.MISPLACED, DiscrepancyCause.DAMAGE)
_LOOKED_INTO_AFTER = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Pile:
    """Units of one thing at one place, as they lie there now."""

    place: SampleLocation
    item: SampleVariant
    units: int
    safety: int

    @property
    def level_id(self) -> str:
        """Id of its stock record."""
        return shelf.level_id(self.item.id, self.place.id)


@dataclass(frozen=True, slots=True)
class Count:
    """One count: units found, and whether one was missing."""

    pile: Pile
    found: int
    short: bool
    at: datetime


def weekly_counts(piles: Sequence[Pile], now: datetime) -> tuple[Count, ...]:
    """Every count, oldest first. What is found missing stays missing, so earlier counts found more."""
    stores: dict[str, list[Pile]] = {}
    for pile in piles:
        if pile.place.kind == "STORE" and pile.units:
            stores.setdefault(pile.place.code, []).append(pile)
    newest_first: list[Count] = []
    missing: dict[str, int] = {}
    for week in range(1, _WEEKS + 1):
        for number, mine in enumerate(stores.values()):
            for turn in range(_COUNTED_A_WEEK):
                pile = mine[(week * 17 + number * 5 + turn * 11) % len(mine)]
                short = (week + number + turn) % 7 == 0
                found = pile.units + missing.get(pile.level_id, 0)
                newest_first.append(Count(pile, found, short, now - timedelta(weeks=week, minutes=-turn)))
                missing[pile.level_id] = missing.get(pile.level_id, 0) + short
    return tuple(sorted(newest_first, key=lambda count: count.at))


def movements(counts: Sequence[Count]) -> Iterator[dict[str, Any]]:
    """The ledger's lines of the counts."""
    for count in counts:
        yield movement(count.pile, MovementKind.COUNT, -int(count.short), count.found, count.at, "weekly count")


def discrepancies(counts: Sequence[Count], now: datetime) -> list[dict[str, Any]]:
    """What the counts found; what is older than two weeks has been looked into."""
    rows = []
    for number, count in enumerate(count for count in counts if count.short):
        resolved = count.at < now - _LOOKED_INTO_AFTER
        rows.append(
            {
                "id": new_id("StockDiscrepancy"),
                "variant_id": count.pile.item.id,
                "location_id": count.pile.place.id,
                "system_quantity": count.found + 1,
                "counted_quantity": count.found,
                "oversold_in": [],
                "cause": _CAUSES[number % len(_CAUSES)] if resolved else DiscrepancyCause.UNKNOWN,
                "status": DiscrepancyStatus.RESOLVED if resolved else DiscrepancyStatus.OPEN,
                "day": _day(count.pile, count.at),
                "detected_at": count.at,
                "resolved_at": count.at + timedelta(days=2) if resolved else None,
            }
        )
    return rows


def movement(pile: Pile, kind: MovementKind, change: int, after: int, at: datetime, reference: str) -> dict[str, Any]:
    """One line of the ledger; a change of a count is the difference it found."""
    return {
        "id": str(new_uuid()),
        "variant_id": pile.item.id,
        "location_id": pile.place.id,
        "kind": kind,
        "change": change,
        "on_hand_after": after,
        "difference": change if kind is MovementKind.COUNT else 0,
        "day": _day(pile, at),
        "at": at,
        "reference": reference,
    }


def _day(pile: Pile, at: datetime) -> date:
    return at.astimezone(ZoneInfo(pile.place.time_zone)).date()
