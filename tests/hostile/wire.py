"""Bytes to a server over a socket, and what comes back; no HTTP library would send most of these."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

JSON = b"content-type: application/json"
NEW = b"accept: application/graphql-response+json"
"""The media type in which faults of a document have a status of their own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer on a connection; status 0 where the server closed it without one, None where it kept silent."""

    status: int | None
    headers: dict[str, str]
    body: bytes


CLOSED = Answer(0, {}, b"")
SILENT = Answer(None, {}, b"")


def http(
    *headers: bytes, line: bytes = b"POST /graphql HTTP/1.1", host: bytes = b"host: shop", body: bytes = b""
) -> bytes:
    """One request; headers as they are, Host first where it is not empty."""
    return b"\r\n".join([line, *([host] if host else ()), *headers, b"", body])


def post(body: bytes, *headers: bytes) -> bytes:
    """A POST of JSON, with its length."""
    return http(JSON, b"content-length: %d" % len(body), *headers, body=body)


def get(target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    """A request without a body."""
    return http(*headers, line=b"%b %b HTTP/1.1" % (method, target))


def chunked(size: int, count: int) -> tuple[bytes, ...]:
    """A POST of spaces in chunks, its length declared nowhere."""
    chunk = b"%x\r\n" % size + b" " * size + b"\r\n"
    return http(JSON, b"transfer-encoding: chunked"), *[chunk] * count, b"0\r\n\r\n"


async def exchange(
    address: tuple[str, int], sent: Sequence[bytes], *, patience: float, hang_up: bool = False
) -> Answer:
    """Send the pieces, and read the first answer.

    patience    how long silence is borne, in seconds; for a server that is not expected to answer at all
    hang_up     end the sending side once all is sent
    """
    reader, writer = await asyncio.open_connection(*address, limit=1 << 24)
    try:
        async with asyncio.timeout(patience):
            sending = asyncio.ensure_future(_send(writer, sent, hang_up=hang_up))
            try:
                return await _answer(reader, head_only=sent[0].startswith(b"HEAD "))
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
    except TimeoutError:
        return SILENT
    finally:
        writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, sent: Sequence[bytes], *, hang_up: bool) -> None:
    for piece in sent:
        writer.write(piece)
        await writer.drain()
    if hang_up:
        writer.write_eof()


async def _answer(reader: asyncio.StreamReader, *, head_only: bool) -> Answer:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 1"):  # 100: go on
            head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return CLOSED
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
    status = int(status_line.split()[1])
    try:
        if head_only or status in {204, 304}:
            body = b""
        elif "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.read(1_000_000)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        body = getattr(error, "partial", b"")
    return Answer(status, headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    return body
