"""Figures for analysts: discrepancies as a worklist, accuracy over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, case, func, select, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import DiscrepancyRow, Record
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.report import AccuracyPoint, CountedDay, Grain, accuracy
from subgraphs.inventory.service.shelf import LOCATIONS, MOVEMENTS

DISCREPANCIES = Record.metadata.tables["discrepancy"]
SHORTFALLS = Record.metadata.tables["shortfall"]
VARIANTS = Record.metadata.tables["variant"]


@dataclass(frozen=True, slots=True)
class Found:
    """One more discrepancy than was asked for, when there are so many, and how many there are in all."""

    rows: tuple[DiscrepancyRow, ...]
    total: int


async def discrepancies(
    session: AsyncSession,
    location_id: str | None,
    states: Sequence[str],
    first: int,
    after: tuple[datetime, str] | None,
) -> Found:
    """Discrepancies, newest first."""
    conditions: list[ColumnElement[bool]] = [col(DiscrepancyRow.status).in_(states)]
    if location_id is not None:
        conditions.append(col(DiscrepancyRow.location_id) == location_id)
    total = (await session.exec(select_rows(func.count()).select_from(DiscrepancyRow).where(*conditions))).one()
    order = tuple_(col(DiscrepancyRow.detected_at), col(DiscrepancyRow.id))
    statement = (
        select_rows(DiscrepancyRow)
        .where(*conditions)
        .order_by(col(DiscrepancyRow.detected_at).desc(), col(DiscrepancyRow.id).desc())
        .limit(first + 1)
    )
    rows = await session.exec(statement if after is None else statement.where(order < after))
    return Found(tuple(rows.all()), int(total))


@dataclass(frozen=True, slots=True)
class Scope:
    """Days to look at, both included, and the place or brand to keep."""

    first_day: date
    last_day: date
    location_id: str | None = None
    brand_code: str | None = None


async def stock_accuracy(session: AsyncSession, scope: Scope, grain: Grain) -> tuple[AccuracyPoint, ...]:
    """How well system and shelf agree, one point a bucket and currency of unit values: three statements, summed by day in the database.

    counted, agreed     counts made, and those without a difference
    missing             per discrepancy: units fewer than the system had, at what one is worth
    failed orders       distinct orders of which fulfilment could not find a promised line
    """
    days = [*await _counts(session, scope), *await _missing(session, scope), *await _failed(session, scope)]
    return accuracy(days, grain, scope.first_day)


async def _counts(session: AsyncSession, scope: Scope) -> list[CountedDay]:
    agreed = func.sum(case((MOVEMENTS.c.difference == 0, 1), else_=0))
    statement = (
        select(MOVEMENTS.c.day, VARIANTS.c.currency, func.count(), agreed)
        .join(LOCATIONS, LOCATIONS.c.id == MOVEMENTS.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == MOVEMENTS.c.variant_id)
        .where(MOVEMENTS.c.kind == MovementKind.COUNT, MOVEMENTS.c.day.between(scope.first_day, scope.last_day))
        .group_by(MOVEMENTS.c.day, VARIANTS.c.currency)
    )
    rows = await session.execute(_kept(statement, scope))
    return [CountedDay(d, currency, counted=int(n), agreed=int(ok)) for d, currency, n, ok in rows.all()]


async def _missing(session: AsyncSession, scope: Scope) -> list[CountedDay]:
    units = DISCREPANCIES.c.system_quantity - DISCREPANCIES.c.counted_quantity
    # Stored values are whole ten-thousandths, so the sum is exact in both databases.
    worth = func.sum(case((units > 0, units), else_=0) * VARIANTS.c.unit_value, type_=VARIANTS.c.unit_value.type)
    statement = (
        select(DISCREPANCIES.c.day, VARIANTS.c.currency, func.count(), worth)
        .join(LOCATIONS, LOCATIONS.c.id == DISCREPANCIES.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == DISCREPANCIES.c.variant_id)
        .where(DISCREPANCIES.c.day.between(scope.first_day, scope.last_day))
        .group_by(DISCREPANCIES.c.day, VARIANTS.c.currency)
    )
    rows = await session.execute(_kept(statement, scope))
    return [
        CountedDay(d, currency, discrepancies=int(n), missing=value or Decimal(0))
        for d, currency, n, value in rows.all()
    ]


async def _failed(session: AsyncSession, scope: Scope) -> list[CountedDay]:
    statement = (
        select(SHORTFALLS.c.day, VARIANTS.c.currency, func.count(SHORTFALLS.c.order_id.distinct()))
        .join(LOCATIONS, LOCATIONS.c.id == SHORTFALLS.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == SHORTFALLS.c.variant_id)
        .where(SHORTFALLS.c.day.between(scope.first_day, scope.last_day))
        .group_by(SHORTFALLS.c.day, VARIANTS.c.currency)
    )
    rows = await session.execute(_kept(statement, scope))
    return [CountedDay(d, currency, failed_orders=int(n)) for d, currency, n in rows.all()]


def _kept(statement: Select[*tuple[object, ...]], scope: Scope) -> Select[*tuple[object, ...]]:
    if scope.location_id is not None:
        statement = statement.where(LOCATIONS.c.id == scope.location_id)
    if scope.brand_code is not None:
        statement = statement.where(LOCATIONS.c.brand_code == scope.brand_code)
    return statement
