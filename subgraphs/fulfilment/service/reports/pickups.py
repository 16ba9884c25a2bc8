"""How collections did: ready on time, waits, and what was bought on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import FulfilmentRow, OrderRow
from subgraphs.fulfilment.service.reports.buckets import ReportAsked

SAME_VISIT = timedelta(hours=2)
"""A purchase in the same store this soon after a collection, or before it, belongs to the same visit."""


@dataclass(frozen=True, slots=True)
class Pickups:
    """Collections of one bucket in one currency; `location` is None where they are not split by store.

    ready_on_time, attach_rate      shares, 0 to 1
    wait                            median from coming into the store, as far as it was noticed, to having it
    """

    bucket: date
    location: str | None
    currency: str
    count: int
    ready_on_time: float
    wait: timedelta
    attach_rate: float
    attach_value: Decimal


@dataclass(slots=True)
class _Sum:
    count: int = 0
    on_time: int = 0
    waits: list[float] = field(default_factory=list)
    attached: list[Decimal] = field(default_factory=list)


async def pickup_report(session: AsyncSession, asked: ReportAsked, by_location: bool) -> Sequence[Pickups]:
    """Collections that were handed out in the span, two queries over narrow columns.

    Order   by bucket, location, currency
    """
    begin, end = asked.span
    statement = (
        select(FulfilmentRow, col(OrderRow.customer_id), col(OrderRow.currency))
        .join(OrderRow, col(OrderRow.id) == col(FulfilmentRow.order_id))
        .where(
            FulfilmentRow.kind == "PICKUP",
            FulfilmentRow.status == "DONE",
            col(FulfilmentRow.done_at) >= begin,
            col(FulfilmentRow.done_at) < end,
        )
    )
    bought = await _store_purchases(session, begin, end)
    sums: dict[tuple[date, str | None, str], _Sum] = {}
    for part, customer_id, currency in (await session.exec(statement)).all():
        if part.done_at is None:
            continue
        key = asked.bucket(part.done_at), part.location_id if by_location else None, currency
        total = sums.setdefault(key, _Sum())
        total.count += 1
        total.on_time += bool(part.ready_at and part.promised_at and part.ready_at <= part.promised_at)
        if part.arrived_at is not None and part.arrived_at <= part.done_at:
            total.waits.append((part.done_at - part.arrived_at).total_seconds())
        purchases = bought.get((customer_id, part.location_id), ()) if customer_id and part.location_id else ()
        also = [amount for at, amount in purchases if abs(at - part.done_at) <= SAME_VISIT]
        if also:
            total.attached.append(sum(also, Decimal(0)))
    return [
        Pickups(
            bucket=bucket,
            location=location,
            currency=currency,
            count=total.count,
            ready_on_time=total.on_time / total.count,
            wait=timedelta(seconds=median(total.waits)) if total.waits else timedelta(0),
            attach_rate=len(total.attached) / total.count,
            attach_value=sum(total.attached, Decimal(0)) / len(total.attached) if total.attached else Decimal(0),
        )
        for (bucket, location, currency), total in sorted(
            sums.items(), key=lambda item: (item[0][0], item[0][1] or "", item[0][2])
        )
    ]


async def _store_purchases(
    session: AsyncSession, begin: datetime, end: datetime
) -> Mapping[tuple[str, str], Sequence[tuple[datetime, Decimal]]]:
    """(customer, store) → when and for how much something was bought there."""
    statement = select(
        col(OrderRow.customer_id), col(OrderRow.sold_at_id), col(OrderRow.placed_at), col(OrderRow.total)
    ).where(
        OrderRow.kind == "ORDER",
        col(OrderRow.sold_at_id).is_not(None),
        col(OrderRow.customer_id).is_not(None),
        col(OrderRow.placed_at) >= begin - SAME_VISIT,
        col(OrderRow.placed_at) < end + SAME_VISIT,
    )
    found: dict[tuple[str, str], list[tuple[datetime, Decimal]]] = {}
    for customer_id, place, at, total in (await session.exec(statement)).all():
        if customer_id and place:
            found.setdefault((customer_id, place), []).append((at, total))
    return found
