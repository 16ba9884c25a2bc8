"""Layaways in figures: the least deposit, the days parts are due, how many parts a sum has paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from subgraphs.kit.money import formatted, is_exact, quantize

LEAST_SHARE = Decimal("0.1")
"""Of the total, for the deposit."""
MOST_PARTS = 5
"""After the deposit: goods are held for half a year at most."""
EVERY = timedelta(days=30)
PATIENCE = timedelta(days=14)
"""How long a part may be missed before the goods are freed."""


def fault_in_deposit(deposit: Decimal, total: Decimal, currency: str) -> str | None:
    """What is wrong with a deposit; None when nothing is."""
    least = quantize(total * LEAST_SHARE, currency)
    if not is_exact(deposit, currency) or not least <= deposit < total:
        return f"The deposit must be from {formatted(least, currency)} to less than the whole."
    return None


def due_days(opened: date, parts: int) -> tuple[date, ...]:
    """The days the parts after the deposit are due."""
    return tuple(opened + EVERY * number for number in range(1, parts + 1))


def held_for(parts: int) -> timedelta:
    """How long the goods must be kept: until the last part is due, and a while to collect them."""
    return EVERY * (parts + 1)


def paid_parts(amounts: Sequence[Decimal], paid: Decimal) -> int:
    """How many parts, from the first, a sum has paid whole."""
    covered = 0
    for amount in amounts:
        paid -= amount
        if paid < 0:
            break
        covered += 1
    return covered


def charged_for(key: str, payment: int) -> str:
    """The key a payment of a purchase is charged under."""
    return f"{key}:{payment}"
