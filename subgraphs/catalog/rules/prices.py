"""What is asked for a variant, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from subgraphs.kit.money import quantize

THIRTY_DAYS = timedelta(days=30)

MEASURES: dict[str, tuple[Decimal, str]] = {
    "ml": (Decimal(100), "100 ml"),
    "l": (Decimal(1), "1 l"),
    "g": (Decimal(100), "100 g"),
    "kg": (Decimal(1), "1 kg"),
    "m": (Decimal(1), "1 m"),
    "pc": (Decimal(1), "1 pc"),
}
"""Unit of a content → the amount prices are compared by, and how that is written."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A price as kept: amounts in major units of one currency.

    offer   asked instead of `regular` from `offer_from` (None: always) until before `offer_until` (None: no end)
    """

    regular: Decimal
    offer: Decimal | None = None
    offer_from: datetime | None = None
    offer_until: datetime | None = None
    member: Decimal | None = None


def on_offer(terms: Terms, now: datetime) -> bool:
    """Whether the offer runs now and is worth the name: lower than the regular price."""
    return (
        terms.offer is not None
        and terms.offer < terms.regular
        and (terms.offer_from is None or terms.offer_from <= now)
        and (terms.offer_until is None or now < terms.offer_until)
    )


def asked(terms: Terms, now: datetime) -> Decimal:
    """What everyone pays now."""
    return terms.offer if terms.offer is not None and on_offer(terms, now) else terms.regular


def member_price(terms: Terms, now: datetime) -> Decimal | None:
    """What members pay now; None when it is not less than what everyone pays."""
    current = asked(terms, now)
    return terms.member if terms.member is not None and terms.member < current else None


def saving_percent(current: Decimal, regular: Decimal) -> int | None:
    """Whole percent saved, rounded down so that nothing is promised that is not given; None without a saving."""
    if not 0 <= current < regular:
        return None
    percent = int(((regular - current) * 100 / regular).to_integral_value(ROUND_DOWN))
    return percent or None


def lowest_before(history: Sequence[tuple[datetime, Decimal]], moment: datetime) -> Decimal | None:
    """Lowest price in force at any time in the thirty days before `moment`; None when nothing is known of them.

    Shape   history in order of time: (since, asked); each holds until the next.
    Source  Directive 98/6/EC, Article 6a: the prior price is the lowest of the thirty days before the reduction.
    """
    start = moment - THIRTY_DAYS
    in_force = [price for since, price in history if since <= start][-1:]
    return min(in_force + [price for since, price in history if start < since < moment], default=None)


def lowest_last_30_days(terms: Terms, history: Sequence[tuple[datetime, Decimal]], now: datetime) -> Decimal | None:
    """What the law wants shown beside a running offer: the lowest price before it began. None when none runs."""
    if not on_offer(terms, now):
        return None
    began = terms.offer_from
    if began is None:
        # Not said: the last change of price began it.
        began = max((since for since, _ in history if since <= now), default=now)
    found = lowest_before(history, began)
    return terms.regular if found is None else found


def per_measure(current: Decimal, content: Decimal, unit: str, currency: str) -> Decimal | None:
    """Price per standard measure, e.g. per 100 ml; None for an unknown unit or no content."""
    standard = MEASURES.get(unit)
    if standard is None or content <= 0:
        return None
    return quantize(current * standard[0] / content, currency)
