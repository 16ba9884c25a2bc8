"""What a shopper shows to collect an order: a signed text that runs out, so a photograph is no use for long.

    payload     <order id>.<end of its window, seconds since 1970>.<signature>
    signature   HMAC-SHA256 over the two under a secret of the order, 16 bytes, base 64

A pass is good for one window and the one after, so that it is never refused in the moment it is shown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

WINDOW = timedelta(minutes=15)
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
    return any(hmac.compare_digest(text, _signed(order_id, secret, at)) for at in (end, end - WINDOW))


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
    digest = hmac.digest(secret.encode(), body.encode(), hashlib.sha256)[:16]
    return f"{body}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
