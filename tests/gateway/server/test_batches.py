"""Batches, where `limits.batch` lets them in: what each operation is held to, in which order, and what is told. Id: B1."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest

from gateway.channels.served import served_contracts
from gateway.pipeline import Measure, Pipeline
from gateway.server.app import create_app
from gateway.server.state import Gateway
from gateway.settings import Settings
from gateway.stored_documents import hash_of
from tests.waiting import PATIENCE_SECONDS, forward, until

NAMES = "{ products { name } }"
NEW = {"accept": "application/graphql-response+json"}


def add(by: int) -> dict[str, Any]:
    return {"query": f"mutation Add {{ add(by: {by}) }}"}


def codes(part: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in part["errors"]]


def alone(response: httpx2.Response) -> str:
    """The code of the one error of a batch that was refused whole."""
    body = response.json()
    assert list(body) == ["errors"]
    return body["errors"][0]["extensions"]["code"]


@pytest.fixture
async def batched(over):
    """A client where batches of five are let in, with further settings."""

    async def make(**changes: Any) -> httpx2.AsyncClient:
        return await over(**{**changes, "limits": {"batch": 5, **changes.get("limits", {})}})

    return make


@pytest.mark.parametrize("headers", [{}, NEW])
async def test_answers_stand_as_the_operations_do_with_status_200(batched, headers):
    client = await batched()
    named = {"query": "query A { note } query B($n: Boolean!) { products { id @include(if: $n) } }"}
    asked = [
        {"query": NAMES},
        {**named, "operationName": "A"},
        {**named, "operationName": "B", "variables": {"n": True}},
    ]
    response = await client.post("/graphql", json=asked, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{headers.get('accept', 'application/json')}; charset=utf-8"
    assert response.json() == [
        {"data": {"products": [{"name": "p1"}, {"name": "p2"}]}},
        {"data": {"note": "n"}},
        {"data": {"products": [{"id": "1"}, {"id": "2"}]}},
    ]
    assert (await client.post("/graphql", json=asked[:1])).json() == response.json()[:1]


async def test_a_fault_of_one_operation_is_its_own_answer_and_the_others_go_on(batched):
    client = await batched(limits={"depth": 3})
    faulty = [
        {"query": "{"},
        {"query": "{ nope }"},
        {"query": "{ products { twin { twin { twin { id } } } } }"},
        {"query": "query ($n: Boolean!) { note @include(if: $n) }"},
    ]
    response = await client.post("/graphql", json=[*faulty, {"query": "{ note }"}], headers=NEW)
    assert response.status_code == 200
    assert [codes(part) for part in response.json()[:4]] == [
        ["GRAPHQL_PARSE_FAILED"],
        ["GRAPHQL_VALIDATION_FAILED"],
        ["DEPTH_LIMIT_EXCEEDED"],
        ["BAD_USER_INPUT"],
    ]
    assert response.json()[4] == {"data": {"note": "n"}}


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ([], "BAD_REQUEST", "no operation"),
        ([{"query": NAMES}, None], "BAD_REQUEST", "Operation 2"),
        ([[{"query": NAMES}]], "BAD_REQUEST", "Operation 1"),
        ([{"query": NAMES}, {"query": 1}], "BAD_REQUEST", "Operation 2 of the batch: query must be a string"),
        ([{"query": NAMES}, {"query": NAMES, "variables": []}], "BAD_REQUEST", "variables"),
        ([{"query": NAMES}] * 6, "BATCH_LIMIT_EXCEEDED", "at most 5 are allowed (limits.batch)"),
        ([{"query": NAMES}] * 1_000, "BATCH_LIMIT_EXCEEDED", "1,000 operations"),
    ],
    ids=str,
)
@pytest.mark.parametrize("headers", [{}, NEW])
async def test_B1_what_is_no_batch_is_refused_whole_and_nothing_is_begun(batched, body, code, words, headers):
    client = await batched()
    response = await client.post("/graphql", json=body, headers=headers)
    assert (response.status_code, alone(response)) == (400, code)
    assert words in response.text
    assert client.shop.queries == []


@pytest.mark.parametrize(
    ("limits", "words"), [({"tokens": 20}, "limits.tokens"), ({"cost": 25}, "limits.cost")], ids=str
)
async def test_B1_W6_what_one_request_may_be_all_operations_together_may_be(batched, limits, words):
    """Each of them is within the limit; three are not, and a mutation that stands first is not begun either."""
    client = await batched(limits=limits)
    assert (await client.post("/graphql", json=[add(1), {"query": NAMES}])).status_code == 200
    for double in client.shop.subgraphs.values():
        double.sent.clear()
    response = await client.post("/graphql", json=[add(1), {"query": NAMES}, {"query": NAMES}])
    assert (response.status_code, alone(response)) == (400, "BATCH_LIMIT_EXCEEDED")
    assert words in response.text
    assert client.shop.queries == []


async def test_B1_a_subscription_is_refused_at_its_place(batched):
    client = await batched()
    asked = [{"query": "{ note }"}, {"query": "subscription { restocked { id } }"}]
    for headers in ({}, NEW, {"accept": "text/event-stream, application/json"}):
        response = await client.post("/graphql", json=asked, headers=headers)
        assert response.json()[0] == {"data": {"note": "n"}}
        assert codes(response.json()[1]) == ["NOT_ACCEPTABLE"]
    assert client.shop.source.asked == []


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed"])
async def test_B1_a_batch_is_never_a_stream(batched, accept):
    client = await batched()
    response = await client.post("/graphql", json=[{"query": "{ note }"}], headers={"accept": accept})
    assert (response.status_code, alone(response)) == (406, "NOT_ACCEPTABLE")
    assert client.shop.queries == []


async def test_B1_a_get_is_never_a_batch(batched):
    client = await batched()
    batch = json.dumps([{"query": "{ note }"}])
    for query in (f"query={batch}", f"{batch}", f"query=%7B%20note%20%7D&variables={batch}"):
        assert (await client.get(f"/graphql?{query}", headers=NEW)).status_code == 400
    assert client.shop.queries == []


async def test_B1_every_rule_of_a_request_holds_for_a_batch(batched):
    client = await batched()
    content = json.dumps([add(1)])
    for headers, status in (({"content-type": "text/plain"}, 415), ({"accept": "image/png"}, 406)):
        told = {"content-type": "application/json", **headers}
        assert (await client.post("/graphql", content=content, headers=told)).status_code == status
    assert (await client.post("/graphql/nowhere", json=[add(1)])).json()
    assert client.shop.queries == []


async def test_B1_only_documents_of_the_contract_are_answered_in_a_batch_as_well(over, tmp_path):
    folder = tmp_path / "shop" / "operations"
    folder.mkdir(parents=True)
    (folder.parent / "api.graphql").write_text("type Query { note: String }", "utf-8")
    (folder / "one.graphql").write_text("{ note }", "utf-8")
    client = await over(limits={"batch": 5}, contracts={"folder": tmp_path}, documents={"trusted_only": True})
    trusted = {"documentId": f"sha256:{hash_of('{ note }')}"}
    answered = await client.post("/graphql/shop", json=[trusted, {"query": "{ note }"}, {"query": "{ __typename }"}])
    known, same, strange = answered.json()
    assert known == same == {"data": {"note": "n"}}
    assert codes(strange) == ["TRUSTED_DOCUMENT_REQUIRED"]


async def test_documents_are_stored_by_their_hash_within_a_batch(batched):
    client = await batched()
    persisted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of("{ note }")}}}
    first = (await client.post("/graphql", json=[persisted, {**persisted, "query": "{ note }"}, persisted])).json()
    assert codes(first[0]) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert first[1] == first[2] == {"data": {"note": "n"}}


async def test_queries_are_asked_at_once_and_a_mutation_waits_for_what_stands_before_it(batched):
    """Two queries meet at a gate that opens only when both are there; the mutations see them gone, one by one."""
    client = await batched()
    asked: list[str] = []
    both = asyncio.Barrier(2)

    async def before() -> None:
        query = json.loads(client.shop.subgraphs["a"].sent[-1].body)["query"]
        kind = "write" if "add" in query else "read"
        asked.append(f"{kind} begins")
        if kind == "read":
            async with asyncio.timeout(PATIENCE_SECONDS):
                await both.wait()
        else:
            await asyncio.sleep(0)
        asked.append(f"{kind} ends")

    client.shop.subgraphs["a"].before = before
    reads = [{"query": "{ note }"}, {"query": NAMES}]
    response = await client.post("/graphql", json=[*reads, add(2), add(3)])
    assert [part["data"] for part in response.json()[2:]] == [{"add": 2}, {"add": 3}]
    assert asked[:2] == ["read begins"] * 2
    assert asked[2:4] == ["read ends"] * 2
    assert asked[4:] == ["write begins", "write ends"] * 2


async def test_B1_each_operation_counts_as_a_request_under_way(batched):
    client = await batched(server={"requests": 3})
    three = [{"query": "{ note }"}] * 3
    assert (await client.post("/graphql", json=three)).status_code == 200
    response = await client.post("/graphql", json=[*three, {"query": "{ note }"}])
    assert (response.status_code, alone(response)) == (503, "OVERLOADED")
    assert response.headers["retry-after"] == "1"
    assert (await client.post("/graphql", json=three)).status_code == 200


async def test_one_deadline_holds_for_all_and_what_has_no_time_left_is_not_begun(batched):
    client = await batched()

    async def for_ever() -> None:
        forward(3_600)
        await asyncio.Event().wait()

    client.shop.subgraphs["a"].before = for_ever
    first, second = (await client.post("/graphql", json=[add(1), add(2)])).json()
    assert codes(first) == ["SUBREQUEST_TIMEOUT"]
    assert codes(second) == ["REQUEST_DEADLINE_EXCEEDED"]
    assert len(client.shop.subgraphs["a"].sent) == 1


async def test_an_estimate_is_told_of_each_and_nothing_is_run(batched):
    client = await batched(limits={"cost": 5})
    headers = {"channelgraph-explain": "cost"}
    parts = (await client.post("/graphql", json=[{"query": NAMES}, add(1)], headers=headers)).json()
    assert [part["extensions"]["cost"]["allowed"] for part in parts] == [False, False]
    assert client.shop.queries == []


async def test_a_batch_has_one_request_id_and_each_operation_its_line(make_shop, capfdbinary):
    settings = Settings(limits={"batch": 5}, server={"health_port": 0})
    shop = make_shop()
    pipeline = Pipeline(shop.pipeline.supergraph, shop.subgraphs, settings, {}, served_contracts(None))
    gateway = Gateway(pipeline, settings)
    transport = httpx2.ASGITransport(app=create_app(gateway))
    asked = [{"query": "query Notes { note }"}, {"query": "{"}, add(1)]
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        response = await client.post("/graphql", json=asked)
        refused = await client.post("/graphql", json=[])
    lines: list[dict[str, Any]] = []
    while len(lines) < 4:  # they are gathered for a tenth of a second
        await asyncio.sleep(0.01)
        lines += [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]
    assert [(line.get("batch"), line["operation"], line["kind"], line["codes"], line["bytes"]) for line in lines] == [
        ("1/3", "Notes", "query", [], len(b'{"data":{"note":"n"}}')),
        ("2/3", "", None, ["GRAPHQL_PARSE_FAILED"], lines[1]["bytes"]),
        ("3/3", "Add", "mutation", [], len(b'{"data":{"add":1}}')),
        (None, "", None, ["BAD_REQUEST"], len(refused.content)),
    ]
    assert {line["request_id"] for line in lines[:3]} == {response.headers["channelgraph-request-id"]}
    counted = gateway.metrics.render().decode()
    assert 'channelgraph_requests_total{kind="query",status="2xx"} 1.0' in counted
    assert 'channelgraph_requests_total{kind="mutation",status="2xx"} 1.0' in counted


@pytest.mark.parametrize(("query", "total"), [("{ hello }", 0), ("mutation { add(by: 1) }", 1)])
async def test_H15_queries_are_given_up_when_the_client_leaves_and_a_batch_that_writes_is_not(
    make_gateway, serving, query, total
):
    gateway = make_gateway(limits={"batch": 5})
    gateway.pipeline.measure = lambda request: Measure(gateway.pipeline.kind_of(request.query, None), 1, 1, 10)
    begun, go_on, given_up = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def before() -> None:
        begun.set()
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            given_up.set()
            raise

    gateway.pipeline.before = before
    _, writer = await asyncio.open_connection(*await serving(gateway))
    body = json.dumps([{"query": query}]).encode()
    lines = ("POST /graphql HTTP/1.1", "host: g", "content-type: application/json", f"content-length: {len(body)}")
    writer.write("\r\n".join((*lines, "", "")).encode() + body)
    await begun.wait()
    writer.close()
    if total:
        await asyncio.sleep(0.3)  # long enough to be given up; were it too short, nothing would be proved, or broken
        go_on.set()
        await until(lambda: gateway.pipeline.total == total)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await (asyncio.sleep(0) if total else given_up.wait())
    assert given_up.is_set() is not bool(total)
