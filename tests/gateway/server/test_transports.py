"""Every limit, however an operation comes in: one client per limit, all ways in turn. Ids: W6 and the rows it repeats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from gateway.stored_documents import hash_of

NEW = {"accept": "application/graphql-response+json"}
EVENTS = {"accept": "text/event-stream"}
PARTS = {"accept": "multipart/mixed"}
API = """
type Query { products: [Product!]! note: String nodes: [Node!] }
type Mutation { add(by: Int!): Int }
type Subscription { restocked: Product }
interface Node { id: ID! label: String }
type Product implements Node { id: ID! label: String name: String! stock: Int }
"""


def ways(document: str, variables: Mapping[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Each way to send a document: method, path, and what the HTTP library is told."""
    body = {"query": document, "variables": dict(variables)}
    parameters = {"query": document, "variables": json.dumps(variables)}
    digest = hash_of(document)
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    by_hash = {"variables": json.dumps(variables), "extensions": json.dumps(persisted)}
    return {
        "POST": ("POST", "/graphql", {"json": body}),
        "POST, the newer type": ("POST", "/graphql", {"json": body, "headers": NEW}),
        "GET": ("GET", "/graphql", {"params": parameters}),
        "an event stream": ("POST", "/graphql", {"json": body, "headers": EVENTS}),
        "an event stream by GET": ("GET", "/graphql", {"params": parameters, "headers": EVENTS}),
        "multipart": ("POST", "/graphql", {"json": body, "headers": {"accept": "multipart/mixed, application/json"}}),
        "stored with its hash": ("POST", "/graphql", {"json": {**body, "extensions": persisted}}),
        "trusted, by hash": ("POST", "/graphql", {"json": {"variables": dict(variables), "extensions": persisted}}),
        "trusted, by hash and GET": ("GET", "/graphql", {"params": by_hash}),
        "trusted, by documentId": ("POST", "/graphql", {"json": {"variables": body["variables"], "documentId": f"sha256:{digest}"}}),
        "a contract": ("POST", "/graphql/shop", {"json": body}),
        "a contract by GET": ("GET", "/graphql/shop", {"params": parameters}),
        "a contract by its channel": ("POST", "/graphql", {"json": body, "headers": {"channelgraph-channel": "tv"}}),
        "a contract, trusted": ("POST", "/graphql/shop", {"json": {"variables": body["variables"], "extensions": persisted}}),
        "a contract, an event stream": ("POST", "/graphql/shop", {"json": body, "headers": EVENTS}),
    }  # fmt: skip


@pytest.fixture
def contract(tmp_path):
    """Settings of a contract whose one trusted document this is."""

    def made(document: str) -> dict[str, Any]:
        (tmp_path / "shop" / "operations").mkdir(parents=True)
        (tmp_path / "shop" / "api.graphql").write_text(API, "utf-8")
        (tmp_path / "shop" / "operations" / "one.graphql").write_text(document, "utf-8")
        return {"folder": tmp_path, "by_channel": {"tv": "shop"}}

    return made


@pytest.mark.parametrize(
    ("limits", "document", "variables", "code"),
    [
        (
            {"tokens": 10},
            "query O { products { id label name stock id label name stock id label name stock } }",
            {},
            "TOKENS",
        ),
        ({"operations": 1}, "query O { note } query P { note }", {}, "OPERATIONS"),
        ({"depth": 1}, "query O { nodes { ...F } } fragment F on Node { ... on Product { id name } }", {}, "DEPTH"),
        ({"depth": 1}, "query O { products { id } }", {}, "DEPTH"),
        ({"fields": 3}, "query O { products { ...F } } fragment F on Product { id label name }", {}, "FIELDS"),
        ({"fragments": 1}, "query O { products { ...F ...F } } fragment F on Product { id }", {}, "FRAGMENTS"),
        ({"root_fields": 2}, "query O { a: note b: note c: note }", {}, "ROOT_FIELDS"),
        ({"aliases": 2}, "query O { products { a: id b: id c: id } }", {}, "ALIASES"),
        ({"directives": 1}, "query O { note @include(if: true) products { id @skip(if: false) } }", {}, "DIRECTIVES"),
        ({"overlaps": 20}, "query O { products { id id id id id id id } }", {}, "OVERLAPS"),
        ({"list_items": 3}, "query O { note }", {"a": [1, 2, 3, 4]}, "LIST"),
        ({"list_items": 3}, "query O { note products(x: [1, 2, 3, 4]) { id } }", {}, "LIST"),
        ({"cost": 9}, "query O { products { id } }", {}, "COST"),
    ],
    ids=str,
)
async def test_W6_D3_D4_D5_D6_D7_D8_D10_D11_no_way_in_passes_a_limit(over, contract, limits, document, variables, code):
    """Variables and arguments that are not there are faults as well; the limit comes first."""
    client = await over(limits={"batch": 2, **limits}, contracts=contract(document))
    batch = {"in a batch": ("POST", "/graphql", {"json": [{"query": document, "variables": variables}] * 2})}
    for way, (method, path, told) in {**ways(document, variables), **batch}.items():
        response = await client.request(method, path, **told)
        assert f'"{code}_LIMIT_EXCEEDED"' in response.text, (way, response.text)
        assert '"data":{' not in response.text, way
    assert client.shop.queries == []
    assert client.shop.source.asked == []


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({"limits": {"header_bytes": 1_000}}, {"x-long": "x" * 1_000}, 431),
        ({"limits": {"header_count": 20}}, {f"x-{n}": "1" for n in range(20)}, 431),
        ({"limits": {"uri_bytes": 5}}, {}, 414),
        ({"limits": {"body_bytes": 20}}, {}, 413),
    ],
    ids=["header_bytes", "header_count", "uri_bytes", "body_bytes"],
)
async def test_W6_H7_J7_what_bounds_the_request_itself_bounds_every_way(over, contract, settings, headers, status):
    document = "query O { products { id label name } }"
    client = await over(**settings, contracts=contract(document))
    for way, (method, path, told) in ways(document, {}).items():
        if status == 413 and method == "GET":  # which has none
            continue
        answered = await client.request(method, path, **{**told, "headers": {**told.get("headers", {}), **headers}})
        assert answered.status_code == status, (way, answered.text)
    assert client.shop.queries == []


@pytest.mark.parametrize(
    "document",
    [
        "{ _service { sdl } }",
        "{ _entities(representations: []) { __typename } }",
        '{ __type(name: "_Any") { name } __typename }',
        "query ($r: [_Any!]) { note }",
        "{ nodes { ... on _Entity { __typename } } }",
    ],
)
async def test_D15_the_machinery_of_federation_is_not_there_whoever_asks(over, contract, document):
    client = await over(contracts=contract(document))
    for way, (method, path, told) in ways(document, {}).items():
        text = (await client.request(method, path, **told)).text
        assert "GRAPHQL_VALIDATION_FAILED" in text or '"__type":null' in text, (way, text)
        assert '"sdl"' not in text
    assert client.shop.queries == []
    whole = (
        await client.post(
            "/graphql", json={"query": "{ __schema { types { name fields { name } } directives { name } } }"}
        )
    ).text
    assert not [
        name
        for name in ("_service", "_entities", "_Any", "_Entity", "join__", "link__", "inaccessible")
        if name in whole
    ]


async def test_B1_a_batch_is_refused_on_every_way_in(over, contract):
    document = "query O { products { id } }"
    client = await over(contracts=contract(document))
    for path in ("/graphql", "/graphql/shop"):
        for headers in ({}, NEW, EVENTS, PARTS):
            for batch in ([{"query": document}], [{"query": document}] * 1_000, [[{"query": document}]], []):
                assert (await client.post(path, json=batch, headers=headers)).status_code in {400, 406}
    assert client.shop.queries == []


@pytest.mark.parametrize("headers", [{}, EVENTS, PARTS, NEW])
async def test_W12_incremental_delivery_is_not_served_and_said_so(over, headers):
    client = await over()
    for document in ("{ products { id ... @defer { label } } }", "{ products @stream(initialCount: 1) { id } }"):
        assert (
            "GRAPHQL_VALIDATION_FAILED"
            in (await client.post("/graphql", json={"query": document}, headers=headers)).text
        )
    assert client.shop.queries == []


async def test_U2_uploads_are_not_taken(over):
    client = await over()
    files = {"operations": (None, '{"query":"{ note }"}'), "map": (None, '{"0":["variables.f"]}'), "0": b"x" * 1_000}
    assert (await client.post("/graphql", files=files)).status_code == 415
    assert client.shop.queries == []


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-7", "utf-16", "x", "utf-8; charset=utf-7"])
async def test_H6_only_utf_8_is_read(over, charset):
    client = await over()
    content = '{"query":"{ note }"}'
    headers = {"content-type": f"application/json; charset={charset}"}
    assert (await client.post("/graphql", content=content, headers=headers)).status_code == 415
    assert client.shop.queries == []


async def test_A1_a_token_in_the_query_string_is_no_token(over):
    client = await over()
    for name in ("access_token", "token", "authorization", "Authorization"):
        told = (await client.get("/graphql", params={"query": "{ me { name } }", name: "Bearer x"})).json()
        assert told["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert client.shop.queries == []
