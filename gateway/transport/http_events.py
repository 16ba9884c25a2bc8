"""A subscription over HTTP: one connection, one POST, an event stream for an answer.

A connection of its own for each stream, outside the pool: it lives as long as the subscription does.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final

import httptools

from gateway.errors import (
    SubgraphHttpError,
    SubgraphMalformed,
    SubgraphTimeout,
    SubgraphTooLarge,
    SubgraphUnreachable,
)
from gateway.transport.event_stream import EventDecoder
from gateway.transport.http import header_lines, parse_origin
from gateway.transport.http_settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gateway.transport.base import SubgraphRequest

CHUNK: Final = 65_536


class HttpEvents:
    """An `EventSource` over HTTP/1.1; raises `SettingsInvalid` for a URL that is not http or https.

    Silence ends a stream after `silent_seconds`: subgraphs send comments to show that they are there.
    """

    def __init__(
        self, name: str, url: str, settings: HttpSettings | None = None, *, silent_seconds: float = 60.0
    ) -> None:
        self.name = name
        self._origin = parse_origin(url)
        self._settings = settings or HttpSettings()
        self._tls = ssl.create_default_context() if self._origin.tls else None
        self._silent = silent_seconds

    async def events(self, request: SubgraphRequest) -> AsyncGenerator[bytes, None]:
        """Each event's JSON; see `EventSource`."""
        try:
            async with asyncio.timeout_at(request.deadline), asyncio.timeout(self._settings.connect_seconds):
                reader, writer = await asyncio.open_connection(self._origin.host, self._origin.port, ssl=self._tls)
        except TimeoutError as exc:
            raise SubgraphTimeout("no connection in time", self.name) from exc
        except (OSError, ValueError) as exc:
            raise SubgraphUnreachable(f"no connection: {type(exc).__name__}", self.name) from exc
        try:
            writer.write(self._head(request) + request.body)
            async for data in self._read(reader, request.deadline):
                yield data
        finally:
            writer.close()

    def _head(self, request: SubgraphRequest) -> bytes:
        lines = [
            f"POST {self._origin.target} HTTP/1.1",
            f"host: {self._origin.authority}",
            "content-type: application/json",
            "accept: text/event-stream, application/graphql-response+json;q=0.9, application/json;q=0.8",
            "accept-encoding: identity",
            "user-agent: channelgraph",
            "connection: close",
            f"content-length: {len(request.body)}",
        ]
        head = "".join(f"{line}\r\n" for line in lines).encode("ascii")
        return head + header_lines(request.headers) + b"\r\n"

    async def _read(self, reader: asyncio.StreamReader, deadline: float) -> AsyncGenerator[bytes, None]:
        answer = _Answer(self.name, self._settings)
        while not answer.complete:
            try:
                chunk = await self._chunk(reader, None if answer.head_over else deadline)
            except TimeoutError as exc:
                raise SubgraphTimeout("the stream has fallen silent", self.name) from exc
            except OSError as exc:
                raise SubgraphUnreachable(f"the stream broke: {type(exc).__name__}", self.name) from exc
            if not chunk and not answer.ends_with_the_connection:
                raise SubgraphUnreachable("the stream broke off", self.name)
            for data in answer.feed(chunk):
                yield data
            if answer.over or not chunk:
                return
        for data in answer.rest():
            yield data

    async def _chunk(self, reader: asyncio.StreamReader, deadline: float | None) -> bytes:
        if deadline is not None:
            async with asyncio.timeout_at(deadline):
                return await reader.read(CHUNK)
        async with asyncio.timeout(self._silent):
            return await reader.read(CHUNK)


class _Answer:
    """The answer to one subscription: an event stream, or one JSON body that says why there is none.

    over    the stream has said that it is complete
    """

    def __init__(self, subgraph: str, settings: HttpSettings) -> None:
        self._subgraph = subgraph
        self._settings = settings
        self._parser = httptools.HttpResponseParser(self)
        self._decoder = EventDecoder(subgraph, settings.response_bytes)
        self._type = b""
        self._header_bytes = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._length_known = False
        self.head_over = self.complete = self.over = False

    @property
    def ends_with_the_connection(self) -> bool:
        """Whether the body has no length of its own, so that the connection's end is its end."""
        return self.head_over and not self._length_known

    def feed(self, chunk: bytes) -> list[bytes]:
        if not self.head_over:
            self._header_bytes += len(chunk)
            if self._header_bytes > self._settings.header_bytes + CHUNK:
                raise SubgraphTooLarge("the head of the answer is too long", self._subgraph)
        if chunk:
            try:
                self._parser.feed_data(chunk)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as exc:
                raise SubgraphMalformed("the answer is not HTTP", self._subgraph) from exc
        if not self._streams:
            return []
        found: list[bytes] = []
        parts, self._parts = self._parts, []
        for part in parts:
            for event in self._decoder.feed(part):
                if event.name == "complete":
                    self.over = True
                    return found
                if event.name in {"next", "message"} and event.data:
                    found.append(event.data)
        return found

    def rest(self) -> list[bytes]:
        """The one JSON answer, where there was no stream."""
        if self._streams:
            return []
        status = self._parser.get_status_code() if self.head_over else 0
        if self._type.startswith((b"application/json", b"application/graphql-response+json")):
            return [b"".join(self._parts)]
        raise SubgraphHttpError(f"status {status} and no event stream", self._subgraph)

    @property
    def _streams(self) -> bool:
        return self.head_over and self._type.startswith(b"text/event-stream") and self._parser.get_status_code() == 200

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"content-type":
            self._type = value.strip().lower()
        self._length_known = self._length_known or name in {b"content-length", b"transfer-encoding"}

    def on_headers_complete(self) -> None:
        self.head_over = True

    def on_body(self, part: bytes) -> None:
        if not self._streams:
            self._size += len(part)
            if self._size > self._settings.response_bytes:
                raise SubgraphTooLarge(
                    f"the answer is longer than {self._settings.response_bytes} bytes", self._subgraph
                )
        self._parts.append(part)

    def on_message_complete(self) -> None:
        self.complete = True
