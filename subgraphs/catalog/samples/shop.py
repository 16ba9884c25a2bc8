"""Brands, channels, members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from subgraphs.catalog.models import BrandRow, ChannelRow, MemberRow, Record, SegmentedRow
from subgraphs.kit.sample_world import BRANDS, CHANNELS, CUSTOMERS

OPENED = datetime(2024, 3, 1, 9, tzinfo=UTC)

_ALDER = "https://www.alder-and-ash.example"
_VELVET = "https://www.velvet-lane.example"

# code, kind, brand, inherits from, capabilities, address
_CHANNELS: tuple[tuple[str, str, str, str | None, tuple[str, ...], str], ...] = (
    ("web", "WEB", "alder", None, ("CHECKOUT", "PICKUP", "RETURNS"), _ALDER),
    ("app", "MOBILE_APP", "alder", "web", ("CHECKOUT", "PICKUP", "SCAN", "AUGMENTED_REALITY", "PUSH"), _ALDER),
    ("watch", "SMARTWATCH", "alder", "app", ("PUSH",), _ALDER),
    ("tv", "TV", "alder", "web", (), _ALDER),
    ("store", "POS", "alder", "web", ("CHECKOUT", "PICKUP", "SCAN", "RETURNS"), _ALDER),
    ("kiosk", "KIOSK", "alder", "store", ("CHECKOUT", "SCAN"), _ALDER),
    ("mirror", "SMART_MIRROR", "velvet", "velvet-web", ("SCAN", "AUGMENTED_REALITY"), _VELVET),
    ("voice", "VOICE", "alder", "web", ("CHECKOUT",), _ALDER),
    ("agent", "CALL_CENTRE", "alder", "web", ("CHECKOUT", "RETURNS"), _ALDER),
    ("marketplace", "MARKETPLACE", "alder", "web", (), _ALDER),
    ("social", "SOCIAL", "alder", "web", (), _ALDER),
    ("velvet-web", "WEB", "velvet", None, ("CHECKOUT", "PICKUP", "RETURNS"), _VELVET),
    ("velvet-store", "POS", "velvet", "velvet-web", ("CHECKOUT", "PICKUP", "SCAN", "RETURNS"), _VELVET),
)

_ACCOUNTS = {"marketplace": ("google-merchant", "fernhill-gb"), "social": ("instagram", "alder.and.ash")}

_BRANDS: dict[str, dict[str, Any]] = {
    "alder": {
        "tagline": "Made to be lived in",
        "voice": "Plain and warm. Say what a thing is made of before how it looks. No exclamation marks.",
        "primary_colour": "#2F4A3C",
        "accent_colour": "#D8A35D",
        "typeface": "Source Serif",
        "program_code": "alder-club",
    },
    "velvet": {
        "tagline": "Your skin, only softer",
        "voice": "Close and playful, never promising what a product cannot do. Shades are named by number first.",
        "primary_colour": "#7A2E4D",
        "accent_colour": "#F3D9D3",
        "typeface": "Work Sans",
        "program_code": "velvet-circle",
    },
}

_PROGRAM_BRAND = {look["program_code"]: code for code, look in _BRANDS.items()}


def shop_rows() -> Sequence[Sequence[Record]]:
    """Rows table by table, those pointed at first."""
    brands = [
        BrandRow(
            code=code,
            name=BRANDS[code],
            group_name="Fernhill Group",
            logo={"asset": f"brands/{code}/logo", "alt": f"{BRANDS[code]} logo", "width": 1200, "height": 400},
            position=position,
            **look,
        )
        for position, (code, look) in enumerate(_BRANDS.items())
    ]
    channels = {row[0]: _channel(position, *row) for position, row in enumerate(_CHANNELS)}
    # Each after the one it inherits from.
    waves = [[channel for channel in channels.values() if _depth(channel, channels) == depth] for depth in range(3)]
    members = [
        MemberRow(customer_id=person.id, brand_code=_PROGRAM_BRAND[program], tier=tier)
        for person in CUSTOMERS
        for program, tier in person.tiers.items()
    ]
    segments = [
        SegmentedRow(customer_id=person.id, segment_code=code) for person in CUSTOMERS for code in person.segments
    ]
    return brands, *waves, members, segments


def _channel(
    position: int, code: str, kind: str, brand: str, parent: str | None, able: tuple[str, ...], address: str
) -> ChannelRow:
    provider, account = _ACCOUNTS.get(code, (None, None))
    return ChannelRow(
        code=code,
        name=CHANNELS[code],
        kind=kind,
        brand_code=brand,
        inherits_from=parent,
        capabilities=list(able),
        currencies=["GBP", "EUR"],
        locales=["en-GB", "de-DE"],
        countries=["GB", "DE"],
        address=address,
        provider=provider,
        account=account,
        secret_ref=f"{code}-account" if account else None,
        healthy=account is not None,
        last_contact_at=datetime(2026, 11, 2, 4, 30, tzinfo=UTC) if account else None,
        launched_at=OPENED,
        position=position,
    )


def _depth(channel: ChannelRow, channels: dict[str, ChannelRow]) -> int:
    return 0 if channel.inherits_from is None else 1 + _depth(channels[channel.inherits_from], channels)
