"""A small HTTP server that does what a test tells it, byte by byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.errors import SubgraphError
from gateway.planner.nodes import OperationKind
from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

LONG = 600.0
"""Seconds a request may take where no test is about that."""
OK_BODY = b'{"data":{"__typename":"Query"}}'

Behaviour = Callable[[asyncio.Transport, int], None]
"""Called for each whole request with the connection and how many requests there have been, this one included."""


def http(
    body: bytes = OK_BODY,
    status: str = "200 OK",
    *headers: str,
    media: str = "application/json",
    length: int | None = None,
) -> bytes:
    """A response, with a false length if wanted."""
    lines = [
        f"HTTP/1.1 {status}",
        f"content-type: {media}",
        f"content-length: {len(body) if length is None else length}",
        *headers,
    ]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def answers(*parts: bytes, close: bool = False) -> Behaviour:
    """Write these, and close if asked to."""

    def behave(transport: asyncio.Transport, number: int) -> None:
        for part in parts:
            transport.write(part)
        if close:
            transport.close()

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first request is treated by the first, and so on; the last one treats all that follow."""

    def behave(transport: asyncio.Transport, number: int) -> None:
        behaviours[min(number, len(behaviours)) - 1](transport, number)

    return behave


def hangs(transport: asyncio.Transport, number: int) -> None:
    """Never answer."""


def resets(transport: asyncio.Transport, number: int) -> None:
    """Break the connection."""
    transport.abort()


@dataclass
class Server:
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: list[asyncio.Transport] = field(default_factory=list)

    @property
    def opened(self) -> int:
        return len(self.connections)


class _Session(asyncio.Protocol):
    def __init__(self, server: Server, behave: Behaviour) -> None:
        self.server = server
        self.behave = behave
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections.append(transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            self.server.requests.append(head + b"\r\n\r\n" + rest[:length])
            self.behave(self.transport, len(self.server.requests))


@asynccontextmanager
async def serving(
    behave: Behaviour, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    server = Server()
    listener = await asyncio.get_running_loop().create_server(lambda: _Session(server, behave), host, port, ssl=tls)
    port = listener.sockets[0].getsockname()[1]
    server.url = f"{'https' if tls else 'http'}://{'[::1]' if ':' in host else host}:{port}/graphql"
    try:
        yield server
    finally:
        for transport in server.connections:
            transport.abort()
        listener.close()
        await listener.wait_closed()


def request(
    kind: OperationKind = OperationKind.QUERY,
    body: bytes = b'{"query":"{__typename}"}',
    *headers: tuple[bytes, bytes],
    seconds: float = LONG,
) -> SubgraphRequest:
    deadline = asyncio.get_running_loop().time() + seconds
    return SubgraphRequest("stock", kind, body, headers, deadline)


MUTATION = OperationKind.MUTATION


async def outcome(client: SubgraphClient, asked: SubgraphRequest | None = None) -> SubgraphResponse | SubgraphError:
    """What came of it, an error as a value."""
    try:
        return await client.send(asked or request())
    except SubgraphError as error:
        return error
