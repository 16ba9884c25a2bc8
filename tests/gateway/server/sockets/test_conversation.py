"""GraphQL over WebSocket, over real connections: the protocol, its codes, its bounds, and how it ends. Rows W1 to W9."""

from __future__ import annotations

import asyncio
import time

import jwt
import pytest

from gateway.errors import SubgraphMalformed
from gateway.pipeline import Pipeline
from gateway.server.sockets.frames import Opcode
from gateway.server.state import Gateway
from gateway.settings import Settings
from tests.waiting import PATIENCE_SECONDS, settled, until

from .client import INIT, masked, refused, subscribe

COUNT = "subscription ($to: Int!) { count(to: $to) }"
KEY = "k" * 32


def bearer(seconds: float = 3_600, **claims) -> str:
    told = {"iss": "i", "aud": "channelgraph", "sub": "ann", "exp": time.time() + seconds, **claims}
    return f"Bearer {jwt.encode(told, KEY, 'HS256')}"


@pytest.fixture
async def start(make_gateway, serving):
    """A served gateway with these settings, and its address."""

    async def start(**changes):
        gateway = make_gateway(**changes)
        return gateway, await serving(gateway)

    return start


@pytest.fixture
async def gateway_at(start):
    return await start()


async def test_queries_mutations_and_subscriptions_share_a_connection(gateway_at, connect):
    _, address = gateway_at
    socket = await connect(address)
    socket.send(subscribe("q", "query ($n: String) { hello(name: $n) }", variables={"n": "ü"}))
    assert await socket.until_complete("q") == [{"data": {"hello": "hello ü"}}]
    socket.send(subscribe("m", "mutation A { add(by: 2) } mutation B { add(by: 3) }", operationName="B"))
    assert await socket.until_complete("m") == [{"data": {"add": 3}}]
    socket.send(subscribe("q", COUNT, variables={"to": 3}))
    assert await socket.until_complete("q") == [{"data": {"count": n}} for n in range(3)]
    socket.send({"type": "ping", "payload": {"a": 1}}, {"type": "pong"})
    assert await socket.hear() == {"type": "pong"}
    socket.send(masked(Opcode.PING, b"beat"))
    assert await socket.frame() == (Opcode.PONG, b"beat")


async def test_what_has_no_answer_is_an_error_of_its_own(gateway_at, connect):
    _, address = gateway_at
    socket = await connect(address)
    for query, code in (("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED")):
        socket.send(subscribe("1", query))
        message = await socket.hear()
        assert (message["id"], message["type"]) == ("1", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]
    socket.send(subscribe("1", "{ hello }"))
    assert await socket.until_complete("1") == [{"data": {"hello": "hello you"}}]


async def test_a_fault_of_ours_is_masked(gateway_at, connect):
    gateway, address = gateway_at

    async def broken() -> None:
        raise SubgraphMalformed("secret of the subgraph", "a")

    gateway.pipeline.before = broken
    socket = await connect(address)
    for query in ("{ hello }", "subscription { count(to: 1) }"):
        socket.send(subscribe("1", query))
        message = await socket.hear()
        assert message["type"] == "error"
        assert "secret" not in str(message)
        assert message["payload"][0]["extensions"]["code"] == "SUBREQUEST_MALFORMED_RESPONSE"


ASK = subscribe("1", "{ hello }")
FOR_EVER = subscribe("1", "subscription { count(to: 1000000000) }")


UNRULY = [
    (["{"], 4400),
    (["[]"], 4400),
    (["null"], 4400),
    (['"x"'], 4400),
    ([{}], 4400),
    ([{"type": 1}], 4400),
    ([{"type": "nope"}], 4400),
    ([{"type": "start", "id": "1", "payload": {"query": "{ hello }"}}], 4400),
    ([{"type": "connection_init", "payload": []}], 4400),
    ([masked(Opcode.BINARY, b'{"type":"connection_init"}')], 4400),
    ([masked(Opcode.TEXT, b"\xff")], 1007),
    ([masked(Opcode.TEXT, b"x" * 2_000)], 1009),
    ([masked(3, b"")], 1002),
    ([ASK], 4401),
    ([INIT, INIT], 4429),
    ([INIT, {**ASK, "id": ""}], 4400),
    ([INIT, {**ASK, "id": 1}], 4400),
    ([INIT, {**ASK, "id": "x" * 201}], 4400),
    ([INIT, {"id": "1", "type": "subscribe"}], 4400),
    ([INIT, {"id": "1", "type": "subscribe", "payload": {}}], 4400),
    ([INIT, subscribe("1", "{ hello }", variables=[])], 4400),
    ([INIT, {"type": "complete"}], 4400),
    ([INIT, FOR_EVER, FOR_EVER], 4409),
    ([{"type": "connection_init", "payload": {"authorization": "a", "Authorization": "b"}}], 4400),
    ([{"type": "connection_init", "payload": {"authorization": ["Bearer x"]}}], 4400),
]


async def test_W1_W2_W3_who_does_not_keep_to_the_protocol_is_closed_with_its_code(start, connect):
    _, address = await start(limits={"body_bytes": 1_000})
    for sent, code in UNRULY:
        socket = await connect(address, init=False)
        socket.send(*sent)
        assert (await socket.all())[-1] == code, sent
        socket.leave()


async def test_W3_who_never_says_who_asks_is_closed(start, connect):
    _, address = await start(server={"socket_init_seconds": 0.05})
    socket = await connect(address, init=False)
    assert await socket.all() == [4408]


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"origin": "https://evil.example"}, 403, "CROSS_SITE_REFUSED"),
        ({"origin": "null"}, 403, "CROSS_SITE_REFUSED"),
        ({"sec_fetch_site": "cross-site"}, 403, "CROSS_SITE_REFUSED"),
        ({"sec_websocket_protocol": "graphql-ws"}, 400, "graphql-transport-ws"),
        ({"sec_websocket_protocol": None}, 400, "graphql-transport-ws"),
        ({"sec_websocket_version": "8"}, 426, ""),
        ({"sec_websocket_key": "short"}, 400, ""),
        ({"sec_websocket_key": None}, 400, ""),
        ({"x_long": "x" * 40_000}, 431, "HEADERS_TOO_LARGE"),
        ({"path": "/graphql?" + "x" * 40_000}, 414, "URI_TOO_LONG"),
        ({"path": "/elsewhere"}, 404, "NOT_FOUND"),
        ({"path": "/graphql/nowhere"}, 404, "NOT_FOUND"),
    ],
    ids=str,
)
async def test_W2_W4_a_handshake_that_may_not_be_is_refused_as_a_request_is(gateway_at, headers, status, words):
    _, address = gateway_at
    answered, body = await refused(address, **headers)
    assert answered == status
    assert words in body


async def test_W4_the_own_origin_and_those_that_are_allowed_may_connect(start, connect):
    _, address = await start(cors={"allow_origins": ["https://shop.example"]})
    for origin in ("http://gateway.test", "https://shop.example"):
        await connect(address, origin=origin)
    assert (await refused(address, origin="https://shop.example.evil"))[0] == 403


async def test_no_socket_is_served_where_none_is_wanted(start):
    _, address = await start(server={"sockets": 0})
    assert (await refused(address))[0] == 404


async def test_W5_connections_operations_and_messages_are_counted(start, connect):
    gateway, address = await start(server={"sockets": 1, "socket_operations": 2, "socket_messages": 50})
    gateway.pipeline.before = asyncio.Event().wait
    socket = await connect(address)
    status, body = await refused(address)
    assert (status, "OVERLOADED" in body) == (503, True)
    socket.send(*(subscribe(str(n), "subscription { count(to: 9) }") for n in range(3)))
    message = await socket.hear()
    assert (message["id"], message["type"]) == ("2", "error")
    assert message["payload"][0]["extensions"]["code"] == "STREAMS_LIMIT_EXCEEDED"
    socket.send(*([{"type": "ping"}] * 200))
    assert (await socket.all())[-1] == 4429
    await until(lambda: gateway.pipeline.ended == 2)
    await connect(address)


async def test_W5_W6_what_bounds_all_bounds_sockets_too(start, connect):
    gateway, address = await start(server={"streams": 1, "requests": 1}, rates={"per_second": 0.001, "burst": 5})
    gateway.pipeline.before = asyncio.Event().wait
    socket = await connect(address)
    socket.send(FOR_EVER)
    await until(lambda: len(gateway.pipeline.asked) == 1)
    for query, code in (
        ("subscription { count(to: 1) }", "STREAMS_LIMIT_EXCEEDED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ hello }", "RATE_LIMITED"),
    ):
        socket.send(subscribe("2", query))
        assert (await socket.hear())["payload"][0]["extensions"]["code"] == code
    status, body = await refused(address)
    assert (status, "RATE_LIMITED" in body) == (429, True)


LIMITS = {
    "tokens": 40,
    "operations": 1,
    "depth": 2,
    "fields": 5,
    "fragments": 1,
    "root_fields": 3,
    "aliases": 2,
    "directives": 1,
    "list_items": 3,
    "cost": 12,
}
BEYOND = {
    "TOKENS": "{ products { id } } " * 10,
    "OPERATIONS": "query A { note } query B { note }",
    "DEPTH": "{ products { twin { id } } }",
    "FIELDS": "{ products { id id id id id } }",
    "FRAGMENTS": "{ ... { note } ... { note } }",
    "ROOT_FIELDS": "{ note note note note }",
    "ALIASES": "{ a: note b: note c: note }",
    "DIRECTIVES": "{ note @include(if: true) @skip(if: false) }",
    "LIST": "{ note products(x: [1, 2, 3, 4]) { id } }",
    "COST": "{ a: products { id } b: products { id } }",
}


async def test_W6_every_limit_of_a_document_holds_and_what_the_caller_may_not_see_is_not_asked(
    make_shop, serving, connect
):
    settings = Settings(limits=LIMITS, telemetry={"request_log": "off"})
    shop = make_shop()
    pipeline = Pipeline(shop.pipeline.supergraph, shop.subgraphs, settings, {"a": shop.source})
    socket = await connect(await serving(Gateway(pipeline, settings)))
    for name, document in BEYOND.items():
        socket.send(subscribe(name, document))
        message = await socket.hear()
        assert message["type"] == "error", message
        assert message["payload"][0]["extensions"]["code"] == f"{name}_LIMIT_EXCEEDED", message
    socket.send(subscribe("1", "query ($l: [Int]) { note }", variables={"l": [1] * 4}))
    assert (await socket.hear())["type"] == "error"
    socket.send(subscribe("1", "{ me { name } }"))
    (denied,) = await socket.until_complete("1")
    assert denied["data"] == {"me": None}
    assert denied["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert shop.queries == []


@pytest.mark.parametrize("payload", [{"Authorization": True}, {"headers": {"authorization": True}}, None])
async def test_A1_who_asks_is_said_by_the_handshake_or_by_its_first_message(start, payload, connect):
    issuers = [{"issuer": "i", "key": KEY, "algorithms": ["HS256"]}]
    gateway, address = await start(identity={"issuers": issuers})
    token = bearer()
    if payload is None:
        socket = await connect(address, authorization=token)
    else:
        told = str(payload).replace("True", repr(token)).replace("'", '"')
        socket = await connect(address, init=False)
        socket.send(f'{{"type":"connection_init","payload":{told}}}')
        assert await socket.hear() == {"type": "connection_ack"}
    socket.send(ASK)
    await socket.until_complete("1")
    assert gateway.pipeline.asked[0].identity.subject == "ann"


async def test_A1_A2_a_token_that_is_none_or_a_second_one_is_forbidden(start, connect):
    issuers = [{"issuer": "i", "key": KEY, "algorithms": ["HS256"]}]
    _, address = await start(identity={"issuers": issuers})
    for headers, token in (({}, "Bearer a.b.c"), ({}, bearer(-100)), ({"authorization": bearer()}, bearer(sub="eve"))):
        socket = await connect(address, init=False, **headers)
        socket.send({"type": "connection_init", "payload": {"authorization": token}})
        assert await socket.all() == [4403]


async def test_W7_a_token_that_has_expired_begins_nothing_more(start, connect):
    issuers = [{"issuer": "i", "key": KEY, "algorithms": ["HS256"]}]
    gateway, address = await start(identity={"issuers": issuers})
    socket = await connect(address, authorization=bearer())
    gateway.identities._clock = lambda: time.time() + 10
    gateway.identities._known.clear()
    gateway.identities._issuers.clear()
    gateway.identities._issuers["another"] = (None, None)
    socket.send(ASK)
    assert await socket.all() == [4403]
    assert gateway.pipeline.asked == []


async def test_complete_gives_a_subscription_up_and_its_id_is_free(gateway_at, connect):
    gateway, address = gateway_at
    gateway.pipeline.before = asyncio.Event().wait
    socket = await connect(address)
    socket.send(FOR_EVER, {"id": "1", "type": "complete"}, {"id": "unknown", "type": "complete"})
    await until(lambda: gateway.pipeline.ended == len(gateway.pipeline.asked))
    gateway.pipeline.before = None
    socket.send(ASK)
    assert await socket.until_complete("1") == [{"data": {"hello": "hello you"}}]


@pytest.mark.parametrize("query", ["{ hello }", "subscription { count(to: 9) }"])
async def test_W9_H15_what_only_reads_is_given_up_when_the_client_leaves(gateway_at, query, connect):
    gateway, address = gateway_at
    given_up = asyncio.Event()

    async def before() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.set()
            raise

    gateway.pipeline.before = before
    socket = await connect(address)
    socket.send(subscribe("1", query))
    await until(lambda: len(gateway.pipeline.asked) == 1)
    await settled()
    socket.leave()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await given_up.wait()


async def test_H15_a_mutation_goes_on_when_the_client_leaves(gateway_at, connect):
    gateway, address = gateway_at
    go_on = asyncio.Event()
    gateway.pipeline.before = go_on.wait
    socket = await connect(address)
    socket.send(subscribe("1", "mutation { add(by: 5) }"))
    await until(lambda: len(gateway.pipeline.asked) == 1)
    socket.leave()
    await settled()
    go_on.set()
    await until(lambda: gateway.pipeline.total == 5)


async def test_W9_L3_a_gateway_that_goes_down_answers_what_it_was_asked_and_says_1001(
    make_gateway, serving_until, connect
):
    gateway = make_gateway()
    go_on = asyncio.Event()
    gateway.pipeline.before = go_on.wait
    async with serving_until(gateway) as (address, stop):
        socket = await connect(address)
        socket.send(subscribe("s", "subscription { count(to: 9) }"), subscribe("q", "{ hello }"))
        await until(lambda: len(gateway.pipeline.asked) == 2)
        stop()
        await until(lambda: gateway.pipeline.ended == 1)
        go_on.set()
        assert await socket.all() == [
            {"id": "q", "type": "next", "payload": {"data": {"hello": "hello you"}}},
            {"id": "q", "type": "complete"},
            1001,
        ]
        socket.leave()


async def test_W8_who_does_not_read_is_given_one_answer_at_a_time_and_then_dropped(start, connect):
    """The stream stops when the buffers between us are full; no ping is answered, and the connection ends."""
    gateway, address = await start(server={"heartbeat_seconds": 0.3})
    socket = await connect(address)
    socket.reader._limit = 1  # the library reads no further
    socket.writer.transport.pause_reading()
    socket.send(FOR_EVER)
    await until(lambda: gateway.pipeline.ended == 1)


async def test_W11_silence_is_filled_with_pings_and_who_answers_them_stays(start, connect):
    _, address = await start(server={"heartbeat_seconds": 0.02})
    socket = await connect(address)
    for _ in range(10):
        assert await socket.frame() == (Opcode.PING, b"")
        socket.send(masked(Opcode.PONG, b""))
    socket.send(ASK)
    assert await socket.until_complete("1")


@pytest.mark.parametrize(
    ("method", "upgrade", "status"), [("GET", "h2c", 200), ("POST", "h2c", 400), ("POST", "websocket", 400)]
)
async def test_H9_after_a_head_that_asks_for_another_protocol_nothing_passes_for_a_second_request(
    gateway_at, method, upgrade, status
):
    """What follows it would be a body to a proxy, and a request to a parser that expects none."""
    gateway, address = gateway_at
    reader, writer = await asyncio.open_connection(*address)
    inner = b"POST /graphql HTTP/1.1\r\nhost: g\r\ncontent-type: application/json\r\ncontent-length: 35\r\n\r\n"
    inner += b'{"query":"mutation { add(by: 1) }"}'
    head = f"{method} /graphql?query=%7Bhello%7D HTTP/1.1\r\nhost: g\r\nupgrade: {upgrade}\r\nconnection: upgrade\r\n"
    writer.write(f"{head}content-type: application/json\r\ncontent-length: {len(inner)}\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.write(inner)
        rest = await reader.read()
    writer.close()
    assert int(answer.split()[1]) == status
    assert b"connection: close" in answer
    assert b"HTTP/1.1" not in rest
    assert gateway.pipeline.total == 0
