"""What a shopper shows to collect an order: a signed text that runs out, so a photograph is no use for long.

    payload     <order id>.<end of its window, seconds since 1970>.<signature>
    signature   HMAC-SHA256 over the two under a secret of the order, 16 bytes, base 64

A pass is good for one window and the one after, so that it is never refused in the moment it is shown. A till that was
offline sends what it scanned later: then the end of the window may lie up to a day back.

    token       <order id>.<round>.<end, seconds since 1970>.<signature>: what a message links to. It opens this one
                order until its end, or until the order's links are revoked: then its round counts on
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

WINDOW = timedelta(minutes=15)
INVITED_FOR = timedelta(days=30)
"""How long a link to an order works."""
OFFLINE = timedelta(hours=24)
"""How long after its scan a till may send a pass on."""
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 1 I O: the short code is read out at counters."""


def payload(order_id: str, secret: str, now: datetime) -> str:
    """The text to draw as a QR code; the same within one window."""
    return _signed(order_id, secret, refresh_at(now))


def refresh_at(now: datetime) -> datetime:
    """When the pass must be fetched anew: the end of the window that `now` lies in."""
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)


def is_good(text: str, order_id: str, secret: str, now: datetime) -> bool:
    """Whether a scanned text is this order's pass of the present window or the one before."""
    end = refresh_at(now)
    # As bytes: `compare_digest` refuses text beyond ASCII, and anything may be scanned.
    good = (_signed(order_id, secret, at).encode() for at in (end, end - WINDOW))
    return any(hmac.compare_digest(text.encode(), each) for each in good)


def was_good(text: str, order_id: str, secret: str, now: datetime) -> bool:
    """Whether a scanned text was this order's pass some time in the last `OFFLINE`, as seen by a till without a line."""
    head, _, _ = text.rpartition(".")
    try:
        end = datetime.fromtimestamp(int(head.rpartition(".")[2]), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    if not now - OFFLINE <= end <= refresh_at(now):
        return False
    return hmac.compare_digest(text.encode(), _signed(order_id, secret, end).encode())


def token(order_id: str, secret: str, link_round: int, until: datetime) -> str:
    """What a message to a guest carries: it opens this one order, and no other."""
    body = f"{order_id}.{link_round}.{int(until.timestamp())}"
    return f"{body}.{_signature(f'token:{body}', secret)}"


def is_token(text: str, order_id: str, secret: str, link_round: int, now: datetime) -> bool:
    """Whether a text is a token of this order that is good now and was not revoked."""
    try:
        until = datetime.fromtimestamp(int(text.split(".")[2]), UTC)
    except (ValueError, IndexError, OverflowError, OSError):
        return False
    good = token(order_id, secret, link_round, until)
    return now < until and hmac.compare_digest(text.encode(), good.encode())


def link_key(order_id: str, secret: str, what: str) -> str:
    """The part of a link that nobody guesses: to a receipt, to a parcel label."""
    return _signature(f"{what}:{order_id}", secret)


def order_of_token(text: str) -> str | None:
    """The order a token speaks of, before it is believed."""
    parts = text.split(".")
    return parts[0] if len(parts) == 4 else None


def order_of(text: str) -> str | None:
    """The order a payload speaks of, before it is believed."""
    parts = text.split(".")
    return parts[0] if len(parts) == 3 else None


def short_code(order_id: str, secret: str) -> str:
    """Six signs to read out; the same as long as the order waits."""
    digest = hmac.digest(secret.encode(), b"code:" + order_id.encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % 32] for byte in digest[:6])


def _signed(order_id: str, secret: str, end: datetime) -> str:
    body = f"{order_id}.{int(end.timestamp())}"
    return f"{body}.{_signature(body, secret)}"


def _signature(body: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), body.encode(), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
