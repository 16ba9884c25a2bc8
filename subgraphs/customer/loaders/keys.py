"""Keys to rows, one query per kind and request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import func
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import (
    AddressRow,
    CardRow,
    ConsentRow,
    CustomerRow,
    FactRow,
    IdentityRow,
    MembershipRow,
    MovementRow,
    ProgramRow,
    RewardRow,
    SessionRow,
    TakenRewardRow,
    VisitRow,
    WishlistRow,
    WishRow,
)
from subgraphs.customer.rules.person import PRESENT_FOR
from subgraphs.customer.service.points import YEAR
from subgraphs.kit.loaders import ListLoader, Loader, among, grouped

R = TypeVar("R", bound=SQLModel)


async def _by(session: AsyncSession, kind: type[R], column: Any, keys: Sequence[str]) -> Mapping[str, R]:
    rows = await session.exec(select(kind).where(among(column, keys)))
    return {getattr(row, column.key): row for row in rows}


async def _lists(
    session: AsyncSession, kind: type[R], column: Any, keys: Sequence[str], *order: Any
) -> Mapping[str, Sequence[R]]:
    rows = await session.exec(select(kind).where(among(column, keys)).order_by(*order))
    return grouped([(getattr(row, column.key), row) for row in rows])


class CustomerById(Loader[str, CustomerRow]):
    """A person's record; None for a guest who has left no trace yet."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CustomerRow]:
        return await _by(session, CustomerRow, CustomerRow.id, keys)


class AddressById(Loader[str, AddressRow]):
    """An address."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, AddressRow]:
        return await _by(session, AddressRow, AddressRow.id, keys)


class AddressesOf(ListLoader[str, AddressRow]):
    """A person's addresses, the usual one first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[AddressRow]]:
        order = (col(AddressRow.is_default_shipping).desc(), col(AddressRow.id))
        return await _lists(session, AddressRow, AddressRow.customer_id, keys, *order)


class IdentitiesOf(ListLoader[str, IdentityRow]):
    """Ways in which a person is known, the oldest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[IdentityRow]]:
        return await _lists(
            session, IdentityRow, IdentityRow.customer_id, keys, col(IdentityRow.linked_at), col(IdentityRow.id)
        )


class SessionsOf(ListLoader[str, SessionRow]):
    """Where a person is signed in, the last used first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[SessionRow]]:
        return await _lists(session, SessionRow, SessionRow.customer_id, keys, col(SessionRow.last_seen_at).desc())


class ConsentsOf(ListLoader[str, ConsentRow]):
    """A person's consents by purpose."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[ConsentRow]]:
        return await _lists(session, ConsentRow, ConsentRow.customer_id, keys, col(ConsentRow.purpose))


class FactsOf(ListLoader[str, FactRow]):
    """Facts about a person by code."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[FactRow]]:
        return await _lists(session, FactRow, FactRow.customer_id, keys, col(FactRow.code))


class PresenceOf(Loader[str, VisitRow]):
    """The visit that is going on; none when the last one is over."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, VisitRow]:
        since = datetime.now(UTC) - PRESENT_FOR
        query = select(VisitRow).where(col(VisitRow.customer_id).in_(keys), VisitRow.arrived_at > since)
        # The last of each person's visits stays in the mapping.
        return {row.customer_id: row for row in await session.exec(query.order_by(col(VisitRow.arrived_at)))}


class MembershipById(Loader[str, MembershipRow]):
    """A membership."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, MembershipRow]:
        return await _by(session, MembershipRow, MembershipRow.id, keys)


class MembershipsOf(ListLoader[str, MembershipRow]):
    """A person's memberships."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[MembershipRow]]:
        return await _lists(session, MembershipRow, MembershipRow.customer_id, keys, col(MembershipRow.program_code))


class ProgramByCode(Loader[str, ProgramRow]):
    """A loyalty programme."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ProgramRow]:
        return await _by(session, ProgramRow, ProgramRow.code, keys)


class EarnedOf(Loader[str, int]):
    """Points a membership earned within twelve months; None when it earned nothing."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, int]:
        since = datetime.now(UTC) - YEAR
        query = (
            select(MovementRow.membership_id, func.sum(MovementRow.points))
            .where(col(MovementRow.membership_id).in_(keys), MovementRow.points > 0, MovementRow.at >= since)
            .group_by(MovementRow.membership_id)
        )
        return {membership_id: int(points) for membership_id, points in await session.exec(query)}


class RewardById(Loader[str, RewardRow]):
    """A reward that can be taken."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, RewardRow]:
        return await _by(session, RewardRow, RewardRow.id, keys)


class TakenRewardById(Loader[str, TakenRewardRow]):
    """A reward that was taken."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, TakenRewardRow]:
        return await _by(session, TakenRewardRow, TakenRewardRow.id, keys)


class RewardsOf(ListLoader[str, RewardRow]):
    """Rewards of a programme, the cheapest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[RewardRow]]:
        return await _lists(session, RewardRow, RewardRow.program_code, keys, col(RewardRow.points), col(RewardRow.id))


class CardById(Loader[str, CardRow]):
    """A stored-value card."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CardRow]:
        return await _by(session, CardRow, CardRow.id, keys)


class CardsOf(ListLoader[str, CardRow]):
    """A person's stored-value cards."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[CardRow]]:
        return await _lists(session, CardRow, CardRow.customer_id, keys, col(CardRow.id))


class WishlistById(Loader[str, WishlistRow]):
    """A wish list."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, WishlistRow]:
        return await _by(session, WishlistRow, WishlistRow.id, keys)


class WishlistsOf(ListLoader[str, WishlistRow]):
    """A person's wish lists, the first made first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[WishlistRow]]:
        return await _lists(session, WishlistRow, WishlistRow.customer_id, keys, col(WishlistRow.created_at))


class WishesOf(ListLoader[str, WishRow]):
    """Wishes of a list, the newest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[WishRow]]:
        return await _lists(
            session, WishRow, WishRow.wishlist_id, keys, col(WishRow.added_at).desc(), col(WishRow.variant_id)
        )
