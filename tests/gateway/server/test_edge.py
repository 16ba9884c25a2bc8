"""The edge, as one would go about it who means harm: what is passed on, kept, told and let in. Rows A1, A9, H5, H10, H13."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from gateway.errors import SubgraphUnreachable
from gateway.settings import CorsSettings
from gateway.tracing import trace_headers

NOTE = {"query": "{ note }"}
SPELLINGS = (
    "channelgraph-identity",
    "Channelgraph-Identity",
    "CHANNELGRAPH-IDENTITY",
    "channelgraph_identity",
    "channelgraph-identity-extra",
    "channelgraph-request-id",
    "channelgraph-deadline-ms",
    "apollo-federation-include-trace",
    "x-user-id",
    "x-gateway-signature",
    "authorization",
    "cookie",
    "x-forwarded-for",
    "transfer-encoding-x",
)


async def test_A9_nothing_a_client_sends_reaches_a_subgraph_in_any_spelling(over):
    client = await over(identity_secret="s" * 32)
    sent = dict.fromkeys(SPELLINGS, "forged")
    assert (await client.post("/graphql", json=NOTE, headers=sent)).json() == {"data": {"note": "n"}}
    headers = client.shop.subgraphs["a"].sent[0].headers
    assert sorted(name for name, _ in headers) == [b"channelgraph-identity", b"channelgraph-request-id"]
    assert b"forged" not in b"".join(value for _, value in headers)


async def test_A9_what_is_forwarded_is_so_by_its_exact_name_and_never_under_one_of_ours(over):
    names = ["x-brand", "x-user-id", "channelgraph-identity", "content-length", "host"]
    client = await over(subgraphs={"forward_headers": names})
    sent = {"X-Brand": "b", "x-brand-2": "no", "x_brand": "no", "x-user-id": "root", "channelgraph-identity": "x.y.z"}
    await client.post("/graphql", json=NOTE, headers=sent)
    headers = dict(client.shop.subgraphs["a"].sent[0].headers)
    assert set(headers) == {b"x-brand", b"channelgraph-request-id"}
    assert headers[b"x-brand"] == b"b"


async def test_a_request_id_is_ours_and_never_the_clients(over):
    client = await over()
    told = await client.post("/graphql", json=NOTE, headers={"channelgraph-request-id": "mine", "x-request-id": "mine"})
    assert told.headers["channelgraph-request-id"] != "mine"


@pytest.mark.parametrize(
    ("parent", "state", "passed"),
    [
        (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", b"k=v, l=w", 2),
        (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", b"k=v\x80\xff", 1),
        (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", b"k=\x1b[31m", 1),
        (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", b"k" * 513, 1),
        (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01\n", None, 0),
        (b"00-" + b"A" * 32 + b"-" + b"b" * 16 + b"-01", None, 0),
        (b"00-" + b"0" * 32 + b"-" + b"b" * 16 + b"-01", None, 0),
        (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01, 00-" + b"c" * 32 + b"-" + b"d" * 16 + b"-01", None, 0),
        (b"x" * 30_000, b"k=v", 0),
    ],
)
def test_H10_S33_a_trace_context_is_passed_on_only_where_it_is_one(parent, state, passed):
    headers = {b"traceparent": parent, **({} if state is None else {b"tracestate": state})}
    assert len(trace_headers(headers)) == passed


@pytest.mark.parametrize(
    "origin", ["null", "https://shop.example/", "shop.example", "https://a b", "HTTPS://Shop.example", ""]
)
def test_H5_an_origin_that_browsers_never_send_or_everybody_does_is_refused_at_start(origin):
    with pytest.raises(ValidationError, match="is no origin"):
        CorsSettings(allow_origins=[origin])
    assert CorsSettings(allow_origins=["https://shop.example:8443", "capacitor://localhost"]).allow_origins


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://gateway.evil.example"},
        {"origin": "http://gateway:4000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
async def test_H5_no_page_of_another_site_reads_by_get_whatever_it_accepts(over, accept, headers):
    client = await over()
    for query in ("{ note }", "subscription { restocked { id } }"):
        refused = await client.get("/graphql", params={"query": query}, headers={"accept": accept, **headers})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers
    assert client.shop.queries == client.shop.source.asked == []


async def test_H5_a_preflight_is_answered_to_those_origins_alone_that_are_allowed(over):
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    closed = await over()
    assert (await closed.options("/graphql", headers={"origin": "https://shop.example", **asks})).status_code == 405
    opened = await over(cors={"allow_origins": ["https://shop.example"]})
    for origin, allowed in (("https://shop.example", True), ("https://shop.example.evil", False), ("null", False)):
        told = await opened.options("/graphql", headers={"origin": origin, **asks})
        assert (told.headers.get("access-control-allow-origin") == origin) is allowed
        assert "access-control-allow-credentials" not in told.headers


async def test_no_answer_is_kept_by_a_cache_and_no_fault_either(over):
    """404, 405 and 414 are kept unless a cache is told not to: an odd request would shut the page for everybody."""
    client = await over()
    long = "x" * 40_000
    for method, path, headers in (
        ("GET", "/graphql?query={note}", {}),
        ("GET", "/graphql?query={nope}", {}),
        ("PUT", "/graphql", {}),
        ("GET", f"/graphql?{long}", {}),
        ("GET", "/nowhere", {}),
        ("GET", f"/graphiql?{long}", {}),
        ("GET", "/graphiql", {"x-long": long}),
        ("POST", "/health", {}),
        ("GET", "/health", {}),
    ):
        told = await client.request(method, path, headers=headers)
        assert told.headers["cache-control"] == "no-store", (method, path[:20], told.status_code)
    answered = await client.get("/graphql?query={note}")
    assert {"accept", "authorization", "origin"} <= {each.strip() for each in answered.headers["vary"].split(",")}


async def test_S22_nothing_of_ours_is_told_with_a_fault(over):
    client = await over()

    async def broken() -> None:
        raise RuntimeError("/srv/secret/path.py: SELECT password FROM customers")

    client.shop.subgraphs["a"].before = broken
    for body in (NOTE, {"query": "mutation { add(by: 1) }"}):
        told = await client.post("/graphql", json=body)
        assert not [word for word in ("secret", "SELECT", "Runtime", "Traceback", ".py") if word in told.text]
        for error in json.loads(told.text)["errors"]:
            assert error["path"]
            assert error["extensions"] == {
                "code": error["extensions"]["code"],
                "service": "a",
                "requestId": told.headers["channelgraph-request-id"],
            }


async def test_S22_a_fault_of_a_subgraph_names_its_request_on_every_way(over):
    client = await over(limits={"batch": 1})

    async def away() -> None:
        raise SubgraphUnreachable("port 5432 of db.internal", "a")

    client.shop.subgraphs["a"].before = away
    client.shop.source.told = [b'{"data":{"restocked":{"__typename":"Product","id":"1"}}}']
    client.shop.subgraphs["b"].before = away
    for told in (
        await client.get("/graphql", params=NOTE),
        await client.post("/graphql", json=[NOTE]),
        await client.post("/graphql", json=NOTE, headers={"accept": "text/event-stream"}),
        await client.post(
            "/graphql",
            json={"query": "subscription { restocked { stock } }"},
            headers={"accept": "multipart/mixed, application/json"},
        ),
    ):
        assert f'"requestId":"{told.headers["channelgraph-request-id"]}"' in told.text
        assert "SUBREQUEST_UNREACHABLE" in told.text
        assert "db.internal" not in told.text


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", "Bearer a"), ("authorization", "Bearer b")],
        [("authorization", "Bearer a"), ("Authorization", "Bearer a")],
        [("host", "a"), ("host", "b")],
        [("content-type", "application/json"), ("content-type", "text/plain")],
    ],
    ids=str,
)
async def test_A1_H8_a_header_that_there_may_be_one_of_is_refused_twice(over, headers):
    client = await over()
    told = await client.post("/graphql", content=json.dumps(NOTE), headers=[*headers, ("accept", "application/json")])
    assert told.status_code in {400, 415}
    assert client.shop.queries == []
