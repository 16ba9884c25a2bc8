"""How deliveries and collections move on: which step may follow which, and what each is called in the order's story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FOLLOWERS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "SHIPMENT": {
        "PENDING": frozenset({"PREPARING", "IN_TRANSIT", "CANCELLED"}),
        "PREPARING": frozenset({"IN_TRANSIT", "CANCELLED"}),
        # Called off on the road is lost or broken: the carrier's, and the customer's money goes back.
        "IN_TRANSIT": frozenset({"DONE", "CANCELLED"}),
    },
    "PICKUP": {
        "PENDING": frozenset({"PREPARING", "IN_TRANSIT", "READY", "CANCELLED"}),
        "IN_TRANSIT": frozenset({"PREPARING", "READY", "CANCELLED"}),
        "PREPARING": frozenset({"READY", "CANCELLED"}),
        "READY": frozenset({"DONE", "CANCELLED"}),
    },
    "CARRY_OUT": {},
}
"""Kind → state → states that may come next. DONE and CANCELLED are the end."""
CARRIERS_STEPS = frozenset({"IN_TRANSIT", "DONE", "CANCELLED"})
"""States a carrier may report, of shipments only."""
OVER = frozenset({"DONE", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class Told:
    """What the order's story and other services hear of a step; topic None: nobody else needs to know."""

    kind: str
    summary: str
    topic: str | None


_TOLD: Mapping[tuple[str, str], Told] = {
    ("SHIPMENT", "PREPARING"): Told("PICKING", "Being picked", None),
    ("SHIPMENT", "IN_TRANSIT"): Told("SHIPPED", "Handed to the carrier", "shipment.dispatched"),
    ("SHIPMENT", "DONE"): Told("DELIVERED", "Delivered", "shipment.delivered"),
    ("SHIPMENT", "CANCELLED"): Told("CANCELLED", "The delivery was called off", "fulfilment.cancelled"),
    ("PICKUP", "PREPARING"): Told("PICKING", "Being picked", None),
    ("PICKUP", "IN_TRANSIT"): Told("TRANSFER_REQUESTED", "On its way to the store", None),
    ("PICKUP", "READY"): Told("READY_FOR_PICKUP", "Ready to collect", "pickup.ready"),
    ("PICKUP", "DONE"): Told("COLLECTED", "Collected", "pickup.collected"),
    ("PICKUP", "CANCELLED"): Told("CANCELLED", "The collection was called off", "fulfilment.cancelled"),
}


def may_follow(kind: str, before: str, after: str) -> bool:
    """Whether a delivery or collection in one state may go to another; to stay is allowed unless it is over."""
    return after in FOLLOWERS[kind].get(before, frozenset()) or (after == before and before not in OVER)


def told(kind: str, status: str) -> Told:
    """What is said of a step."""
    return _TOLD[kind, status]
