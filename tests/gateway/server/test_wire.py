"""Bytes on a real socket: what HTTP clients in good standing cannot send."""

from __future__ import annotations

import asyncio

import pytest

from tests.waiting import PATIENCE_SECONDS, forward, settled, until

GOOD = b"GET /graphql?query=%7Bhello%7D HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
BODY = b'{"query":"{ hello }"}'


async def exchange(
    address, sent: bytes, *, close: bool = False, patience: float = PATIENCE_SECONDS, enough: bytes | None = None
) -> bytes:
    """Send, then read until the server closes or `enough` has come; `patience` is how long silence is borne, in seconds."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(sent)
    if close:
        writer.write_eof()
    received = b""
    try:
        while chunk := await asyncio.wait_for(reader.read(65_536), patience):
            received += chunk
            if enough is not None and enough in received:
                break
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return received


def post(*headers: bytes, body: bytes = BODY) -> bytes:
    return b"\r\n".join([b"POST /graphql HTTP/1.1", b"content-type: application/json", *headers, b"", body])


@pytest.mark.parametrize(
    "sent",
    [
        post(b"host: a", b"content-length: 21", b"content-length: 22"),
        post(b"host: a", b"content-length: 21", b"transfer-encoding: chunked", body=b"0\r\n\r\n"),
        post(b"host: a", b"content-length: -1"),
        post(b"host: a", b"transfer-encoding: chunked", body=b"ZZ\r\n" + BODY),
        post(b"content-length: 21"),
        post(b"host: a", b"host: b", b"content-length: 21"),
        post(b"host: a", b"x: a\x00b", b"content-length: 21"),
        post(b"host: a", b"authorization: Bearer a", b"authorization: Bearer b", b"content-length: 21"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x00\x01nothing like http\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:12] + sent[-60:-21]),
)
async def test_H7_H8_H9_H11_what_is_not_good_http_is_400_or_closed_and_the_next_is_answered(sent, gateway, serving):
    address = await serving(gateway)
    received = await exchange(address, sent, patience=0.3)  # some of these are never answered, nor need they be
    assert received == b"" or received.startswith((b"HTTP/1.1 400", b"HTTP/1.1 4"))
    assert gateway.pipeline.asked == []
    assert b"hello you" in await exchange(address, GOOD)


async def test_H8_an_absolute_target_is_taken_by_its_path(gateway, serving):
    address = await serving(gateway)
    received = await exchange(address, GOOD.replace(b"/graphql?", b"http://evil.example/graphql?"))
    assert received.startswith((b"HTTP/1.1 200", b"HTTP/1.1 4"))
    assert b"evil" not in received


async def test_H11_H15_a_short_body_and_a_close_leave_nothing_behind(gateway, serving, capsys):
    """Nobody is told anything, and nothing is logged as a failure."""
    address = await serving(gateway)
    await exchange(address, post(b"host: a", b"content-length: 500"), close=True)
    await asyncio.sleep(0.05)
    assert "request_failed" not in "".join(capsys.readouterr())
    assert b"hello you" in await exchange(address, GOOD)


async def test_H15_a_query_is_cancelled_when_its_client_leaves(gateway, serving):
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def wait():
        started.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    gateway.pipeline.before = wait
    _, writer = await asyncio.open_connection(*await serving(gateway))
    writer.write(GOOD)
    await started.wait()
    writer.close()
    await asyncio.wait_for(cancelled.wait(), PATIENCE_SECONDS)


async def test_a_mutation_goes_on_when_its_client_leaves(gateway, serving):
    started, go_on = asyncio.Event(), asyncio.Event()

    async def wait():
        started.set()
        await go_on.wait()

    gateway.pipeline.before = wait
    body = b'{"query":"mutation { add(by: 1) }"}'
    _, writer = await asyncio.open_connection(*await serving(gateway))
    writer.write(post(b"host: a", b"content-length: %d" % len(body), body=body))
    await started.wait()
    writer.close()
    await asyncio.sleep(0.15)
    go_on.set()
    await until(lambda: gateway.pipeline.total)  # nobody is left to tell of the end


async def test_two_requests_on_one_connection_are_both_answered(gateway, serving):
    received = await exchange(await serving(gateway), GOOD.replace(b"connection: close\r\n", b"") + GOOD)
    assert received.count(b"hello you") == 2


async def test_J7_a_refused_body_ends_the_connection(gateway, serving):
    """The rest of a body that is too long is not read."""
    received = await exchange(await serving(gateway), post(b"host: a", b"content-length: 999999999"))
    assert received.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in received.lower()


@pytest.mark.parametrize("begun", [b"", b"GET /graphql HTTP/1.1\r\nhost: a\r\n", b"G"])
async def test_H14_a_head_that_does_not_come_ends_the_connection(begun, make_gateway, serving):
    address = await serving(make_gateway(server={"head_seconds": 0.1}))
    reader, writer = await asyncio.open_connection(*address)
    writer.write(begun)
    assert await asyncio.wait_for(reader.read(), PATIENCE_SECONDS) == b""
    writer.close()


async def test_so_does_a_second_head_on_a_connection_in_use(make_gateway, serving):
    address = await serving(make_gateway(server={"head_seconds": 600}))
    reader, writer = await asyncio.open_connection(*address)
    writer.write(GOOD.replace(b"connection: close\r\n", b"") + b"GET /")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await reader.readuntil(b"hello you")
        rest = asyncio.ensure_future(reader.read())
        await settled()
    forward(601)
    assert await rest == b'"}}'
    writer.close()


async def test_work_may_take_longer_than_a_head_may(make_gateway, serving):
    gateway = make_gateway(server={"head_seconds": 5})

    async def work():
        forward(6)
        await settled()

    gateway.pipeline.before = work
    assert b"hello you" in await exchange(await serving(gateway), GOOD)
