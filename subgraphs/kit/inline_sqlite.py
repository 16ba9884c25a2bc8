"""SQLite without a thread hop: every statement runs in the event loop's own thread.

A statement on a local file takes microseconds; handing it to a thread and back costs more than the work. What must
never happen is a wait inside SQLite while another task of the same loop holds the lock, so `busy_timeout` is 0 and
a writer that finds the database busy backs off with an awaited sleep, which lets the other task finish.

Shape   the few attributes of an aiosqlite connection and cursor that SQLAlchemy's aiosqlite dialect touches; pass
        `inline_connect(path)` as the connect argument `async_creator_fn`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self


class InlineCursor:
    """An aiosqlite cursor to SQLAlchemy, a plain sqlite3 cursor inside."""

    __slots__ = ("_busy_seconds", "_cursor")

    def __init__(self, cursor: sqlite3.Cursor, busy_seconds: float) -> None:
        self._cursor = cursor
        self._busy_seconds = busy_seconds

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._cursor.close()

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        if statement.startswith("BEGIN IMMEDIATE"):
            await self._begin(statement)
        else:
            self._cursor.execute(statement, parameters)
        return self

    async def _begin(self, statement: str) -> None:
        """Take the write lock, waiting up to `busy_seconds` without blocking the loop."""
        pause, waited = 0.001, 0.0
        while True:
            try:
                self._cursor.execute(statement)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > self._busy_seconds:
                    raise
            else:
                return
            await asyncio.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 0.02)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        self._cursor.executemany(statement, parameters)
        return self

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size or self._cursor.arraysize)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()

    async def setinputsizes(self, *sizes: object) -> None:
        """Nothing to do: SQLite takes values as they come."""

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        return self._cursor.arraysize


class InlineConnection:
    """An aiosqlite connection to SQLAlchemy, a plain sqlite3 connection inside."""

    def __init__(self, connection: sqlite3.Connection, busy_seconds: float) -> None:
        self._conn = self._connection = connection  # both names are read by SQLAlchemy's dialect
        self._busy_seconds = busy_seconds

    def cursor(self, *_: Any) -> InlineCursor:
        return InlineCursor(self._conn.cursor(), self._busy_seconds)

    async def commit(self) -> None:
        if self._conn.in_transaction:
            self._conn.commit()

    async def rollback(self) -> None:
        if self._conn.in_transaction:
            self._conn.rollback()

    async def close(self) -> None:
        self._conn.close()

    def stop(self) -> None:
        self._conn.close()

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        self._conn.create_function(*args, **kwargs)

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level


def inline_connect(path: str, busy_seconds: float = 10.0) -> Callable[..., Awaitable[InlineConnection]]:
    """Return what opens a connection to the SQLite file at `path`, for `connect_args["async_creator_fn"]`."""

    async def connect(*_: Any, **__: Any) -> InlineConnection:
        # Turning WAL on takes a lock for a moment: only here may SQLite itself wait, and busy_timeout=0 comes last.
        connection = sqlite3.connect(
            path, isolation_level=None, timeout=5, check_same_thread=False, cached_statements=512
        )
        try:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=0"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()  # nobody else knows of it
            raise
        return InlineConnection(connection, busy_seconds)

    return connect
