"""Codes and names that more than one service shows: brands, channels, programmes, segments, promotions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from subgraphs.kit.ids import stable_id

BRANDS: Mapping[str, str] = MappingProxyType({"alder": "Alder & Ash", "velvet": "Velvet Lane"})
"""Brand code → name. Both belong to the Fernhill Group: Alder & Ash sells for the home and the way, Velvet Lane beauty."""

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "web": "Alder & Ash online",
        "app": "Alder & Ash app",
        "watch": "Alder & Ash on the wrist",
        "tv": "Alder & Ash TV",
        "store": "Alder & Ash tills",
        "kiosk": "Alder & Ash kiosk",
        "mirror": "Velvet Lane mirror",
        "voice": "Alder & Ash by voice",
        "agent": "Customer service",
        "marketplace": "Google Shopping",
        "social": "Instagram shop",
        "velvet-web": "Velvet Lane online",
        "velvet-store": "Velvet Lane tills",
    }
)
"""Channel code → name. The catalogue's samples say the rest: kind, brand, what it inherits, what it can do."""

PROGRAMS: Mapping[str, str] = MappingProxyType({"alder-club": "Alder Club", "velvet-circle": "Velvet Circle"})
"""Loyalty programme code → name, one for each brand; tiers are `member`, `silver`, `gold`."""

SEGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "beauty-lovers": "Beauty lovers",
        "home-makers": "Home makers",
        "deal-hunters": "Deal hunters",
        "young-urban": "Young and urban",
    }
)
"""Segment code → name; the catalogue picks content and recommendations by the code."""

PROMOTIONS: Mapping[str, str] = MappingProxyType(
    {
        "autumn-home": "15 % off everything for the home",
        "three-for-two-lips": "Three for two on lip colours",
        "online-chairs": "Chairs 10 % cheaper online",
        "welcome": "£5 off a first order",
    }
)
"""Promotion code → name; the cart owns them, banners in the catalogue point to them."""


REWARDS: Mapping[str, str] = MappingProxyType(
    {"five-off": "£5 off", "free-delivery": "Free express delivery", "twenty-off": "£20 off"}
)
"""Reward code → name, the same in each programme; the customer service gives them out, the cart honours their vouchers."""


def reward_id(program: str, code: str) -> str:
    """The global id of a sample reward of a programme."""
    return stable_id("Reward", program, code)


def promotion_id(code: str) -> str:
    """The global id of a sample promotion."""
    return stable_id("Promotion", code)
