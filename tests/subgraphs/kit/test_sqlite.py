"""What may befall an embedded database: other processes, kill -9, lost and copied files, a disk that fails."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable

ROOT = Path(__file__).parent.parent.parent.parent
STRACE = shutil.which("strace")


def writer(path: Path, count: int, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "tests.subgraphs.kit.writer", str(path), str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def rows(path: Path) -> set[int]:
    """What is in a database, which must be whole."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = {n for (n,) in connection.execute("SELECT n FROM t")}
    connection.close()
    return found


async def _create(session):
    await session.execute(text("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, filling TEXT)"))


async def _insert(session, n):
    await session.execute(text("INSERT INTO t (n, filling) VALUES (:n, '')"), {"n": n})


@pytest.fixture
async def path(tmp_path):
    path = tmp_path / "shop.sqlite"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.write(_create)
    await database.close()
    return path


@pytest.fixture
async def database(path):
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield database
    await database.close()


async def test_C16_two_processes_write_and_every_row_is_there_once(path, database):
    other = writer(path, 100)
    assert other.stdout is not None
    other.stdout.readline()  # it has begun
    for n in range(1000, 1100):
        await database.write(_insert, n)
    told, _ = other.communicate(timeout=600)
    assert "unavailable" not in told
    assert rows(path) == {*range(100), *range(1000, 1100)}


async def test_C16_what_was_committed_outlives_kill_9_and_a_reopening(path):
    other = writer(path, 100_000)
    assert other.stdout is not None
    told = [other.stdout.readline() for _ in range(200)]
    other.kill()
    told += other.communicate(timeout=600)[0].splitlines()
    committed = {int(line) for line in told if line.strip().isdigit()}
    assert {part.name for part in path.parent.iterdir()} >= {"shop.sqlite-wal"}, "it died with its log open"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.write(_insert, -1)
    await database.close()
    assert committed | {-1} <= rows(path)


async def test_C16_without_its_log_a_database_is_as_it_was_when_the_log_was_last_folded_in(path):
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.write(_insert, 1)
    await database.close()  # the last connection folds the log in
    other = writer(path, 100_000)
    assert other.stdout is not None
    for _ in range(20):
        other.stdout.readline()
    other.kill()
    other.communicate(timeout=600)
    for part in path.parent.glob("shop.sqlite-*"):
        part.unlink()
    reopened = Database(f"sqlite+aiosqlite:///{path}")
    await reopened.write(_insert, 2)
    await reopened.close()
    found = [n for n in sorted(rows(path)) if n in {1, 2}]
    assert found == [1, 2]


async def test_C16_a_file_copied_while_it_is_open_is_whole_and_a_backup_has_everything(path, database, tmp_path):
    await database.write(_insert, 1)
    copy, backup = tmp_path / "copy.sqlite", tmp_path / "backup.sqlite"
    shutil.copyfile(path, copy)  # without its log: an older state, but a whole one
    assert rows(copy) <= {1}
    with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    assert rows(backup) == {1}


async def test_C16_what_is_no_database_is_told(tmp_path):
    path = tmp_path / "torn.sqlite"
    path.write_bytes(b"no database at all, " * 500)
    database = Database(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(ServiceUnavailable, match="backup"):
        await database.write(_create)
    await database.close()


def _may_trace() -> bool:
    """Whether system calls can be made to fail here."""
    return STRACE is not None and subprocess.run([STRACE, "true"], capture_output=True, check=False).returncode == 0


if _may_trace():

    async def test_C16_a_disk_that_fails_is_told_and_what_was_committed_before_stays(path):
        """Without strace this fault cannot be made, and is not tested."""
        assert STRACE is not None
        failing = ("-f", "-qq", "-o", "/dev/null", "-P", f"{path}-wal", "-e", "inject=pwrite64:error=EIO:when=40+")
        told, _ = writer(path, 60, STRACE, *failing).communicate(timeout=600)
        lines = told.split()
        committed = {int(line) for line in lines if line.isdigit()}
        assert "unavailable" in lines
        assert committed
        assert committed <= rows(path)
