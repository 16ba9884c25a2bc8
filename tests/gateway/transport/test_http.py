from __future__ import annotations

import asyncio
import gzip
import ssl
from typing import TYPE_CHECKING

import pytest

from gateway.errors import SettingsInvalid, SubgraphTimeout, SubgraphUnavailable, SubgraphUnreachable
from gateway.transport.base import SubgraphResponse
from gateway.transport.http import HttpSubgraph, header_lines, parse_origin
from gateway.transport.http_settings import HttpSettings
from tests.waiting import forward, settled, until

from .faulty import LONG, MUTATION, OK_BODY, answers, hangs, http, in_turn, outcome, request, resets, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def clients() -> AsyncIterator[list[HttpSubgraph]]:
    """Clients made by a test; closed after it."""
    made: list[HttpSubgraph] = []
    yield made
    for client in made:
        await client.close()


def connect(clients: list[HttpSubgraph], url: str, **settings: float) -> HttpSubgraph:
    client = HttpSubgraph("stock", url, HttpSettings(**settings))  # type: ignore[arg-type]  # counts and seconds alike
    clients.append(client)
    return client


async def test_sends_a_graphql_request_and_answers_with_status_headers_and_body(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http(OK_BODY, "200 OK", "Cache-Control: max-age=3", "X-Other: 1"))) as server:
        got = await connect(clients, server.url).send(request())
    assert got == SubgraphResponse(200, {"content-type": "application/json", "cache-control": "max-age=3"}, OK_BODY)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /graphql HTTP/1.1"
    assert b"content-type: application/json" in lines
    assert b"accept: application/graphql-response+json, application/json" in lines
    (told,) = [line for line in lines if line.startswith(b"channelgraph-deadline-ms: ")]
    assert 0 < int(told.partition(b": ")[2]) <= 30_000  # its own timeout, which is shorter than the request's
    assert body == b'{"query":"{__typename}"}'


async def test_one_connection_serves_one_request_after_the_other(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http())) as server:
        client = connect(clients, server.url)
        for _ in range(5):
            await client.send(request())
        assert server.opened == 1
        assert client.in_use == (1, 1, 0)


async def test_parallel_requests_share_at_most_the_connections_allowed(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http())) as server:
        client = connect(clients, server.url, connections=3)
        got = await asyncio.gather(*(client.send(request()) for _ in range(40)))
        assert [one.status for one in got] == [200] * 40
        assert server.opened <= 3


async def test_more_waiting_than_allowed_is_refused_at_once(clients: list[HttpSubgraph]) -> None:
    async with serving(hangs) as server:
        client = connect(clients, server.url, connections=1, waiting=2)
        first = client.send(request())
        await until(lambda: len(server.requests) == 1)
        queued = [client.send(request()) for _ in range(2)]
        with pytest.raises(SubgraphUnavailable):
            await client.send(request())
        for future in (first, *queued):
            future.cancel()


async def test_a_response_may_end_with_the_connection(clients: list[HttpSubgraph]) -> None:
    reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + OK_BODY
    async with serving(answers(reply, close=True)) as server:
        assert (await connect(clients, server.url).send(request())).body == OK_BODY


async def test_a_chunked_response_is_put_together(clients: list[HttpSubgraph]) -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    async with serving(
        answers(head, b"5\r\n" + OK_BODY[:5] + b"\r\n", b"1a\r\n" + OK_BODY[5:] + b"\r\n0\r\n\r\n")
    ) as server:
        client = connect(clients, server.url)
        assert (await client.send(request())).body == OK_BODY
        assert client.in_use == (1, 1, 0)


async def test_a_compressed_response_is_inflated(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http(gzip.compress(OK_BODY), "200 OK", "Content-Encoding: gzip"))) as server:
        client = HttpSubgraph("stock", server.url, HttpSettings(compressed=True))
        clients.append(client)
        assert (await client.send(request())).body == OK_BODY
        assert b"accept-encoding: gzip" in server.requests[0]


async def test_interim_answers_are_skipped(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(b"HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n" * 20, http())) as server:
        assert (await connect(clients, server.url).send(request())).body == OK_BODY


async def test_ipv6_is_reached(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http()), host="::1") as server:
        assert (await connect(clients, server.url).send(request())).status == 200
        assert b"host: [::1]:" in server.requests[0]


async def test_a_query_on_a_connection_that_went_stale_is_sent_again(clients: list[HttpSubgraph]) -> None:
    async with serving(in_turn(answers(http()), resets, answers(http()))) as server:
        client = connect(clients, server.url)
        await client.send(request())
        assert (await client.send(request())).status == 200
        assert len(server.requests) == 3
        assert server.opened == 2


async def test_a_query_is_sent_again_once_only(clients: list[HttpSubgraph]) -> None:
    async with serving(in_turn(answers(http()), resets)) as server:
        client = connect(clients, server.url)
        await client.send(request())
        assert isinstance(await outcome(client), SubgraphUnreachable)
        assert len(server.requests) == 3


async def test_what_breaks_a_new_connection_is_not_tried_again_here(clients: list[HttpSubgraph]) -> None:
    async with serving(resets) as server:
        assert isinstance(await outcome(connect(clients, server.url)), SubgraphUnreachable)
        assert len(server.requests) == 1


async def test_a_mutation_on_a_connection_that_went_stale_is_not_sent_again(clients: list[HttpSubgraph]) -> None:
    async with serving(in_turn(answers(http()), resets)) as server:
        client = connect(clients, server.url)
        await client.send(request())
        assert isinstance(await outcome(client, request(MUTATION)), SubgraphUnreachable)
        assert len(server.requests) == 2


async def test_a_mutation_is_never_sent_again(clients: list[HttpSubgraph]) -> None:
    async with serving(resets) as server:
        assert isinstance(await outcome(connect(clients, server.url), request(MUTATION)), SubgraphUnreachable)
        assert len(server.requests) == 1


async def test_a_mutation_does_not_risk_a_connection_that_was_idle_for_long(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http())) as server:
        client = connect(clients, server.url, mutation_idle_seconds=0.0)
        await client.send(request())
        forward(1)
        await client.send(request(MUTATION))
        assert server.opened == 2


async def test_idle_connections_are_closed_after_their_time(clients: list[HttpSubgraph]) -> None:
    async with serving(answers(http())) as server:
        client = connect(clients, server.url, idle_seconds=20)
        await client.send(request())
        assert client.in_use == (1, 1, 0)
        forward(31)
        await until(lambda: client.in_use == (0, 0, 0))


async def test_a_port_where_nobody_listens_is_unreachable(clients: list[HttpSubgraph]) -> None:
    async with serving(hangs) as server:
        url = server.url
    assert isinstance(await outcome(connect(clients, url)), SubgraphUnreachable)


async def test_a_name_that_does_not_exist_is_unreachable(clients: list[HttpSubgraph]) -> None:
    assert isinstance(await outcome(connect(clients, "http://stock.invalid/graphql")), SubgraphUnreachable)


async def test_a_subgraph_that_does_not_speak_tls_is_unreachable_over_https(clients: list[HttpSubgraph]) -> None:
    async with serving(hangs) as server:
        client = HttpSubgraph(
            "stock",
            server.url.replace("http:", "https:"),
            HttpSettings(connect_seconds=0.1),
            ssl.create_default_context(),
        )
        clients.append(client)
        assert isinstance(await outcome(client), SubgraphUnreachable)


async def test_the_deadline_is_for_the_whole_answer_not_for_each_read(clients: list[HttpSubgraph]) -> None:
    def drips(transport: asyncio.Transport, number: int) -> None:
        async def drip() -> None:
            transport.write(http(b"", length=1000))
            while not transport.is_closing():
                transport.write(b" ")
                await asyncio.sleep(0.01)

        tasks.append(asyncio.ensure_future(drip()))

    tasks: list[asyncio.Future[None]] = []
    async with serving(drips) as server:
        client = connect(clients, server.url)
        answer = asyncio.ensure_future(outcome(client))
        await until(lambda: bool(tasks))
        forward(LONG)
        assert isinstance(await answer, SubgraphTimeout)
        assert client.in_use == (0, 0, 0)
    await asyncio.gather(*tasks)


async def test_its_own_timeout_holds_when_the_request_would_wait_for_longer(clients: list[HttpSubgraph]) -> None:
    async with serving(hangs) as server:
        assert isinstance(await outcome(connect(clients, server.url, timeout_seconds=0.05)), SubgraphTimeout)


async def test_a_thousand_cancelled_requests_leave_the_pool_whole(clients: list[HttpSubgraph]) -> None:
    def sometimes(transport: asyncio.Transport, number: int) -> None:
        if number % 3:
            transport.write(http())

    async with serving(sometimes) as server:
        client = connect(clients, server.url, connections=10)
        futures = [client.send(request()) for _ in range(1000)]
        for index, future in enumerate(futures):
            asyncio.get_running_loop().call_later((index % 50) / 1000, future.cancel)
        await asyncio.gather(*futures, return_exceptions=True)
        await until(lambda: client.in_use[2] == 0)
        await settled()
        got = [asyncio.ensure_future(outcome(client)) for _ in range(30)]
        await until(lambda: sum(one.done() for one in got) >= 10)  # one of three is never answered
        forward(LONG)
        assert sum(isinstance(one, SubgraphResponse) for one in await asyncio.gather(*got)) >= 10
        assert client.in_use[0] <= 10


async def test_closing_fails_what_is_in_flight(clients: list[HttpSubgraph]) -> None:
    async with serving(hangs) as server:
        client = connect(clients, server.url)
        future = client.send(request())
        await until(lambda: len(server.requests) == 1)
        await client.close()
        with pytest.raises(SubgraphUnreachable):
            await future


def test_headers_that_would_break_the_request_are_left_out() -> None:
    given = (
        (b"x-good", "é".encode()),
        (b"x-newline", b"a\r\nevil: 1"),
        (b"x-null", b"a\x00"),
        (b"bad name", b"1"),
        (b"content-length", b"5"),
        (b"host", b"evil"),
    )
    assert header_lines(given) == b"x-good: " + "é".encode() + b"\r\n"


def test_a_url_is_taken_apart() -> None:
    origin = parse_origin("https://Stock.example/graphql?v=1")
    assert (origin.host, origin.port, origin.authority, origin.target) == (
        "stock.example",
        443,
        "stock.example",
        "/graphql?v=1",
    )
    assert parse_origin("http://[::1]:4001").target == "/"


@pytest.mark.parametrize(
    "url",
    [
        "stock:4001",
        "ftp://stock/",
        "http://",
        "http://stock:x/",
        "http://a:b@stock/",
        "http://stock/a b",
        "http://stock/é",
    ],
)
def test_what_is_no_url_is_refused_when_configured(url: str) -> None:
    with pytest.raises(SettingsInvalid):
        parse_origin(url)
