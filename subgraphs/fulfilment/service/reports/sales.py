"""Sales over time, added up by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow
from subgraphs.fulfilment.service.exchanging import EXCHANGE
from subgraphs.fulfilment.service.reports.buckets import ReportAsked, bucket_of, day_of


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
    begin, end = asked.span
    bucket = bucket_of(session, col(OrderRow.placed_at), asked.grain)
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
        .where(
            OrderRow.kind == "ORDER",
            OrderRow.source != EXCHANGE,
            col(OrderRow.placed_at) >= begin,
            col(OrderRow.placed_at) < end,
        )
        .group_by(*splits)
    )
    rows = (await session.exec(statement)).all()
    found = [
        Sales(
            bucket=asked.first if bucket is None else max(asked.first, day_of(row.bucket)),
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
