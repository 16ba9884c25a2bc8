from __future__ import annotations

import asyncio

import pytest

from gateway.errors import SubgraphTimeout, SubgraphUnavailable
from gateway.transport.limit import LimitedSubgraph

from .faulty import outcome, request
from .scripted import OK, Scripted


async def test_no_more_than_allowed_are_in_flight_and_all_get_their_turn() -> None:
    inner = Scripted(held=True)
    client = LimitedSubgraph(inner, concurrent=2, waiting=10)
    tasks = [asyncio.ensure_future(client.send(request())) for _ in range(7)]
    await asyncio.sleep(0)
    assert inner.in_flight == 2
    inner.released.set()
    assert await asyncio.gather(*tasks) == [OK] * 7


async def test_beyond_the_queue_a_request_is_refused_at_once() -> None:
    inner = Scripted(held=True)
    client = LimitedSubgraph(inner, concurrent=1, waiting=1)
    tasks = [asyncio.ensure_future(client.send(request())) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(SubgraphUnavailable):
        await client.send(request())
    inner.released.set()
    await asyncio.gather(*tasks)


async def test_a_turn_that_does_not_come_in_time_is_a_timeout() -> None:
    inner = Scripted(held=True)
    client = LimitedSubgraph(inner, concurrent=1, waiting=5)
    first = asyncio.ensure_future(client.send(request()))
    await asyncio.sleep(0)
    assert isinstance(await outcome(client, request(seconds=0.02)), SubgraphTimeout)
    inner.released.set()
    assert await first == OK
    assert await client.send(request()) == OK


async def test_cancelled_requests_give_their_turn_back() -> None:
    inner = Scripted(held=True)
    client = LimitedSubgraph(inner, concurrent=2, waiting=50)
    tasks = [asyncio.ensure_future(client.send(request())) for _ in range(40)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    inner.released.set()
    assert await asyncio.gather(*(client.send(request()) for _ in range(5))) == [OK] * 5
