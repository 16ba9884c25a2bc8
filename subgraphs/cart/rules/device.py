"""Which device wrote: tokens name a channel, not a device, so a client may say it in the keys it makes up."""

from __future__ import annotations


def device_of(key: str | None) -> str | None:
    """The part of an idempotency key before its first slash: `ada-phone/0190c2…` is of ada-phone. None without one."""
    device, slash, _ = (key or "").partition("/")
    return device if slash and device else None
