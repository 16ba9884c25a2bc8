"""Names that every page shows (channel, brand, location), kept in each subgraph so that they cost no hop.

Their owners tell of a change by the events `channel.named`, `brand.named` and `location.named` with `code` and
`name`; `remember` stores them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.loaders import Loader
from subgraphs.kit.tables import KIT
from subgraphs.kit.upsert import upsert

Named = tuple[str, str]
"""A kind (`channel`, `brand`, `location`) and a code or id."""


class NamesOf(Loader[Named, str]):
    """Name of a channel, brand or location."""

    async def fetch(self, session: AsyncSession, keys: Sequence[Named]) -> Mapping[Named, str]:
        """Read the names."""
        table = KIT.names
        query = select(table.c.kind, table.c.code, table.c.name).where(tuple_(table.c.kind, table.c.code).in_(keys))
        return {(kind, code): name for kind, code, name in (await session.execute(query)).all()}


async def remember(session: AsyncSession, kind: str, names: Mapping[str, str]) -> None:
    """Store names of one kind, replacing older ones."""
    rows = [{"kind": kind, "code": code, "name": name} for code, name in sorted(names.items())]
    await upsert(session, KIT.names, rows, update=("name",))
