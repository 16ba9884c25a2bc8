"""A subscription in the same process: an ASGI application's event stream, read as fast as it is wanted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from gateway.errors import SubgraphHttpError
from gateway.transport.event_stream import EventDecoder
from gateway.transport.http import OURS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, MutableMapping

    from gateway.transport.base import SubgraphRequest
    from gateway.transport.in_process import App

WAITING: Final = 16
"""Parts of a stream that the application may be ahead; then its `send` waits."""


class InProcessEvents:
    """An `EventSource` over an ASGI application that answers at `path`."""

    def __init__(self, name: str, app: App, path: str = "/graphql", event_bytes: int = 32 * 1024 * 1024) -> None:
        self.name = name
        self._app = app
        self._path = path
        self._event_bytes = event_bytes

    async def events(self, request: SubgraphRequest) -> AsyncGenerator[bytes, None]:
        """Each event's JSON; see `EventSource`."""
        call = _Call(request.body)
        task = asyncio.create_task(call.run(self._app, self._scope(request)))
        decoder = EventDecoder(self.name, self._event_bytes)
        whole = b""
        try:
            while (part := await call.parts.get()) is not None:
                if not call.streams:
                    whole += part
                    continue
                for event in decoder.feed(part):
                    if event.name == "complete":
                        return
                    if event.name in {"next", "message"} and event.data:
                        yield event.data
            if call.failure is not None:
                raise SubgraphHttpError(f"the application failed: {type(call.failure).__name__}", self.name)
            if not call.streams:
                yield whole  # one JSON answer that says why there is no stream
        finally:
            call.gone.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _scope(self, request: SubgraphRequest) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": self._path,
            "raw_path": self._path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                *((name, value) for name, value in request.headers if name not in OURS),
                (b"host", self.name.encode()),
                (b"content-type", b"application/json"),
                (b"accept", b"text/event-stream, application/graphql-response+json;q=0.9, application/json;q=0.8"),
                (b"content-length", b"%d" % len(request.body)),
            ],
            "client": ("127.0.0.1", 0),
            "server": (self.name, None),
        }


class _Call:
    """One ASGI call, its body handed over part by part; None is the end."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self.parts: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self.gone = asyncio.Event()
        self.streams = False
        self.failure: Exception | None = None

    async def run(self, app: App, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception as exc:  # noqa: BLE001  # whatever it is, the reader is told that the application failed
            self.failure = exc
        await self.parts.put(None)

    async def _receive(self) -> MutableMapping[str, Any]:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            types = [value for name, value in message.get("headers", ()) if name.lower() == b"content-type"]
            self.streams = message["status"] == 200 and bool(types) and types[0].startswith(b"text/event-stream")
        elif message["type"] == "http.response.body" and message.get("body"):
            await self.parts.put(bytes(message["body"]))
