"""The same key, the same answer; of many at once one does the work."""

from __future__ import annotations

import asyncio

import pytest

from subgraphs.kit.database import Database
from subgraphs.kit.errors import IdempotencyConflict
from subgraphs.kit.idempotency import once
from subgraphs.kit.tables import KIT


@pytest.fixture
async def database(database_url):
    database = Database(database_url)
    async with database.writing_connection() as connection:
        await connection.run_sync(KIT.metadata.create_all)
    yield database
    await database.close()


async def _do(session, done, key="k", arguments=("a",), scope="s", *, fail=False):
    async def work():
        done.append(key)
        if fail:
            raise LookupError
        return {"id": len(done)}

    return await once(session, scope, key, list(arguments), work)


async def test_of_twenty_at_once_one_does_the_work_and_all_get_its_answer(database):
    done = []
    answers = await asyncio.gather(*(database.write(_do, done) for _ in range(20)))
    assert answers == [{"id": 1}] * 20
    assert done == ["k"]


async def test_other_arguments_under_the_same_key_are_refused(database):
    await database.write(_do, [])
    with pytest.raises(IdempotencyConflict):
        await database.write(_do, [], arguments=("b",))


async def test_keys_of_one_caller_never_meet_anothers(database):
    done = []
    await database.write(_do, done, scope="one")
    await database.write(_do, done, scope="other", arguments=("b",))
    assert len(done) == 2


async def test_work_that_fails_leaves_the_key_free(database):
    done = []
    with pytest.raises(LookupError):
        await database.write(_do, done, fail=True)
    assert await database.write(_do, done) == {"id": 2}
