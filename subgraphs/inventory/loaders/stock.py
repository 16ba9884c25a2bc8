"""Stock: variants as this subgraph knows them, records, and what places promise together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import StockLevelRow, VariantRow
from subgraphs.inventory.rules.distance import Point, metres
from subgraphs.inventory.rules.location import LocationKind
from subgraphs.inventory.service.places import within
from subgraphs.inventory.service.shelf import LEFT, LEVELS, LOCATIONS, PROMISABLE
from subgraphs.kit.loaders import Loader, grouped


class VariantById(Loader[str, VariantRow]):
    """Variants by id."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, VariantRow]:
        """Read them."""
        return {row.id: row for row in await session.exec(select_rows(VariantRow).where(col(VariantRow.id).in_(keys)))}


class VariantBySku(Loader[str, VariantRow]):
    """Variants by stock-keeping unit."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, VariantRow]:
        """Read them."""
        rows = await session.exec(select_rows(VariantRow).where(col(VariantRow.sku).in_(keys)))
        return {row.sku: row for row in rows}


class LevelById(Loader[str, StockLevelRow]):
    """Stock records by id."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, StockLevelRow]:
        """Read them."""
        rows = await session.exec(select_rows(StockLevelRow).where(col(StockLevelRow.id).in_(keys)))
        return {row.id: row for row in rows}


Spot = tuple[str, str]
"""A variant's and a location's id."""


class UnitsAt(Loader[Spot, int]):
    """Units of a variant that a location can promise; zero where there is no record."""

    async def fetch(self, session: AsyncSession, keys: Sequence[Spot]) -> Mapping[Spot, int]:
        """Read them."""
        # Column by column, which may read a few more: of IN over pairs SQLite reads the whole table.
        variants, places = (sorted(set(values)) for values in zip(*keys, strict=True))
        rows = await session.execute(
            select(LEVELS.c.variant_id, LEVELS.c.location_id, LEFT).where(
                LEVELS.c.variant_id.in_(variants), LEVELS.c.location_id.in_(places)
            )
        )
        found = {(variant_id, location_id): int(units) for variant_id, location_id, units in rows.all()}
        return {key: found.get(key, 0) for key in keys}


@dataclass(frozen=True, slots=True)
class Promise:
    """What several places can promise of a variant together.

    units       of all of them
    places      that have at least one
    changed_at  the latest change of any of their records; None when there is none
    """

    units: int
    places: int
    changed_at: datetime | None


NOTHING = Promise(0, 0, None)

PromiseKey = tuple[str, str | None]
"""A variant's id and a brand's code; None for the places of all brands."""


class OnlinePromise(Loader[PromiseKey, Promise]):
    """What the places behind the online promise of a brand have: shared ones and the brand's own."""

    async def fetch(self, session: AsyncSession, keys: Sequence[PromiseKey]) -> Mapping[PromiseKey, Promise]:
        """Sum them: one statement for all variants and brands."""
        statement = _by_brand(keys).where(LOCATIONS.c.promises_online)
        return await _promises(session, statement, keys, shared=True)


class StorePromise(Loader[PromiseKey, Promise]):
    """What all stores of a brand have."""

    async def fetch(self, session: AsyncSession, keys: Sequence[PromiseKey]) -> Mapping[PromiseKey, Promise]:
        """Sum them: one statement for all variants and brands."""
        statement = _by_brand(keys).where(LOCATIONS.c.kind == LocationKind.STORE)
        return await _promises(session, statement, keys, shared=False)


class ChangedAt(Loader[str, datetime]):
    """When any record of a variant last changed, wherever it lies."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, datetime]:
        """Read them."""
        rows = await session.execute(
            select(LEVELS.c.variant_id, func.max(LEVELS.c.updated_at, type_=LEVELS.c.updated_at.type))
            .where(LEVELS.c.variant_id.in_(keys))
            .group_by(LEVELS.c.variant_id)
        )
        return {row[0]: row[1] for row in rows.all()}


def _by_brand(keys: Sequence[PromiseKey]) -> Select[tuple[str, str | None, int, int]]:
    variants = sorted({variant_id for variant_id, _ in keys})
    return (
        select(
            LEVELS.c.variant_id,
            LOCATIONS.c.brand_code,
            func.sum(LEFT),
            func.sum(case((PROMISABLE > 0, 1), else_=0)),
        )
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .where(LEVELS.c.variant_id.in_(variants))
        .group_by(LEVELS.c.variant_id, LOCATIONS.c.brand_code)
    )


async def _promises(
    session: AsyncSession,
    statement: Select[tuple[str, str | None, int, int]],
    keys: Sequence[PromiseKey],
    *,
    shared: bool,
) -> Mapping[PromiseKey, Promise]:
    parts = grouped(
        [
            (variant_id, (brand, int(units), int(places)))
            for variant_id, brand, units, places in (await session.execute(statement)).all()
        ]
    )
    found: dict[PromiseKey, Promise] = {}
    for variant_id, wanted in keys:
        mine = [
            part
            for part in parts.get(variant_id, [])
            if wanted is None or part[0] == wanted or (shared and part[0] is None)
        ]
        found[variant_id, wanted] = Promise(sum(p[1] for p in mine), sum(p[2] for p in mine), None)
    return found


@dataclass(frozen=True, slots=True)
class Nearby:
    """A place near a point, and the units of one variant it can promise."""

    location_id: str
    metres: int
    units: int


NearKey = tuple[str, Point, float, bool]
"""A variant's id, the point, how far in metres, and whether places without a unit are left out."""


class StockNear(Loader[NearKey, list[Nearby]]):
    """Stores around a point with their stock of a variant, nearest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[NearKey]) -> Mapping[NearKey, list[Nearby]]:
        """Read the box around each point once for all variants asked for there."""
        found: dict[NearKey, list[Nearby]] = {}
        for point, radius, in_stock_only in {key[1:] for key in keys}:
            variants = sorted({key[0] for key in keys if key[1:] == (point, radius, in_stock_only)})
            places = await _around(session, point, radius)
            stock = await _stock_in(session, point, radius, variants)
            for variant_id in variants:
                near = [Nearby(place, far, stock.get((variant_id, place), 0)) for place, far in places]
                found[variant_id, point, radius, in_stock_only] = [n for n in near if n.units or not in_stock_only]
        return found


async def _around(session: AsyncSession, point: Point, radius: float) -> list[tuple[str, int]]:
    statement = select(LOCATIONS.c.id, LOCATIONS.c.latitude, LOCATIONS.c.longitude)
    rows = (await session.execute(within(statement, point, radius).where(LOCATIONS.c.kind == LocationKind.STORE))).all()
    distances = [(place, metres(point, Point(latitude, longitude))) for place, latitude, longitude in rows]
    return sorted(((place, far) for place, far in distances if far <= radius), key=lambda each: (each[1], each[0]))


async def _stock_in(
    session: AsyncSession, point: Point, radius: float, variants: Sequence[str]
) -> Mapping[tuple[str, str], int]:
    statement = (
        select(LEVELS.c.variant_id, LEVELS.c.location_id, LEFT)
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .where(LEVELS.c.variant_id.in_(variants), LOCATIONS.c.kind == LocationKind.STORE)
    )
    rows = await session.execute(within(statement, point, radius))
    return {(variant_id, place): int(units) for variant_id, place, units in rows.all()}
