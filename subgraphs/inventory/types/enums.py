"""The rules' enums with their descriptions, as the schema prints them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import strawberry

from subgraphs.inventory.rules.availability import AvailabilityStatus, QuantityBand
from subgraphs.inventory.rules.count import DiscrepancyCause, DiscrepancyStatus
from subgraphs.inventory.rules.location import LocationKind, StoreService
from subgraphs.inventory.rules.reservation import ReservationKind, ReservationStatus
from subgraphs.inventory.rules.transfer import TransferStatus

E = TypeVar("E", bound=type[StrEnum])


def _described(kind: E, description: str, values: Mapping[str, str]) -> E:
    made = strawberry.enum(kind, description=description)
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined]  # strawberry puts it there
        value.description = values[value.name]
    return made


_described(
    LocationKind,
    "What a location is.",
    {
        "STORE": "Shop open to the public.",
        "WAREHOUSE": "Warehouse.",
        "DARK_STORE": "Closed shop that only prepares orders.",
        "PICKUP_POINT": "Locker or partner counter.",
    },
)
_described(
    StoreService,
    "Something a store offers.",
    {
        "PICKUP": "Collect online orders.",
        "KERBSIDE": "Collect without leaving the car.",
        "RETURNS": "Hand back goods bought in any channel.",
        "TRY_ON": "Try goods on before buying.",
        "SHIP_FROM_STORE": "Send goods from the shelf to a home.",
        "INSTANT_CHECKOUT": "Scan and pay without a till.",
        "MEMBER_LOUNGE": "Room for members.",
        "ORDER_AHEAD": "Prepare food or drink ordered ahead.",
        "LAYAWAY": "Pay in parts while goods are kept.",
        "APPOINTMENTS": "Personal advice by appointment.",
    },
)
_described(
    AvailabilityStatus,
    "What a shopper may expect.",
    {
        "IN_STOCK": "Ready now.",
        "LOW_STOCK": "Ready now, few left.",
        "BACKORDER": "Can be ordered, comes later.",
        "PREORDER": "Can be ordered before release.",
        "OUT_OF_STOCK": "Cannot be had.",
    },
)
_described(
    QuantityBand,
    "Rough amount, so that rivals cannot count the shelf.",
    {"NONE": "None.", "FEW": "One to three.", "SOME": "Four to ten.", "MANY": "More than ten."},
)
_described(
    ReservationKind,
    "Why units are held.",
    {
        "CART": "For a cart in checkout.",
        "ORDER": "For an order that was placed.",
        "TRY_ON": "For a member to try on in store.",
        "PULL": "Pulled from the shelf for someone who will pay in store.",
        "LAYAWAY": "Kept while it is paid in parts.",
    },
)
_described(
    ReservationStatus,
    "State of a hold.",
    {
        "ACTIVE": "Held.",
        "CONSUMED": "Turned into a sale.",
        "RELEASED": "Given back by its owner.",
        "EXPIRED": "Ran out.",
    },
)
_described(
    TransferStatus,
    "State of a transfer.",
    {
        "REQUESTED": "Asked for.",
        "ACCEPTED": "Agreed by the sending location.",
        "PACKED": "Packed.",
        "IN_TRANSIT": "On its way.",
        "ARRIVED": "Arrived.",
        "CANCELLED": "Called off.",
    },
)
_described(
    DiscrepancyCause,
    "Why shop floor and system disagree.",
    {
        "UNKNOWN": "Not looked into.",
        "LATE_TILL_DATA": "Sold in the store but not yet sent by the till.",
        "SHRINKAGE": "Stolen or lost.",
        "DAMAGE": "Damaged.",
        "MISPLACED": "Put away elsewhere.",
        "COUNT_ERROR": "Counted or received wrongly.",
        "OVERSOLD": "Two channels sold the same unit.",
    },
)
_described(
    DiscrepancyStatus,
    "State of a discrepancy.",
    {"OPEN": "To be looked into.", "RESOLVED": "Put right."},
)

__all__ = [
    "AvailabilityStatus",
    "DiscrepancyCause",
    "DiscrepancyStatus",
    "LocationKind",
    "QuantityBand",
    "ReservationKind",
    "ReservationStatus",
    "StoreService",
    "TransferStatus",
]
