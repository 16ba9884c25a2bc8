"""Holds. A loader gives rows whoever asks; types decide who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import ReservationRow
from subgraphs.kit.loaders import Loader, grouped


class HoldById(Loader[str, ReservationRow]):
    """Holds by id."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ReservationRow]:
        """Read them."""
        rows = await session.exec(select_rows(ReservationRow).where(col(ReservationRow.id).in_(keys)))
        return {row.id: row for row in rows}


CustomerHoldsKey = tuple[str, frozenset[str], int]
"""A customer's id, the states to keep, and the most to give."""


class HoldsOfCustomer(Loader[CustomerHoldsKey, list[ReservationRow]]):
    """The latest so many holds of a customer, newest first."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[CustomerHoldsKey]
    ) -> Mapping[CustomerHoldsKey, list[ReservationRow]]:
        """Read them: one statement for all customers that ask for the same states."""
        found: dict[CustomerHoldsKey, list[ReservationRow]] = {}
        for states, first in {(states, first) for _, states, first in keys}:
            customers = sorted({c for c, s, f in keys if (s, f) == (states, first)})
            owner, newest = col(ReservationRow.customer_id), col(ReservationRow.id).desc()
            rank = func.row_number().over(partition_by=owner, order_by=newest).label("rank")
            kept = select(ReservationRow, rank).where(
                owner.in_(customers), col(ReservationRow.status).in_(sorted(states))
            )
            inner = kept.subquery()
            ranked = aliased(ReservationRow, inner)
            rows = await session.exec(select_rows(ranked).where(inner.c.rank <= first).order_by(col(ranked.id).desc()))
            groups = grouped([(row.customer_id or "", row) for row in rows])
            found.update({(c, states, first): groups.get(c, []) for c in customers})
        return found
