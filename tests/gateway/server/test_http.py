"""GraphQL over HTTP, and requests that mean harm; J is for JSON, H for HTTP, D for documents, B for batches."""

from __future__ import annotations

import asyncio
import gzip
import json
from urllib.parse import quote

import pytest

JSON = {"content-type": "application/json"}
NEW = "application/graphql-response+json"


async def post(client, body, **headers):
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return await client.post("/graphql", content=content, headers={**JSON, **headers})


def code(response) -> str:
    assert response.headers["content-type"].startswith(("application/json", NEW))
    body = response.json()
    assert "data" not in body
    assert all(error["message"] for error in body["errors"])
    return body["errors"][0]["extensions"]["code"]


async def test_a_post_is_answered(client):
    response = await post(client, {"query": "{ hello }"})
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello you"}})
    assert response.headers["channelgraph-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_get_is_answered(client):
    query = quote("query ($n: String) { hello(name: $n) }")
    response = await client.get(f"/graphql?query={query}&variables={quote(json.dumps({'n': 'ü'}))}")
    assert response.json() == {"data": {"hello": "hello ü"}}


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (NEW, 400)])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello } query B { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query A { hello }", "operationName": "C"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query ($x: Int!) { f(x: $x) }"}, "BAD_USER_INPUT"),
        ({"query": "query ($x: Int) { f(x: $x) }", "variables": {"x": "y"}}, "BAD_USER_INPUT"),
        ({"query": "{ self { self { hello } } }" * 1}, None),
    ],
)
async def test_D1_D2_a_faulty_document_is_200_in_json_and_400_in_the_new_type(client, accept, status, body, expected):
    response = await post(client, body, accept=accept)
    if expected is None:
        assert response.status_code == 200
        return
    assert (response.status_code, code(response)) == (status, expected)
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"query":"{ hello }"}x',
        b"null",
        b"0",
        b'"x"',
        b"true",
        b"[]",
        b"[null]",
        b'[{"query":"{ hello }"}]',
        b'{"query":"{ hello \xff }"}',
        '{"query":"{ hello }"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"query":"{ hello }"}',
        b'{"query":"{ hello }","operationName":"\\ud800"}',
        b"[" * 100_000,
        b'{"query":' * 20_000,
        b'{"query":"{ hello }","variables":{"x":NaN}}',
        b'{"query":"{ hello }","variables":{"x":1e999999}}',
        b'{"query":5}',
        b'{"query":null}',
        b'{"query":["{ hello }"]}',
        b"{}",
        b'{"query":"{ hello }","variables":[]}',
        b'{"query":"{ hello }","variables":"{}"}',
        b'{"query":"{ hello }","extensions":[]}',
        b'{"query":"{ hello }","operationName":1}',
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_J1_J2_J3_J4_J6_B1_what_is_no_graphql_request_is_400(client, body):
    response = await post(client, body)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "extra", [b'"variables":{"x":' + b"9" * 6_000 + b"}", b'"operationName":null', b'"variables":null', b'"x":1']
)
async def test_odd_but_legal_members_do_no_harm(client, extra):
    response = await post(client, b'{"query":"{ hello }",' + extra + b"}")
    assert response.status_code in {200, 400}
    assert "errors" in response.json() or response.json()["data"] == {"hello": "hello you"}


async def test_a_long_number_in_variables_arrives_with_all_its_digits(client, gateway):
    """A custom scalar may be an integer of any length; to hand on a rounded one would be a lie."""
    number = 123456789012345678901234567890
    body = b'{"query":"{ hello }","variables":{"x":[%d, 1e30]}}' % number
    assert (await post(client, body)).status_code == 200
    assert gateway.pipeline.asked[-1].variables == {"x": [number, 1e30]}
    asked = f"/graphql?query={{hello}}&variables=%7B%22x%22:{number}%7D"
    assert (await client.get(asked)).status_code == 200
    assert gateway.pipeline.asked[-1].variables == {"x": number}


async def test_a_long_number_too_deep_to_be_read_whole_is_refused(client):
    deep = b"[" * 1000 + b"9" * 30 + b"]" * 1000
    response = await post(client, b'{"query":"{ hello }","variables":{"x":' + deep + b"}}")
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_J5_of_two_equal_keys_the_last_counts(client, gateway):
    """The same one everywhere, since only one is ever seen."""
    await post(client, b'{"query":"{ f }","query":"{ hello }"}')
    assert gateway.pipeline.asked[-1].query == "{ hello }"


async def test_a_nul_in_a_query_is_an_error_like_any_other(client):
    assert code(await post(client, {"query": "{ hello \0 }"})) == "GRAPHQL_PARSE_FAILED"


async def test_J7_a_body_over_the_limit_is_refused_by_its_declared_length(client):
    response = await post(client, b" " * 2_000_001)
    assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")


async def test_J7_a_body_over_the_limit_is_refused_while_it_comes(client):
    """Nothing declares its length, and most of it is never read."""
    sent = 0

    async def endless():
        nonlocal sent
        for _ in range(10_000):
            sent += 1
            yield b" " * 100_000

    response = await client.post("/graphql", content=endless(), headers=JSON)
    assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")
    assert sent < 30


async def test_H14_a_body_that_does_not_come_is_408(make_gateway, client_over):
    gateway = make_gateway(limits={"body_seconds": 0.05})

    async def slow():
        yield b'{"query":'
        await asyncio.sleep(30)
        yield b'"{ hello }"}'

    client = await client_over(gateway)
    response = await client.post("/graphql", content=slow(), headers=JSON)
    assert (response.status_code, code(response)) == (408, "REQUEST_TIMEOUT")


async def test_J8_a_compressed_body_is_not_read(client):
    body = gzip.compress(b'{"query":"{ hello }"}' + b" " * 10_000_000)
    response = await client.post("/graphql", content=body, headers={**JSON, "content-encoding": "gzip"})
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "HEAD", "OPTIONS"])
async def test_H1_other_methods_are_405_and_say_which_are_not(client, method):
    response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"]
)
async def test_H2_H5_a_form_or_text_is_415(client, gateway, content_type):
    """These types are what other sites' pages can send unasked."""
    response = await client.post(
        "/graphql", content=b'{"query":"mutation { add(by: 1) }"}', headers={"content-type": content_type}
    )
    assert (response.status_code, gateway.pipeline.total) == (415, 0)


async def test_a_body_without_a_type_is_415(client):
    response = await client.post("/graphql", content=b'{"query":"{ hello }"}')
    assert response.status_code == 415


async def test_H3_an_unknown_accept_is_406(client):
    response = await post(client, {"query": "{ hello }"}, accept="image/png")
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "query", ["mutation { add(by: 1) }", "query A { hello } mutation M { add(by: 1) }&operationName=M"]
)
async def test_H4_a_mutation_by_get_is_405_and_does_nothing(client, gateway, query):
    response = await client.get("/graphql?query=" + quote(query, safe="&="))
    assert (response.status_code, response.headers["allow"], gateway.pipeline.total) == (405, "GET, POST", 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://gateway.test.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_H5_a_get_by_another_sites_page_is_refused(client, gateway, headers):
    response = await client.get("/graphql?query={hello}", headers=headers)
    assert (response.status_code, code(response), gateway.pipeline.asked) == (403, "CROSS_SITE_REFUSED", [])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://gateway.test"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example", "channelgraph-preflight": "1"},
        {"origin": "https://evil.example", "apollo-require-preflight": "1"},
    ],
)
async def test_a_get_by_a_program_our_own_page_or_after_a_preflight_is_answered(client, headers):
    assert (await client.get("/graphql?query={hello}", headers=headers)).status_code == 200


async def test_H5_a_get_with_a_body_type_that_needs_no_preflight_is_refused(client):
    """The odd type on a GET is how such checks have been passed elsewhere."""
    response = await client.get("/graphql?query={hello}", headers={"content-type": "text/plain"})
    assert response.status_code == 415


async def test_a_preflight_can_be_demanded_of_everybody(make_gateway, client_over):
    client = await client_over(make_gateway(cors={"preflight_required": True}))
    assert (await client.get("/graphql?query={hello}")).status_code == 403
    assert (await client.get("/graphql?query={hello}", headers={"channelgraph-preflight": "1"})).status_code == 200


async def test_other_origins_get_no_cors_headers(client):
    response = await post(client, {"query": "{ hello }"}, origin="https://evil.example")
    assert not [name for name in response.headers if name.startswith("access-control")]
    preflight = await client.options(
        "/graphql", headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
    )
    assert not [name for name in preflight.headers if name.startswith("access-control")]


async def test_origins_that_the_settings_name_are_let_in(make_gateway, client_over):
    client = await client_over(make_gateway(cors={"allow_origins": ["https://shop.example"]}))
    ask = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    good = await client.options("/graphql", headers={"origin": "https://shop.example", **ask})
    assert good.headers["access-control-allow-origin"] == "https://shop.example"
    bad = await client.options("/graphql", headers={"origin": "https://evil.example", **ask})
    assert "access-control-allow-origin" not in bad.headers
    got = await client.get("/graphql?query={hello}", headers={"origin": "https://shop.example"})
    assert (got.status_code, got.headers["access-control-allow-origin"]) == (200, "https://shop.example")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/graphql?query=" + "x" * 60_000, {}, 414),
        ("/" + "x" * 60_000, {}, 414),
        ("/graphql?query={hello}", {"x-long": "x" * 200_000}, 431),
        ("/health", {"x-long": "x" * 200_000}, 431),
        ("/graphql?query={hello}", {f"x-{i}": "y" for i in range(1_000)}, 431),
    ],
)
async def test_H7_what_stands_before_the_body_is_bounded_too(client, path, headers, status):
    response = await client.get(path, headers=headers)
    assert response.status_code == status
    code(response)


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query=%ff",
        "query={hello}&variables=1",
        "query={hello}&variables={",
        "query={hello}&extensions=[]",
        "&".join(f"a{i}=1" for i in range(100)),
    ],
)
async def test_a_get_that_asks_nothing_sensible_is_refused(client, query_string):
    response = await client.get("/graphql?" + query_string)
    assert code(response) in {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/graphql/../health", "/..%2f..%2fetc/passwd", "/graphiql/..%2f..%2fapp.py", "/graphql/"]
)
async def test_H8_other_paths_hold_nothing(client, path):
    response = await client.get(path)
    assert response.status_code in {200, 404}
    if response.status_code == 404:
        assert code(response) == "NOT_FOUND"
    assert "import" not in response.text


async def test_H13_a_strangers_forwarding_headers_change_nothing(client):
    response = await client.get(
        "/graphiql", headers={"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    )
    assert "evil" not in response.headers.get("location", "") + response.text


@pytest.mark.parametrize("name", ["__proto__", "__class__", "self", "cls", "info", "return"])
async def test_D17_names_are_plain_data(client, name):
    response = await post(
        client, {"query": f"query (${name}: String) {{ {name}: hello(name: ${name}) }}", "variables": {name: name}}
    )
    assert response.json() == {"data": {name: f"hello {name}"}}


@pytest.mark.parametrize(
    ("variables", "status"),
    [({}, 400), ({"a": None}, 400), ({"a": "yes"}, 400), ({"a": True}, 200), ({"a": False}, 200)],
)
async def test_D18_what_decides_about_a_field_must_be_a_boolean(client, variables, status):
    body = {"query": "query ($a: Boolean!) { hello @include(if: $a) f @skip(if: $a) }", "variables": variables}
    assert (await post(client, body, accept=NEW)).status_code == status


async def test_a_fault_of_ours_is_masked_and_logged_under_the_requests_id(client, gateway, capsys):
    async def explode():
        raise RuntimeError("password=hunter2")

    gateway.pipeline.before = explode
    response = await post(client, {"query": "{ hello }"})
    assert (response.status_code, code(response)) == (500, "INTERNAL_SERVER_ERROR")
    assert "hunter2" not in response.text
    error = response.json()["errors"][0]
    assert error["extensions"]["requestId"] == response.headers["channelgraph-request-id"]
    assert error["extensions"]["requestId"] in "".join(capsys.readouterr())


async def test_a_reload_takes_effect_between_two_requests(client, gateway, make_gateway):
    other = make_gateway().pipeline
    await post(client, {"query": "{ hello }"})
    gateway.pipeline = other
    await post(client, {"query": "{ hello }"})
    assert len(other.asked) == 1
