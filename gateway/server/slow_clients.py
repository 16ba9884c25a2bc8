"""Patience with connections, in both senses, and what becomes of them: uvicorn's protocol with a deadline for heads, and a slow goodbye.

Heads       uvicorn closes a connection that idles after an answer, but waits for ever for a first byte and for the rest
            of a head. Bodies have a deadline of their own (`request.read_body`).
Goodbye     When the server ends, uvicorn closes idle connections at once, and a request that is on its way there is
            lost. Here the next answer says `connection: close`, and only what stays idle for a while is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.server.sockets.connection import SocketConnection, socket_scope

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Receive, Scope, Send
    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

GOODBYE_SECONDS: Final = 1.0
"""How long an idle connection is left open while the server ends."""


class PatientProtocol(HttpToolsProtocol):
    """Waits `head_seconds` for the head of a request, from the connection's or the head's first byte on."""

    head_seconds: ClassVar[float] = 15.0
    heartbeat_seconds: ClassVar[float] = 12.0
    _deadline: asyncio.TimerHandle | None = None
    _leaving = False
    _running: RequestResponseCycle | None = None
    _deaf = False

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, unless what comes can no longer be told apart."""
        if not self._deaf:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """A head has begun: on a connection in use, its time counts from here."""
        super().on_message_begin()
        if self._deadline is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._stop_waiting()
        super().on_headers_complete()
        if self.parser.should_upgrade() and not self._should_upgrade():
            # The parser reads no body after such a head. What comes next could be one, and must not pass for a request.
            self._deaf = True
            self.cycle.keep_alive = False
        if self._leaving and self.cycle is not None:
            self.cycle.keep_alive = False

    def _should_upgrade(self) -> bool:
        """Only a GET may become a WebSocket; what else asks for it is answered as if it had not."""
        return bool(self.scope.get("method") == "GET" and super()._should_upgrade())

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, unless an answer is still being written to it."""
        scope = socket_scope(dict(self.scope), self.url)
        if scope is None or (self.cycle is not None and not self.cycle.response_complete):
            self.send_400_response("Invalid HTTP request received.")
            return
        self.connections.discard(self)
        limit = self.limit_concurrency
        app = self.app if limit is None or len(self.connections) < limit else _unavailable
        socket = SocketConnection(app, scope, self.heartbeat_seconds)
        socket.begin(self.transport, self.connections, self.tasks)

    def _unsupported_upgrade_warning(self) -> None:
        """Asking for another protocol is no fault, and no line in the log for a stranger to write."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody to wait for; and of several requests in one piece uvicorn tells only the one that came last."""
        self._stop_waiting()
        super().connection_lost(exc)
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        self.pipeline.clear()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def shutdown(self) -> None:
        """The server ends: answer what is under way or about to come, then close."""
        self._leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(GOODBYE_SECONDS, self._leave)
        else:
            self.cycle.keep_alive = False

    def _leave(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


def patient_for(head_seconds: float, heartbeat_seconds: float) -> type[PatientProtocol]:
    """The protocol with these times; uvicorn makes protocols itself, and so takes a class."""
    own = {"head_seconds": head_seconds, "heartbeat_seconds": heartbeat_seconds}
    return type("PatientProtocol", (PatientProtocol,), own)


async def _unavailable(scope: Scope, receive: Receive, send: Send) -> None:
    """What a connection too many is answered, as uvicorn answers a request."""
    del scope, receive
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"1")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"Service Unavailable"})
