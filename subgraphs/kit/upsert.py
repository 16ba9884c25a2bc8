"""INSERT … ON CONFLICT in both databases, many rows a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

CHUNK = 500
"""Rows a statement where they are written into it: both databases bound the number of parameters (SQLite at 32,766)."""


async def upsert(
    session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]], *, update: Sequence[str]
) -> None:
    """Insert rows; where the primary key is taken, set the columns of `update`, or leave the row alone when it is empty.

    Every row must have the same columns. Of rows with the same key the last decides.
    """
    if not rows:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    if update:
        changes = {name: statement.excluded[name] for name in update}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    # Rows beside the statement, not in it: its text is the same for any number of them, so it is compiled once.
    await session.execute(statement, [dict(row) for row in rows])
