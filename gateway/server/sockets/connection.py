"""One WebSocket connection as ASGI's `websocket` scope, in place of the library that uvicorn would look for.

Handshake   RFC 6455 only, version 13, no extension (a compressed message can inflate beyond any bound)
Reading     stops while the application has not taken what is there, and while nothing can be written
Bounds      the application's, with its `websocket.accept`: `most_bytes` of a message, `most_messages` a second
Silence     a ping each `heartbeat_seconds`; who has not answered by the next but one is gone
The end     the application's own; when the server ends it is told by `scope["extensions"][GOODBYE]`, an event
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import structlog

from gateway.server.sockets.frames import FrameFault, Message, MessageReader, Opcode, close_code, close_frame, frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Scope

GOODBYE: Final = "channelgraph.goodbye"
MOST_WAITING: Final = 16
"""Messages that have come and not been taken, after which nothing more is read."""
CLOSE_SECONDS: Final = 2.0
"""How long the client's own close frame is waited for."""
TOO_MANY: Final = 4429
"""The code of `graphql-transport-ws` that comes nearest to "too many messages"."""

_KEY: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

_log = structlog.get_logger(__name__)


class SocketGone(OSError):  # noqa: N818  # an event, not a fault
    """The connection is no more; nothing can be sent."""


class SocketConnection(asyncio.Protocol):
    """The connection from its handshake on; `scope` is the head's."""

    def __init__(self, app: ASGIApp, scope: Scope, heartbeat_seconds: float) -> None:
        self.scope: Scope = scope
        self._app = app
        self._heartbeat = heartbeat_seconds
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reader: MessageReader | None = None
        self._waiting: deque[dict[str, Any]] = deque([{"type": "websocket.connect"}])
        self._arrived = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._goodbye = asyncio.Event()
        self._refusal: tuple[int, list[tuple[bytes, bytes]]] | None = None
        self._unanswered = 0
        self._most_messages = 0
        self._second, self._counted = 0.0, 0
        self._timer: asyncio.TimerHandle | None = None
        self._lost: list[Any] = []
        self._closing = False
        self._gone = False

    def begin(self, transport: asyncio.Transport, connections: set[Any], tasks: set[asyncio.Task[None]]) -> None:
        """Take the connection over, and run the application on it."""
        self._transport = transport
        transport.set_protocol(self)
        connections.add(self)
        self._lost = [lambda: connections.discard(self)]
        self.scope["extensions"] = {"websocket.http.response": {}, GOODBYE: self._goodbye}
        task = self._loop.create_task(self._run())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _run(self) -> None:
        fault = handshake_fault(self.scope)
        if fault is not None:
            self._refuse(*fault)
            return
        try:
            await self._app(self.scope, self.receive, self.send)
        except SocketGone:
            pass
        except Exception as error:  # noqa: BLE001  # the outermost boundary of a connection
            _log.error("socket_failed", exc_info=error)
            self._end(1011, "Internal server error")
        else:
            self._end(1000, "")

    # What the transport tells.

    def data_received(self, data: bytes) -> None:
        """Put messages together; before the handshake is answered there are none to come."""
        if self._reader is None or self._closing:
            self._note_a_close(data)
            return
        try:
            for message in self._reader.feed(data):
                if not self._closing:  # of what comes after a close nothing counts
                    self._count()
                    self._take(message)
        except FrameFault as fault:
            self._end(fault.code, fault.reason)
            self._put({"type": "websocket.disconnect", "code": fault.code})
        self._read_or_wait()

    def _note_a_close(self, data: bytes) -> None:
        """While we close, only the client's own close counts; whatever else was on its way is dropped."""
        if not self._closing or self._reader is None or self._transport is None:
            return
        try:
            if any(message.opcode is Opcode.CLOSE for message in self._reader.feed(data)):
                self._transport.close()
        except FrameFault:
            self._transport.close()

    def _take(self, message: Message) -> None:
        if message.opcode is Opcode.PING:
            self._write(frame(Opcode.PONG, message.data))
        elif message.opcode is Opcode.PONG:
            self._unanswered = 0
        elif message.opcode is Opcode.CLOSE:
            code = close_code(message.data)
            self._put({"type": "websocket.disconnect", "code": code})
            self._end(code if 1000 <= code < 5000 and code != 1005 else 1000, "", answered=True)
        elif message.opcode is Opcode.BINARY:
            self._put({"type": "websocket.receive", "bytes": message.data, "text": None})
        else:
            try:
                self._put({"type": "websocket.receive", "text": message.data.decode(), "bytes": None})
            except UnicodeDecodeError:
                raise FrameFault(1007, "a text is UTF-8") from None

    def _count(self) -> None:
        """Raise `FrameFault` for more messages than a second may bring, pings included."""
        now = self._loop.time()
        if now - self._second >= 1:
            self._second, self._counted = now, 0
        self._counted += 1
        if self._counted > self._most_messages:
            raise FrameFault(TOO_MANY, f"more than {self._most_messages} messages a second")

    def _put(self, event: dict[str, Any]) -> None:
        self._waiting.append(event)
        self._arrived.set()

    def _read_or_wait(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or self._closing:
            return
        if len(self._waiting) > MOST_WAITING or not self._writable.is_set():
            transport.pause_reading()
        else:
            transport.resume_reading()

    def pause_writing(self) -> None:
        """The client does not read: neither do we."""
        self._writable.clear()
        self._read_or_wait()

    def resume_writing(self) -> None:
        """It does again."""
        self._writable.set()
        self._read_or_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Over, whoever ended it."""
        del exc
        self._gone = self._closing = True
        for tell in self._lost:
            tell()
        if self._timer is not None:
            self._timer.cancel()
        self._writable.set()
        self._put({"type": "websocket.disconnect", "code": 1006})

    def shutdown(self) -> None:
        """The server ends: the application says goodbye in its own time."""
        self._goodbye.set()

    # What the application asks for.

    async def receive(self) -> dict[str, Any]:
        """The next event."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        event = self._waiting.popleft()
        if len(self._waiting) == MOST_WAITING:
            self._read_or_wait()
        return event

    async def send(self, event: Any) -> None:
        """Do what the application says; raises `SocketGone`."""
        if self._gone:
            raise SocketGone
        kind = event["type"]
        if kind == "websocket.accept":
            self._accept(event)
        elif kind == "websocket.send":
            if self._closing:
                raise SocketGone
            self._write(frame(Opcode.TEXT, event["text"].encode()))
            await self._writable.wait()
        elif kind == "websocket.close":
            self._end(event.get("code", 1000), event.get("reason") or "")
        elif kind == "websocket.http.response.start":
            self._refusal = (event["status"], list(event["headers"]))
        elif kind == "websocket.http.response.body" and self._refusal is not None:
            self._refuse(*self._refusal, event.get("body", b""))

    def _accept(self, event: Any) -> None:
        headers = dict(self.scope["headers"])
        answer = base64.b64encode(hashlib.sha1(headers[b"sec-websocket-key"].strip() + _KEY).digest())  # noqa: S324  # the protocol's
        lines = [(b"upgrade", b"websocket"), (b"connection", b"Upgrade"), (b"sec-websocket-accept", answer)]
        if event.get("subprotocol"):
            lines.append((b"sec-websocket-protocol", event["subprotocol"].encode()))
        self._write(_head(101, [*lines, *event.get("headers", ())]))
        self._reader = MessageReader(event["most_bytes"])
        self._most_messages = event["most_messages"]
        self._timer = self._loop.call_later(self._heartbeat, self._beat)

    def _beat(self) -> None:
        if self._unanswered >= 2 and self._transport is not None:
            self._transport.abort()
            return
        self._unanswered += 1
        self._write(frame(Opcode.PING, b""))
        self._timer = self._loop.call_later(self._heartbeat, self._beat)

    def _refuse(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes = b"") -> None:
        own = ((b"content-length", b"%d" % len(body)), (b"connection", b"close"))
        names = {name for name, _ in own}
        kept = [header for header in headers if header[0] not in names]
        self._write(_head(status, [*kept, *own]) + body)
        self._closing = True
        if self._transport is not None:
            self._transport.close()

    def _end(self, code: int, reason: str, *, answered: bool = False) -> None:
        """Send our close frame once, and wait a little for the client's."""
        if self._closing or self._transport is None:
            return
        if self._reader is None:
            self._refuse(403, ())
            return
        self._write(close_frame(code, reason))
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        if answered:
            self._transport.close()
        else:
            self._transport.resume_reading()
            self._timer = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


def socket_scope(scope: Scope, target: bytes) -> Scope | None:
    """The scope of a connection, from that of the request that asks for it; None for a target that is no path."""
    if not target.startswith(b"/"):
        return None
    raw_path, _, query = target.partition(b"?")
    try:
        path = unquote(raw_path.decode("ascii"), errors="strict")
    except UnicodeDecodeError:
        return None
    offered = b",".join(value for name, value in scope["headers"] if name == b"sec-websocket-protocol")
    return {
        **scope,
        "type": "websocket",
        "scheme": "wss" if scope["scheme"] == "https" else "ws",
        "path": path,
        "raw_path": raw_path,
        "query_string": query,
        "subprotocols": [each.strip() for each in offered.decode("latin-1").split(",") if each.strip()],
    }


def handshake_fault(scope: Scope) -> tuple[int, list[tuple[bytes, bytes]]] | None:
    """What is answered to a handshake that is none."""
    headers = dict(scope["headers"])
    if scope["http_version"] != "1.1":
        return 400, []
    if headers.get(b"sec-websocket-version", b"").strip() != b"13":
        return 426, [(b"sec-websocket-version", b"13")]
    try:
        key = base64.b64decode(headers.get(b"sec-websocket-key", b"").strip(), validate=True)
    except (binascii.Error, ValueError):
        return 400, []
    return None if len(key) == 16 else (400, [])


def _head(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [b"HTTP/1.1 %d %b" % (status, HTTPStatus(status).phrase.encode())]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join((*lines, b"", b""))
