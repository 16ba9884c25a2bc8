"""Ids: opaque text, made by the application, the prefix naming the type.

    cus_0690c2m8zr7q5bq4k0p4z1m2hc     Customer

The part after the prefix is a UUID in 26 characters of Crockford's base 32, lower case. A new thing gets version 7
(time first, so that rows written together lie together); a thing that several services must name alike without
asking each other (a variant by its SKU, a store by its code) gets version 5 of its natural key.
"""

from __future__ import annotations

import os
import threading
import time
import uuid

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_NAMESPACE = uuid.UUID("6f1f5f0e-6f2c-5a54-9a58-0d6a4f0f7b11")

PREFIXES: dict[str, str] = {
    "Cart": "crt",
    "CartLine": "cln",
    "Category": "ctg",
    "ChannelListing": "lst",
    "Checkout": "chk",
    "Collection": "col",
    "Content": "cnt",
    "Customer": "cus",
    "CustomerAddress": "adr",
    "Experience": "exp",
    "Fulfilment": "ful",
    "ImportJob": "imp",
    "Layaway": "lay",
    "Location": "loc",
    "Membership": "mem",
    "Message": "msg",
    "MessageTrigger": "trg",
    "Order": "ord",
    "OrderEvent": "oev",
    "OrderLine": "oln",
    "PickTask": "tsk",
    "Product": "prd",
    "ProductVariant": "var",
    "Promotion": "prm",
    "Reservation": "rsv",
    "Return": "ret",
    "ReturnPolicy": "pol",
    "Review": "rev",
    "Reward": "rwd",
    "SavedItem": "sav",
    "StockDiscrepancy": "dis",
    "StockLevel": "stk",
    "StoredValueCard": "svc",
    "SupportCase": "cas",
    "Transfer": "trf",
    "Wishlist": "wsh",
}
"""Type name → prefix of its ids. A prefix is never given to another type, nor used again when a type goes."""

_TYPES = {prefix: name for name, prefix in PREFIXES.items()}

_lock = threading.Lock()
_last = 0


def new_uuid() -> uuid.UUID:
    """A UUID of version 7; two made by one process sort in the order they were made, even within a millisecond."""
    global _last  # noqa: PLW0603 - the order within one process is a property of the process
    with _lock:
        # 48 bits of milliseconds and 12 bits of fraction, as RFC 9562 section 6.2 method 3 allows.
        now = time.time_ns()
        stamp = (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000)
        _last = stamp = max(stamp, _last + 1)
    random = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return uuid.UUID(int=(stamp >> 12 << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0b10 << 62) | random)


def new_id(type_name: str) -> str:
    """A fresh id for a thing of this type, e.g. `new_id("Customer")`."""
    return f"{PREFIXES[type_name]}_{_encode(new_uuid())}"


def stable_id(type_name: str, *natural_key: str) -> str:
    """The id that every service gives to the same thing: `stable_id("ProductVariant", sku)`.

    Shape   equal type and key → equal id, on every machine and for ever.
    """
    return f"{PREFIXES[type_name]}_{_encode(uuid.uuid5(_NAMESPACE, chr(0x1F).join((type_name, *natural_key))))}"


def type_of(global_id: str) -> str | None:
    """The name of the type whose ids have this prefix; None when the text is no id of ours."""
    prefix, found, rest = global_id.partition("_")
    return _TYPES.get(prefix) if found and len(rest) == 26 and rest.isascii() and rest.isalnum() else None


def _encode(value: uuid.UUID) -> str:
    number = value.int
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
