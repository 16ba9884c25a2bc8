"""A subscription as an open screen: what the gateway pushes, event by event.

async with watching(shop, ARRIVALS, {"store": OXFORD_STREET}, listens="customer", **STAFF) as screen:
    await shop.run("33-store-check-in", ...)
    seen = await screen.next()

`listens` names the subgraph that the stream is from: it is open once somebody listens there, and misses nothing then.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson

from gateway.commands.development import development_token
from subgraphs.kit.sample_world import customer
from tests.waiting import until


class Screen:
    """The client's end of an event stream over ASGI."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._pending = b""
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.status: int | None = None

    async def receive(self) -> dict[str, Any]:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        *whole, self._pending = (self._pending + message.get("body", b"")).split(b"\n\n")
        for frame in whole:
            if frame.startswith(b"event: next\ndata: "):
                self._answers.put_nowait(orjson.loads(frame.removeprefix(b"event: next\ndata: ")))

    def shown(self) -> list[Any]:
        """Every answer so far that `next` has not given."""
        return [self._answers.get_nowait() for _ in range(self._answers.qsize())]

    async def next(self, seconds: float = 60) -> Any:
        """The next answer's data; TimeoutError when none comes."""
        async with asyncio.timeout(seconds):
            answer = await self._answers.get()
        assert "errors" not in answer, answer
        return answer["data"]


@contextlib.asynccontextmanager
async def watching(
    shop: Any,
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    who: str | None = None,
    scopes: tuple[str, ...] = (),
    channel: str | None = None,
    listens: str | None = None,
) -> AsyncIterator[Screen]:
    """An open subscription through the gateway; leaving is the client going away."""
    person = customer(who).id if who else None
    token = development_token(shop.key, customer=person, scopes=scopes, channel=channel, seconds=60)
    headers = {
        b"content-type": b"application/json",
        b"accept": b"text/event-stream",
        b"authorization": f"Bearer {token}".encode(),
        b"host": b"shop",
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "server": ("shop", 80),
        "client": ("127.0.0.1", 1),
        "headers": list(headers.items()),
    }
    screen = Screen(orjson.dumps({"query": query, "variables": variables or {}}))
    signals = shop.applications[listens].state.database.signals if listens else None
    before = signals.listeners() if signals else 0
    stream = asyncio.create_task(shop.gateway_app(scope, screen.receive, screen.send))
    try:
        if signals:
            await until(lambda: stream.done() or signals.listeners() > before)
        yield screen
    finally:
        screen.gone.set()
        async with asyncio.timeout(60):
            await stream
