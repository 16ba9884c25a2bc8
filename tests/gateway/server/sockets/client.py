"""The client's side of a WebSocket, byte by byte, so that it can do what no library would."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from typing import Any

from gateway.server.sockets.frames import Opcode
from tests.waiting import PATIENCE_SECONDS

INIT = {"type": "connection_init"}
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def masked(opcode: int, data: bytes, *, final: bool = True, mask: bytes = b"\x11\x22\x33\x44") -> bytes:
    """A frame as clients send it."""
    size = len(data)
    length = (
        bytes([0x80 | size])
        if size < 126
        else b"\xfe" + size.to_bytes(2)
        if size < 65_536
        else b"\xff" + size.to_bytes(8)
    )
    return bytes([(0x80 if final else 0) | opcode]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data))


def subscribe(id: str, query: str, **members: Any) -> dict[str, Any]:
    return {"id": id, "type": "subscribe", "payload": {"query": query, **members}}


def handshake(path: str = "/graphql", **headers: str | None) -> bytes:
    """The head that asks for a WebSocket; a header of None is left out."""
    told = {
        "host": "gateway.test",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": KEY,
        "sec-websocket-protocol": "graphql-transport-ws",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    return "\r\n".join((f"GET {path} HTTP/1.1", *lines, "", "")).encode()


@dataclass
class Socket:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, *messages: Any) -> None:
        """Texts as they are, bytes as they are on the wire, anything else as JSON."""
        for message in messages:
            if isinstance(message, bytes):
                self.writer.write(message)
            else:
                text = message if isinstance(message, str) else json.dumps(message)
                self.writer.write(masked(Opcode.TEXT, text.encode(), mask=os.urandom(4)))

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: what it is, and what is in it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            first, size = await self.reader.readexactly(2)
            if size == 126:
                size = int.from_bytes(await self.reader.readexactly(2))
            elif size == 127:
                size = int.from_bytes(await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(size)

    async def hear(self) -> Any:
        """The next message; its close code as a number. Pings are passed over, unanswered."""
        while True:
            opcode, data = await self.frame()
            if opcode == Opcode.TEXT:
                return json.loads(data)
            if opcode == Opcode.CLOSE:
                return int.from_bytes(data[:2])

    async def all(self) -> list[Any]:
        """Everything until the connection is closed, the code last."""
        heard = [await self.hear()]
        while not isinstance(heard[-1], int):
            heard.append(await self.hear())
        return heard

    async def until_complete(self, id: str) -> list[Any]:
        """The payloads of an operation that ends well."""
        payloads = []
        while (message := await self.hear()) != {"id": id, "type": "complete"}:
            assert message["id"] == id
            assert message["type"] == "next", message
            payloads.append(message["payload"])
        return payloads

    def leave(self) -> None:
        """Hang up."""
        self.writer.transport.abort()


async def connect(
    address: tuple[str, int], *, init: bool = True, path: str = "/graphql", **headers: str | None
) -> Socket:
    """A connection after its handshake, and, where asked for, after its `connection_ack`."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(handshake(path, **headers))
    async with asyncio.timeout(PATIENCE_SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 "), head
    assert b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    socket = Socket(reader, writer)
    if init:
        socket.send(INIT)
        assert await socket.hear() == {"type": "connection_ack"}
    return socket


async def refused(address: tuple[str, int], **headers: str | None) -> tuple[int, str]:
    """Status and body of a handshake that is refused."""
    path = headers.pop("path", None) or "/graphql"
    reader, writer = await asyncio.open_connection(*address)
    writer.write(handshake(path, **headers))
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()
