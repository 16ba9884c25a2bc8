"""Assets of the sample world, as `rules.media` reads them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any


def picture(asset: str, alt: str) -> dict[str, Any]:
    """A picture; its preview is made up of the asset's name, so that every picture has its own."""
    preview = base64.b64encode(hashlib.sha256(asset.encode()).digest()[:21]).decode()
    return {"kind": "IMAGE", "asset": asset, "alt": alt, "width": 2400, "height": 2400, "thumbhash": preview}


def video(stem: str, name: str, seconds: int) -> dict[str, Any]:
    """A clip with a still and English captions."""
    return {
        "kind": "VIDEO",
        "asset": f"goods/{stem}/film.m3u8",
        "poster": picture(f"goods/{stem}/film", f"{name}, film"),
        "seconds": seconds,
        "captions": [f"goods/{stem}/film.en.vtt"],
    }


def model(stem: str, use: str, size_mm: tuple[int, int, int] | None) -> dict[str, Any]:
    """A 3D model for both families of devices."""
    weight = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:2])
    return {
        "kind": "SPATIAL",
        "glb": f"models/{stem}.glb",
        "usdz": f"models/{stem}.usdz",
        "use": use,
        "size_mm": list(size_mm) if size_mm else None,
        "bytes": 900_000 + weight * 20,
    }
