"""The life of a hold, who may make which, and how long it lasts.

ACTIVE ── sold ──→ CONSUMED
   ├──── given back ──→ RELEASED
   └──── ran out ─────→ EXPIRED        the three ends are final: what comes second finds no ACTIVE hold
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ReservationKind(StrEnum):
    """Why units are held."""

    CART = "CART"
    ORDER = "ORDER"
    TRY_ON = "TRY_ON"
    PULL = "PULL"
    LAYAWAY = "LAYAWAY"


class ReservationStatus(StrEnum):
    """State of a hold."""

    ACTIVE = "ACTIVE"
    CONSUMED = "CONSUMED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """How long a kind of hold lasts when nothing is said, and at most; None never runs out."""

    usual: timedelta | None
    longest: timedelta | None


TERMS: Mapping[ReservationKind, HoldTerms] = {
    ReservationKind.CART: HoldTerms(timedelta(minutes=15), timedelta(hours=1)),
    ReservationKind.ORDER: HoldTerms(None, None),
    ReservationKind.TRY_ON: HoldTerms(timedelta(hours=2), timedelta(hours=4)),
    ReservationKind.PULL: HoldTerms(timedelta(hours=4), timedelta(days=1)),
    ReservationKind.LAYAWAY: HoldTerms(timedelta(days=90), timedelta(days=180)),
}

OPEN_TO_CUSTOMERS: AbstractSet[ReservationKind] = frozenset({ReservationKind.TRY_ON, ReservationKind.PULL})
MOST_UNITS_OF_A_CUSTOMER = 6
"""Units of one variant a customer may hold in one store to try on or have pulled: a fitting room's worth."""


def lasts(kind: ReservationKind, asked: timedelta | None, store_cap: timedelta | None = None) -> timedelta | None:
    """How long a hold lasts: what was asked or is usual, cut to what the kind and the store allow.

    Shape   (TRY_ON, None) → 2 h · (TRY_ON, 9 h) → 4 h · (TRY_ON, 4 h, store 90 min) → 90 min · (ORDER, anything) → None
    """
    terms = TERMS[kind]
    if terms.usual is None or terms.longest is None:
        return None
    wanted = asked if asked is not None else terms.usual
    caps = [terms.longest]
    if store_cap is not None and kind in OPEN_TO_CUSTOMERS:
        caps.append(store_cap)
    return min(wanted, *caps)


def has_run_out(status: ReservationStatus, expires_at: datetime | None, now: datetime) -> bool:
    """Whether an ACTIVE hold is past its end; at the very instant of its end it is."""
    return status is ReservationStatus.ACTIVE and expires_at is not None and expires_at <= now


def seen_status(status: ReservationStatus, expires_at: datetime | None, now: datetime) -> ReservationStatus:
    """State to tell of: a hold past its end is EXPIRED for its reader even before the sweep has freed its units."""
    return ReservationStatus.EXPIRED if has_run_out(status, expires_at, now) else status
