"""How orders are read in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    CarrierRow,
    FulfilmentLineRow,
    FulfilmentRow,
    OrderEventRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
)
from subgraphs.kit.loaders import ListLoader, Loader, grouped


class OrderById(Loader[str, OrderRow]):
    """Orders."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, OrderRow]:
        """Read the orders."""
        statement = select(OrderRow).where(col(OrderRow.id).in_(keys), OrderRow.kind == "ORDER")
        return {row.id: row for row in await session.exec(statement)}


class OrderByNumber(Loader[str, OrderRow]):
    """Orders by the number on the receipt."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, OrderRow]:
        """Read the orders."""
        statement = select(OrderRow).where(col(OrderRow.number).in_(keys), OrderRow.kind == "ORDER")
        return {row.number: row for row in await session.exec(statement)}


class LinesOf(ListLoader[str, OrderLineRow]):
    """Lines of orders, in order."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[OrderLineRow]]:
        """Read the lines."""
        statement = select(OrderLineRow).where(col(OrderLineRow.order_id).in_(keys))
        rows = await session.exec(statement.order_by(col(OrderLineRow.order_id), col(OrderLineRow.position)))
        return grouped([(row.order_id, row) for row in rows])


class LineById(Loader[str, OrderLineRow]):
    """Lines."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, OrderLineRow]:
        """Read the lines."""
        return {row.id: row for row in await session.exec(select(OrderLineRow).where(col(OrderLineRow.id).in_(keys)))}


class PaymentsOf(ListLoader[str, OrderPaymentRow]):
    """Payments of orders."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[OrderPaymentRow]]:
        """Read the payments."""
        statement = select(OrderPaymentRow).where(col(OrderPaymentRow.order_id).in_(keys))
        rows = await session.exec(statement.order_by(col(OrderPaymentRow.position)))
        return grouped([(row.order_id, row) for row in rows])


class FulfilmentsOf(ListLoader[str, FulfilmentRow]):
    """Deliveries and collections of orders."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[FulfilmentRow]]:
        """Read the fulfilments."""
        statement = select(FulfilmentRow).where(col(FulfilmentRow.order_id).in_(keys))
        rows = await session.exec(statement.order_by(col(FulfilmentRow.order_id), col(FulfilmentRow.position)))
        return grouped([(row.order_id, row) for row in rows])


class FulfilmentById(Loader[str, FulfilmentRow]):
    """Deliveries and collections."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, FulfilmentRow]:
        """Read the fulfilments."""
        rows = await session.exec(select(FulfilmentRow).where(col(FulfilmentRow.id).in_(keys)))
        return {row.id: row for row in rows}


class PartsOf(ListLoader[str, FulfilmentLineRow]):
    """Lines of fulfilments."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[FulfilmentLineRow]]:
        """Read the lines."""
        statement = select(FulfilmentLineRow).where(col(FulfilmentLineRow.fulfilment_id).in_(keys))
        rows = await session.exec(statement.order_by(col(FulfilmentLineRow.order_line_id)))
        return grouped([(row.fulfilment_id, row) for row in rows])


class EventsOf(ListLoader[str, OrderEventRow]):
    """What happened to orders, oldest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[OrderEventRow]]:
        """Read the events."""
        statement = select(OrderEventRow).where(col(OrderEventRow.order_id).in_(keys))
        rows = await session.exec(statement.order_by(col(OrderEventRow.at), col(OrderEventRow.id)))
        return grouped([(row.order_id, row) for row in rows])


class CarrierByCode(Loader[str, CarrierRow]):
    """Carriers."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CarrierRow]:
        """Read the carriers."""
        return {row.code: row for row in await session.exec(select(CarrierRow).where(col(CarrierRow.code).in_(keys)))}
