"""Pages of stock records, for staff: of one place, or of one variant over all places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import StockLevelRow
from subgraphs.inventory.service.shelf import LEVELS
from subgraphs.kit.loaders import Loader, grouped


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a list: at most `first` after the record `after`; `low_only` at or under the safety level."""

    first: int
    after: str | None
    low_only: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """One more record than was asked for, when there are so many, and how many there are in all."""

    rows: tuple[StockLevelRow, ...]
    total: int


LevelsKey = tuple[str, Slice]
"""A location's or variant's id, and which part of its records."""


class LevelsLoader(Loader[LevelsKey, Levels]):
    """Pages of records; two statements for all lists that ask for the same part."""

    owner: ColumnElement[str]

    async def fetch(self, session: AsyncSession, keys: Sequence[LevelsKey]) -> Mapping[LevelsKey, Levels]:
        """Read them, ranked within their list."""
        found: dict[LevelsKey, Levels] = {}
        for part in {part for _, part in keys}:
            owners = sorted({owner for owner, its in keys if its == part})
            conditions: list[ColumnElement[bool]] = [self.owner.in_(owners)]
            if part.low_only:
                conditions.append(LEVELS.c.on_hand - LEVELS.c.reserved <= LEVELS.c.safety_stock)
            counted = select(self.owner, func.count()).where(*conditions).group_by(self.owner)
            totals = {row[0]: int(row[1]) for row in (await session.execute(counted)).all()}
            rank = func.row_number().over(partition_by=self.owner, order_by=LEVELS.c.id).label("rank")
            after = [] if part.after is None else [LEVELS.c.id > part.after]
            inner = select(StockLevelRow, self.owner.label("owner"), rank).where(*conditions, *after).subquery()
            ranked = aliased(StockLevelRow, inner)
            rows = await session.exec(
                select_rows(ranked, inner.c.owner).where(inner.c.rank <= part.first + 1).order_by(col(ranked.id).asc())
            )
            groups = grouped([(owner, row) for row, owner in rows])
            found.update({(o, part): Levels(tuple(groups.get(o, ())), totals.get(o, 0)) for o in owners})
        return found


class LevelsOfLocation(LevelsLoader):
    """Records of a place."""

    owner = LEVELS.c.location_id


class LevelsOfVariant(LevelsLoader):
    """Records of a variant."""

    owner = LEVELS.c.variant_id
