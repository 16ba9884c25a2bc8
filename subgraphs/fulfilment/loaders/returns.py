"""Returns and policies in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import PlaceFactRow, ReturnLineRow, ReturnPolicyRow, ReturnRow
from subgraphs.fulfilment.rules.returning import GROUP_POLICY, OPEN, Policy, reaches
from subgraphs.fulfilment.rules.returning import decide as decided
from subgraphs.fulfilment.service.policies import place_of, policy_of
from subgraphs.kit.loaders import ListLoader, Loader, among, grouped


class ReturnById(Loader[str, ReturnRow]):
    """Returns."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ReturnRow]:
        """Read the returns."""
        return {row.id: row for row in await session.exec(select(ReturnRow).where(among(ReturnRow.id, keys)))}


class ReturnsOf(ListLoader[str, ReturnRow]):
    """Returns of orders, oldest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[ReturnRow]]:
        """Read the returns."""
        statement = select(ReturnRow).where(among(ReturnRow.order_id, keys))
        rows = await session.exec(statement.order_by(col(ReturnRow.order_id), col(ReturnRow.created_at)))
        return grouped([(row.order_id, row) for row in rows])


class ReturnLinesOf(ListLoader[str, ReturnLineRow]):
    """Lines of returns, in order."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[ReturnLineRow]]:
        """Read the lines."""
        statement = select(ReturnLineRow).where(among(ReturnLineRow.return_id, keys))
        rows = await session.exec(statement.order_by(col(ReturnLineRow.return_id), col(ReturnLineRow.position)))
        return grouped([(row.return_id, row) for row in rows])


class OpenUnits(Loader[str, int]):
    """Order line → units in returns that are not over."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, int]:
        """Add the units up."""
        statement = (
            select(ReturnLineRow.order_line_id, func.sum(ReturnLineRow.quantity))
            .join(ReturnRow, col(ReturnRow.id) == col(ReturnLineRow.return_id))
            .where(among(ReturnLineRow.order_line_id, keys), col(ReturnRow.status).in_(sorted(OPEN)))
            .group_by(col(ReturnLineRow.order_line_id))
        )
        return {line_id: int(units) for line_id, units in (await session.exec(statement)).all()}


class PolicyById(Loader[str, Policy]):
    """Policies; the whole group's is there even when nobody set it."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Policy]:
        """Read the policies."""
        rows = await session.exec(select(ReturnPolicyRow).where(among(ReturnPolicyRow.id, keys)))
        return {GROUP_POLICY.reach.id: GROUP_POLICY} | {row.id: policy_of(row) for row in rows}


class PlaceById(Loader[str, PlaceFactRow]):
    """Whose locations are."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, PlaceFactRow]:
        """Read the places."""
        rows = await session.exec(select(PlaceFactRow).where(among(PlaceFactRow.location_id, keys)))
        return {row.location_id: row for row in rows}


class PolicyInForce(Loader[tuple[str | None, str | None], Policy]):
    """(brand, location) → the policy that decides; no brand: the location's own; no location: by post."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[tuple[str | None, str | None]]
    ) -> Mapping[tuple[str | None, str | None], Policy]:
        """Read every policy that may decide, with two queries, and let the narrowest."""
        ids = sorted({location for _, location in keys if location})
        facts: dict[str, PlaceFactRow] = {}
        if ids:
            rows = await session.exec(select(PlaceFactRow).where(among(PlaceFactRow.location_id, ids)))
            facts = {row.location_id: row for row in rows}
        asked = {}
        for key in keys:
            brand, location = key
            place = place_of(location, facts.get(location)) if location else None
            asked[key] = (brand or (place.brand if place else None), place)
        wanted = sorted({reach.id for brand, place in asked.values() for reach in reaches(brand, place)})
        stored = await session.exec(select(ReturnPolicyRow).where(col(ReturnPolicyRow.id).in_(wanted)))
        policies = {row.id: policy_of(row) for row in stored}
        return {key: decided(policies, brand, place) for key, (brand, place) in asked.items()}
