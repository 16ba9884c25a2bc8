"""What a subscription has to tell: looked up in the database, so that no news is lost and none told twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderEventRow, OrderRow, PickTaskRow

AT_ONCE = 200


async def order_news(
    session: AsyncSession, order_id: str | None, customer_id: str | None, since: datetime
) -> Sequence[tuple[OrderEventRow, OrderRow]]:
    """What happened to one order, or to a customer's, since a moment; oldest first."""
    statement = (
        select(OrderEventRow, OrderRow)
        .join(OrderRow, col(OrderRow.id) == col(OrderEventRow.order_id))
        .where(col(OrderEventRow.at) >= since)
        .order_by(col(OrderEventRow.at), col(OrderEventRow.id))
        .limit(AT_ONCE)
    )
    if order_id is not None:
        statement = statement.where(OrderEventRow.order_id == order_id)
    else:
        statement = statement.where(OrderRow.customer_id == customer_id)
    return (await session.exec(statement)).all()


async def task_news(session: AsyncSession, location_id: str, since: datetime) -> Sequence[PickTaskRow]:
    """Tasks of a store that changed since a moment, oldest change first."""
    statement = (
        select(PickTaskRow)
        .where(PickTaskRow.location_id == location_id, col(PickTaskRow.changed_at) >= since)
        .order_by(col(PickTaskRow.changed_at), col(PickTaskRow.id))
        .limit(AT_ONCE)
    )
    return (await session.exec(statement)).all()
