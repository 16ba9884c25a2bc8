"""Equal queries under way at once, answered once: where that is asked for, and never where it could be noticed."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.waiting import settled, until

QUERY = {"query": "{ hello }"}


@pytest.fixture
async def shared(make_gateway, client_over):
    """A gateway that shares, and its client; what is asked `at_once` waits until all are under way."""
    gateway = make_gateway(server={"share_requests": True}, subgraphs={"forward_headers": ["x-brand"]})
    client = await client_over(gateway)
    for query in (QUERY, {"query": "mutation { add(by: 1) }"}):
        await client.post("/graphql", json=query)
    gateway.pipeline.asked.clear()
    return gateway, client


async def at_once(gateway, *requests):
    """The answers to requests that are all under way before any is answered."""
    go_on = asyncio.Event()
    gateway.pipeline.before = go_on.wait
    asked = [asyncio.ensure_future(each) for each in requests]
    await settled()
    assert not any(each.done() for each in asked)
    go_on.set()
    return await asyncio.gather(*asked)


async def test_equal_queries_are_answered_once_and_each_has_its_own_id(shared):
    gateway, client = shared
    answers = await at_once(gateway, *(client.post("/graphql", json=QUERY) for _ in range(10)))
    assert len(gateway.pipeline.asked) == 1
    assert {answer.text for answer in answers} == {'{"data":{"hello":"hello you"}}'}
    assert len({answer.headers["channelgraph-request-id"] for answer in answers}) == 10


@pytest.mark.parametrize(
    "headers",
    [
        {"channelgraph-channel": "tv"},
        {"authorization": "Bearer x"},
        {"x-brand": "b"},
        {"accept": "application/graphql-response+json"},
    ],
)
async def test_A14_nothing_is_shared_across_what_an_answer_can_depend_on(shared, headers):
    gateway, client = shared
    await at_once(gateway, client.post("/graphql", json=QUERY), client.post("/graphql", json=QUERY, headers=headers))
    assert len(gateway.pipeline.asked) == 2


async def test_mutations_are_never_shared(shared):
    gateway, client = shared
    before = gateway.pipeline.total
    await at_once(gateway, *(client.post("/graphql", json={"query": "mutation { add(by: 1) }"}) for _ in range(5)))
    assert gateway.pipeline.total == before + 5


async def test_whoever_leaves_takes_nothing_from_the_others(shared):
    gateway, client = shared
    go_on = asyncio.Event()
    gateway.pipeline.before = go_on.wait
    first = asyncio.create_task(client.post("/graphql", json=QUERY))
    await settled()
    second = asyncio.create_task(client.post("/graphql", json=QUERY))
    await settled()
    first.cancel()
    await settled()
    go_on.set()
    assert len(gateway.pipeline.asked) == 1
    assert (await second).json() == {"data": {"hello": "hello you"}}


async def test_without_being_asked_for_nothing_is_shared(gateway, client):
    for _ in range(2):
        await at_once(gateway, *(client.post("/graphql", json=QUERY) for _ in range(3)))
    assert len(gateway.pipeline.asked) == 6


async def test_the_log_tells_whose_answer_was_shared_and_which_program_asked(make_gateway, client_over, capsys):
    gateway = make_gateway(server={"share_requests": True}, telemetry={"request_log": "all"})
    client = await client_over(gateway)
    names = {"channelgraph-client-name": "wrist", "channelgraph-client-version": "2.1"}
    await client.post("/graphql", json=QUERY)
    await at_once(gateway, *(client.post("/graphql", json=QUERY, headers=names) for _ in range(3)))
    written = ""

    def all_is_told() -> bool:
        nonlocal written
        written += capsys.readouterr().err
        return written.count("\n") >= 4

    await until(all_is_told)
    told = [json.loads(line) for line in written.splitlines()]
    assert [line["kind"] for line in told] == ["query"] * 4
    assert [line["client"] for line in told] == [None, "wrist@2.1", "wrist@2.1", "wrist@2.1"]
    assert sorted(str(line["cache"]) for line in told) == ["None", "None", "shared", "shared"]
