"""What protects the gateway, through HTTP and the real pipeline: limits, hashes, contracts, explanations, shedding."""

from __future__ import annotations

import asyncio

import pytest

from gateway.stored_documents import hash_of

TEXT = "{ products { id stock } }"
EVENTS = {"accept": "text/event-stream"}
PARTS = {"accept": "multipart/mixed"}


async def post(client, path: str = "/graphql", headers=None, **members):
    return await client.post(path, json=members, headers=headers)


def code(response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


async def test_D21_a_document_is_stored_by_its_hash_and_asked_for_by_get(over):
    client = await over()
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hash_of(TEXT)}}
    missed = await post(client, extensions=persisted)
    assert (missed.status_code, code(missed)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert missed.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert "data" in (await post(client, query=TEXT, extensions=persisted)).json()
    assert "data" in (await post(client, extensions=persisted)).json()
    found = await client.get("/graphql", params={"documentId": f"sha256:{hash_of(TEXT)}"})
    assert found.json()["data"]["products"]


async def test_D21_H4_a_mutation_by_its_hash_is_not_run_by_get(over):
    client = await over()
    text = "mutation { add(by: 1) }"
    await post(client, query=text, extensions={"persistedQuery": {"version": 1, "sha256Hash": hash_of(text)}})
    sent = len(client.shop.queries)
    assert (await client.get("/graphql", params={"documentId": f"sha256:{hash_of(text)}"})).status_code == 405
    assert len(client.shop.queries) == sent


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ({"persistedQuery": {"version": 1, "sha256Hash": hash_of("{ other }")}}, "PERSISTED_QUERY_HASH_MISMATCH"),
        ({"persistedQuery": {"version": 2, "sha256Hash": hash_of(TEXT)}}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"persistedQuery": {"version": 1, "sha256Hash": "x"}}, "BAD_REQUEST"),
        ({"persistedQuery": {"version": 1}}, "BAD_REQUEST"),
        ({"persistedQuery": []}, "BAD_REQUEST"),
    ],
)
async def test_D21_a_wrong_hash_has_a_code_and_runs_nothing(over, extensions, expected):
    client = await over()
    assert code(await post(client, query=TEXT, extensions=extensions)) == expected
    assert client.shop.queries == []


async def test_an_explanation_is_answered_without_asking_anybody(over):
    client = await over()
    found = await post(client, query=TEXT, headers={"channelgraph-explain": "cost"})
    assert found.json()["extensions"]["cost"] == {
        "estimate": 10, "limit": 50_000, "allowed": True, "fields": {"products": 10},
    }  # fmt: skip
    assert client.shop.queries == []


@pytest.mark.parametrize(("value", "shown"), [("true", True), ("1", False), (None, False)])
async def test_the_plan_comes_with_the_answer_for_whoever_asks_where_it_is_shown(over, value, shown):
    client = await over(planning={"shown": True})
    headers = {} if value is None else {"channelgraph-include-plan": value}
    assert ("plan" in (await post(client, query=TEXT, headers=headers)).json().get("extensions", {})) == shown


@pytest.mark.parametrize("headers", [{}, EVENTS, PARTS, {"accept": "application/graphql-response+json"}])
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"query": TEXT}, "COST_LIMIT_EXCEEDED"),
        ({"query": "subscription { restocked { id } }"}, "COST_LIMIT_EXCEEDED"),
        ({"query": "{ a: __typename b: __typename c: __typename }"}, "ALIASES_LIMIT_EXCEEDED"),
        ({"query": "subscription { restocked { a: id b: id c: id } }"}, "ALIASES_LIMIT_EXCEEDED"),
        ({"query": "{ __typename }", "variables": {"ids": [1] * 11}}, "LIST_LIMIT_EXCEEDED"),
        ({"query": "subscription { restocked { id } }", "variables": {"a": {"b": [1] * 11}}}, "LIST_LIMIT_EXCEEDED"),
    ],
)
async def test_W6_every_limit_holds_on_every_transport(over, headers, members, expected):
    limits = {"cost": 9, "aliases": 2, "list_items": 10}
    if "subscription" in members["query"]:
        limits["cost"] = 20_000 if "LIST" in expected or "ALIAS" in expected else 1
    client = await over(limits=limits)
    if expected == "COST_LIMIT_EXCEEDED" and "subscription" in members["query"]:
        members = {"query": "subscription { restocked { twin { id } } }"}
    if "subscription" in members["query"] and headers not in (EVENTS, PARTS):
        expected = {"COST_LIMIT_EXCEEDED": "NOT_ACCEPTABLE", "LIST_LIMIT_EXCEEDED": "NOT_ACCEPTABLE"}.get(
            expected, expected
        )
    if headers == PARTS and "subscription" not in members["query"] and expected != "ALIASES_LIMIT_EXCEEDED":
        expected = "NOT_ACCEPTABLE"
    response = await post(client, headers=headers, **members)
    assert f'"{expected}"' in response.text
    assert client.shop.queries == []
    assert client.shop.source.asked == []


async def test_a_contract_is_served_under_its_name_or_by_the_callers_channel(over, tmp_path):
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "api.graphql").write_text("type Query { note: String }", "utf-8")
    client = await over(contracts={"folder": tmp_path, "by_channel": {"watch": "watch"}})
    assert (await post(client, query="{ note }", path="/graphql/watch")).json() == {"data": {"note": "n"}}
    assert code(await post(client, query=TEXT, path="/graphql/watch")) == "GRAPHQL_VALIDATION_FAILED"
    assert (
        code(await post(client, query=TEXT, headers={"channelgraph-channel": "watch"})) == "GRAPHQL_VALIDATION_FAILED"
    )
    assert "data" in (await post(client, query=TEXT)).json()
    for path in ("/graphql/nobody", "/graphql/", "/graphql/watch/x", "/graphql/../graphql"):
        assert (await post(client, query="{ note }", path=path)).status_code in {404, 200}
    assert (await post(client, query="{ note }", path="/graphql/nobody")).status_code == 404


async def test_too_many_at_once_are_told_to_come_back(over):
    client = await over(server={"requests": 2})
    go = asyncio.Event()
    client.shop.subgraphs["a"].before = go.wait
    waiting = [asyncio.create_task(post(client, query=TEXT)) for _ in range(2)]
    while len(client.shop.subgraphs["a"].sent) < 2:  # nobody tells of it
        await asyncio.sleep(0.01)
    refused = await post(client, query=TEXT)
    assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (503, "OVERLOADED", "1")
    go.set()
    assert [each.status_code for each in await asyncio.gather(*waiting)] == [200, 200]
    assert (await post(client, query=TEXT)).status_code == 200


async def test_trace_context_reaches_every_subgraph(over):
    client = await over()
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await post(client, query=TEXT, headers={"traceparent": parent})
    sent = [dict(each.headers) for double in client.shop.subgraphs.values() for each in double.sent]
    assert [each[b"traceparent"].decode() for each in sent] == [parent, parent]


async def test_A9_no_header_of_a_client_goes_on_unless_it_is_named(over):
    client = await over(subgraphs={"forward_headers": ["x-region", "x-user-id"]})
    headers = {"x-region": "eu", "x-user-id": "1", "cookie": "a=b", "x-other": "1", "authorization": "Bearer x"}
    await post(client, query=TEXT, headers=headers)
    for double in client.shop.subgraphs.values():
        names = {name for name, _ in double.sent[0].headers}
        assert names == {b"channelgraph-request-id", b"x-region"}


async def test_S22_messages_of_subgraphs_are_for_those_with_the_scope(make_shop):
    shop = make_shop(subgraphs={"unmasked_scopes": ["staff"]})

    async def fail() -> None:
        raise OSError("password=hunter2")

    shop.subgraphs["b"].before = fail
    for scopes, seen in (("", False), ("staff", True), (None, False)):
        answer = await shop.ask(TEXT, scopes=scopes)
        assert ("An error occurred in subgraph" not in answer["errors"][0]["message"]) is seen
        assert answer["data"]["products"][0] == {"id": "1", "stock": None}
