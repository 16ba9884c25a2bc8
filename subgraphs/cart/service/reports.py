"""How carts of a span ended, added up by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, and_, case, cast, exists, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartLineRow, CartRow


@dataclass(frozen=True, slots=True)
class FunnelAsked:
    """Days (both included), width of a bucket (DAY, WEEK, MONTH, TOTAL), and what to split by and keep."""

    first: date
    last: date
    grain: str
    by_channel: bool
    brand_code: str | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Carts of one bucket in one currency; `started_in` None where channels are not split."""

    bucket: date
    started_in: str | None
    currency: str
    carts: int
    ordered: int
    ordered_elsewhere: int
    abandoned: int
    recovered: int
    value_abandoned: Decimal


async def funnel(session: AsyncSession, asked: FunnelAsked) -> Sequence[Funnel]:
    """Carts with goods in them, by the day they were started; currencies are never added to one another.

    Order   by bucket, channel, currency
    """
    begin = datetime.combine(asked.first, time(), UTC)
    end = datetime.combine(asked.last + timedelta(days=1), time(), UTC)
    cart = CartRow
    day: Any
    if session.get_bind().dialect.name == "sqlite":
        day = func.date(col(cart.created_at))
    else:
        day = cast(func.timezone("UTC", col(cart.created_at)), Date)
    channel = col(cart.started_in) if asked.by_channel else literal(None)
    ordered, left = col(cart.status) == "ORDERED", col(cart.left_at).is_not(None)

    def many(condition: object) -> object:
        return func.sum(case((condition, 1), else_=0))  # type: ignore[arg-type]  # a comparison of columns

    statement = select(  # type: ignore[call-overload]  # sqlmodel types four columns at most
        day,
        channel,
        col(cart.currency),
        func.count(),
        many(ordered),
        many(and_(ordered, col(cart.ordered_in) != col(cart.started_in))),
        many(left),
        many(and_(left, ordered)),
        func.sum(case((and_(left, ~ordered), col(cart.left_value)), else_=None)),
    ).where(
        col(cart.created_at) >= begin,
        col(cart.created_at) < end,
        exists().where(col(CartLineRow.cart_id) == col(cart.id)),
    )
    if asked.brand_code is not None:
        statement = statement.where(cart.brand_code == asked.brand_code)
    groups = [day, col(cart.currency), *([col(cart.started_in)] if asked.by_channel else [])]
    rows = [_row(row, asked) for row in await session.exec(statement.group_by(*groups))]
    return _added_up(rows)


def _row(row: Sequence[object], asked: FunnelAsked) -> Funnel:
    found, channel, currency, *counts, value = row
    day = found if isinstance(found, date) else date.fromisoformat(str(found))
    carts, ordered, elsewhere, abandoned, recovered = (int(str(each)) for each in counts)
    return Funnel(
        bucket_of(day, asked),
        None if channel is None else str(channel),
        str(currency),
        carts,
        ordered,
        elsewhere,
        abandoned,
        recovered,
        value if isinstance(value, Decimal) else Decimal(0),
    )


def bucket_of(day: date, asked: FunnelAsked) -> date:
    """First day of the bucket a day falls into, not before the first day asked for."""
    match asked.grain:
        case "DAY":
            return day
        case "WEEK":
            return max(asked.first, day - timedelta(days=day.weekday()))
        case "MONTH":
            return max(asked.first, day.replace(day=1))
        case _:
            return asked.first


def _added_up(rows: Sequence[Funnel]) -> list[Funnel]:
    """Days of one bucket become one point."""
    points: dict[tuple[date, str, str], Funnel] = {}
    for row in rows:
        key = (row.bucket, row.started_in or "", row.currency)
        other = points.get(key)
        points[key] = (
            row
            if other is None
            else Funnel(
                row.bucket,
                row.started_in,
                row.currency,
                row.carts + other.carts,
                row.ordered + other.ordered,
                row.ordered_elsewhere + other.ordered_elsewhere,
                row.abandoned + other.abandoned,
                row.recovered + other.recovered,
                row.value_abandoned + other.value_abandoned,
            )
        )
    return [points[key] for key in sorted(points)]
