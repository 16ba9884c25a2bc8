"""Folding one record of a person into another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import (
    AddressRow,
    BrowsedRow,
    CardRow,
    ConsentRow,
    CustomerRow,
    FactRow,
    IdentityRow,
    KnownOrderRow,
    MembershipRow,
    OccasionRow,
    ReadyOrderRow,
    SessionRow,
    TouchRow,
    TryOnRow,
    VisitRow,
    WishlistRow,
)
from subgraphs.kit.errors import InvalidInput

_MOVED = (
    AddressRow,
    CardRow,
    KnownOrderRow,
    MembershipRow,
    OccasionRow,
    ReadyOrderRow,
    TouchRow,
    TryOnRow,
    VisitRow,
    WishlistRow,
)
"""Tables whose rows simply change their customer."""


async def move_everything(session: AsyncSession, keep: CustomerRow, fold: CustomerRow) -> None:
    """Move what the folded record has to the kept one; where both say something of one thing, the kept one's word stays."""
    await _refuse_two_memberships(session, keep.id, fold.id)
    await _merge_browsed(session, keep.id, fold.id)
    await _move_where_free(session, keep.id, fold.id)
    await _move_identities(session, keep.id, fold.id)
    for kind in _MOVED:
        await session.execute(update(kind).where(col(kind.customer_id) == fold.id).values(customer_id=keep.id))
    for name in ("first_name", "last_name", "email", "phone", "birth_date", "locale", "preferred_store_id"):
        if getattr(keep, name) is None:
            setattr(keep, name, getattr(fold, name))
    keep.is_guest = keep.is_guest and fold.is_guest
    keep.segment_codes = sorted({*keep.segment_codes, *fold.segment_codes})
    session.add(keep)
    await session.flush()
    await session.delete(fold)


async def _refuse_two_memberships(session: AsyncSession, keep_id: str, fold_id: str) -> None:
    query = select(MembershipRow.program_code).where(col(MembershipRow.customer_id).in_([keep_id, fold_id]))
    programs = list((await session.exec(query)).all())
    if len(programs) != len(set(programs)):
        raise InvalidInput("Both records are members of one programme; move the points first", ("foldId",))


async def _move_identities(session: AsyncSession, keep_id: str, fold_id: str) -> None:
    """What both are known by stays once, as proved as either was."""
    mine = {(row.kind, row.value): row for row in await _identities(session, keep_id)}
    for row in await _identities(session, fold_id):
        same = mine.get((row.kind, row.value))
        if same is None:
            row.customer_id = keep_id
            continue
        verified, sole = row.verified or same.verified, row.sole or same.sole
        await session.delete(row)
        await session.flush()
        same.verified, same.sole = verified, sole


async def _identities(session: AsyncSession, customer_id: str) -> Sequence[IdentityRow]:
    return (await session.exec(select(IdentityRow).where(IdentityRow.customer_id == customer_id))).all()


async def _merge_browsed(session: AsyncSession, keep_id: str, fold_id: str) -> None:
    for row in (await session.exec(select(BrowsedRow).where(BrowsedRow.customer_id == fold_id))).all():
        mine = await session.get(BrowsedRow, (keep_id, row.product_id))
        if mine is None:
            session.add(BrowsedRow(**{**row.model_dump(), "customer_id": keep_id}))
        else:
            mine.views += row.views
            if row.at > mine.at:
                mine.at, mine.channel = row.at, row.channel
        await session.delete(row)


async def _move_where_free(session: AsyncSession, keep_id: str, fold_id: str) -> None:
    """Rows with one place per person: the folded one's move only where the kept one has none."""
    tables: tuple[tuple[Any, str], ...] = ((ConsentRow, "purpose"), (FactRow, "code"), (SessionRow, "device"))
    for kind, place in tables:
        taken = select(getattr(kind, place)).where(kind.customer_id == keep_id)
        mine = set((await session.exec(taken)).all())
        rows = (await session.exec(select(kind).where(kind.customer_id == fold_id))).all()
        moved = [row.model_dump() for row in rows if getattr(row, place) not in mine]
        await session.execute(delete(kind).where(kind.customer_id == fold_id))
        session.add_all([kind(**{**values, "customer_id": keep_id}) for values in moved])
