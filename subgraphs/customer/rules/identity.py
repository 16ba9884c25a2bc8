"""Ways of being known: how each kind is written, and how much of it is shown."""

from __future__ import annotations

import re

from subgraphs.kit.errors import InvalidInput

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")

SHOPPERS_LINK = frozenset({"EMAIL", "PHONE", "SOCIAL", "DEVICE", "CARD_TOKEN"})
"""Kinds a shopper may link alone; the others come from the systems that issue them."""

SOLE = frozenset({"DEVICE", "CARD_TOKEN"})
"""Kinds that are one person's without proof: nobody knows another's value."""


def normalised(kind: str, value: str, *path: str) -> str:
    """The one way a value of this kind is stored and looked up.

    EMAIL   lower case, as every mail provider in use treats it
    PHONE   E.164: spaces, dashes, dots and brackets are dropped
    Raises  `InvalidInput` at `path` for text that cannot be such a value
    """
    text = value.strip()
    if not text or len(text) > 254 or not text.isprintable():
        raise InvalidInput("The value must have 1 to 254 printable characters", path)
    if kind == "EMAIL":
        text = text.lower()
        if not _EMAIL.fullmatch(text):
            raise InvalidInput("This is no e-mail address", path)
    elif kind == "PHONE":
        text = re.sub(r"[\s().-]", "", text)
        if not _PHONE.fullmatch(text):
            raise InvalidInput("Give the phone number with its country, such as +447700900101", path)
    return text


def masked(kind: str, value: str) -> str:
    """Enough to recognise one's own, too little to use: a•••@example.com, •••0101."""
    if kind == "EMAIL":
        name, _, host = value.partition("@")
        return f"{name[:1]}•••@{host}"
    return f"•••{value[-4:]}" if len(value) > 6 else "•••"
