"""The state of an order, told from its fulfilments, and the one short line that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ENDED = frozenset({"COMPLETED", "CANCELLED", "RETURNED"})
"""States in which nothing more happens by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """A fulfilment as these rules see it; `place` is the store's name for a collection."""

    kind: str
    status: str
    place: str | None
    estimated_at: datetime | None


def order_status(parts: Sequence[Part]) -> str:
    """The order's state: the least advanced part that is not called off decides, unless some are done."""
    live = [part for part in parts if part.status != "CANCELLED"]
    if not live:
        return "CANCELLED"
    done = [part for part in live if part.status == "DONE"]
    if len(done) == len(live):
        return "COMPLETED"
    if done:
        return "PARTLY_COMPLETED"
    if any(part.status == "READY" for part in live):
        return "READY_FOR_PICKUP"
    if any(part.status == "IN_TRANSIT" for part in live):
        return "ON_THE_WAY"
    return "PREPARING" if any(part.status == "PREPARING" for part in live) else "PLACED"


def status_line(status: str, parts: Sequence[Part], now: datetime) -> str:
    """One speakable line of at most 60 letters, e.g. "Ready to collect at Oxford Street"."""
    pickup = next((part for part in parts if part.kind == "PICKUP" and part.status not in {"DONE", "CANCELLED"}), None)
    where = pickup.place if pickup and pickup.place else "the store"
    when = _day(_soonest(parts), now)
    match status:
        case "READY_FOR_PICKUP":
            text = f"Ready to collect at {where}"
        case "ON_THE_WAY":
            text = f"On its way to {where}, {when}" if pickup else f"On its way, arrives {when}"
        case "PREPARING":
            text = f"Being prepared at {where}, ready {when}" if pickup else f"Being packed, arrives {when}"
        case "PLACED":
            text = f"Ordered, to collect at {where} {when}" if pickup else f"Ordered, arrives {when}"
        case "PARTLY_COMPLETED":
            text = f"Part is with you, the rest comes {when}"
        case "COMPLETED":
            text = "Done, it is with you"
        case "CANCELLED":
            text = "Cancelled"
        case _:
            text = "Sent back"
    return text if len(text) <= 60 else text[:59] + "…"


def _soonest(parts: Sequence[Part]) -> datetime | None:
    times = [part.estimated_at for part in parts if part.estimated_at and part.status not in {"DONE", "CANCELLED"}]
    return min(times, default=None)


def _day(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "soon"
    days = (moment.date() - now.date()) / timedelta(days=1)
    if days <= 0:
        return "today"
    return "tomorrow" if days == 1 else f"{moment:%a} {moment.day} {moment:%b}"
