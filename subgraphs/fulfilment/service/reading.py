"""Orders found and paged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow
from subgraphs.kit.pagination import Cursor


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which of a customer's orders are wanted; None keeps all."""

    customer_id: str
    status: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    open_only: bool = False


async def orders_of(session: AsyncSession, wanted: OrderFilter, most: int, after: Cursor | None) -> Sequence[OrderRow]:
    """A customer's orders, the newest first: one more than `most` when there are more."""
    statement = select(OrderRow).where(*_conditions(wanted))
    if after is not None:
        statement = statement.where(tuple_(col(OrderRow.placed_at), col(OrderRow.id)) < after)
    return (
        await session.exec(statement.order_by(col(OrderRow.placed_at).desc(), col(OrderRow.id).desc()).limit(most + 1))
    ).all()


async def count_orders(session: AsyncSession, wanted: OrderFilter) -> int:
    """How many orders there are in all."""
    return (await session.exec(select(func.count()).select_from(OrderRow).where(*_conditions(wanted)))).one()


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(OrderRow.customer_id) == wanted.customer_id,
        col(OrderRow.kind) == "ORDER",
    ]
    if wanted.status is not None:
        conditions.append(col(OrderRow.status).in_(wanted.status))
    if wanted.channels is not None:
        conditions.append(col(OrderRow.channel).in_(wanted.channels))
    if wanted.open_only:
        conditions.append(col(OrderRow.is_open).is_(True))
    return conditions
