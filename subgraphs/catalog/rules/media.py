"""Addresses of pictures in the size and format a screen asks for.

A master lies in the asset store under a key such as `goods/VEL-FND-240/1`; the store cuts and encodes on the fly by the
query of the address. A picture that a feed brought by its full address is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STORE = "https://media.fernhill.example"
"""Where the asset store answers."""

WIDEST = 4096
"""Most pixels a side."""


def picture_url(
    picture: Mapping[str, Any], width: int | None, height: int | None, fit: str = "CONTAIN", encoding: str = "AUTO"
) -> str:
    """The address of a picture, cut and encoded as asked. Sizes in pixels, checked by the caller."""
    asset = str(picture["asset"])
    if asset.startswith(("http://", "https://")):
        return asset
    parts = [f"w={width}" if width else "", f"h={height}" if height else ""]
    parts += ["fit=cover" if fit == "COVER" else "", f"fm={encoding.lower()}" if encoding != "AUTO" else ""]
    query = "&".join(part for part in parts if part)
    return f"{STORE}/{asset}{'?' + query if query else ''}"


def asset_url(asset: str) -> str:
    """The address of any other asset: a video, a 3D model, captions."""
    return asset if asset.startswith(("http://", "https://")) else f"{STORE}/{asset}"


def is_size(pixels: int | None) -> bool:
    """Whether a side may be asked for."""
    return pixels is None or 1 <= pixels <= WIDEST
