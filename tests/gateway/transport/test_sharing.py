from __future__ import annotations

import asyncio

import pytest

from gateway.errors import SubgraphError, SubgraphUnreachable
from gateway.planner.nodes import OperationKind
from gateway.transport.sharing import SharedSubgraph
from tests.waiting import settled

from .faulty import MUTATION, request
from .scripted import OK, Scripted

QUERY = b'{"query":"{__typename}"}'


async def test_identical_queries_in_flight_are_asked_once() -> None:
    inner = Scripted(held=True)
    client = SharedSubgraph(inner)
    futures = [client.send(request()) for _ in range(5)]
    await asyncio.sleep(0)
    inner.released.set()
    assert await asyncio.gather(*futures) == [OK] * 5
    assert len(inner.asked) == 1


async def test_it_is_no_cache() -> None:
    inner = Scripted()
    client = SharedSubgraph(inner)
    await client.send(request())
    await client.send(request())
    assert len(inner.asked) == 2


async def test_identities_are_never_shared() -> None:
    inner = Scripted(held=True)
    client = SharedSubgraph(inner)
    futures = [
        client.send(request(body=QUERY)),
        client.send(request(OperationKind.QUERY, QUERY, (b"channelgraph-identity", b"ada"))),
        client.send(request(OperationKind.QUERY, QUERY, (b"channelgraph-identity", b"bob"))),
    ]
    await asyncio.sleep(0)
    inner.released.set()
    await asyncio.gather(*futures)
    assert len(inner.asked) == 3


async def test_the_name_of_a_request_does_not_keep_it_from_being_shared() -> None:
    inner = Scripted(held=True)
    client = SharedSubgraph(inner)
    futures = [
        client.send(request(OperationKind.QUERY, QUERY, (b"channelgraph-request-id", name))) for name in (b"1", b"2")
    ]
    await asyncio.sleep(0)
    inner.released.set()
    await asyncio.gather(*futures)
    assert len(inner.asked) == 1


async def test_mutations_are_never_shared() -> None:
    inner = Scripted()
    client = SharedSubgraph(inner)
    await asyncio.gather(client.send(request(MUTATION)), client.send(request(MUTATION)))
    assert len(inner.asked) == 2


async def test_a_first_caller_who_leaves_does_not_take_the_answer_along() -> None:
    inner = Scripted(held=True)
    client = SharedSubgraph(inner)
    first, second = client.send(request()), client.send(request())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    inner.released.set()
    assert await second == OK
    assert inner.cancelled == 0


async def test_when_all_have_left_the_request_is_abandoned() -> None:
    inner = Scripted(held=True)
    client = SharedSubgraph(inner)
    futures = [client.send(request()) for _ in range(3)]
    await asyncio.sleep(0)
    for future in futures:
        future.cancel()
    await settled()
    assert inner.cancelled == 1
    assert inner.in_flight == 0


async def test_everybody_gets_the_error() -> None:
    inner = Scripted(SubgraphUnreachable("gone", "stock"), held=True)
    client = SharedSubgraph(inner)
    futures = [client.send(request()) for _ in range(3)]
    await asyncio.sleep(0)
    inner.released.set()
    for future in futures:
        with pytest.raises(SubgraphError):
            await future


async def test_a_caller_with_much_more_time_asks_for_itself() -> None:
    inner = Scripted(held=True)
    client = SharedSubgraph(inner)
    futures = [client.send(request(seconds=1)), client.send(request(seconds=9)), client.send(request(seconds=1))]
    await asyncio.sleep(0)
    inner.released.set()
    await asyncio.gather(*futures)
    assert len(inner.asked) == 2
