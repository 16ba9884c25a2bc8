"""Orders found and paged, tasks of a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow, PickTaskRow
from subgraphs.fulfilment.service.lookup import Clues
from subgraphs.kit.pagination import Cursor


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which of a customer's orders are wanted; None keeps all."""

    customer_id: str
    status: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    open_only: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as SQL."""
        found: list[ColumnElement[bool]] = [
            col(OrderRow.customer_id) == self.customer_id,
            col(OrderRow.kind) == "ORDER",
        ]
        if self.status is not None:
            found.append(col(OrderRow.status).in_(self.status))
        if self.channels is not None:
            found.append(col(OrderRow.channel).in_(self.channels))
        if self.open_only:
            found.append(col(OrderRow.is_open).is_(True))
        return found


async def orders_of(
    session: AsyncSession, wanted: OrderFilter | Clues, most: int, after: Cursor | None
) -> Sequence[OrderRow]:
    """Orders that fit, the newest first: one more than `most` when there are more."""
    statement = select(OrderRow).where(*wanted.conditions())
    if after is not None:
        statement = statement.where(tuple_(col(OrderRow.placed_at), col(OrderRow.id)) < after)
    return (
        await session.exec(statement.order_by(col(OrderRow.placed_at).desc(), col(OrderRow.id).desc()).limit(most + 1))
    ).all()


async def count_orders(session: AsyncSession, wanted: OrderFilter | Clues) -> int:
    """How many orders there are in all."""
    return (await session.exec(select(func.count()).select_from(OrderRow).where(*wanted.conditions()))).one()


async def tasks_at(
    session: AsyncSession, location_id: str, states: Sequence[str], kinds: Sequence[str] | None, most: int
) -> Sequence[PickTaskRow]:
    """Tasks of a store, the most urgent first: those whose customer is waiting there, then by when they are due."""
    statement = select(PickTaskRow).where(
        PickTaskRow.location_id == location_id, col(PickTaskRow.status).in_(list(states))
    )
    if kinds is not None:
        statement = statement.where(col(PickTaskRow.kind).in_(list(kinds)))
    urgency = col(PickTaskRow.customer_waiting).desc(), col(PickTaskRow.due_at), col(PickTaskRow.id)
    return (await session.exec(statement.order_by(*urgency).limit(most))).all()
