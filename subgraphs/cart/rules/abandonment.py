"""How long a basket may be left alone before it counts as abandoned, by channel, and when it is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from subgraphs.cart.rules.ways import is_till

LEFT_AFTER: Mapping[str, timedelta] = {"kiosk": timedelta(minutes=20), "mirror": timedelta(minutes=20)}
"""Screens in a shop: whoever used one has gone on."""
AT_A_TILL = timedelta(hours=1)
USUALLY = timedelta(hours=24)
THROWN_AWAY_AFTER = timedelta(days=90)
SOONEST = min(*LEFT_AFTER.values(), AT_A_TILL, USUALLY)


def left_after(channel: str) -> timedelta:
    """How long a basket last used in this channel may lie."""
    return AT_A_TILL if is_till(channel) else LEFT_AFTER.get(channel, USUALLY)
