"""Reading places inside a transaction: their hours as rules want them, and who else could help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import LocationRow
from subgraphs.inventory.rules.distance import Point, box_around, metres
from subgraphs.inventory.rules.hours import Opening, Schedule, SpecialDay
from subgraphs.inventory.rules.location import LocationKind, StoreService, serves_brand
from subgraphs.inventory.service import shelf

HELP_WITHIN_METRES = 100_000


def schedule_of(row: LocationRow) -> Schedule:
    """The place's hours as `rules.hours` reads them."""
    return schedule(row.time_zone, row.hours, row.special_days)


def schedule(
    time_zone: str, hours: Sequence[Sequence[int]], special_days: Sequence[Sequence[int | str | None]]
) -> Schedule:
    """Stored hours as a `Schedule`."""
    return Schedule(
        time_zone,
        tuple(Opening(weekday, opens, closes) for weekday, opens, closes in hours),
        tuple(
            SpecialDay(
                date.fromisoformat(str(on)),
                opens if isinstance(opens, int) else None,
                closes if isinstance(closes, int) else None,
                None if note is None else str(note),
            )
            for on, opens, closes, note in special_days
        ),
    )


def local_day(row: LocationRow, at: datetime) -> date:
    """The day it is at the place."""
    return at.astimezone(ZoneInfo(row.time_zone)).date()


def point_of(row: LocationRow) -> Point:
    """Where the place lies."""
    return Point(row.latitude, row.longitude)


async def nearest_offering(
    session: AsyncSession,
    near: LocationRow,
    service: StoreService | None,
    variant_ids: Sequence[str],
    brand_code: str | None = None,
) -> str | None:
    """Id of the nearest other store within 100 km that offers the service, serves the brand and has every variant."""
    box = box_around(point_of(near), HELP_WITHIN_METRES)
    west, east = box.meridians[0]
    rows = await session.exec(
        select(LocationRow).where(
            LocationRow.kind == LocationKind.STORE,
            LocationRow.id != near.id,
            col(LocationRow.latitude).between(box.south, box.north),
            col(LocationRow.longitude).between(west, east),
        )
    )
    wanted_brand = brand_code or near.brand_code
    able = [
        row
        for row in rows
        if (service is None or service in row.services) and serves_brand(row.brand_code, wanted_brand)
    ]
    having = await _having(session, [row.id for row in able], variant_ids)
    here = point_of(near)
    nearest = sorted((metres(here, point_of(row)), row.id) for row in able if row.id in having)
    return nearest[0][1] if nearest else None


async def _having(session: AsyncSession, location_ids: Sequence[str], variant_ids: Sequence[str]) -> set[str]:
    """Those of the places that could promise at least one unit of each variant."""
    wanted = set(variant_ids)
    found: dict[str, set[str]] = {}
    for row in await session.execute(shelf.promisable_at(location_ids, sorted(wanted))):
        found.setdefault(row.location_id, set()).add(row.variant_id)
    return {place for place, variants in found.items() if variants == wanted}


def within(statement: Select[*tuple[object, ...]], point: Point, radius: float) -> Select[*tuple[object, ...]]:
    """The statement narrowed to the box around a circle, which the index on positions serves."""
    box = box_around(point, radius)
    return statement.where(
        shelf.LOCATIONS.c.latitude.between(box.south, box.north),
        or_(*(shelf.LOCATIONS.c.longitude.between(west, east) for west, east in box.meridians)),
    )
