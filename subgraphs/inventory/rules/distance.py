"""How far two points are apart, a box that surely holds a circle, and distances as text."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_METRES = 6_371_008.8
"""Mean radius (IUGG)."""
METRES_A_DEGREE = math.pi * EARTH_RADIUS_METRES / 180
ROUNDING_METRES = 1.0
"""A box is wider by this than its circle: sines near a pole lose that much in floating point."""
METRES_A_MILE = 1609.344
METRES_A_YARD = 0.9144
WRITTEN_IN_MILES = frozenset({"en-US", "en-GB"})
_LOCALES = {
    **{country: f"en-{country}" for country in ("GB", "US", "IE", "AU", "NZ", "CA")},
    **{country: f"de-{country}" for country in ("DE", "AT", "CH")},
    "FR": "fr-FR",
    "BE": "nl-BE",
    "NL": "nl-NL",
    "ES": "es-ES",
    "IT": "it-IT",
    "PL": "pl-PL",
    "PR": "en-US",
}
WRITTEN_WITH_POINT = frozenset({"en", "zh", "ja", "ko", "th", "he"})


@dataclass(frozen=True, slots=True)
class Point:
    """A position on earth (WGS 84), degrees north and east."""

    latitude: float
    longitude: float

    @property
    def valid(self) -> bool:
        """Whether it is on earth; NaN is not."""
        return -90 <= self.latitude <= 90 and -180 <= self.longitude <= 180


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees; `meridians` are one or, over the date line, two spans west to east."""

    south: float
    north: float
    meridians: tuple[tuple[float, float], ...]

    def holds(self, point: Point) -> bool:
        """Whether the point lies in it, borders included."""
        inside = any(west <= point.longitude <= east for west, east in self.meridians)
        return inside and self.south <= point.latitude <= self.north


def metres(here: Point, there: Point) -> int:
    """Metres in a straight line over the sphere (haversine), rounded; up to 0.5 % off the ellipsoid."""
    north, south = math.radians(here.latitude), math.radians(there.latitude)
    half_height = math.sin((south - north) / 2) ** 2
    half_width = math.sin(math.radians(there.longitude - here.longitude) / 2) ** 2
    part = half_height + math.cos(north) * math.cos(south) * half_width
    return round(2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(min(1.0, part))))


def box_around(centre: Point, radius_metres: float) -> Box:
    """Smallest box that holds every point within the radius; an index narrows by it before distances are taken."""
    reach = radius_metres + ROUNDING_METRES
    height = reach / METRES_A_DEGREE
    south, north = max(-90.0, centre.latitude - height), min(90.0, centre.latitude + height)
    everywhere = Box(south, north, ((-180.0, 180.0),))
    if south == -90 or north == 90:
        return everywhere  # a pole is inside: every meridian is
    # Widest where the circle touches a meridian, not at the centre's own latitude.
    ratio = math.sin(reach / EARTH_RADIUS_METRES) / math.cos(math.radians(centre.latitude))
    if ratio >= 1:
        return everywhere
    width = math.degrees(math.asin(ratio))
    west, east = centre.longitude - width, centre.longitude + width
    if west < -180:
        return Box(south, north, ((west + 360, 180.0), (-180.0, east)))
    if east > 180:
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))


def formatted(distance_metres: int, locale: str = "en") -> str:
    """Distance as people of the locale write it.

    Shape   (350, "de-DE") → "350 m" · (1234, "de-DE") → "1,2 km" · (15300, "en-IE") → "15 km" · (1609, "en-US") → "1.0 mi"
    """
    if locale in WRITTEN_IN_MILES:
        small, unit, size = "yd" if locale == "en-GB" else "ft", "mi", METRES_A_MILE
        near = distance_metres / (METRES_A_YARD if small == "yd" else METRES_A_YARD / 3)
        if distance_metres < METRES_A_MILE / 10:
            return f"{round(near, -1):.0f} {small}"
    else:
        unit, size = "km", 1000.0
        if distance_metres < 995:
            return f"{round(distance_metres, -1) if distance_metres >= 100 else distance_metres} m"
    amount = distance_metres / size
    text = f"{amount:.1f}" if amount < 9.95 else f"{amount:.0f}"
    return f"{text if _written_with_point(locale) else text.replace('.', ',')} {unit}"


def locale_of(country: str) -> str:
    """Locale that distances are written in for places of a country; where it is not known, kilometres with a point."""
    return _LOCALES.get(country, "en")


def _written_with_point(locale: str) -> bool:
    return locale.partition("-")[0] in WRITTEN_WITH_POINT
