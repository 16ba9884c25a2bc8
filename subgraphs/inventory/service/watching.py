"""What a subscriber of stock changes sees: the figures of now, each with a version that rises with every change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.availability import AvailabilityStatus, QuantityBand, SellingRule, band, status
from subgraphs.inventory.service.shelf import LEFT, LEVELS, LOCATIONS

VARIANTS = Record.metadata.tables["variant"]


@dataclass(frozen=True, slots=True)
class Watch:
    """Variants to watch: at these places, or (None) the online promise of a brand."""

    variant_ids: tuple[str, ...]
    location_ids: tuple[str, ...] | None
    brand_code: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Figures of one variant at one place; `location_id` None is the online promise."""

    variant_id: str
    location_id: str | None
    status: AvailabilityStatus
    band: QuantityBand
    version: int
    at: datetime


async def look(session: AsyncSession, watch: Watch) -> list[Seen]:
    """The figures of now."""
    return await (_online(session, watch) if watch.location_ids is None else _at_places(session, watch))


async def _at_places(session: AsyncSession, watch: Watch) -> list[Seen]:
    columns = (LEVELS.c.variant_id, LEVELS.c.location_id, LEFT.label("units"), LEVELS.c.version, LEVELS.c.updated_at)
    rows = await session.execute(
        select(*columns)
        .where(LEVELS.c.variant_id.in_(watch.variant_ids), LEVELS.c.location_id.in_(watch.location_ids or ()))
        .order_by(LEVELS.c.variant_id, LEVELS.c.location_id)
    )
    return [
        Seen(row.variant_id, row.location_id, status(row.units), band(row.units), row.version, row.updated_at)
        for row in rows
    ]


async def _online(session: AsyncSession, watch: Watch) -> list[Seen]:
    """One figure a variant. Its version is the sum of its records' versions, so it rises when any of them does."""
    brand = or_(LOCATIONS.c.brand_code.is_(None), LOCATIONS.c.brand_code == watch.brand_code)
    rows = await session.execute(
        select(
            LEVELS.c.variant_id,
            func.sum(LEFT).label("units"),
            func.sum(LEVELS.c.version).label("version"),
            func.max(LEVELS.c.updated_at, type_=LEVELS.c.updated_at.type).label("at"),
            VARIANTS.c.backorder,
            VARIANTS.c.preorder,
        )
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
        .where(
            LEVELS.c.variant_id.in_(watch.variant_ids),
            LOCATIONS.c.promises_online,
            *([brand] if watch.brand_code else []),
        )
        .group_by(LEVELS.c.variant_id, VARIANTS.c.backorder, VARIANTS.c.preorder)
        .order_by(LEVELS.c.variant_id)
    )
    return [
        Seen(
            row.variant_id,
            None,
            status(int(row.units), SellingRule(row.backorder, row.preorder)),
            band(int(row.units)),
            int(row.version),
            row.at,
        )
        for row in rows
    ]
