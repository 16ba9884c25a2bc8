"""Lists of which only a page is read: timeline, browsing history, movements, visitors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import (
    BrowsedRow,
    ConsentRow,
    CustomerRow,
    MovementRow,
    ProgramRow,
    TouchRow,
    TryOnRow,
    VisitRow,
)
from subgraphs.customer.rules.person import PRESENT_FOR
from subgraphs.kit.pagination import Cursor


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """What to keep of a timeline; None keeps all."""

    kinds: Sequence[str] | None
    channels: Sequence[str] | None


async def timeline(
    session: AsyncSession, customer_id: str, wanted: TimelineFilter, first: int, after: Cursor | None
) -> list[TouchRow]:
    """The newest first, from after a cursor (instant, id), one more than `first`."""
    query = select(TouchRow).where(TouchRow.customer_id == customer_id)
    if wanted.kinds is not None:
        query = query.where(col(TouchRow.kind).in_(wanted.kinds))
    if wanted.channels is not None:
        query = query.where(col(TouchRow.channel).in_(wanted.channels))
    if after is not None:
        at, id_ = after
        query = query.where(or_(col(TouchRow.at) < at, and_(col(TouchRow.at) == at, col(TouchRow.id) < id_)))
    query = query.order_by(col(TouchRow.at).desc(), col(TouchRow.id).desc()).limit(first + 1)
    return list((await session.exec(query)).all())


async def browsed(session: AsyncSession, customer_id: str, first: int) -> list[BrowsedRow]:
    """Products looked at, the newest first."""
    query = select(BrowsedRow).where(BrowsedRow.customer_id == customer_id)
    return list(
        (await session.exec(query.order_by(col(BrowsedRow.at).desc(), col(BrowsedRow.product_id)).limit(first))).all()
    )


async def try_ons(session: AsyncSession, customer_id: str, first: int) -> list[TryOnRow]:
    """Saved try-ons, the newest first."""
    query = select(TryOnRow).where(TryOnRow.customer_id == customer_id)
    return list((await session.exec(query.order_by(col(TryOnRow.at).desc(), col(TryOnRow.id)).limit(first))).all())


async def movements(session: AsyncSession, membership_id: str, first: int) -> list[MovementRow]:
    """Movements of points, the newest first."""
    query = select(MovementRow).where(MovementRow.membership_id == membership_id)
    return list(
        (await session.exec(query.order_by(col(MovementRow.at).desc(), col(MovementRow.id).desc()).limit(first))).all()
    )


async def programs(session: AsyncSession) -> list[ProgramRow]:
    """Every loyalty programme, by code."""
    return list((await session.exec(select(ProgramRow).order_by(col(ProgramRow.code)))).all())


async def visitors(session: AsyncSession, location_id: str, first: int) -> list[tuple[CustomerRow | None, VisitRow]]:
    """Who is in the store now and has agreed to be recognised, the last to come first; each person once."""
    query = (
        select(VisitRow, CustomerRow)
        .where(
            VisitRow.location_id == location_id,
            VisitRow.arrived_at > datetime.now(UTC) - PRESENT_FOR,
            CustomerRow.id == VisitRow.customer_id,
            ConsentRow.customer_id == VisitRow.customer_id,
            ConsentRow.purpose == "STORE_PRESENCE",
            col(ConsentRow.granted),
        )
        .order_by(col(VisitRow.arrived_at).desc())
        .limit(4 * first + 1)
    )
    found: dict[str, tuple[CustomerRow | None, VisitRow]] = {}
    for visit, customer in await session.exec(query):
        found.setdefault(visit.customer_id, (customer, visit))
    return list(found.values())[:first]
