"""What comes of each fault a subgraph's HTTP can have; the connection is never used again after one."""

from __future__ import annotations

import gzip

import pytest

from gateway.errors import SubgraphError
from gateway.executor.replies import read_reply
from gateway.planner.nodes import OperationKind
from gateway.transport.http import HttpSubgraph
from gateway.transport.http_settings import HttpSettings
from tests.waiting import until

from .faulty import OK_BODY, answers, http, outcome, request, serving

SETTINGS = HttpSettings(response_bytes=100_000, header_bytes=10_000, headers=50)
CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
GZIP = "Content-Encoding: gzip"

HTTP_ERROR, MALFORMED = "SUBREQUEST_HTTP_ERROR", "SUBREQUEST_MALFORMED_RESPONSE"
TOO_LARGE, UNREACHABLE = "SUBREQUEST_RESPONSE_TOO_LARGE", "SUBREQUEST_UNREACHABLE"

FAULTS: dict[str, tuple[bytes, str]] = {
    "an error page with status 200": (http(b"<html>log in</html>", media="text/html"), HTTP_ERROR),
    "an error page with status 502": (http(b"<html>", "502 Bad Gateway", media="text/html"), HTTP_ERROR),
    "an empty 503": (http(b"", "503 Service Unavailable", media="text/plain"), HTTP_ERROR),
    "too many requests": (http(b"slow down", "429 Too Many Requests", media="text/plain"), HTTP_ERROR),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", HTTP_ERROR),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\n\r\n", HTTP_ERROR),
    "a redirect": (http(b"", "307 Temporary Redirect", "Location: /elsewhere", media="text/plain"), HTTP_ERROR),
    "a switch of protocols": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        HTTP_ERROR,
    ),
    "an empty body": (http(b""), MALFORMED),
    "half a body of JSON": (http(b'{"data":{"a":'), MALFORMED),
    "two bodies of JSON": (http(OK_BODY * 2), MALFORMED),
    "bytes that are not UTF-8": (http(b'{"data":{"a":"\xff"}}'), MALFORMED),
    "a byte order mark": (http(b"\xef\xbb\xbf" + OK_BODY), MALFORMED),
    "not a number": (http(b'{"data":{"a":NaN}}'), MALFORMED),
    "a number of 5,000 digits": (http(b'{"data":{"a":' + b"9" * 5000 + b"}}"), MALFORMED),
    "nesting without end": (http(b'{"data":' + b"[" * 5000 + b"]" * 5000 + b"}"), MALFORMED),
    "a lone surrogate": (http(b'{"data":{"a":"\\ud800"}}'), MALFORMED),
    "a head without end": (http(OK_BODY, "200 OK", "X-A: " + "a" * 20_000), MALFORMED),
    "hundreds of headers": (http(OK_BODY, "200 OK", *(f"X-{n}: a" for n in range(200))), MALFORMED),
    "interim answers without end": (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, MALFORMED),
    "a carriage return in a header": (http(OK_BODY, "200 OK", "X-A: a\rb"), MALFORMED),
    "not HTTP at all": (b"\x00\x01 nothing like it\r\n\r\n", MALFORMED),
    "a body without a head": (OK_BODY, MALFORMED),
    "a bad chunk": (CHUNKED + b"ZZ\r\n" + OK_BODY, MALFORMED),
    "gzip that is none": (http(OK_BODY, "200 OK", GZIP), MALFORMED),
    "gzip cut short": (http(gzip.compress(OK_BODY)[:-9], "200 OK", GZIP), MALFORMED),
    "an unknown encoding": (http(OK_BODY, "200 OK", "Content-Encoding: zzz"), MALFORMED),
    "a declared length over the limit": (http(b"{}", length=100_001), TOO_LARGE),
    "chunks over the limit": (CHUNKED + (b"4000\r\n" + b" " * 0x4000 + b"\r\n") * 10, TOO_LARGE),
    "gzip that swells over the limit": (http(gzip.compress(b" " * 5_000_000), "200 OK", GZIP), TOO_LARGE),
    "a connection closed before the answer": (b"", UNREACHABLE),
    "a body shorter than declared": (http(OK_BODY, length=500), UNREACHABLE),
    "no last chunk": (CHUNKED + b"1f\r\n" + OK_BODY + b"\r\n", UNREACHABLE),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_becomes_an_error_with_its_code(fault: str) -> None:
    reply, code = FAULTS[fault]
    async with serving(answers(reply, close=True)) as server:
        client = HttpSubgraph("stock", server.url, SETTINGS)
        got = await outcome(client)
        failure = got if isinstance(got, SubgraphError) else read_reply(got, "stock").failure
        assert failure is not None
        assert failure.code == code
        assert failure.subgraph == "stock"
        await client.close()


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_mutation_is_asked_once_whatever_the_fault(fault: str) -> None:
    async with serving(answers(FAULTS[fault][0], close=True)) as server:
        client = HttpSubgraph("stock", server.url, SETTINGS)
        await outcome(client, request(OperationKind.MUTATION))
        assert len(server.requests) == 1
        await client.close()


async def test_bytes_after_an_answer_are_never_taken_for_the_next_one() -> None:
    extra = http(b'{"data":{"other":"customer"}}')
    async with serving(answers(http() + extra)) as server:
        client = HttpSubgraph("stock", server.url, SETTINGS)
        for _ in range(3):
            got = await client.send(request())
            assert got.body == OK_BODY
        assert server.opened == 3
        await client.close()


async def test_bytes_that_come_unasked_close_the_connection() -> None:
    async with serving(answers(http())) as server:
        client = HttpSubgraph("stock", server.url, SETTINGS)
        await client.send(request())
        server.connections[0].write(http(b'{"data":{"other":"customer"}}'))
        await until(lambda: not client.in_use[0])
        got = await client.send(request())
        assert got.body == OK_BODY
        assert server.opened == 2
        await client.close()


async def test_cookies_are_neither_kept_nor_sent() -> None:
    async with serving(answers(http(OK_BODY, "200 OK", "Set-Cookie: sid=evil"))) as server:
        client = HttpSubgraph("stock", server.url, SETTINGS)
        first = await client.send(request())
        await client.send(request())
        assert "set-cookie" not in first.headers
        assert b"cookie" not in b"".join(server.requests).lower()
        await client.close()
