"""Counts with a scanner: what one scan does to a shelf, and when shelf and system disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from subgraphs.inventory.rules.quantities import MOST_COUNTED, Fault

MOST_SCANS = 500
CLOCK_LEEWAY = timedelta(minutes=5)
"""How far ahead a device's clock may run."""


class DiscrepancyCause(StrEnum):
    """Why shop floor and system disagree."""

    UNKNOWN = "UNKNOWN"
    LATE_TILL_DATA = "LATE_TILL_DATA"
    SHRINKAGE = "SHRINKAGE"
    DAMAGE = "DAMAGE"
    MISPLACED = "MISPLACED"
    COUNT_ERROR = "COUNT_ERROR"
    OVERSOLD = "OVERSOLD"


class DiscrepancyStatus(StrEnum):
    """State of a discrepancy."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


class MovementKind(StrEnum):
    """Why the units on a shelf changed, or were looked at."""

    RECEIPT = "RECEIPT"
    WRITE_OFF = "WRITE_OFF"
    COUNT = "COUNT"
    SALE = "SALE"
    RETURN = "RETURN"
    TRANSFER_OUT = "TRANSFER_OUT"
    TRANSFER_IN = "TRANSFER_IN"
    CORRECTION = "CORRECTION"


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading: either `counted` units in all, or a `change`."""

    location_id: str
    code: str
    counted: int | None
    change: int | None
    scanned_at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scan makes of a shelf: units after it, and the disagreement it found (found less system)."""

    on_hand: int
    difference: int = 0


def faults_in_scans(scans: Sequence[Scan], now: datetime) -> tuple[Fault, ...]:
    """Every fault of a batch, by index; an empty batch is none."""
    if len(scans) > MOST_SCANS:
        return (Fault(("scans",), f"Send at most {MOST_SCANS} scans at once; {len(scans)} were sent."),)
    found: list[Fault] = []
    for index, scan in enumerate(scans):
        found.extend(Fault(("scans", str(index), field), message) for field, message in _faults(scan, now))
    return tuple(found)


def _faults(scan: Scan, now: datetime) -> list[tuple[str, str]]:
    if (scan.counted is None) == (scan.change is None):
        return [("counted", "Give either counted or change, not both and not neither.")]
    faults = []
    if scan.counted is not None and not 0 <= scan.counted <= MOST_COUNTED:
        faults.append(("counted", f"A count lies between 0 and {MOST_COUNTED:,}; {scan.counted:,} was given."))
    if scan.change is not None and (scan.change == 0 or abs(scan.change) > MOST_COUNTED):
        faults.append(("change", f"A change is at most {MOST_COUNTED:,} up or down and never 0."))
    if scan.scanned_at > now + CLOCK_LEEWAY:
        faults.append(("scannedAt", "The scan lies in the future; set the device's clock."))
    return faults


def apply_scan(on_hand: int, scan: Scan) -> Outcome:
    """Say what `scan` makes of a shelf that holds `on_hand` by the system.

    Cases   1 a count: the shelf is right, the difference is told
            2 units taken that the system did not have: the shelf is empty, the missing ones are told
            3 a receipt or an ordinary write-off: no disagreement
    """
    if scan.counted is not None:
        return Outcome(scan.counted, scan.counted - on_hand)
    change = scan.change or 0
    after = on_hand + change
    if after < 0:
        return Outcome(0, -after)
    return Outcome(after)


def oversold(available_before: int, on_hand_after: int) -> bool:
    """Whether channels went on offering what the shelf no longer had."""
    return available_before > 0 and on_hand_after == 0
