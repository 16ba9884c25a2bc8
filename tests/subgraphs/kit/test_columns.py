"""Column types mean the same in both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type
from subgraphs.kit.database import Database

T = Table(
    "t",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("amount", MoneyAmount),
    Column("data", json_type()),
)


@pytest.fixture
async def database(database_url):
    database = Database(database_url)
    async with database.writing_connection() as connection:
        await connection.run_sync(T.metadata.create_all)
    yield database
    await database.close()


async def _put(session, **values):
    await session.execute(insert(T).values(**values))


async def _one(session, *columns):
    return (await session.execute(select(*columns))).one()


async def test_C15_an_instant_comes_back_in_utc(database):
    moment = datetime(2026, 11, 24, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    await database.write(_put, id=1, at=moment)
    (found,) = await database.read(_one, T.c.at)
    assert found == moment
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


async def test_C15_an_instant_without_a_zone_is_refused(database):
    with pytest.raises(StatementError, match="no time zone"):
        await database.write(_put, id=1, at=datetime(2026, 11, 24))  # noqa: DTZ001 - that is the point


async def test_amounts_add_and_compare_exactly(database):
    for id, amount in enumerate(("0.1", "0.2", "1000000000.0001")):
        await database.write(_put, id=id, amount=Decimal(amount))
    total, most = await database.read(_one, func.sum(T.c.amount), func.max(T.c.amount))
    assert (total, most) == (Decimal("1000000000.3001"), Decimal("1000000000.0001"))

    async def compare(session):
        query = select(T.c.amount).where(T.c.amount >= Decimal("0.2"), T.c.amount < 1)
        return (await session.execute(query)).scalar_one()

    assert await database.read(compare) == Decimal("0.2")
    with pytest.raises(TypeError, match="in Python"):
        T.c.amount * 3


async def test_an_amount_too_fine_to_store_is_refused(database):
    with pytest.raises(StatementError, match="four decimals"):
        await database.write(_put, id=1, amount=Decimal("0.00001"))


async def test_json_keeps_its_form_and_none_is_null(database):
    await database.write(_put, id=1, data={"a": [1, None, "ä"]})
    assert await database.read(_one, T.c.data) == ({"a": [1, None, "ä"]},)
    await database.write(_put, id=2, data=None)

    async def nulls(session):
        return (await session.execute(select(func.count()).where(T.c.data.is_(None)))).scalar_one()

    assert await database.read(nulls) == 1
