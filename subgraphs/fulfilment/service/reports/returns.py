"""How many goods came back, and in which channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow, ReturnLineRow, ReturnRow
from subgraphs.fulfilment.service.reports.buckets import ReportAsked, bucket_of, day_of


@dataclass(frozen=True, slots=True)
class CameBack:
    """Units of a channel's goods that came back in one channel; `returned_in` is None where none did.

    sold    units the channel sold in the bucket, the same in each of its rows
    """

    bucket: date
    bought_in: str
    returned_in: str | None
    sold: int
    returned: int
    top_reason: str | None


async def returns_report(session: AsyncSession, asked: ReportAsked) -> Sequence[CameBack]:
    """Units sold by the day of the order, units returned by the day they were there; added up by the database.

    Order   by bucket, channel of the purchase, channel of the return
    """
    sold = await _sold(session, asked)
    returned: dict[tuple[date, str, str], Counter[str]] = {}
    for bucket, bought_in, returned_in, reason, units in await _returned(session, asked):
        returned.setdefault((bucket, bought_in, returned_in), Counter())[reason] += units
    rows = [
        CameBack(
            bucket=bucket,
            bought_in=bought_in,
            returned_in=returned_in,
            sold=sold.get((bucket, bought_in), 0),
            returned=reasons.total(),
            top_reason=min(reasons, key=lambda reason: (-reasons[reason], reason)),
        )
        for (bucket, bought_in, returned_in), reasons in returned.items()
    ]
    with_returns = {(row.bucket, row.bought_in) for row in rows}
    rows += [
        CameBack(bucket, bought_in, None, units, 0, None)
        for (bucket, bought_in), units in sold.items()
        if (bucket, bought_in) not in with_returns
    ]
    return sorted(rows, key=lambda row: (row.bucket, row.bought_in, row.returned_in or ""))


async def _sold(session: AsyncSession, asked: ReportAsked) -> Mapping[tuple[date, str], int]:
    begin, end = asked.span
    bucket = bucket_of(session, col(OrderRow.placed_at), asked.grain)
    channel, units = col(OrderRow.channel), func.sum(OrderRow.sold_units)
    conditions = OrderRow.kind == "ORDER", col(OrderRow.placed_at) >= begin, col(OrderRow.placed_at) < end
    if bucket is None:
        rows = (await session.exec(select(channel, units).where(*conditions).group_by(channel))).all()
        return {(asked.first, code): int(count) for code, count in rows}
    split = select(bucket.label("bucket"), channel, units).where(*conditions).group_by(bucket, channel)
    found = (await session.exec(split)).all()
    return {(max(asked.first, day_of(day)), code): int(count) for day, code, count in found}


async def _returned(session: AsyncSession, asked: ReportAsked) -> list[tuple[date, str, str, str, int]]:
    begin, end = asked.span
    bucket = bucket_of(session, col(ReturnRow.received_at), asked.grain)
    keys: list[Any] = [col(OrderRow.channel), col(ReturnRow.channel), col(ReturnLineRow.reason)]
    columns = [*keys, func.sum(ReturnLineRow.quantity)]
    if bucket is not None:
        columns.append(bucket.label("bucket"))
        keys.append(bucket)
    statement = (
        select(*columns)
        .select_from(ReturnRow)
        .join(ReturnLineRow, col(ReturnLineRow.return_id) == col(ReturnRow.id))
        .join(OrderRow, col(OrderRow.id) == col(ReturnRow.order_id))
        .where(col(ReturnRow.received_at) >= begin, col(ReturnRow.received_at) < end)
        .group_by(*keys)
    )
    rows = (await session.exec(statement)).all()
    return [
        (
            asked.first if bucket is None else max(asked.first, day_of(row[4])),
            str(row[0]),
            str(row[1]),
            str(row[2]),
            int(row[3]),
        )
        for row in rows
    ]
