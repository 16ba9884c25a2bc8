"""Points and tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from subgraphs.kit.money import exponent

POINTS_PER_MAJOR_UNIT: Mapping[str, Decimal] = {"JPY": Decimal("0.01"), "KRW": Decimal("0.001"), "KWD": Decimal(3)}
"""Points for one major unit where it is not one: currencies whose unit is worth far less or more than a pound."""

Tiers = Sequence[Mapping[str, Any]]


def points_for(total: Decimal, currency: str) -> int:
    """Points an order earns: whole points only, none for an order of zero or less."""
    if total <= 0:
        return 0
    exact = total * POINTS_PER_MAJOR_UNIT.get(currency, Decimal(1) if exponent(currency) else Decimal("0.01"))
    return int(exact.to_integral_value(rounding=ROUND_FLOOR))


def tier_for(tiers: Tiers, earned: int) -> Mapping[str, Any]:
    """The highest tier whose threshold the points earned within twelve months reach."""
    reached = [tier for tier in tiers if tier["threshold"] <= earned]
    return reached[-1] if reached else tiers[0]


def higher(tiers: Tiers, one: str, other: str) -> str:
    """The code of the higher of two tiers: a movement never takes a tier away, only the yearly review does."""
    order = [tier["code"] for tier in tiers]
    return max(one, other, key=order.index)


def points_to_next(tiers: Tiers, tier_code: str, earned: int) -> int | None:
    """Points missing to the tier above this one; None at the top."""
    above = next((tier for before, tier in pairwise(tiers) if before["code"] == tier_code), None)
    return None if above is None else max(0, above["threshold"] - earned)
