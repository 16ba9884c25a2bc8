"""Touches: who may record what, when two are the same, and how one reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.ids import type_of

MOST = 500
LATEST = timedelta(minutes=5)
"""How far ahead of ours a device's clock may be."""

RECORDED_BY_ANYONE = frozenset({"VIEW", "SEARCH", "APP_OPEN", "SCAN", "AD_CLICK", "SOCIAL", "CONTENT", "TRY_ON"})
"""Kinds a client may report of itself; the others are told by the services that know (orders, cases, points)."""

_WORDS = {
    "VIEW": "Looked at a {}",
    "SEARCH": "Searched",
    "APP_OPEN": "Opened the app",
    "SCAN": "Scanned a {} in a store",
    "STORE_VISIT": "Came into a store",
    "AD_CLICK": "Followed an advertisement",
    "SOCIAL": "Was active on a social network",
    "CONTENT": "Read or watched content",
    "CART": "Changed a cart",
    "PURCHASE": "Placed an order",
    "RETURN": "Sent something back",
    "SERVICE": "Talked to service",
    "MESSAGE": "Got a message",
    "REVIEW": "Wrote a review",
    "LOYALTY": "Gained or spent points",
    "TRY_ON": "Tried a {} on virtually",
}

_SUBJECTS = {"Product": "product", "ProductVariant": "product", "Order": "order", "Cart": "cart", "Location": "store"}


@dataclass(frozen=True, slots=True)
class Touch:
    """A touch as a client reports it; `position` is its place in the list, for messages."""

    kind: str
    channel: str
    at: datetime
    subject_id: str | None
    source: str | None
    visitor_id: str | None


def checked(touches: list[Touch], now: datetime, *, trusted: bool) -> list[Touch]:
    """The touches, or `InvalidInput` at the first that breaks a rule.

    trusted     the caller is one of our systems or staff: any kind may be told
    """
    if not 1 <= len(touches) <= MOST:
        raise InvalidInput(f"Give 1 to {MOST} touches", ("touchpoints",))
    for index, touch in enumerate(touches):
        path = ("touchpoints", str(index))
        if not trusted and touch.kind not in RECORDED_BY_ANYONE:
            raise InvalidInput(f"{touch.kind} is recorded by the service that knows of it", (*path, "kind"))
        if touch.at > now + LATEST:
            raise InvalidInput("A touch cannot lie in the future", (*path, "at"))
        if touch.subject_id is not None and type_of(touch.subject_id) is None:
            raise InvalidInput("subjectId is no global id", (*path, "subjectId"))
        if len(touch.source or "") > 300 or len(touch.visitor_id or "") > 128:
            raise InvalidInput("source has at most 300 characters, visitorId 128", path)
    return touches


def fingerprint(who: str, touch: Touch) -> str:
    """Equal for the same touch of the same visitor or customer, however often it is sent."""
    parts = (who, touch.kind, touch.channel, touch.at.isoformat(), touch.subject_id or "", touch.source or "")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def summary(kind: str, subject_id: str | None) -> str:
    """One line fit to show to an agent."""
    return _WORDS[kind].format(_SUBJECTS.get(type_of(subject_id or "") or "", "page"))
