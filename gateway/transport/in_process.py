"""A subgraph in the same process: an ASGI application, called with bytes and answering bytes.

No socket, the same manners: the deadline is kept, a cancelled request is cancelled inside the application, and the
answer has a bound. Whoever mounts the application runs its lifespan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from gateway.errors import SubgraphHttpError, SubgraphTimeout, SubgraphTooLarge
from gateway.transport.base import SubgraphResponse
from gateway.transport.http import DEADLINE_HEADER, OURS

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphRequest

Message = MutableMapping[str, Any]
App = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class InProcessSubgraph:
    """A `SubgraphClient` over an ASGI application that answers at `path`."""

    def __init__(
        self,
        name: str,
        app: App,
        path: str = "/graphql",
        response_bytes: int = 32 * 1024 * 1024,
        timeout_seconds: float = 30.0,
    ) -> None:
        self.name = name
        self._app = app
        self._path = path
        self._response_bytes = response_bytes
        self._timeout_seconds = timeout_seconds

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Call the application; raises `SubgraphError` as promised by `SubgraphClient`."""
        now = asyncio.get_running_loop().time()
        deadline = min(request.deadline, now + self._timeout_seconds)
        exchange = _Exchange(self.name, request.body, self._response_bytes)
        left = b"%d" % max(0, int((deadline - now) * 1000))
        try:
            async with asyncio.timeout_at(deadline):
                await self._app(self._scope(request, left), exchange.receive, exchange.send)
        except TimeoutError as exc:
            raise SubgraphTimeout("no complete answer in time", self.name) from exc
        except SubgraphTooLarge:
            raise
        except Exception as exc:
            raise SubgraphHttpError(f"the application failed: {type(exc).__name__}", self.name) from exc
        return exchange.response()

    async def close(self) -> None:
        """Nothing is held."""

    def _scope(self, request: SubgraphRequest, milliseconds: bytes) -> dict[str, Any]:
        headers = [(name, value) for name, value in request.headers if name not in OURS]
        headers += [
            (b"host", self.name.encode()),
            (b"content-type", b"application/json"),
            (b"accept", b"application/graphql-response+json, application/json"),
            (b"content-length", b"%d" % len(request.body)),
            (DEADLINE_HEADER, milliseconds),
        ]
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
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": (self.name, None),
        }


class _Exchange:
    """The two channels of one ASGI call."""

    __slots__ = ("_body", "_headers", "_limit", "_over", "_parts", "_size", "_status", "_subgraph")

    def __init__(self, subgraph: str, body: bytes, limit: int) -> None:
        self._subgraph = subgraph
        self._body: bytes | None = body
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._status = 0
        self._headers: dict[str, str] = {}
        self._over = asyncio.Event()

    async def receive(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self._over.wait()  # a disconnect is cancellation here; after the answer, the usual message
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {
                name.lower().decode("latin-1"): value.decode("latin-1")
                for name, value in message.get("headers", ())
                if name.lower() != b"set-cookie"
            }
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            self._size += len(part)
            if self._size > self._limit:
                raise SubgraphTooLarge(f"the answer is longer than {self._limit} bytes", self._subgraph)
            self._parts.append(part)
            if not message.get("more_body", False):
                self._over.set()

    def response(self) -> SubgraphResponse:
        if not self._over.is_set():
            raise SubgraphHttpError("the application gave no complete answer", self._subgraph)
        return SubgraphResponse(self._status, self._headers, b"".join(self._parts))
