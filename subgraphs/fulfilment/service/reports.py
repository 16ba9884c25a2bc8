"""Sales over time, added up by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """Days (both included), width of a bucket, and what to split by."""

    first: date
    last: date
    grain: str
    by_channel: bool
    by_brand: bool


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales of one bucket in one currency; channel and brand are None where they are not split by."""

    bucket: date
    channel: str | None
    brand: str | None
    currency: str
    orders: int
    units: int
    sales: Decimal
    cost: Decimal
    new_customer_orders: int


async def sales_report(session: AsyncSession, asked: ReportAsked) -> Sequence[Sales]:
    """Orders, units and sales by bucket; the ledger's cancellations and adjustments are no orders and not counted.

    Order   by bucket, channel, brand, currency
    """
    begin = datetime.combine(asked.first, time(), UTC)
    end = datetime.combine(asked.last + timedelta(days=1), time(), UTC)
    bucket = _bucket(session.get_bind().dialect.name, asked.grain)
    splits: list[Any] = [col(OrderRow.currency)]
    if bucket is not None:
        splits.append(bucket)
    if asked.by_channel:
        splits.append(col(OrderRow.channel))
    if asked.by_brand:
        splits.append(col(OrderRow.brand_code))
    statement = (
        select(  # type: ignore[call-overload]  # sqlmodel types four columns at most
            (bucket if bucket is not None else func.min(OrderRow.placed_at)).label("bucket"),
            (col(OrderRow.channel) if asked.by_channel else func.min(None)).label("channel"),
            (col(OrderRow.brand_code) if asked.by_brand else func.min(None)).label("brand"),
            col(OrderRow.currency).label("currency"),
            func.count().label("orders"),
            func.sum(OrderRow.sold_units).label("units"),
            func.sum(OrderRow.sales).label("sales"),
            func.sum(OrderRow.cost).label("cost"),
            func.count().filter(col(OrderRow.first_of_customer)).label("fresh"),
        )
        .where(OrderRow.kind == "ORDER", col(OrderRow.placed_at) >= begin, col(OrderRow.placed_at) < end)
        .group_by(*splits)
    )
    rows = (await session.exec(statement)).all()
    found = [
        Sales(
            bucket=asked.first if bucket is None else max(asked.first, _day(row.bucket)),
            channel=row.channel if asked.by_channel else None,
            brand=row.brand if asked.by_brand else None,
            currency=row.currency,
            orders=row.orders,
            units=int(row.units or 0),
            sales=row.sales or Decimal(0),
            cost=row.cost or Decimal(0),
            new_customer_orders=row.fresh,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.bucket, each.channel or "", each.brand or "", each.currency))


def _bucket(dialect: str, grain: str) -> Any:
    """The first day of an order's bucket as the database works it out; None for one bucket over all."""
    placed = col(OrderRow.placed_at)
    if grain == "TOTAL":
        return None
    if dialect == "postgresql":
        unit = {"DAY": "day", "WEEK": "week", "MONTH": "month"}[grain]
        return func.date_trunc(unit, placed, "UTC")
    if grain == "MONTH":
        return func.date(placed, "start of month")
    # `weekday 0` goes on to the next Sunday; six days before is that ISO week's Monday.
    return func.date(placed, "weekday 0", "-6 days") if grain == "WEEK" else func.date(placed)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)
