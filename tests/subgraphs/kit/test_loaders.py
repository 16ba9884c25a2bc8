"""Loaders: one query for everything asked at once, answers in the order of their keys."""

from __future__ import annotations

import asyncio

import pytest

from subgraphs.kit.context import Context
from subgraphs.kit.identity import ANONYMOUS
from subgraphs.kit.loaders import ListLoader, Loader, grouped


class Squares(Loader[int, int]):
    async def fetch(self, session, keys):
        self.context.asked.append(list(keys))
        return {key: key * key for key in keys if key < 100}


class Divisors(ListLoader[int, int]):
    async def fetch(self, session, keys):
        return grouped([(key, part) for key in keys for part in range(1, key + 1) if key % part == 0])


class Asked(Context):
    def __init__(self, database):
        super().__init__(ANONYMOUS, database, None)
        self.asked = []


class NoDatabase:
    async def look_up(self, work, keys):
        return await work(None, keys)

    async def write(self, work):
        return await work(None)


@pytest.fixture
def context():
    return Asked(NoDatabase())


async def test_answers_are_as_many_as_keys_in_their_order_with_none_for_missing(context):
    loader = context.loader(Squares)
    assert await loader.load_many([3, 200, 1, 3]) == [9, None, 1, 9]
    assert context.asked == [[3, 200, 1]]


async def test_what_is_asked_at_once_is_read_at_once(context):
    async def ask(key):
        return await context.loader(Squares).load(key)

    assert await asyncio.gather(*(ask(key) for key in range(5))) == [0, 1, 4, 9, 16]
    assert len(context.asked) == 1


async def test_a_key_without_rows_has_an_empty_list(context):
    assert await context.loader(Divisors).load_many([6, 0]) == [[1, 2, 3, 6], ()]


async def test_a_write_makes_loaders_read_anew(context):
    async def work(session):
        return "done"

    await context.loader(Squares).load(2)
    assert await context.write(work) == "done"
    await context.loader(Squares).load(2)
    assert context.asked == [[2], [2]]
