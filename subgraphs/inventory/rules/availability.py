"""What may be promised of a variant, and how roughly it is told to shoppers.

Rule 1: available = on hand − reserved − safety stock, never under zero. Everything else here is derived from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FEW_UP_TO = 3
SOME_UP_TO = 10


class AvailabilityStatus(StrEnum):
    """What a shopper may expect."""

    IN_STOCK = "IN_STOCK"
    LOW_STOCK = "LOW_STOCK"
    BACKORDER = "BACKORDER"
    PREORDER = "PREORDER"
    OUT_OF_STOCK = "OUT_OF_STOCK"


class QuantityBand(StrEnum):
    """Rough amount, so that rivals cannot count the shelf."""

    NONE = "NONE"
    FEW = "FEW"
    SOME = "SOME"
    MANY = "MANY"


BEST_FIRST = (
    AvailabilityStatus.IN_STOCK,
    AvailabilityStatus.LOW_STOCK,
    AvailabilityStatus.PREORDER,
    AvailabilityStatus.BACKORDER,
    AvailabilityStatus.OUT_OF_STOCK,
)


@dataclass(frozen=True, slots=True)
class SellingRule:
    """How a variant may be sold when the shelf is empty, and the most one order may take."""

    backorder: bool = False
    preorder: bool = False
    order_limit: int = 10


def available(on_hand: int, reserved: int, safety_stock: int) -> int:
    """Units that can still be promised; zero when more is held or kept back than is there."""
    return max(0, on_hand - reserved - safety_stock)


def band(units: int) -> QuantityBand:
    """Rough amount of `units`.

    Shape   0 → NONE, 1–3 → FEW, 4–10 → SOME, 11… → MANY
    """
    if units <= 0:
        return QuantityBand.NONE
    if units <= FEW_UP_TO:
        return QuantityBand.FEW
    return QuantityBand.SOME if units <= SOME_UP_TO else QuantityBand.MANY


def status(units: int, rule: SellingRule | None = None) -> AvailabilityStatus:
    """Tell what to expect of `units` that can be promised; `rule` is left out where nothing comes later (a shelf)."""
    if units > FEW_UP_TO:
        return AvailabilityStatus.IN_STOCK
    if units > 0:
        return AvailabilityStatus.LOW_STOCK
    if rule is not None and rule.preorder:
        return AvailabilityStatus.PREORDER
    if rule is not None and rule.backorder:
        return AvailabilityStatus.BACKORDER
    return AvailabilityStatus.OUT_OF_STOCK


def best(statuses: Iterable[AvailabilityStatus]) -> AvailabilityStatus:
    """Best of several variants, for a product in a list; OUT_OF_STOCK for none."""
    found = set(statuses)
    return next((each for each in BEST_FIRST if each in found), AvailabilityStatus.OUT_OF_STOCK)


def order_quantity(units: int, rule: SellingRule) -> int:
    """Most units one order may take now: the order limit, or fewer when nothing comes later and fewer are there."""
    if rule.preorder or rule.backorder:
        return rule.order_limit
    return max(0, min(units, rule.order_limit))
