"""A transfer offer as a sealed token: the customer carries it, so asking for options writes nothing.

Form    base64url of  fields joined by "|"  +  16 bytes of HMAC-SHA-256
        version | from | to | variant | quantity | arrives | fee | currency | until      (instants: seconds since 1970)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

_VERSION = "1"
_SEAL_BYTES = 16
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Offer:
    """What is promised: ids, units, arrival, fee in minor units, and until when it stands."""

    from_id: str
    to_id: str
    variant_id: str
    quantity: int
    arrives_at: datetime
    fee_minor_units: int
    currency: str
    valid_until: datetime


def seal(offer: Offer, key: bytes) -> str:
    """Token of the offer; instants are kept to the second."""
    fields = (
        _VERSION,
        offer.from_id,
        offer.to_id,
        offer.variant_id,
        str(offer.quantity),
        str(int(offer.arrives_at.timestamp())),
        str(offer.fee_minor_units),
        offer.currency,
        str(int(offer.valid_until.timestamp())),
    )
    text = "|".join(fields).encode()
    return base64.urlsafe_b64encode(text + _mac(text, key)).decode().rstrip("=")


def unseal(token: str, key: bytes) -> Offer | None:
    """Give the offer a token was made of; None for anything that was not sealed with `key`, whatever else it is."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    text, mac = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
    if not hmac.compare_digest(mac, _mac(text, key)):
        return None
    fields = text.decode().split("|")
    if fields[0] != _VERSION:
        return None
    return Offer(
        from_id=fields[1],
        to_id=fields[2],
        variant_id=fields[3],
        quantity=int(fields[4]),
        arrives_at=datetime.fromtimestamp(int(fields[5]), UTC),
        fee_minor_units=int(fields[6]),
        currency=fields[7],
        valid_until=datetime.fromtimestamp(int(fields[8]), UTC),
    )


def _mac(text: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"transfer-quote|" + text, hashlib.sha256).digest()[:_SEAL_BYTES]
