"""Locations, their groups, and the brand a channel sells for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import ChannelRow, LocationRow, StoreGroupRow
from subgraphs.inventory.rules.location import LocationKind
from subgraphs.kit.loaders import Loader, grouped


@dataclass(frozen=True, slots=True)
class Brand:
    """A channel's brand; `code` None when the channel is unknown or sells for all."""

    code: str | None


class LocationById(Loader[str, LocationRow]):
    """Locations by id."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, LocationRow]:
        """Read them."""
        return {
            row.id: row for row in await session.exec(select_rows(LocationRow).where(col(LocationRow.id).in_(keys)))
        }


class LocationByCode(Loader[str, LocationRow]):
    """Locations by the code tills use."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, LocationRow]:
        """Read them."""
        rows = await session.exec(select_rows(LocationRow).where(col(LocationRow.code).in_(keys)))
        return {row.code: row for row in rows}


class StoreGroupByCode(Loader[str, StoreGroupRow]):
    """Store groups by code."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, StoreGroupRow]:
        """Read them."""
        rows = await session.exec(select_rows(StoreGroupRow).where(col(StoreGroupRow.code).in_(keys)))
        return {row.code: row for row in rows}


class BrandOfChannel(Loader[str, Brand]):
    """The brand a channel sells for."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Brand]:
        """Read them; a channel this subgraph has not heard of yet promises like one of all brands."""
        rows = await session.exec(select_rows(ChannelRow).where(col(ChannelRow.code).in_(keys)))
        known = {row.code: Brand(row.brand_code) for row in rows}
        return {key: known.get(key, Brand(None)) for key in keys}


PlacesKey = tuple[str, int]
"""A group's or brand's code, and the most locations to give."""


class LocationsOfGroup(Loader[PlacesKey, list[LocationRow]]):
    """The first so many locations of a store group, by code."""

    async def fetch(self, session: AsyncSession, keys: Sequence[PlacesKey]) -> Mapping[PlacesKey, list[LocationRow]]:
        """Read them, ranked within their group: one statement for all groups."""
        most = max(first for _, first in keys)
        group = col(LocationRow.store_group_code)
        rank = func.row_number().over(partition_by=group, order_by=col(LocationRow.code)).label("rank")
        inner = select(LocationRow, rank).where(group.in_(sorted({code for code, _ in keys}))).subquery()
        ranked = aliased(LocationRow, inner)
        rows = await session.exec(select_rows(ranked).where(inner.c.rank <= most).order_by(col(ranked.code).asc()))
        groups = grouped([(row.store_group_code or "", row) for row in rows])
        return {(code, first): groups.get(code, [])[:first] for code, first in keys}


BrandPageKey = tuple[str, int, str | None]
"""A brand's code, the most locations to give, and the code of the location to start after."""


class LocationsOfBrand(Loader[BrandPageKey, list[LocationRow]]):
    """One more than so many locations of a brand, by code: the one too many says that more follow."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[BrandPageKey]
    ) -> Mapping[BrandPageKey, list[LocationRow]]:
        """Read them, ranked within their brand: one statement for all brands that ask for the same page."""
        found: dict[BrandPageKey, list[LocationRow]] = {}
        brand, place = col(LocationRow.brand_code), col(LocationRow.code)
        for first, after in sorted({(first, after) for _, first, after in keys}, key=str):
            codes = sorted({code for code, f, a in keys if (f, a) == (first, after)})
            rank = func.row_number().over(partition_by=brand, order_by=place).label("rank")
            statement = select(LocationRow, rank).where(
                brand.in_(codes), col(LocationRow.kind) != LocationKind.WAREHOUSE
            )
            inner = (statement if after is None else statement.where(place > after)).subquery()
            ranked = aliased(LocationRow, inner)
            rows = await session.exec(
                select_rows(ranked).where(inner.c.rank <= first + 1).order_by(col(ranked.code).asc())
            )
            groups = grouped([(row.brand_code or "", row) for row in rows])
            found.update({(code, first, after): groups.get(code, []) for code in codes})
        return found


class LocationCountOfBrand(Loader[str, int]):
    """How many locations a brand has."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, int]:
        """Count them."""
        table = LocationRow.metadata.tables["location"]
        rows = await session.execute(
            select(table.c.brand_code, func.count())
            .where(table.c.brand_code.in_(keys), table.c.kind != LocationKind.WAREHOUSE)
            .group_by(table.c.brand_code)
        )
        return {code: int(number) for code, number in rows.all()}
