"""How many units a line may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST_UNITS = 999
"""Units of one variant in one cart; more is a trade order, taken by an agent."""
MOST_LINES = 200
"""Lines in one cart: what one page, one hold and one order can carry."""


def fault_in_quantity(quantity: int, *, least: int = 1) -> str | None:
    """Say what is wrong with a number of units; None when nothing is.

    least   1 to add, 0 to change (zero removes the line)
    """
    if quantity < least:
        return f"Quantity must be at least {least}, not {quantity}."
    if quantity > MOST_UNITS:
        return f"Quantity must be at most {MOST_UNITS}, not {quantity}."
    return None


def summed(items: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Units of each variant over all lines, variants in order: two lines of one variant draw on the same stock."""
    units: dict[str, int] = {}
    for variant_id, quantity in items:
        units[variant_id] = units.get(variant_id, 0) + quantity
    return dict(sorted(units.items()))
