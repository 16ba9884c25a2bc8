"""Loaders: one query for everything asked at once, answers in the order of their keys."""

from __future__ import annotations

import asyncio
import gc

import pytest
from graphql import build_schema, execute, parse

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


class Slow(Loader[str, str]):
    """Reads when the test says so."""

    def __init__(self, context):
        super().__init__(context)
        self.open = asyncio.Event()

    async def fetch(self, session, keys):
        self.context.asked.append(list(keys))
        await self.open.wait()
        if "bad" in keys:
            msg = "cannot be read"
            raise LookupError(msg)
        return {key: key.upper() for key in keys}


async def asleep(context):
    """Until the batch is being read, and what waits for it waits."""
    while not context.asked:
        await asyncio.sleep(0)


async def test_one_who_no_longer_waits_takes_nothing_from_those_who_do(context):
    loader = context.loader(Slow)

    async def ask():
        return await loader.load("a")

    tasks = [asyncio.create_task(ask()) for _ in range(3)]
    await asleep(context)
    tasks[1].cancel()
    loader.open.set()
    first, gone, last = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, last) == ("A", "A")
    assert isinstance(gone, asyncio.CancelledError)
    assert await ask() == "A", "nor from who asks later"
    assert context.asked == [["a"]]


async def test_what_everybody_ceased_to_wait_for_is_there_for_who_asks_again(context):
    loader = context.loader(Slow)
    waiting = [loader.load("a"), loader.load("b")]
    await asleep(context)
    for each in waiting:
        each.cancel()
    again = loader.load("a")
    loader.open.set()
    assert await again == "A"
    assert context.asked == [["a", "b"]]


async def test_a_batch_that_cannot_be_read_fails_each_who_waits_and_is_asked_for_anew(context):
    loader = context.loader(Slow)
    waiting = [loader.load(key) for key in ("bad", "good", "good")]
    loader.open.set()
    waiting[2].cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in answers] == [LookupError, LookupError, asyncio.CancelledError]
    assert await loader.load("good") == "GOOD"
    assert context.asked == [["bad", "good"], ["good"]]


async def test_a_batch_that_nobody_waits_for_may_fail_in_silence(context, caplog):
    loader = context.loader(Slow)
    loader.load("bad").cancel()
    loader.open.set()
    await asleep(context)
    await asyncio.sleep(0)
    gc.collect()  # an error that nobody took is told when it is thrown away
    assert caplog.records == []


async def test_a_field_that_fails_costs_its_own_object_and_not_those_that_load_the_same(context):
    schema = build_schema("type Query { things: [Thing] } type Thing { name: String! fails: String! }")
    loader = context.loader(Slow)

    async def name(thing, _info):
        try:
            return await loader.load("a")
        except asyncio.CancelledError:  # graphql-core ends what its object no longer needs, before the batch is read
            loader.open.set()
            raise

    async def fails(thing, _info):
        await asleep(context)
        if thing == 1:
            msg = "this one alone"
            raise ValueError(msg)
        return "does not"

    schema.type_map["Thing"].fields["name"].resolve = name
    schema.type_map["Thing"].fields["fails"].resolve = fails
    schema.type_map["Query"].fields["things"].resolve = lambda *_: [0, 1, 2]
    answer = await execute(schema, parse("{ things { name fails } }"))
    whole = {"name": "A", "fails": "does not"}
    assert answer.data == {"things": [whole, None, whole]}
    assert [error.path for error in answer.errors] == [["things", 1, "fails"]]
