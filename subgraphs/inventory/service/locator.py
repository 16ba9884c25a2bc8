"""The store locator: which places answer a search, nearest first.

An index on positions narrows to a box around the circle; distances, services and hours are then worked out for what
is left, on slim rows. The rows that are shown are read afterwards, by loader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.distance import Point, metres
from subgraphs.inventory.rules.hours import is_open
from subgraphs.inventory.rules.quantities import Line, summed
from subgraphs.inventory.service.places import schedule, within
from subgraphs.inventory.service.shelf import LEFT, LEVELS, LOCATIONS

POSTCODES = Record.metadata.tables["postcode"]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for.

    near            None lists all places by name
    services        that must all be offered
    open_at         keep only places open at this instant
    having          keep only places that have all of these
    """

    near: Point | None = None
    radius_metres: float = 50_000
    brand_codes: tuple[str, ...] | None = None
    kinds: tuple[str, ...] = ("STORE",)
    services: tuple[str, ...] = ()
    open_at: datetime | None = None
    having: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A place that answers the search; `metres` None when there is no point to measure from."""

    location_id: str
    metres: int | None
    name: str

    @property
    def rank(self) -> tuple[int, str, str]:
        """Sorts: by distance, then name, then id."""
        return self.metres or 0, self.name, self.location_id


async def find(session: AsyncSession, search: Search) -> list[Found]:
    """Every place that answers the search, nearest first."""
    rows = await _candidates(session, search)
    found = []
    for row in rows:
        far = None if search.near is None else metres(search.near, Point(row.latitude, row.longitude))
        if (far is None or far <= search.radius_metres) and set(search.services) <= set(row.services):
            found.append((row, Found(row.id, far, row.name)))
    if search.open_at is not None:
        at = search.open_at
        found = [
            each for each in found if is_open(schedule(each[0].time_zone, each[0].hours, each[0].special_days), at)
        ]
    if search.having:
        able = await _able(session, [place.location_id for _, place in found], search.having)
        found = [each for each in found if each[1].location_id in able]
    return sorted((place for _, place in found), key=lambda place: place.rank)


async def point_of_postcode(session: AsyncSession, postcode: str, country: str | None) -> Point | None:
    """Where a postcode lies; of a longer one that is not known, its district (what stands before the space)."""
    whole = postcode.upper().replace(" ", "")
    district = postcode.upper().strip().partition(" ")[0]
    for code in dict.fromkeys((whole, whole[:5] if whole[:5].isdigit() else district)):
        if not code:
            continue
        condition = [POSTCODES.c.postcode == code] + ([POSTCODES.c.country == country] if country else [])
        row = (
            await session.execute(
                select(POSTCODES.c.latitude, POSTCODES.c.longitude).where(*condition).order_by(POSTCODES.c.country)
            )
        ).first()
        if row is not None:
            return Point(row.latitude, row.longitude)
    return None


async def _candidates(session: AsyncSession, search: Search) -> Sequence[Row[tuple[object, ...]]]:
    columns = [LOCATIONS.c[name] for name in ("id", "name", "latitude", "longitude", "services")]
    if search.open_at is not None:
        columns += [LOCATIONS.c[name] for name in ("time_zone", "hours", "special_days")]
    statement: Select[*tuple[object, ...]] = select(*columns)
    if search.kinds:
        statement = statement.where(LOCATIONS.c.kind.in_(search.kinds))
    if search.brand_codes is not None:
        statement = statement.where(LOCATIONS.c.brand_code.in_(search.brand_codes))
    if search.near is not None:
        statement = within(statement, search.near, search.radius_metres)
    return (await session.execute(statement)).all()


async def _able(session: AsyncSession, location_ids: Sequence[str], lines: Sequence[Line]) -> set[str]:
    needed = summed(lines)
    enough = or_(*((LEVELS.c.variant_id == variant) & (units <= LEFT) for variant, units in needed.items()))
    rows = await session.execute(
        select(LEVELS.c.location_id)
        .where(LEVELS.c.variant_id.in_(sorted(needed)), LEVELS.c.location_id.in_(location_ids), enough)
        .group_by(LEVELS.c.location_id)
        .having(func.count() == len(needed))
    )
    return set(rows.scalars())
