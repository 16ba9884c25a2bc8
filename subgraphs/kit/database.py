"""One subgraph's database: short transactions, whole-transaction retry, the same code on SQLite and PostgreSQL.

Rule 1  A transaction is one function `async def work(session, …)`, run by `Database.read` or `Database.write`.
Rule 2  It touches nothing but its session and its arguments: it may run again from the start after a conflict.
Rule 3  No network and no sleep inside: on SQLite a writer holds the only write lock.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as SqlAlchemySession
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.errors import BadUserInput, ServiceUnavailable
from subgraphs.kit.inline_sqlite import inline_connect
from subgraphs.kit.signals import Signals, pending

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
"""Times a transaction is run before its conflict is given to the caller."""

STATEMENT_SECONDS = 30
"""How long PostgreSQL works at one statement, whoever has stopped waiting for it; migrations may take longer."""
IDLE_SECONDS = 60
"""How long PostgreSQL keeps a transaction whose client does nothing: its locks are freed then."""
POOL_SECONDS = 10.0
"""How long a request waits for a connection."""

_RETRIED_SQLSTATES = frozenset({"40001", "40P01"})
_PASSING_SQLSTATES = frozenset(
    {
        "25006",  # read-only: a replica answers
        "53000",  # out of resources …
        "53100",  # … disk
        "53200",  # … memory
        "53300",  # … connections
        "55P03",  # a lock was not free in time
        "57014",  # the statement took too long
        "57P01",  # shut down by its administrator
        "57P02",  # crashed
        "57P03",  # starting up
    }
)
"""What says that PostgreSQL cannot do this now; the request was not wrong."""
_SQLITE_UNWELL = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
_UNKEEPABLE = "A text holds the character NUL, which is kept nowhere; leave it out"
_SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Session(AsyncSession):
    """sqlmodel's session, with both ways of asking: `exec` for models, `execute` for Core statements.

    sqlmodel warns of `execute` because beginners mean `exec`; here both are meant.
    """

    execute = SqlAlchemySession.execute  # type: ignore[assignment,unused-ignore]  # the method sqlmodel wraps in its warning


class Database:
    """Opens sessions and runs transactions; one per subgraph and process.

    read, write     run one function in one transaction, again after a conflict (serialisation failure, deadlock,
                    busy SQLite), at most five times; raise `ServiceUnavailable` when the database cannot be reached
    look_up         the same for a function that sends one query: no transaction around it, so it costs less
    statements      SQL statements sent since it was opened: what tests count
    pool_seconds    how long a request waits for a connection before it is told to try again
    signals         topics that a service function named with `signals.after_commit` are sent here
    """

    def __init__(self, url: str, *, pool_seconds: float = POOL_SECONDS) -> None:
        self.url = make_url(url)
        self.engine = _engine(self.url, pool_seconds)
        self.statements = 0
        self.signals = Signals()
        writing = self.engine.execution_options(channelgraph_writes=True)
        self._reader = async_sessionmaker[AsyncSession](self.engine, class_=Session, expire_on_commit=False)
        single = self.engine.execution_options(channelgraph_single=True)
        if self.dialect == "postgresql":
            single = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._looker = async_sessionmaker[AsyncSession](single, class_=Session, expire_on_commit=False)
        self._writer = async_sessionmaker[AsyncSession](writing, class_=Session, expire_on_commit=False)
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._count)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    async def read(
        self, work: Callable[Concatenate[AsyncSession, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(session, …)` in a transaction that writes nothing."""
        return await self._run(self._reader, work, *args, **kwargs)

    async def write(
        self, work: Callable[Concatenate[AsyncSession, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(session, …)` and commit; an exception rolls everything back."""
        return await self._run(self._writer, work, *args, **kwargs)

    async def look_up(
        self, work: Callable[Concatenate[AsyncSession, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(session, …)` that sends one query: a statement alone is a snapshot already."""
        return await self._run(self._looker, work, *args, **kwargs)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading where a function does not fit (loaders); no retry."""
        async with self._reader() as session:
            try:
                yield session
            except DBAPIError as error:
                if _is_unkeepable(error):
                    raise BadUserInput(_UNKEEPABLE) from error
                raise

    @asynccontextmanager
    async def writing_connection(self) -> AsyncIterator[AsyncConnection]:
        """A connection in one writing transaction, for migrations; commits at the end."""
        engine = self.engine.execution_options(channelgraph_writes=True)
        async with engine.begin() as connection:
            if self.dialect == "postgresql":
                await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def _run(
        self,
        sessions: async_sessionmaker[AsyncSession],
        work: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with sessions() as session:
                    async with session.begin():
                        result = await work(session, *args, **kwargs)
                    for topic in pending(session):
                        self.signals.send(topic)
                    return result
            except DBAPIError as error:
                # A lost connection may have committed: only what writes nothing runs again.
                lost = error.connection_invalidated and sessions is not self._writer
                if (lost or _is_conflict(error)) and attempt < ATTEMPTS:
                    # Full jitter: writers that collided once should not meet again.
                    await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - no secret
                    continue
                if _sqlite_code(error) in _SQLITE_DAMAGED:
                    raise ServiceUnavailable("The database's file is damaged; restore it from a backup") from error
                if _is_passing(error):
                    raise ServiceUnavailable("The database cannot take this request now; try again") from error
                if _is_unkeepable(error):
                    raise BadUserInput(_UNKEEPABLE) from error
                raise
            except PoolTimeoutError as error:
                raise ServiceUnavailable("Too many requests wait for the database; try again") from error
            except OSError as error:  # asyncpg reports a refused connection as it is
                raise ServiceUnavailable("The database cannot be reached; try again") from error
        raise AssertionError("the last attempt returns or raises")

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # SQLite's BEGIN passes here, PostgreSQL's does not: neither counts.
        self.statements += not statement.startswith("BEGIN")


def _engine(url: URL, pool_seconds: float) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        limits = {
            "statement_timeout": str(STATEMENT_SECONDS * 1000),
            "idle_in_transaction_session_timeout": str(IDLE_SECONDS * 1000),
        }
        return create_async_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            pool_timeout=pool_seconds,
            connect_args={"server_settings": limits},
        )
    path = url.database
    if not path or path == ":memory:":
        msg = f"{url} names no file; an embedded subgraph keeps its data in one"
        raise ValueError(msg)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, connect_args={"async_creator_fn": inline_connect(path)}, pool_size=5, max_overflow=20
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Start the transaction: a writer takes the write lock at once, so that it never has to be upgraded into."""
    options = connection.get_execution_options()
    if options.get("channelgraph_writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not options.get("channelgraph_single", False):
        connection.exec_driver_sql("BEGIN")


def _is_passing(error: DBAPIError) -> bool:
    """Whether the database is at fault and not the statement: it is away, too busy, or cannot write (disk full)."""
    if error.connection_invalidated or isinstance(error, InterfaceError) or _is_conflict(error):
        return True
    if getattr(error.orig, "sqlstate", None) in _PASSING_SQLSTATES:
        return True
    return _sqlite_code(error) in _SQLITE_UNWELL


def _is_unkeepable(error: DBAPIError) -> bool:
    """Whether a text holds NUL, which PostgreSQL keeps nowhere; SQLite finds nothing by it."""
    return getattr(error.orig, "sqlstate", None) == "22021"


def _sqlite_code(error: DBAPIError) -> int | None:
    """SQLite's primary result code; None for an error that is not SQLite's."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_conflict(error: DBAPIError) -> bool:
    """Whether running the transaction again may succeed."""
    return _sqlite_code(error) == sqlite3.SQLITE_BUSY or getattr(error.orig, "sqlstate", None) in _RETRIED_SQLSTATES
