r"""How PostgreSQL reads the tables that one piece of work asks: what tests of indexes look at.

    found = await explained(database, lambda: database.write(work))
    faults = reads_whole(found, spared={"brand"})
    assert not faults, "\\n\\n".join(faults)

The statements are those that are really sent, with their parameters; each is explained once, after the work is done, by
the statistics the database has then. SQLite plans by other rules: such tests run on PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import event, text
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.database import Database
from subgraphs.kit.errors import NotFound

Work = Callable[[AsyncSession], Awaitable[Any]]
"""A transaction, as `Database.write` takes it."""

LARGE = 5_000
"""Rows from which on a table is large."""

_READS = re.compile(r"(SELECT|UPDATE|DELETE|WITH)\b")
_SCAN = re.compile(r"Seq Scan on \"?(\w+)")


@dataclass(frozen=True, slots=True)
class Explained:
    """A statement and PostgreSQL's plan of it; `forced` is the plan it makes where it may read nothing whole if it can."""

    statement: str
    plan: str
    forced: str

    @property
    def whole(self) -> frozenset[str]:
        """Tables that are read from their first row to their last."""
        return frozenset(_SCAN.findall(self.plan))

    @property
    def unindexed(self) -> frozenset[str]:
        """Tables that are read from first to last because no index serves, however few rows they hold now."""
        return frozenset(_SCAN.findall(self.forced))


async def explained(database: Database, ask: Callable[[], Awaitable[Any]]) -> list[Explained]:
    """What `ask` sends to a database, each statement once, with its plan."""
    async with Noted(database) as noted:
        await ask()
    return await noted.explained()


_noting: ContextVar[tuple[Noted, ...]] = ContextVar("_noting", default=())


class Noted:
    """Notes what this task, and those it starts, send to a database meanwhile; not what runs beside them.

    sent    statements that read, by their text → parameters of the first
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sent: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._before = _noting.set((*_noting.get(), self))
        event.listen(self._database.engine.sync_engine, "before_cursor_execute", self._note)
        return self

    async def __aexit__(self, *_: object) -> None:
        event.remove(self._database.engine.sync_engine, "before_cursor_execute", self._note)
        _noting.reset(self._before)

    async def explained(self) -> list[Explained]:
        """What was sent, each with its plan."""
        found = []
        async with self._database.engine.connect() as connection:
            for statement, parameters in self.sent.items():
                plans = []
                for scans in ("on", "off"):
                    await connection.exec_driver_sql(f"SET LOCAL enable_seqscan = {scans}")
                    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
                    plans.append("\n".join(row[0] for row in rows))
                found.append(Explained(statement, *plans))
        return found

    def _note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and self in _noting.get() and _READS.match(statement):
            self.sent.setdefault(statement, parameters)


def reads_whole(found: Collection[Explained], spared: Collection[str] = ()) -> list[str]:
    """A sentence for each statement that reads a table whole which is not spared."""
    assert found, "nothing was sent"
    return [
        f"reads {', '.join(sorted(one.whole - set(spared)))} whole:\n{one.statement}\n{one.plan}"
        for one in found
        if one.whole - set(spared)
    ]


async def large_tables(database: Database) -> frozenset[str]:
    """Tables of so many rows that no request should read them from first to last."""
    async with database.engine.connect() as connection:
        query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        return frozenset(row[0] for row in await connection.exec_driver_sql(f"{query} AND reltuples >= {LARGE}"))


async def faults_of(database: Database, queries: Mapping[str, Work], spared: Mapping[str, set[str]]) -> list[str]:
    """Run each query in a transaction of its own: those that read a table whole which `spared` does not name for them."""
    faults = []
    for name, work in queries.items():
        found = await explained(database, lambda work=work: database.write(work))  # type: ignore[misc]  # bound now
        faults += [f"{name} {fault}" for fault in reads_whole(found, spared.get(name, ()))]
    return faults


def loader(kind: Any, *keys: Any) -> Work:
    """What a loader reads for these keys."""

    async def read(session: AsyncSession) -> Any:
        return await kind.fetch(kind.__new__(kind), session, list(keys))

    return read


def function(work: Any, *arguments: Any) -> Work:
    """What a service function reads; that there is nothing is an answer too."""

    async def read(session: AsyncSession) -> Any:
        try:
            return await work(session, *arguments)
        except NotFound:
            return None

    return read


async def fill(database: Database, script: str) -> None:
    """Run statements that end with a semicolon at the end of a line, in one transaction, as long as it takes."""

    async def run(session: AsyncSession) -> None:
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        connection = await session.connection()
        for statement in script.split(";\n"):
            await connection.exec_driver_sql(statement)

    await database.write(run)
