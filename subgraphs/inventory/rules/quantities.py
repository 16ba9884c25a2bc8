"""How many units one request may name, and how its lines are summed before stock is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_UNITS = 10_000
"""Most units one line of a hold or a transfer may name; more is a slip of the keyboard or an attack."""
MOST_LINES = 100
MOST_COUNTED = 10_000_000
"""Most units a scan may count or add; keeps every sum far inside a 64-bit column."""


@dataclass(frozen=True, slots=True)
class Line:
    """A variant and how many units of it."""

    variant_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that an input breaks: the path of the field at fault, and what to do about it."""

    path: tuple[str, ...]
    message: str


def faults_in_lines(lines: Sequence[Line], path: tuple[str, ...]) -> tuple[Fault, ...]:
    """Every fault of the lines of one request; `path` is the input field that holds them.

    Shape   quantities 1, 0 → (Fault(path + ("1", "quantity"), …),)
    """
    if not lines:
        return (Fault(path, "Name at least one item."),)
    if len(lines) > MOST_LINES:
        return (Fault(path, f"Name at most {MOST_LINES} items at once."),)
    return tuple(
        Fault((*path, str(index), "quantity"), message)
        for index, line in enumerate(lines)
        if (message := quantity_fault(line.quantity))
    )


def quantity_fault(quantity: int) -> str | None:
    """Say what is wrong with a number of units to hold or move; None when nothing is."""
    if quantity < 1:
        return f"A quantity must be 1 or more; {quantity:,} was given."
    if quantity > MOST_UNITS:
        return f"A quantity must be {MOST_UNITS:,} or less; {quantity:,} was given."
    return None


def summed(lines: Iterable[Line]) -> Mapping[str, int]:
    """Units by variant: two lines of one variant draw on the same shelf, so they are asked for together."""
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.variant_id] = totals.get(line.variant_id, 0) + line.quantity
    return totals
