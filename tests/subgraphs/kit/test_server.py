"""GraphQL over HTTP, asked badly. The audit suite of graphql-http passes whole; these are what it leaves out."""

from __future__ import annotations

import asyncio
import time

import orjson
import pytest

from subgraphs.kit.identity import HEADER, sign

JSON = {"content-type": "application/json"}


@pytest.fixture
def database_url(tmp_path):
    """SQLite alone: what HTTP is asked does not depend on the database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
async def shop(subgraph, notes):
    return await subgraph(notes.create_app, body_bytes=10_000)


BAD_BODIES = {
    "empty": b"",
    "half an object": b"{",
    "trailing text": b'{"query":"{__typename}"} x',
    "null": b"null",
    "a number": b"0",
    "a string": b'"x"',
    "true": b"true",
    "a list": b'[{"query":"{__typename}"}]',
    "invalid UTF-8": b'{"query":"\xff"}',
    "UTF-16": '{"query":"{__typename}"}'.encode("utf-16"),
    "a lone surrogate": b'{"query":"{__typename}","operationName":"\\ud800"}',
    "NaN": b'{"query":"{__typename}","variables":{"a":NaN}}',
    "5,000 nested lists": b'{"query":"{__typename}","variables":{"a":' + b"[" * 4000 + b"]" * 4000 + b"}}",
    "a query that is no string": b'{"query":1}',
    "no query": b"{}",
    "variables that are a list": b'{"query":"{__typename}","variables":[]}',
    "variables that are text": b'{"query":"{__typename}","variables":"{}"}',
    "an operation name that is a number": b'{"query":"{__typename}","operationName":1}',
    "extensions that are text": b'{"query":"{__typename}","extensions":"x"}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_J1_J2_J3_J4_J6_a_body_that_is_no_request_is_400_with_one_clear_error(shop, body):
    response = await shop.http.post("/graphql", content=body, headers=JSON)
    assert response.status_code == 400
    [error] = orjson.loads(response.content)["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "text/plain; application/json"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "application/json; charset=iso-8859-1"}, 415),
        ({**JSON, "content-encoding": "gzip"}, 415),
        ({"content-type": 'application/json; charset="utf-8"'}, 200),
        ({**JSON, "accept": "image/png"}, 406),
        ({**JSON, "accept": "application/json;q=0"}, 406),
        ({**JSON, "accept": "*/*"}, 200),
        ({**JSON, "accept": "text/event-stream, application/json"}, 200),
        ({**JSON, "accept": "text/event-stream"}, 406),
    ],
)
async def test_H2_H3_H6_J8_media_types_are_taken_or_refused(shop, headers, status):
    response = await shop.http.post("/graphql", content=b'{"query":"{__typename}"}', headers=headers)
    assert response.status_code == status


async def test_the_newer_media_type_is_used_where_it_is_ranked(shop):
    headers = {**JSON, "accept": "application/graphql-response+json, application/json;q=0.9"}
    response = await shop.http.post("/graphql", content=b'{"query":"{ nothing }"}', headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert "data" not in orjson.loads(response.content)


async def test_J7_a_long_body_is_refused_before_it_is_read_whole(shop):
    declared = await shop.http.post("/graphql", content=b" " * 10_001, headers=JSON)
    assert declared.status_code == 413

    async def endless():
        while True:
            yield b" " * 1000

    chunked = await shop.http.post("/graphql", content=endless(), headers=JSON)
    assert chunked.status_code == 413


async def test_H14_a_body_that_does_not_arrive_is_408(subgraph, notes):
    shop = await subgraph(notes.create_app, body_seconds=0.05)

    async def receive():
        await asyncio.Event().wait()

    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"x"), (b"content-type", b"application/json"), (b"content-length", b"10")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await shop.app({**scope, "http_version": "1.1", "scheme": "http", "server": ("x", 80)}, receive, send)
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_405_and_say_which_are_served(shop, method):
    response = await shop.http.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_a_get_never_writes(shop):
    text = 'mutation { noteWrite(text: "x") { __typename } }'
    response = await shop.http.get("/graphql", params={"query": text})
    assert response.status_code == 405
    assert (await shop.http.get("/graphql", params={"query": "{ __typename }"})).json() == {
        "data": {"__typename": "Query"}
    }


async def test_several_operations_need_a_name(shop):
    text = "query A { __typename } query B { __typename }"
    unnamed = await shop.execute(text)
    assert unnamed.data is None
    assert unnamed.codes == ["OPERATION_RESOLUTION_FAILURE"]
    body = orjson.dumps({"query": text, "operationName": "C"})
    unknown = await shop.http.post("/graphql", content=body, headers=JSON)
    assert unknown.json()["errors"][0]["extensions"]["code"] == "OPERATION_RESOLUTION_FAILURE"


async def test_what_the_program_did_wrong_is_masked_and_what_the_client_did_is_not(shop, notes, caplog):
    async def broken(*_):
        raise RuntimeError("password=hunter2")

    shop.database.look_up = broken
    answer = await shop.execute('{ note(id: "x") { text } }', customer="cus_a")
    assert answer.errors[0]["message"] == "Unexpected error."
    assert answer.codes == ["INTERNAL_SERVER_ERROR"]
    assert "hunter2" not in answer.response.text
    assert "hunter2" in caplog.text
    wrong = await shop.execute("query ($id: ID!) { note(id: $id) { text } }", {"id": {}}, customer="cus_a")
    assert wrong.codes == ["BAD_USER_INPUT"]
    unknown = await shop.execute("{ notes { text } }")
    assert unknown.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "Did you mean" not in unknown.errors[0]["message"]


async def test_work_stops_at_the_callers_deadline(shop):
    async def slow(*_):
        await asyncio.Event().wait()

    shop.database.look_up = slow
    headers = {"channelgraph-deadline-ms": "30"}
    answer = await shop.execute('{ note(id: "x") { text } }', customer="cus_a", headers=headers)
    assert answer.codes == ["DEADLINE_EXCEEDED"]


async def test_A9_A15_an_identity_that_is_not_the_gateways_is_401(shop):
    for header in (
        sign(
            "another secret of more than 32 bytes!", customer_id="cus_a", scopes=(), channel=None, now=int(time.time())
        ),
        sign(shop.settings.identity_secret, customer_id="cus_a", scopes=(), channel=None, now=int(time.time()) - 3600),
        "x",
        "x" * 10_000,
    ):
        answer = await shop.execute("{ __typename }", headers={HEADER: header})
        assert answer.response.status_code == 401
        assert answer.codes == ["UNAUTHENTICATED"]
    plain = await shop.http.post("/graphql", content=b'{"query":"{__typename}"}', headers=JSON)
    assert plain.status_code == 200


async def test_D1_a_long_name_is_not_sent_back_whole(subgraph, notes):
    shop = await subgraph(notes.create_app)
    answer = await shop.execute("{ " + "a" * 100_000 + " }")
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert len(answer.response.content) < 1_000
