"""Transactions: whole, retried, counted."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from tests.waiting import PATIENCE_SECONDS

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""An embedded database has no connection to lose, and one writer at a time."""


@pytest.fixture
async def database(database_url):
    database = Database(database_url, pool_seconds=PATIENCE_SECONDS)

    async def create(session):
        await session.execute(
            text("CREATE TABLE stock (id INTEGER PRIMARY KEY, available INTEGER NOT NULL CHECK (available >= 0))")
        )
        await session.execute(text("INSERT INTO stock VALUES (1, 100), (2, 100)"))

    await database.write(create)
    yield database
    await database.close()


async def _available(session, id=1):
    return (await session.execute(text("SELECT available FROM stock WHERE id = :id"), {"id": id})).scalar_one()


async def _take(session, id=1):
    statement = text("UPDATE stock SET available = available - 1 WHERE id = :id AND available >= 1")
    return (await session.execute(statement, {"id": id})).rowcount


async def test_C1_of_four_hundred_takers_at_once_a_hundred_succeed(database):
    taken = await asyncio.gather(*(database.write(_take) for _ in range(400)))
    assert sum(taken) == 100
    assert await database.read(_available) == 0


async def test_an_exception_rolls_everything_back(database):
    async def half(session):
        await _take(session)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(half)
    assert await database.read(_available) == 100


async def test_C13_transactions_that_deadlock_run_again_until_both_are_done(database):
    async def both(session, first, second):
        await _take(session, first)
        if database.dialect == "postgresql":
            await asyncio.sleep(0.05)
        await _take(session, second)

    await asyncio.gather(*(database.write(both, *pair) for pair in ((1, 2), (2, 1)) * 2))
    assert [await database.read(_available, id) for id in (1, 2)] == [96, 96]


async def test_a_writer_that_waits_does_not_stop_others_from_reading(database):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(session):
        await _take(session)
        entered.set()
        await leave.wait()

    writer = asyncio.create_task(database.write(slow))
    await entered.wait()
    second = asyncio.create_task(database.write(_take, 2))
    assert await database.read(_available) == 100
    await asyncio.sleep(0.01)
    leave.set()
    await asyncio.gather(writer, second)
    assert await database.read(_available) == 99


async def test_signals_go_out_after_the_commit_and_not_after_a_rollback(database):
    from subgraphs.kit.signals import after_commit

    heard = asyncio.Queue()

    async def listen():
        async for _ in database.signals.listen("topic", poll_seconds=2 * PATIENCE_SECONDS):
            await heard.put(await database.read(_available))

    task = asyncio.create_task(listen())
    assert await heard.get() == 100

    async def change(session, *, fail):
        await _take(session)
        after_commit(session, "topic")
        if fail:
            raise LookupError

    with pytest.raises(LookupError):
        await database.write(change, fail=True)
    await database.write(change, fail=False)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await heard.get() == 99
    task.cancel()
    assert heard.empty()


async def test_C13_a_database_that_is_away_is_a_clear_fault():
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    with pytest.raises(ServiceUnavailable):
        await database.read(_available)
    await database.close()


async def test_C16_sqlite_waits_for_a_second_process_that_writes(tmp_path):
    import sqlite3

    path = tmp_path / "shared.sqlite"
    database = Database(f"sqlite+aiosqlite:///{path}")

    async def create(session):
        await session.execute(text("CREATE TABLE t (a INTEGER)"))

    await database.write(create)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO t VALUES (1)")

    async def insert(session):
        await session.execute(text("INSERT INTO t VALUES (2)"))

    waiting = asyncio.create_task(database.write(insert))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting
    assert other.execute("SELECT count(*) FROM t").fetchone() == (2,)
    other.close()
    await database.close()


async def test_memory_is_no_place_for_an_embedded_database():
    with pytest.raises(ValueError, match="names no file"):
        Database("sqlite+aiosqlite://")


@on_postgresql
async def test_C13_a_connection_that_dies_in_a_read_is_replaced_and_in_a_write_is_told(database):
    runs = []

    async def dies_once(session):
        runs.append(1)
        if len(runs) % 2:
            pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await database.read(_kill, pid)
        return await _available(session)

    assert await database.read(dies_once) == 100
    with pytest.raises(ServiceUnavailable):
        await database.write(dies_once)
    assert len(runs) == 3


async def _kill(session, pid):
    await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


@on_postgresql
async def test_C13_after_a_restart_of_the_database_the_first_request_of_each_connection_is_served(database):
    async def hold(session):
        await session.execute(text("SELECT pg_sleep(0.05)"))

    await asyncio.gather(*(database.read(hold) for _ in range(5)))  # five connections lie in the pool

    async def end_all(session):
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        await session.execute(text(others))

    await database.read(end_all)
    assert await asyncio.gather(*(database.write(_take) for _ in range(5))) == [1] * 5


@on_postgresql
async def test_C13_a_serialization_failure_runs_the_whole_transaction_again(database):
    runs = []
    both_have_read = asyncio.Barrier(2)

    async def take(session):
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        left = await _available(session)
        runs.append(left)
        if len(runs) <= 2:
            await both_have_read.wait()
        await session.execute(text("UPDATE stock SET available = :left WHERE id = 1"), {"left": left - 1})

    await asyncio.gather(database.write(take), database.write(take))
    assert sorted(runs) == [99, 100, 100]
    assert await database.read(_available) == 98


@on_postgresql
@pytest.mark.parametrize(
    ("before", "statement"),
    [
        ("SET LOCAL statement_timeout = 20", "SELECT pg_sleep(5)"),
        ("SET LOCAL lock_timeout = 20", "UPDATE stock SET available = 1 WHERE id = 1"),
        ("SET TRANSACTION READ ONLY", "UPDATE stock SET available = 1 WHERE id = 1"),
    ],
)
async def test_C13_a_statement_that_takes_too_long_waits_for_a_lock_or_meets_a_replica_is_told(
    database, before, statement
):
    async def ask(session):
        await session.execute(text(before))
        await session.execute(text(statement))

    async def while_locked(session):
        await session.execute(text("SELECT 1 FROM stock WHERE id = 1 FOR UPDATE"))
        with pytest.raises(ServiceUnavailable):
            await database.write(ask)

    await database.write(while_locked)
    assert await database.read(_available) == 100


@on_postgresql
async def test_C13_a_pool_without_a_free_connection_is_told_and_is_whole_afterwards(database, database_url):
    small = Database(database_url, pool_seconds=0.05)
    leave = asyncio.Event()
    entered = asyncio.Barrier(21)

    async def stay(session):
        await _available(session)
        await entered.wait()
        await leave.wait()

    staying = [asyncio.create_task(small.read(stay)) for _ in range(20)]
    await entered.wait()
    with pytest.raises(ServiceUnavailable):
        await small.read(_available)
    leave.set()
    await asyncio.gather(*staying)
    assert await asyncio.gather(*(small.read(_available) for _ in range(20))) == [100] * 20
    await small.close()


@on_postgresql
async def test_C13_no_statement_and_no_idle_transaction_lasts_for_ever_but_migrations_take_their_time(database):
    async def limits(session):
        names = ("statement_timeout", "idle_in_transaction_session_timeout")
        return [(await session.execute(text(f"SHOW {name}"))).scalar_one() for name in names]

    assert await database.read(limits) == ["30s", "1min"]
    async with database.writing_connection() as connection:
        assert (await connection.execute(text("SHOW statement_timeout"))).scalar_one() == "0"


async def test_C16_L6_a_full_disk_is_told_and_reading_goes_on(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'full.sqlite'}")

    async def create(session):
        await session.execute(text("CREATE TABLE t (a TEXT)"))

    async def fill(session):
        await session.execute(text("PRAGMA max_page_count = 20"))
        for _ in range(100):
            await session.execute(text("INSERT INTO t VALUES (:a)"), {"a": "x" * 4000})

    async def count(session):
        return (await session.execute(text("SELECT count(*) FROM t"))).scalar_one()

    await database.write(create)
    with pytest.raises(ServiceUnavailable):
        await database.write(fill)
    assert await database.read(count) == 0
    await database.close()
