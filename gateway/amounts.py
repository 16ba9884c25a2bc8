"""Amounts of demand control: numbers, or what computes them from coerced variables; none overflows.

Most of an operation depends on no variable: such amounts are added up once, when it is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gateway.limits import CAP

if TYPE_CHECKING:
    from collections.abc import Iterable

Variables = Mapping[str, Any]
Amount = int | Callable[[Variables], int]
"""A number, or what computes it."""

Conditions = tuple[tuple[str, bool], ...]
"""Names of variables and what each must be, all of them, sorted; none: always."""


def value_of(amount: Amount, variables: Variables) -> int:
    """The number."""
    return amount if isinstance(amount, int) else amount(variables)


def capped(amount: int) -> int:
    """The number, where it is not beyond all limits."""
    return max(-CAP, min(CAP, amount))


def sum_of(amounts: Iterable[Amount]) -> Amount:
    """All of them together."""
    fixed, open_ = 0, []
    for amount in amounts:
        if isinstance(amount, int):
            fixed += amount
        else:
            open_.append(amount)
    fixed = capped(fixed)
    if not open_:
        return fixed
    if len(open_) == 1 and not fixed:
        return open_[0]
    rest = tuple(open_)
    return lambda variables: capped(fixed + sum([amount(variables) for amount in rest]))


def most_of(amounts: Iterable[Amount]) -> Amount:
    """The greatest of them; 0 of none."""
    fixed: int | None = None
    open_ = []
    for amount in amounts:
        if isinstance(amount, int):
            fixed = amount if fixed is None else max(fixed, amount)
        else:
            open_.append(amount)
    if not open_:
        return fixed or 0
    if len(open_) == 1 and fixed is None:
        return open_[0]
    rest, least = tuple(open_), [] if fixed is None else [fixed]
    return lambda variables: max([*least, *[amount(variables) for amount in rest]])


def product_of(left: Amount, right: Amount) -> Amount:
    """One as often as the other says."""
    if isinstance(left, int) and isinstance(right, int):
        return capped(left * right)
    if left == 1:
        return right
    return lambda variables: capped(value_of(left, variables) * value_of(right, variables))


def where_any(conditions: Iterable[Conditions], amount: Amount) -> Amount:
    """The amount where any of the conditions holds, else 0."""
    every = tuple(set(conditions))
    if () in every or amount == 0:
        return amount
    return lambda variables: value_of(amount, variables) if any(_holds(each, variables) for each in every) else 0


def _holds(conditions: Conditions, variables: Variables) -> bool:
    return all(bool(variables.get(name)) is wanted for name, wanted in conditions)
