"""How carriers did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, case, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import FulfilmentRow, OrderRow
from subgraphs.fulfilment.service.reports.buckets import ReportAsked


@dataclass(frozen=True, slots=True)
class CarrierDid:
    """Shipments of a carrier in one currency; on_time: of those delivered, loss: of all."""

    carrier: str
    currency: str
    shipments: int
    on_time: float
    loss: float
    cost: Decimal


async def carrier_report(session: AsyncSession, asked: ReportAsked) -> Sequence[CarrierDid]:
    """Shipments handed to carriers in the span, added up by the database. Called off on the road counts as lost.

    Order   by carrier, currency
    """
    begin, end = asked.span
    delivered = col(FulfilmentRow.status) == "DONE"
    on_time = and_(delivered, col(FulfilmentRow.done_at) <= col(FulfilmentRow.promised_at))
    lost = col(FulfilmentRow.status) == "CANCELLED"
    carrier, currency = col(FulfilmentRow.carrier_code), col(OrderRow.currency)
    statement = (
        select(  # type: ignore[call-overload]  # sqlmodel types four columns at most
            carrier.label("carrier"),
            currency.label("currency"),
            func.count().label("shipments"),
            func.sum(case((delivered, 1), else_=0)).label("delivered"),
            func.sum(case((on_time, 1), else_=0)).label("on_time"),
            func.sum(case((lost, 1), else_=0)).label("lost"),
            func.sum(FulfilmentRow.cost).label("cost"),
        )
        .join(OrderRow, col(OrderRow.id) == col(FulfilmentRow.order_id))
        .where(
            FulfilmentRow.kind == "SHIPMENT",
            col(FulfilmentRow.sent_at) >= begin,
            col(FulfilmentRow.sent_at) < end,
        )
        .group_by(carrier, currency)
        .order_by(carrier, currency)
    )
    return [
        CarrierDid(
            carrier=row.carrier or "parcel",
            currency=row.currency,
            shipments=row.shipments,
            on_time=int(row.on_time) / int(row.delivered) if row.delivered else 0.0,
            loss=int(row.lost) / row.shipments,
            cost=(row.cost or Decimal(0)) / row.shipments,
        )
        for row in (await session.exec(statement)).all()
    ]
