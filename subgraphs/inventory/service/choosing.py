"""Where a hold may be made: the store a customer names, or the places an order is best prepared in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.errors import InsufficientStock, LocationUnavailable
from subgraphs.inventory.models import LocationRow, ReservationRow, VariantRow
from subgraphs.inventory.rules.allocation import Part, Shortage, Source, allocate
from subgraphs.inventory.rules.hours import is_open, next_change
from subgraphs.inventory.rules.location import LocationKind, StoreService, serves_brand
from subgraphs.inventory.rules.quantities import Line, summed
from subgraphs.inventory.rules.reservation import MOST_UNITS_OF_A_CUSTOMER, ReservationKind, ReservationStatus
from subgraphs.inventory.service import shelf
from subgraphs.inventory.service.places import nearest_offering, schedule_of
from subgraphs.kit.errors import InvalidInput, NotFound

_PLACE = ("input", "locationId")
_NEEDED_SERVICE: Mapping[ReservationKind, StoreService] = {
    ReservationKind.TRY_ON: StoreService.TRY_ON,
    ReservationKind.PULL: StoreService.PICKUP,
}


async def check_variants(session: AsyncSession, lines: Sequence[Line]) -> None:
    """Raise `NotFound` for the first variant that is not known here."""
    wanted = {line.variant_id for line in lines}
    known = set((await session.exec(select_rows(VariantRow.id).where(col(VariantRow.id).in_(wanted)))).all())
    for index, line in enumerate(lines):
        if line.variant_id not in known:
            raise NotFound("There is no such item.", ("input", "items", str(index), "variantId"))


async def place_for_customer(
    session: AsyncSession, kind: ReservationKind, location_id: str | None, lines: Sequence[Line]
) -> LocationRow:
    """The store asked for, if it offers the kind of hold and carries the brand of everything asked for.

    Raises  NotFound, LocationUnavailable with the nearest store that could
    """
    place = await session.get(LocationRow, location_id or "")
    if place is None:
        raise NotFound("There is no such place.", _PLACE)
    needed = _NEEDED_SERVICE[kind]
    variant_ids = sorted({line.variant_id for line in lines})
    brands = (await session.exec(select_rows(VariantRow.brand_code).where(col(VariantRow.id).in_(variant_ids)))).all()
    foreign = [brand for brand in brands if not serves_brand(place.brand_code, brand)]
    if needed in place.services and place.kind == LocationKind.STORE and not foreign:
        return place
    alternative = await nearest_offering(session, place, needed, variant_ids, next(iter(brands), None))
    missing = "carry this brand" if foreign else "offer this"
    raise LocationUnavailable(f"{place.name} does not {missing}.", _PLACE, alternative)


def opening(place: LocationRow, now: datetime) -> datetime:
    """When a customer's hold begins to run: now, or asked for at night, when the store opens."""
    schedule = schedule_of(place)
    if is_open(schedule, now):
        return now
    opens = next_change(schedule, now)
    if opens is None:
        raise LocationUnavailable(f"{place.name} is closed.", _PLACE)
    return opens


async def check_share(session: AsyncSession, customer_id: str, location_id: str, lines: Sequence[Line]) -> None:
    """Raise `InvalidInput` when a customer would hold more of one item in one store than one tries on."""
    asked = summed(lines)
    held = await session.exec(
        select_rows(ReservationRow.variant_id, func.sum(ReservationRow.quantity))
        .where(
            ReservationRow.customer_id == customer_id,
            ReservationRow.status == ReservationStatus.ACTIVE,
            ReservationRow.location_id == location_id,
            col(ReservationRow.variant_id).in_(sorted(asked)),
        )
        .group_by(col(ReservationRow.variant_id))
    )
    before = {variant_id: int(units) for variant_id, units in held.all()}
    for index, line in enumerate(lines):
        if asked[line.variant_id] + before.get(line.variant_id, 0) > MOST_UNITS_OF_A_CUSTOMER:
            raise InvalidInput(
                f"At most {MOST_UNITS_OF_A_CUSTOMER} of one item can be held in one store.",
                ("input", "items", str(index), "quantity"),
            )


async def spread(
    session: AsyncSession, numbered: Sequence[tuple[int, Line]], brand_code: str | None, taken: Mapping[str, int]
) -> list[Part]:
    """Choose the places of lines that name none, with their records locked in primary-key order.

    numbered    (number of the line in the ask, line)
    taken       units that other lines of the ask draw from a record
    """
    locations = shelf.LOCATIONS
    brand = or_(locations.c.brand_code.is_(None), locations.c.brand_code == brand_code)
    lines = [line for _, line in numbered]
    candidates = await session.execute(
        select(shelf.LEVELS.c.id, locations.c.kind)
        .join(locations, locations.c.id == shelf.LEVELS.c.location_id)
        .where(
            shelf.LEVELS.c.variant_id.in_(sorted({line.variant_id for line in lines})),
            locations.c.promises_online,
            *([brand] if brand_code else []),
        )
    )
    kinds = {row[0]: row[1] for row in candidates.all()}
    sources: dict[str, list[Source]] = {}
    for level in (await shelf.lock(session, kinds)).values():
        left = level.available - taken.get(level.id, 0)
        rank = 0 if kinds[level.id] != LocationKind.STORE else 1  # a store's shelf is for those who walk in
        sources.setdefault(level.variant_id, []).append(Source(level.id, level.location_id, max(0, left), rank))
    result = allocate(lines, sources)
    if isinstance(result, Shortage):
        number = numbered[result.line][0]
        raise InsufficientStock(("input", "items", str(number), "quantity"), result.available)
    return [replace(part, line=numbered[part.line][0]) for part in result]
