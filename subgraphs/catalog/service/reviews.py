"""Reading and writing reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ReviewRow
from subgraphs.catalog.service.reading import after_position


async def reviews_by(
    session: AsyncSession, customer_id: str, first: int, after: tuple[Any, ...] | None
) -> tuple[Sequence[ReviewRow], int]:
    """A page (and one more) of what a customer wrote, newest first, and how many there are in all."""
    columns = ((col(ReviewRow.created_at), True), (col(ReviewRow.id), True))
    query = select(ReviewRow).where(col(ReviewRow.author_id) == customer_id)
    if after is not None:
        query = query.where(after_position(columns, after))
    rows = await session.execute(query.order_by(*(column.desc() for column, _ in columns)).limit(first + 1))
    total = select(func.count()).select_from(ReviewRow).where(col(ReviewRow.author_id) == customer_id)
    return rows.scalars().all(), int((await session.execute(total)).scalar_one())
