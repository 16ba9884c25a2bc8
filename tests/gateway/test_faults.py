"""A subgraph misbehaves, and the whole gateway answers: partial data, an error with code and path, nothing leaked."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.clients import with_policies
from gateway.settings import SubgraphSettings
from gateway.transport.http import HttpSubgraph
from gateway.transport.http_settings import HttpSettings
from gateway.transport.retry import RetriedSubgraph
from gateway.transport.returned_headers import gathering
from tests.waiting import forward, settled, until

from .transport.faulty import LONG, answers, hangs, http, resets, serving
from .transport.test_http_faults import FAULTS

QUERY = "{ products { id stock } }"
SETTINGS = HttpSettings(response_bytes=100_000, header_bytes=10_000, headers=50, timeout_seconds=LONG)


def entities(value: object, **more: object) -> bytes:
    return http(json.dumps({"data": {"_entities": value}, **more}).encode())


def product(stock: object) -> dict:
    return {"__typename": "Product", "id": "1", "stock": stock}


async def ask(make_shop, reply: bytes, query: str = QUERY, *, limits: HttpSettings = SETTINGS) -> tuple[dict, object]:
    """The answer when the second subgraph sends these bytes, and that subgraph."""
    shop = make_shop()
    async with serving(answers(reply, close=True)) as server:
        client = with_policies(HttpSubgraph("b", server.url, limits), SubgraphSettings())
        shop.pipeline.clients["b"] = client
        answer = await shop.ask(query, seconds=LONG)
        await client.close()
    return answer, server


def the_rest_is_there(answer: dict) -> None:
    assert [each["id"] for each in answer["data"]["products"]] == ["1", "2"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_S1_S5_S23_S30_S32_whatever_is_no_answer_costs_its_fields_and_no_more(make_shop, fault):
    reply, code = FAULTS[fault]
    answer, _ = await ask(make_shop, reply)
    the_rest_is_there(answer)
    assert [each["stock"] for each in answer["data"]["products"]] == [None, None]
    assert {each["extensions"]["code"] for each in answer["errors"]} == {code}
    assert all(each["path"][0] == "products" for each in answer["errors"])
    assert "log in" not in str(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b'"x"',
        b"{}",
        b'{"data": []}',
        b'{"data": "x"}',
        b'{"data": null}',
        b'{"data": null, "errors": "x"}',
        b'{"data": null, "errors": [1, null, {"message": 5}]}',
    ],
    ids=map(str, range(9)),
)
async def test_S9_json_that_is_no_graphql_answer_is_an_error(make_shop, body):
    answer, _ = await ask(make_shop, http(body))
    the_rest_is_there(answer)
    assert [each["stock"] for each in answer["data"]["products"]] == [None, None]
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"SUBREQUEST_MALFORMED_RESPONSE"}


async def test_S9_of_ten_thousand_errors_the_first_are_shown_and_how_many_there_were(make_shop):
    errors = [{"message": f"error {n}", "extensions": {"code": f"E{n}"}} for n in range(10_000)]
    body = json.dumps({"data": None, "errors": errors}).encode()
    answer, _ = await ask(make_shop, http(body), limits=HttpSettings(timeout_seconds=LONG))
    the_rest_is_there(answer)
    *shown, note = answer["errors"]
    assert [each["extensions"]["code"] for each in shown] == [f"E{n}" for n in range(99)]
    assert note["message"] == "Subgraph b reported 10,000 errors, of which at most 100 are shown"
    assert note["extensions"]["code"] == "SUBREQUEST_ERRORS_LEFT_OUT"


@pytest.mark.parametrize(
    "value",
    [[], [product(10)], [product(10), product(20), product(30)], None, {}, "x", [None, None]],
    ids=map(str, range(7)),
)
async def test_S13_entities_never_shift_to_another(make_shop, value):
    answer, _ = await ask(make_shop, entities(value))
    the_rest_is_there(answer)
    assert [each["stock"] for each in answer["data"]["products"]] in ([None, None], [10, None], [10, 20])
    if isinstance(value, list) and len(value) == 1:
        assert answer["data"]["products"][1]["stock"] is None


@pytest.mark.parametrize("stock", [[1], {"a": 1}])
async def test_S17_a_list_or_an_object_for_a_scalar_is_null_and_never_passed_on(make_shop, stock):
    answer, _ = await ask(make_shop, entities([product(stock), product(20)]))
    the_rest_is_there(answer)
    assert [each["stock"] for each in answer["data"]["products"]] == [None, 20]


async def test_S21_what_was_not_asked_for_is_dropped(make_shop):
    extra = {**product(10), "__proto__": {"x": 1}, "secret": "s"}
    answer, _ = await ask(make_shop, entities([extra, product(20)], extensions={"secret": "s"}))
    assert answer == {"data": {"products": [{"id": "1", "stock": 10}, {"id": "2", "stock": 20}]}}


async def test_S22_secrets_in_messages_are_masked_and_the_code_kept(make_shop):
    error = {"message": "password=hunter2", "extensions": {"code": "OUT", "stacktrace": ["File x.py"]}}
    answer, _ = await ask(make_shop, entities([None, None], errors=[error]))
    assert "hunter2" not in str(answer)
    assert "x.py" not in str(answer)
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"OUT"}


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Ty", http(b"{}", length=100)])
async def test_S26_a_subgraph_that_hangs_costs_its_own_time_and_the_rest_is_delivered(make_shop, begun):
    def hang(transport: asyncio.Transport, _: int) -> None:
        if begun:
            transport.write(begun)

    shop = make_shop()
    async with serving(hang) as server:
        client = HttpSubgraph("b", server.url, SETTINGS)
        shop.pipeline.clients["b"] = client
        asked = asyncio.ensure_future(shop.ask(QUERY, seconds=2 * LONG))
        await until(lambda: server.requests)
        forward(LONG)
        answer = await asked
        await client.close()
    the_rest_is_there(answer)
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"SUBREQUEST_TIMEOUT"}


async def test_S26_drops_that_never_stop_end_with_the_deadline_of_the_fetch(make_shop):
    dripping: list[asyncio.Task] = []

    def drip(transport: asyncio.Transport, _: int) -> None:
        async def drops() -> None:
            transport.write(http(b"", length=1000))
            while not transport.is_closing():
                transport.write(b" ")
                await asyncio.sleep(0.01)

        dripping.append(asyncio.ensure_future(drops()))

    shop = make_shop()
    async with serving(drip) as server:
        client = HttpSubgraph("b", server.url, SETTINGS)
        shop.pipeline.clients["b"] = client
        asked = asyncio.ensure_future(shop.ask(QUERY, seconds=2 * LONG))
        await until(lambda: dripping)
        forward(LONG)
        answer = await asked
        await client.close()
    await asyncio.gather(*dripping)
    the_rest_is_there(answer)
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"SUBREQUEST_TIMEOUT"}


async def test_S26_the_deadline_of_the_whole_request_cuts_a_fetch_that_has_more_time_of_its_own(make_shop):
    shop = make_shop()
    async with serving(hangs) as server:
        client = HttpSubgraph("b", server.url, HttpSettings(timeout_seconds=2 * LONG))
        shop.pipeline.clients["b"] = client
        asked = asyncio.ensure_future(shop.ask(QUERY, seconds=LONG))
        await until(lambda: server.requests)
        forward(LONG)
        answer = await asked
        head = server.requests[0].partition(b"\r\n\r\n")[0]
        await client.close()
    the_rest_is_there(answer)
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"SUBREQUEST_TIMEOUT"}
    left = next(line for line in head.split(b"\r\n") if line.startswith(b"channelgraph-deadline-ms: "))
    assert 0 < int(left.partition(b": ")[2]) <= LONG * 1_000  # the subgraph is told of the shorter of the two


CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
BROKEN = {
    "close": (answers(close=True), 2),
    "reset": (resets, 2),
    "half an answer": (answers(http()[:60], close=True), 1),
    "a length that is not kept": (answers(http(length=500), close=True), 1),
    "a bad chunk": (answers(CHUNKED + b"ZZ\r\n", close=True), 1),
    "no last chunk": (answers(CHUNKED + b"2\r\n{}\r\n", close=True), 1),
    "garbage": (answers(b"\x00\x01 nothing like it\r\n\r\n", close=True), 1),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_S30_a_query_is_tried_again_only_before_the_first_byte_a_mutation_never_and_the_pool_recovers(
    make_shop, fault
):
    breaks, tries = BROKEN[fault]
    good = http(b'{"data":{"note":"n"}}')
    shop = make_shop()
    now = [breaks]

    def behave(transport: asyncio.Transport, number: int) -> None:
        now[0](transport, number)

    async with serving(behave) as server:
        client = HttpSubgraph("a", server.url, SETTINGS)
        shop.pipeline.clients["a"] = with_policies(client, SubgraphSettings(breaker=False))

        async def asked(query: str) -> tuple[dict, int]:
            before = len(server.requests)
            answer = await shop.ask(query)
            return answer, len(server.requests) - before

        now[0] = answers(good)
        assert await asked("{ note }") == ({"data": {"note": "n"}}, 1)
        now[0] = breaks  # on the connection that has been kept
        answer, times = await asked("{ note }")
        assert (answer["data"], times) == ({"note": None}, tries)
        answer, times = await asked("{ note }")  # on a new one
        assert (answer["data"], times) == ({"note": None}, tries)
        for _ in range(3):
            answer, times = await asked("mutation { add(by: 1) }")
            assert (answer["data"], times) == ({"add": None}, 1)
        now[0] = answers(good)
        assert await asked("{ note }") == ({"data": {"note": "n"}}, 1)
        assert client.in_use == (1, 1, 0)
        now[0] = answers(good, close=True)  # without a word: the next one to use this connection finds it closed
        assert await asked("{ note }") == ({"data": {"note": "n"}}, 1)
        now[0] = answers(good)
        answer, times = await asked("{ note }")
        assert answer == {"data": {"note": "n"}}
        await client.close()


async def test_S32_cookies_and_caching_of_one_customers_answer_reach_nobody(make_shop):
    shop = make_shop()
    reply = http(
        json.dumps({"data": {"_entities": [product(10), product(20)]}}).encode(),
        "200 OK",
        "Set-Cookie: sid=evil",
        "Cache-Control: public, max-age=99",
    )
    async with serving(answers(reply)) as server:
        client = HttpSubgraph("b", server.url, SETTINGS)
        shop.pipeline.clients["b"] = with_policies(client, SubgraphSettings(return_headers=("set-cookie", "age")))
        with gathering() as found:
            answer = await shop.ask(QUERY)
            await shop.ask(QUERY)
        await client.close()
    assert "errors" not in answer
    assert found == {}
    assert b"evil" not in b"".join(server.requests)


@pytest.mark.parametrize("value", [b"a\r\nevil: 1", b"a\nb", b"a\x00b", "é".encode(), b"\xff"])
async def test_S33_a_forwarded_header_that_would_break_the_request_is_left_out_and_the_rest_is_sent(make_shop, value):
    shop = make_shop()
    async with serving(answers(entities([product(10), product(20)]))) as server:
        client = HttpSubgraph("b", server.url, SETTINGS)
        shop.pipeline.clients["b"] = client
        answer = await shop.ask(QUERY, headers=((b"x-note", value), (b"x-good", b"1")))
        await client.close()
    assert "errors" not in answer
    lines = server.requests[0].partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert b"x-good: 1" in lines
    assert b"evil: 1" not in lines
    harmless = not set(value) & {0, 10, 13}
    assert (b"x-note: " + value in lines) == harmless


async def test_S34_a_subgraph_that_mostly_fails_is_left_alone_and_the_others_are_not(make_shop):
    shop = make_shop()
    async with serving(resets) as server:
        client = HttpSubgraph("b", server.url, SETTINGS)
        shop.pipeline.clients["b"] = with_policies(client, SubgraphSettings(retry=False))
        for _ in range(20):
            await shop.ask(QUERY)
        assert len(server.requests) == 20
        for _ in range(50):
            answer = await shop.ask(QUERY)
            the_rest_is_there(answer)
            assert {each["extensions"]["code"] for each in answer["errors"]} == {"SUBREQUEST_UNAVAILABLE"}
        assert len(server.requests) == 20
        await client.close()


@pytest.mark.parametrize(
    ("status", "hint", "extra"), [("503 x", "x: y", 30), ("503 x", "Retry-After: 1", 0), ("429 x", "x: y", 0)]
)
async def test_S35_what_is_down_is_not_stormed(make_shop, status, hint, extra):
    """Three gateways ask a hundred times each: ten tries are saved up, and a tenth of what is asked comes on top."""
    async with serving(answers(http(b"", status, hint))) as server:
        for _ in range(3):
            shop = make_shop()
            client = HttpSubgraph("b", server.url, SETTINGS)
            retried = RetriedSubgraph(client, pause_seconds=0.0001)
            shop.pipeline.clients["b"] = retried
            for _ in range(100):
                the_rest_is_there(await shop.ask(QUERY))
            await client.close()
        assert len(server.requests) <= 300 + extra * 2
        assert (len(server.requests) > 300) == bool(extra)


async def test_S31_a_thousand_cancellations_leave_the_pool_whole(make_shop):
    shop = make_shop()
    good = entities([product(10), product(20)])

    def slow(transport: asyncio.Transport, _: int) -> None:
        asyncio.get_running_loop().call_later(0.02, transport.write, good)

    async with serving(slow) as server:
        client = HttpSubgraph("b", server.url, HttpSettings(connections=10, waiting=2_000))
        shop.pipeline.clients["b"] = with_policies(client, SubgraphSettings(sharing=False, concurrent=10))
        for _ in range(10):
            asked = [asyncio.ensure_future(shop.ask(QUERY)) for _ in range(100)]
            await asyncio.sleep(0.01)
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        answers_after = await asyncio.gather(*(shop.ask(QUERY) for _ in range(20)))
        assert all("errors" not in each for each in answers_after)
        assert client.in_use[2] == 0
        await client.close()


async def test_S36_the_same_entity_is_asked_for_once(make_shop):
    shop = make_shop()
    aliases = " ".join(f"a{n}: products {{ id stock }}" for n in range(40))
    await shop.ask(f"{{ {aliases} }}")
    sent = json.loads(shop.subgraphs["b"].sent[0].body)["variables"]
    assert len(shop.subgraphs["b"].sent) == 1
    assert {len(each) for each in sent.values() if isinstance(each, list)} == {2}


async def test_S36_two_equal_queries_under_way_are_one_fetch_but_never_across_identities_and_never_mutations(make_shop):
    async def sent(query: str, *people: bytes) -> int:
        shop = make_shop()
        double = shop.subgraphs["a"]
        go_on = asyncio.Event()
        double.before = go_on.wait
        shop.pipeline.clients["a"] = with_policies(double, SubgraphSettings())
        asked = [
            asyncio.ensure_future(shop.ask(query, headers=((b"channelgraph-identity", person),))) for person in people
        ]
        await until(lambda: double.sent)
        await settled()
        go_on.set()
        answers_ = await asyncio.gather(*asked)
        assert all("errors" not in each for each in answers_)
        return len(double.sent)

    assert await sent("{ note }", b"ada", b"ada", b"ada") == 1
    assert await sent("{ note }", b"ada", b"bob") == 2
    assert await sent("mutation { add(by: 1) }", b"ada", b"ada") == 2


async def test_S37_a_subgraph_of_another_version_costs_its_fields(make_shop):
    error = {"message": "Cannot query field 'stock' on type 'Product'.", "locations": [{"line": 1, "column": 2}]}
    answer, _ = await ask(make_shop, http(json.dumps({"errors": [error]}).encode(), "400 Bad Request"))
    the_rest_is_there(answer)
    assert "Cannot query" not in str(answer)


async def test_S38_a_closed_port_is_an_error_at_once(make_shop):
    shop = make_shop()
    shop.pipeline.clients["b"] = HttpSubgraph("b", "http://127.0.0.1:1/graphql", SETTINGS)
    answer = await shop.ask(QUERY)
    the_rest_is_there(answer)
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"SUBREQUEST_UNREACHABLE"}


async def test_D20_a_mutation_in_the_middle_may_fail_and_later_ones_still_run(make_shop):
    shop = make_shop()
    answer = await shop.ask("mutation { a: add(by: 1) b: restock(by: 2) c: add(by: 3) }", scopes="")
    assert answer["data"] == {"a": 1, "b": None, "c": 3}
    assert [each["path"] for each in answer["errors"]] == [["b"]]
