"""How a line reaches the customer: what each channel usually does, and what each way needs."""

from __future__ import annotations

SHIPPED = frozenset({"SHIP", "SAME_DAY"})
"""Ways that need an address and may cost delivery."""
COLLECTED = frozenset({"PICKUP", "SHIP_TO_STORE"})
"""Ways that need a store."""


def is_till(channel: str) -> bool:
    """Whether goods usually leave with the customer: tills are named store, …-store, pos… or till…."""
    return channel == "store" or channel.endswith("-store") or channel.startswith(("pos", "till"))


def usual_way(channel: str) -> str:
    """The way of a line when nobody says otherwise."""
    return "CARRY_OUT" if is_till(channel) else "SHIP"


def fault_in_way(method: str, location_id: str | None, transfer_quote_id: str | None) -> tuple[str, str] | None:
    """What is wrong with a way: the input field at fault and what to do; None when nothing is."""
    if method in COLLECTED and not location_id:
        return "locationId", "Choose the store to collect it from."
    if method == "SHIP_TO_STORE" and not transfer_quote_id:
        return "transferQuoteId", "Choose one of the ways to bring it to the store."
    if method in SHIPPED and location_id:
        return "locationId", "Goods that are sent have no store to collect them from."
    return None
