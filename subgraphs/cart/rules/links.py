"""Addresses that bring a basket back, and the signed tokens in them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

import jwt

RECOVERED_WITHIN = timedelta(days=30)
"""How long a link in a message brings a basket back."""
_AUDIENCE = "cart-recovery"


def recovery_token(secret: str, cart_id: str, since: datetime) -> str:
    """A token that brings this basket back, good for a while from `since` on; the same as long as `since` is."""
    claims = {"aud": _AUDIENCE, "sub": cart_id, "exp": int((since + RECOVERED_WITHIN).timestamp())}
    return jwt.encode(claims, _key(secret), algorithm="HS256")


def recovery_url(shop: str, secret: str, cart_id: str, since: datetime) -> str:
    """The address to put into a message; `shop`: where the shop's own pages are."""
    return f"{shop}/basket?recover={recovery_token(secret, cart_id, since)}"


def handoff_url(shop: str, code: str) -> str:
    """The address that opens a basket on another device."""
    return f"{shop}/basket?take={code}"


def cart_of_token(secret: str, token: str) -> str | None:
    """The basket a token brings back; None when it is not ours, was changed or has run out."""
    if len(token) > 1024:
        return None
    options = {"require": ["exp", "aud", "sub"]}
    try:
        claims = jwt.decode(token, _key(secret), algorithms=["HS256"], audience=_AUDIENCE, options=options)  # type: ignore[arg-type]  # a plain mapping of options is one
    except jwt.PyJWTError:
        return None
    return claims["sub"] if isinstance(claims["sub"], str) else None


def _key(secret: str) -> bytes:
    """A key of its own: a token of this kind is never an identity, nor the other way round."""
    return hmac.new(secret.encode(), b"cart recovery", hashlib.sha256).digest()
