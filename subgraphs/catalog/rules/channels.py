"""What a channel falls back to, and when it is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

DEEPEST = 6
"""Most channels in a line of inheritance; each costs a join when searching."""

OPEN = frozenset({"LIVE", "RETIRING"})
"""States in which customers see a channel; only LIVE sells."""

DRAIN = timedelta(days=30)
"""How long carts and orders of a closed channel may still be finished."""

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def line(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The channel and those it falls back to, nearest first; empty when there is no such channel.

    A circle, which `channelLaunch` refuses, would end where it closes.
    """
    found: list[str] = []
    step: str | None = code
    while step is not None and step in parents and step not in found and len(found) < DEEPEST:
        found.append(step)
        step = parents[step]
    return tuple(found)


def nearest(states: Mapping[str, str], channels: Sequence[str]) -> str:
    """What the nearest channel with a word on it does with a product; HIDDEN when none has one."""
    return next((states[code] for code in channels if code in states), "HIDDEN")


def status_at(status: str, retires_at: datetime | None, now: datetime) -> str:
    """The state a channel is in: closing needs no clockwork, it follows from the instant."""
    if retires_at is None or status == "RETIRED" or now < retires_at:
        return status
    return "RETIRING" if now < retires_at + DRAIN else "RETIRED"


def is_code(text: str) -> bool:
    """Whether the text may be a channel's code."""
    return _CODE.fullmatch(text) is not None
