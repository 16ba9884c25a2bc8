"""Goods moved between places: states and steps, when they arrive, what it costs.

REQUESTED → ACCEPTED → PACKED → IN_TRANSIT → ARRIVED
    └──────────┴─────────┴──→ CANCELLED            what is on the road can no longer be called off
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum

from subgraphs.inventory.rules.hours import Schedule, working_instant


class TransferStatus(StrEnum):
    """State of a transfer."""

    REQUESTED = "REQUESTED"
    ACCEPTED = "ACCEPTED"
    PACKED = "PACKED"
    IN_TRANSIT = "IN_TRANSIT"
    ARRIVED = "ARRIVED"
    CANCELLED = "CANCELLED"


ALONG = (
    TransferStatus.REQUESTED,
    TransferStatus.ACCEPTED,
    TransferStatus.PACKED,
    TransferStatus.IN_TRANSIT,
    TransferStatus.ARRIVED,
)
BEFORE_THE_ROAD: AbstractSet[TransferStatus] = frozenset(ALONG[:3])
OPEN: AbstractSet[TransferStatus] = frozenset(ALONG[:4])

PACKING = timedelta(hours=2)
"""Open time a sending place needs to find and pack the goods."""
UNLOADING = timedelta(minutes=30)
"""Open time the receiving place needs to book them in."""
METRES_AN_HOUR = 40_000
"""Average of a delivery van over town and motorway."""
LONGEST_LEG_METRES = 300_000
"""Farther is no transfer between stores but a parcel."""
QUOTE_LASTS = timedelta(minutes=30)
MOST_OPTIONS = 3

FREE_UP_TO_METRES = 25_000
FEE_MINOR_UNITS = 395
FEE_FAR_MINOR_UNITS = 695
FAR_FROM_METRES = 100_000


def may_advance(now: TransferStatus, to: TransferStatus) -> bool:
    """Whether a transfer may go on to `to`: forward, steps may be left out (a late scanner), or off before the road."""
    if to is TransferStatus.CANCELLED:
        return now in BEFORE_THE_ROAD
    return now in OPEN and ALONG.index(to) > ALONG.index(now)


def arrival(sender: Schedule, receiver: Schedule, distance_metres: int, asked_at: datetime) -> datetime | None:
    """When goods asked for at `asked_at` can be collected, rounded up to the quarter hour.

    Packed in the sender's open time, driven at any hour, booked in in the receiver's open time.

    Empty   either place does not open within two weeks, or the way is too far → None
    """
    if distance_metres > LONGEST_LEG_METRES:
        return None
    packed = working_instant(sender, asked_at, PACKING)
    if packed is None:
        return None
    driven = packed + timedelta(hours=distance_metres / METRES_AN_HOUR)
    booked = working_instant(receiver, driven, UNLOADING)
    return None if booked is None else _quarter_up(booked)


def fee_minor_units(distance_metres: int) -> int:
    """Price to the customer, in minor units of the receiving place's currency, by distance: free, near or far."""
    if distance_metres <= FREE_UP_TO_METRES:
        return 0
    return FEE_MINOR_UNITS if distance_metres <= FAR_FROM_METRES else FEE_FAR_MINOR_UNITS


def ahead_by(promised_at: datetime, estimated_at: datetime, arrived_at: datetime | None) -> timedelta:
    """How much earlier than promised it came or is expected; negative when late."""
    return promised_at - (arrived_at or estimated_at)


def pickup_ready(schedule: Schedule, at: datetime, preparing: timedelta) -> datetime | None:
    """When goods that lie here can be collected: `preparing` is open time of the staff; None when it never opens."""
    ready = working_instant(schedule, at, preparing)
    return None if ready is None else _quarter_up(ready)


def _quarter_up(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at if not past else at + timedelta(minutes=15) - past
