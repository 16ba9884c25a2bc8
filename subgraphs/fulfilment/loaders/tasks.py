"""Tasks and copies of others' facts in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import LeadTimeRow, PickLineRow, PickTaskRow
from subgraphs.kit.loaders import ListLoader, Loader, among, grouped


class TaskById(Loader[str, PickTaskRow]):
    """Tasks."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, PickTaskRow]:
        """Read the tasks."""
        return {row.id: row for row in await session.exec(select(PickTaskRow).where(among(PickTaskRow.id, keys)))}


class PickLinesOf(ListLoader[str, PickLineRow]):
    """Lines of tasks, in order."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[PickLineRow]]:
        """Read the lines."""
        statement = select(PickLineRow).where(among(PickLineRow.task_id, keys))
        rows = await session.exec(statement.order_by(col(PickLineRow.task_id), col(PickLineRow.position)))
        return grouped([(row.task_id, row) for row in rows])


class LeadTimeOf(Loader[str, int]):
    """Variant → days until a backorder leaves."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, int]:
        """Read the days."""
        rows = await session.exec(select(LeadTimeRow).where(among(LeadTimeRow.variant_id, keys)))
        return {row.variant_id: row.days for row in rows}
