"""Subscriptions over HTTP: server-sent events, multipart, and how streams end."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from tests.waiting import PATIENCE_SECONDS, settled, until

COUNT = {"query": "subscription ($to: Int!) { count(to: $to) }", "variables": {"to": 3}}
EVENTS = {"accept": "text/event-stream"}
MULTIPART = {"accept": 'multipart/mixed;subscriptionSpec="1.0", application/json'}
URQL = {
    "accept": "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
}


def request(members: dict, accept: str) -> bytes:
    body = json.dumps(members).encode()
    lines = ("host: a", f"accept: {accept}", "content-type: application/json", f"content-length: {len(body)}")
    return "\r\n".join(("POST /graphql HTTP/1.1", *lines, "", "")).encode() + body


def events(text: str) -> list[tuple[str, str]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(":", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"].strip(), fields.get("data", "").strip()))
    return found


def parts(text: str) -> list:
    pieces = text.split("--graphql")
    assert (pieces[0], pieces[-1]) == ("", "--\r\n")
    return [json.loads(piece.split("\r\n\r\n", 1)[1]) for piece in pieces[1:-1]]


async def test_a_subscription_is_answered_as_events(client):
    response = await client.post("/graphql", json=COUNT, headers=EVENTS)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert events(response.text) == [*(("next", f'{{"data":{{"count":{i}}}}}') for i in range(3)), ("complete", "")]
    assert "\r" not in response.text


async def test_a_subscription_is_answered_as_multipart(client):
    response = await client.post("/graphql", json=COUNT, headers=MULTIPART)
    assert response.headers["content-type"].startswith("multipart/mixed")
    assert parts(response.text) == [{"payload": {"data": {"count": i}}} for i in range(3)]


async def test_W10_a_query_whose_accept_merely_lists_events_is_answered_in_json(client):
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers=URQL)
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.json()["data"] == {"hello": "hello you"}


async def test_a_query_that_takes_nothing_but_events_is_one_event(client):
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers=EVENTS)
    assert events(response.text) == [("next", '{"data":{"hello":"hello you"}}'), ("complete", "")]


async def test_a_subscription_may_come_by_get(client):
    asked = {"query": "subscription { count(to: 1) }", "variables": '{"to":1}'}
    response = await client.get("/graphql", params=asked, headers=EVENTS)
    assert events(response.text)[0] == ("next", '{"data":{"count":0}}')


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (COUNT, {"accept": "application/json"}, 406),
        ({"query": "{ hello }"}, {"accept": "multipart/mixed"}, 406),
        ({"query": "subscription { nope }"}, {"accept": "multipart/mixed"}, 400),
        ({"query": "{"}, MULTIPART, 200),
        ([], EVENTS, 400),
    ],
)
async def test_what_cannot_begin_is_an_error_in_json(client, body, headers, status):
    response = await client.post("/graphql", json=body, headers=headers)
    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"]


async def test_a_faulty_document_is_told_in_the_stream_to_those_who_read_nothing_else(client):
    response = await client.post("/graphql", json={"query": "subscription { nope }"}, headers=EVENTS)
    (name, data), end = events(response.text)
    assert (response.status_code, name, end) == (200, "next", ("complete", ""))
    assert json.loads(data)["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("headers", [EVENTS, MULTIPART])
async def test_a_fault_in_the_middle_is_told_in_the_stream_and_masked(client, gateway, headers):
    async def explode():
        raise RuntimeError("password=hunter2")

    gateway.pipeline.before = explode
    text = (await client.post("/graphql", json=COUNT, headers=headers)).text
    assert "INTERNAL_SERVER_ERROR" in text
    assert "hunter2" not in text
    if headers is MULTIPART:
        assert parts(text)[0]["payload"] is None
    else:
        assert [name for name, _ in events(text)] == ["next", "complete"]


@pytest.mark.parametrize(("headers", "beat"), [(EVENTS, b":\n\n"), (MULTIPART, b"\r\n{}\r\n")])
async def test_W11_silence_is_filled(make_gateway, serving, headers, beat):
    gateway = make_gateway(server={"heartbeat_seconds": 0.02})
    go_on = asyncio.Event()
    gateway.pipeline.before = go_on.wait
    reader, writer = await asyncio.open_connection(*await serving(gateway))
    writer.write(request(COUNT, headers["accept"]))
    text = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while text.count(beat) < 3:
            text += await reader.read(65_536)
        assert b'"data"' not in text
        go_on.set()
        while b'{"count":2}' not in text:
            text += await reader.read(65_536)
    writer.close()


async def test_W9_streams_end_when_the_gateway_goes_down(client, gateway):
    gateway.pipeline.before = asyncio.Event().wait
    waiting = asyncio.create_task(client.post("/graphql", json=COUNT, headers=EVENTS))
    await until(lambda: len(gateway.pipeline.asked) == 1)
    await settled()
    gateway.closing.set()
    assert events((await waiting).text) == [("complete", "")]
    assert gateway.pipeline.ended == 1


async def test_a_client_that_leaves_ends_its_stream(gateway, serving):
    gateway.pipeline.before = lambda: asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*await serving(gateway))
    writer.write(request({**COUNT, "variables": {"to": 1_000_000}}, "text/event-stream"))
    assert b"200 OK" in await reader.readline()
    writer.close()
    await until(lambda: gateway.pipeline.ended)  # nobody is left to tell of the end


async def test_W8_a_client_that_does_not_read_stops_its_own_stream_and_fills_no_memory(gateway, serving):
    told = 0

    async def tell():
        nonlocal told
        told += 1
        if told % 100 == 0:
            await asyncio.sleep(0)

    gateway.pipeline.before = tell
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    lazy.connect(await serving(gateway))
    reader, writer = await asyncio.open_connection(sock=lazy, limit=1_024)
    writer.write(request({**COUNT, "variables": {"to": 10_000_000}}, "text/event-stream"))
    await reader.readline()
    before = -1
    async with asyncio.timeout(PATIENCE_SECONDS):
        while told != before:  # until nobody asks the subgraph for more
            before = told
            await asyncio.sleep(0.3)
    assert 0 < told < 1_000_000
    async with asyncio.timeout(PATIENCE_SECONDS):
        while told == before:  # whoever reads on is told on
            await reader.read(65_536)
    writer.transport.abort()


async def test_W5_there_are_only_so_many_at_once(client_over, make_gateway):
    gateway = make_gateway(server={"streams": 2})
    go_on = asyncio.Event()
    gateway.pipeline.before = go_on.wait
    client = await client_over(gateway)
    first = [asyncio.create_task(client.post("/graphql", json=COUNT, headers=EVENTS)) for _ in range(2)]
    await until(lambda: len(gateway.pipeline.asked) == 2)
    assert (await client.post("/graphql", json=COUNT, headers=EVENTS)).status_code == 503
    go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*first)] == [200, 200]
    assert (await client.post("/graphql", json=COUNT, headers=EVENTS)).status_code == 200
