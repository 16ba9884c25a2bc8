"""The sample world's shops and warehouses, in two countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from subgraphs.kit.ids import stable_id


@dataclass(frozen=True, slots=True)
class SampleLocation:
    """A place that holds stock. `brand` is None for a warehouse both brands share; position in degrees (WGS 84)."""

    code: str
    name: str
    kind: str
    brand: str | None
    group: str | None
    street: str
    city: str
    postcode: str
    country: str
    time_zone: str
    latitude: float
    longitude: float

    @property
    def id(self) -> str:
        """Global id of the location."""
        return stable_id("Location", self.code)


STORE_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "uk-high-street": "High street, United Kingdom",
        "uk-outlets": "Outlets, United Kingdom",
        "de-cities": "Cities, Germany",
    }
)
"""Store group code → name."""

LOCATIONS: tuple[SampleLocation, ...] = (
    SampleLocation("LON-OXF", "Oxford Street", "STORE", "alder", "uk-high-street", "214 Oxford Street", "London", "W1C 1DA", "GB", "Europe/London", 51.5154, -0.1419),
    SampleLocation("LON-KGX", "King's Cross", "STORE", "velvet", "uk-high-street", "3 Stable Street", "London", "N1C 4DQ", "GB", "Europe/London", 51.5353, -0.1251),
    SampleLocation("MAN-ARN", "Manchester Arndale", "STORE", "alder", "uk-high-street", "49 High Street", "Manchester", "M4 3AH", "GB", "Europe/London", 53.4835, -2.2390),
    SampleLocation("BHM-BUL", "Birmingham Outlet", "STORE", "alder", "uk-outlets", "7 St Martin's Circus", "Birmingham", "B5 4BU", "GB", "Europe/London", 52.4778, -1.8939),
    SampleLocation("DC-DAV", "Daventry Warehouse", "WAREHOUSE", None, None, "1 Parklands", "Daventry", "NN11 8QL", "GB", "Europe/London", 52.2610, -1.1620),
    SampleLocation("BER-KUD", "Kurfürstendamm", "STORE", "alder", "de-cities", "Kurfürstendamm 26", "Berlin", "10719", "DE", "Europe/Berlin", 52.5030, 13.3270),
    SampleLocation("HAM-MON", "Mönckebergstraße", "STORE", "velvet", "de-cities", "Mönckebergstraße 9", "Hamburg", "20095", "DE", "Europe/Berlin", 53.5509, 10.0020),
    SampleLocation("DC-LEJ", "Leipzig Warehouse", "WAREHOUSE", None, None, "Am Flughafen 12", "Schkeuditz", "04435", "DE", "Europe/Berlin", 51.4239, 12.2364),
)  # fmt: skip

_BY_CODE = MappingProxyType({place.code: place for place in LOCATIONS})


def location(code: str) -> SampleLocation:
    """The sample location with this code; KeyError when there is none."""
    return _BY_CODE[code]
