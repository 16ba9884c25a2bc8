"""Discrepancies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import DiscrepancyRow
from subgraphs.kit.loaders import Loader


class DiscrepancyById(Loader[str, DiscrepancyRow]):
    """Discrepancies by id."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, DiscrepancyRow]:
        """Read them."""
        rows = await session.exec(select(DiscrepancyRow).where(col(DiscrepancyRow.id).in_(keys)))
        return {row.id: row for row in rows}
