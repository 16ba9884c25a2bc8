"""The database's form: Alembic revisions, one folder per subgraph, one way to run them for all.

Embedded (SQLite) databases are brought up to date when the subgraph starts; a PostgreSQL database by
`channelgraph subgraph NAME --migrate`, as a job of its own, and a start on an older form fails with one clear line.
Only what a database lacks is loaded: a start on a current one runs one query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.tables import KIT

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _turn() -> asyncio.Lock:
    """The lock of this event loop's migrations."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


@lru_cache
def _scripts(package: str | Path) -> ScriptDirectory:
    folder = str(package if isinstance(package, Path) else files(package))
    return ScriptDirectory(folder, version_locations=[folder])


async def upgrade(database: Database, package: str | Path) -> bool:
    """Bring the database to the newest form in the package's revisions; False when it was there already.

    One after another, in this process (alembic keeps the running migration in a global) and among those of one database.
    """
    async with _turn(), database.writing_connection() as connection:
        if database.dialect == "postgresql":
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261124)")
        return await connection.run_sync(_upgrade, package)


async def downgrade(database: Database, package: str | Path) -> None:
    """Take back every revision: for tests of the way back, and for nothing else. All data is lost."""
    async with _turn(), database.writing_connection() as connection:
        await connection.run_sync(_downgrade, package)


async def check_current(database: Database, package: str | Path) -> None:
    """Raise `ServiceUnavailable` unless the database has the form this code needs, or a newer one."""
    async with database.writing_connection() as connection:
        current = await connection.run_sync(_current)
    known = {script.revision for script in _scripts(package).walk_revisions()}
    head = _scripts(package).get_current_head()
    if current != head and (current is None or current in known):
        message = f"The database has the form {current}, this code needs {head}: run `channelgraph subgraph NAME --migrate` first"
        raise ServiceUnavailable(message)


def create_kit_tables() -> None:
    """For a subgraph's first revision: the outbox, the inbox, answers kept for replay, replicated names."""
    from alembic import op  # the proxy that the running migration set up

    KIT.metadata.create_all(op.get_bind(), checkfirst=False)


def drop_kit_tables() -> None:
    """The way back."""
    from alembic import op

    KIT.metadata.drop_all(op.get_bind(), checkfirst=False)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, package: str | Path) -> bool:
    scripts = _scripts(package)
    head = scripts.get_current_head()
    current = _current(connection)
    if current == head:
        return False
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        return False  # made by newer code; expand-and-contract migrations let this code run on it

    _run(connection, lambda revision, _: scripts._upgrade_revs("heads", revision))
    return True


def _downgrade(connection: Connection, package: str | Path) -> None:
    scripts = _scripts(package)
    _run(connection, lambda revision, _: scripts._downgrade_revs("base", revision))


def _run(connection: Connection, steps: Callable[[Any, MigrationContext], Any]) -> None:
    """Run revisions as alembic's own commands do, in the caller's transaction."""
    options = {"fn": steps, "render_as_batch": True, "transaction_per_migration": False}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        context.run_migrations()
