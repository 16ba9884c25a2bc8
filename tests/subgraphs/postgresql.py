"""PostgreSQL databases that tests borrow one after another: making one anew costs more than most tests do.

    server = Server("postgresql://…")
    shelf = Shelf(server)
    name = shelf.empty()                          # nothing in it
    name = shelf.copy(("catalog", True), make)    # as `make(name)` filled it, the first time it was asked for

Rule 1  A borrower finds a database as it was made. Rows come back from copies kept in temporary tables, which only the
        connection that holds them can see. A database whose tables, keys or statistics are others than they were, or in
        which very much was written, is thrown away and made again.
Rule 2  What was written is read from PostgreSQL's own counters. A connection's counts are complete once it has ended, so
        every connection of the last borrower is ended first; counts of what was rolled back only cost a needless copy.
Rule 3  Whoever borrows a database may keep it until the next one asks for the same.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url

MOST_ROWS = 5_000
"""Rows written in one table beyond which a new database is made: quicker, and without the dead rows."""

LOST = (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.InterfaceError, OSError)
"""The last borrower ended every connection to its database, this one as well."""

OTHERS = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
FORM = """SELECT
  (SELECT string_agg(concat_ws(' ', relname, relkind, relfilenode, relnatts), ',' ORDER BY oid) FROM pg_class
    WHERE relnamespace::regnamespace::text = 'public' AND relkind <> 'v'),
  (SELECT string_agg(concat_ws(' ', oid, conname, convalidated), ',' ORDER BY oid) FROM pg_constraint
    WHERE connamespace::regnamespace::text = 'public'),
  (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_proc WHERE pronamespace::regnamespace::text = 'public'),
  (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_trigger WHERE NOT tgisinternal),
  (SELECT string_agg(concat_ws(' ', sequencename, last_value), ',' ORDER BY sequencename) FROM pg_sequences),
  (SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_'),
  (SELECT sum(analyze_count) FROM pg_stat_user_tables)"""
WRITTEN = """SELECT relid::regclass::text AS relation, n_tup_ins + n_tup_upd + n_tup_del AS rows FROM pg_stat_user_tables
  WHERE schemaname = 'public'"""
COLUMNS = """SELECT attrelid::regclass::text AS relation, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
  FROM pg_attribute JOIN pg_stat_user_tables ON relid = attrelid
  WHERE schemaname = 'public' AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY attrelid"""
KEYS = """SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint
  WHERE contype = 'f' AND connamespace::regnamespace::text = 'public' AND conrelid <> confrelid"""


class Server:
    """A PostgreSQL server, asked from a thread of its own: a test's event loop neither waits nor ends a connection of it."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="postgresql", daemon=True)
        self._thread.start()
        self._connections: dict[str | None, asyncpg.Connection] = {}

    def url(self, database: str) -> str:
        """Where an application finds a database."""
        url: URL = self._url.set(drivername="postgresql+asyncpg", database=database)
        return url.render_as_string(hide_password=False)

    def create(self) -> str:
        """Make an empty database; gives its name."""
        name = f"test_{secrets.token_hex(6)}"
        self.fetch(None, f"CREATE DATABASE {name}")
        return name

    def copy(self, template: str) -> str:
        """Make a database like one that nobody is connected to; gives its name."""
        name = f"test_{secrets.token_hex(6)}"
        self.fetch(None, f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever uses it."""
        self._wait(self._leave(name))
        self.fetch(None, f"DROP DATABASE {name} WITH (FORCE)")

    def fetch(self, database: str | None, query: str) -> list[Any]:
        """Rows of one statement in a database; None: the one of the server's URL."""
        return self._wait(self._fetch(database, query))

    def script(self, database: str, statements: list[str]) -> None:
        """Run statements in one transaction."""
        self._wait(self._script(database, "; ".join(statements)))

    def knows(self, database: str) -> bool:
        """Whether the connection to a database is the one that was opened first, with its temporary tables."""
        connection = self._connections.get(database)
        return connection is not None and not connection.is_closed()

    def close(self) -> None:
        """End every connection, and the thread."""
        for name in list(self._connections):
            self._wait(self._leave(name))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _connected(self, database: str | None) -> asyncpg.Connection:
        if database not in self._connections:
            url = self._url if database is None else self._url.set(database=database)
            self._connections[database] = await asyncpg.connect(url.render_as_string(hide_password=False))
        return self._connections[database]

    async def _leave(self, database: str | None) -> None:
        if connection := self._connections.pop(database, None):
            await connection.close()

    async def _fetch(self, database: str | None, query: str) -> list[Any]:
        return await (await self._connected(database)).fetch(query)

    async def _script(self, database: str, statements: str) -> None:
        connection = await self._connected(database)
        async with connection.transaction():
            await connection.execute(statements)


@dataclass
class Kept:
    """A database as it was made, and what puts each of its tables back.

    order       tables, those that others refer to first
    children    table → tables that refer to it
    rows        table → copy of its rows and the columns to copy; missing where there were none
    """

    server: Server
    name: str
    form: Any = None
    written: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    children: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fetch = self._fetch
        columns = {row["relation"]: row["columns"] for row in fetch(COLUMNS)}
        parents: dict[str, set[str]] = {table: set() for table in columns}
        self.children = {table: set() for table in columns}
        for key in fetch(KEYS):
            parents[key["child"]].add(key["parent"])
            self.children[key["parent"]].add(key["child"])
        self.order = list(TopologicalSorter(parents).static_order())
        for number, table in enumerate(self.order):
            if fetch(f"SELECT 1 FROM {table} LIMIT 1"):
                self.rows[table] = f"pg_temp.kept_{number}", columns[table]
                fetch(f"CREATE TEMP TABLE kept_{number} AS SELECT {columns[table]} FROM {table}")
        self._note()
        self.form = self._form()

    def restored(self) -> bool:
        """Put back what was written; False where that cannot be done."""
        try:
            return self.server.knows(self.name) and self._restored()
        except LOST:
            return False

    def _restored(self) -> bool:
        while self._fetch(OTHERS)[0][0]:
            time.sleep(0.001)
        if not self.order:
            self.server.script(self.name, ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"])
        if self._form() != self.form:
            return False
        changed = {table: rows - self.written[table] for table, rows in self._written().items()}
        if max(changed.values(), default=0) > MOST_ROWS:
            return False
        dirty = self._with_children({table for table, rows in changed.items() if rows})
        if dirty:
            tables = [table for table in self.order if table in dirty]
            away = [f"DELETE FROM {table}" for table in reversed(tables)]
            back = [
                f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {copy}"
                for table, (copy, columns) in ((table, self.rows[table]) for table in tables if table in self.rows)
            ]
            self.server.script(self.name, [*away, *back])
            self._note()
        return True

    def _with_children(self, tables: set[str]) -> set[str]:
        """Tables, and those that refer to them: their rows go, or would forbid it."""
        found, ahead = set(tables), list(tables)
        while ahead:
            new = self.children[ahead.pop()] - found
            found |= new
            ahead += new
        return found

    def _note(self) -> None:
        self._fetch("SELECT pg_stat_force_next_flush()")
        self.written = self._written()

    def _written(self) -> dict[str, int]:
        return {row["relation"]: row["rows"] for row in self._fetch(WRITTEN)}

    def _form(self) -> Any:
        return tuple(self._fetch(FORM)[0])

    def _fetch(self, query: str) -> list[Any]:
        return self.server.fetch(self.name, query)


@dataclass
class Shelf:
    """The databases of one run.

    templates   key → name of the database that is copied where one cannot be put back
    kept        key → the database that is lent; None is the key of the empty one
    """

    server: Server
    templates: dict[Hashable, str] = field(default_factory=dict)
    kept: dict[Hashable, Kept] = field(default_factory=dict)

    def empty(self) -> str:
        """Lend a database without anything in it."""
        return self._lent(None, self.server.create)

    async def copy(self, key: Hashable, make: Callable[[str], Awaitable[None]]) -> str:
        """Lend a database as `make` fills an empty one of the name it is given."""
        if key not in self.templates:
            template = self.server.create()
            await make(template)
            self.templates[key] = template
        return self._lent(key, lambda: self.server.copy(self.templates[key]))

    def close(self) -> None:
        """Drop them all."""
        for name in (*(each.name for each in self.kept.values()), *self.templates.values()):
            self.server.drop(name)

    def _lent(self, key: Hashable, create: Callable[[], str]) -> str:
        kept = self.kept.get(key)
        if kept is not None and not kept.restored():
            del self.kept[key]
            self.server.drop(kept.name)
            kept = None
        if kept is None:
            kept = self.kept[key] = Kept(self.server, create())
        return kept.name
