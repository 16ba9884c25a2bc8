"""INSERT … ON CONFLICT in both databases, many rows a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

CHUNK = 500
"""Rows a statement: both databases bound the number of parameters (SQLite at 32,766)."""


async def upsert(
    session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]], *, update: Sequence[str]
) -> None:
    """Insert rows; where the primary key is taken, set the columns of `update`, or leave the row alone when it is empty.

    Every row must have the same columns. A key occurring twice in `rows` is an error of PostgreSQL: give each once.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    keys = [column.name for column in table.primary_key]
    for start in range(0, len(rows), CHUNK):
        statement = insert(table).values([dict(row) for row in rows[start : start + CHUNK]])
        if update:
            changes = {name: statement.excluded[name] for name in update}
            statement = statement.on_conflict_do_update(index_elements=keys, set_=changes)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        await session.execute(statement)
