"""Shops and warehouses of the sample world: what only the inventory knows of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import LocationRow, PostcodeRow, StoreGroupRow
from subgraphs.inventory.rules.hours import minutes
from subgraphs.inventory.rules.location import LocationKind, StoreService, promises_online
from subgraphs.inventory.service import catalogue
from subgraphs.kit.names import remember
from subgraphs.kit.sample_world import BRANDS, CHANNELS, LOCATIONS, STORE_GROUPS, SampleLocation

_EVERY_STORE = (StoreService.PICKUP, StoreService.RETURNS, StoreService.TRY_ON)
_SERVICES: dict[str, tuple[StoreService, ...]] = {
    "LON-OXF": (
        *_EVERY_STORE,
        StoreService.KERBSIDE,
        StoreService.INSTANT_CHECKOUT,
        StoreService.MEMBER_LOUNGE,
        StoreService.LAYAWAY,
        StoreService.APPOINTMENTS,
        StoreService.ORDER_AHEAD,
    ),
    "LON-KGX": (*_EVERY_STORE, StoreService.APPOINTMENTS, StoreService.MEMBER_LOUNGE),
    "MAN-ARN": (*_EVERY_STORE, StoreService.LAYAWAY, StoreService.SHIP_FROM_STORE),
    "BHM-BUL": (StoreService.PICKUP, StoreService.RETURNS),
    "BER-KUD": (*_EVERY_STORE, StoreService.LAYAWAY, StoreService.SHIP_FROM_STORE),
    "HAM-MON": _EVERY_STORE,
}
_PHONES = {
    "LON-OXF": "+442079460101",
    "LON-KGX": "+442079460102",
    "MAN-ARN": "+441614960103",
    "BER-KUD": "+493023125104",
}
_GROUP_BRANDS = {"uk-high-street": "alder", "uk-outlets": "alder", "de-cities": "alder"}
_CURRENCIES = {"GB": "GBP", "DE": "EUR"}
_VELVET_CHANNELS = frozenset({"mirror", "velvet-web", "velvet-store"})


async def load_places(session: AsyncSession) -> None:
    """Places, groups, and the names of brands and channels."""
    year = datetime.now(UTC).year
    session.add_all(
        StoreGroupRow(code=code, name=name, brand_code=_GROUP_BRANDS[code]) for code, name in STORE_GROUPS.items()
    )
    session.add_all(_location(place, year) for place in LOCATIONS)
    session.add_all(
        PostcodeRow(
            country=place.country,
            postcode=code,
            latitude=place.latitude,
            longitude=place.longitude,
        )
        for place in LOCATIONS
        for code in {place.postcode.replace(" ", ""), place.postcode.partition(" ")[0]}
    )
    await session.flush()
    await remember(session, "brand", BRANDS)
    await remember(session, "channel", CHANNELS)
    brands = [(code, "velvet" if code in _VELVET_CHANNELS else "alder") for code in CHANNELS]
    await catalogue.know_channels(session, brands)


def _location(place: SampleLocation, year: int) -> LocationRow:
    services = _SERVICES.get(place.code, ())
    kind = LocationKind(place.kind)
    return LocationRow(
        id=place.id,
        code=place.code,
        name=place.name,
        kind=kind,
        brand_code=place.brand,
        store_group_code=place.group,
        address_lines=[place.street],
        city=place.city,
        postcode=place.postcode,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        phone=_PHONES.get(place.code),
        hours=_hours(place),
        special_days=_special_days(place, year),
        services=list(services),
        promises_online=promises_online(kind, frozenset(services)),
        currency=_CURRENCIES[place.country],
        pick_minutes=60 if kind is LocationKind.STORE else 240,
    )


def _hours(place: SampleLocation) -> list[list[int]]:
    """Warehouses work round the clock but for Sunday; German shops are closed on Sunday, British ones open six hours."""
    if place.kind == LocationKind.WAREHOUSE:
        return [[day, 0, minutes("24:00")] for day in range(1, 7)]
    week = [[day, minutes("10:00"), minutes("20:00")] for day in range(1, 7)]
    return week if place.country == "DE" else [*week, [7, minutes("12:00"), minutes("18:00")]]


def _special_days(place: SampleLocation, year: int) -> list[list[int | str | None]]:
    if place.kind == LocationKind.WAREHOUSE:
        return []
    return [
        [f"{year}-12-24", minutes("10:00"), minutes("16:00" if place.country == "GB" else "14:00"), "Christmas Eve"],
        [f"{year}-12-25", None, None, "Christmas Day"],
        [f"{year}-12-26", None, None, "Boxing Day" if place.country == "GB" else "Zweiter Weihnachtstag"],
        [f"{year + 1}-01-01", None, None, "New Year's Day"],
    ]
