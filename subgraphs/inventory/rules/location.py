"""What a place is and offers."""

from __future__ import annotations

from enum import StrEnum


class LocationKind(StrEnum):
    """What a location is."""

    STORE = "STORE"
    WAREHOUSE = "WAREHOUSE"
    DARK_STORE = "DARK_STORE"
    PICKUP_POINT = "PICKUP_POINT"


class StoreService(StrEnum):
    """Something a store offers."""

    PICKUP = "PICKUP"
    KERBSIDE = "KERBSIDE"
    RETURNS = "RETURNS"
    TRY_ON = "TRY_ON"
    SHIP_FROM_STORE = "SHIP_FROM_STORE"
    INSTANT_CHECKOUT = "INSTANT_CHECKOUT"
    MEMBER_LOUNGE = "MEMBER_LOUNGE"
    ORDER_AHEAD = "ORDER_AHEAD"
    LAYAWAY = "LAYAWAY"
    APPOINTMENTS = "APPOINTMENTS"


def promises_online(kind: LocationKind, services: frozenset[StoreService]) -> bool:
    """Whether its stock stands behind the online promise: it prepares orders for homes."""
    return kind in {LocationKind.WAREHOUSE, LocationKind.DARK_STORE} or StoreService.SHIP_FROM_STORE in services


def serves_brand(location_brand: str | None, brand: str | None) -> bool:
    """Whether a channel of `brand` may promise from here; shared places (no brand) serve all, no brand asks for all."""
    return location_brand is None or brand is None or location_brand == brand
