"""A subgraph over HTTP/1.1, by a client of our own: futures instead of tasks, a total deadline, bounds on everything.

Why our own: the client costs as much of a gateway's time as everything else together, and it decides half of what
happens when a subgraph misbehaves. What it promises is tested in `tests/gateway/transport/test_http_faults.py`.

Sent again    a query whose kept-alive connection broke before a byte of the answer came, once, on a new connection; a
              mutation never, once a byte of it was written. Everything else about repeating is `retry`'s
Not done      redirects, cookies, HTTP/2, proxies
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from gateway.errors import SettingsInvalid
from gateway.planner.nodes import OperationKind
from gateway.transport.connection import Exchange
from gateway.transport.http_settings import HttpSettings
from gateway.transport.pool import Pool

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphRequest, SubgraphResponse

DEADLINE_HEADER: Final = b"channelgraph-deadline-ms"
"""Milliseconds left when the request is written; the subgraph need not work for longer."""

OURS: Final = frozenset(
    {
        b"host",
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"transfer-encoding",
        b"accept",
        b"accept-encoding",
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"upgrade",
        b"expect",
        DEADLINE_HEADER,
    }
)
"""Headers that only this client writes; they are dropped from what it is given."""

_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BAD_IN_VALUE: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a subgraph is, and what is asked of it there; `target` is path and query."""

    host: str
    port: int
    authority: str
    target: str
    tls: bool


class HttpSubgraph:
    """A `SubgraphClient` over HTTP/1.1.

    Raises `SettingsInvalid` for a URL that is not http or https.
    """

    def __init__(
        self, name: str, url: str, settings: HttpSettings | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.name = name
        self.origin = parse_origin(url)
        self.settings = settings or HttpSettings()
        self._tls = (tls or ssl.create_default_context()) if self.origin.tls else None
        self._head = _head(self.origin, self.settings)
        self._pool: Pool | None = None

    def send(self, request: SubgraphRequest) -> asyncio.Future[SubgraphResponse]:
        """A future; cancelling it frees the connection."""
        loop = asyncio.get_running_loop()
        if self._pool is None or self._pool.loop is not loop:
            self._pool = Pool(self.name, self.origin.host, self.origin.port, self.settings, self._tls)
        now = loop.time()
        deadline = min(request.deadline, now + self.settings.timeout_seconds)
        payload = b"%b%bchannelgraph-deadline-ms: %d\r\ncontent-length: %d\r\n\r\n%b" % (
            self._head,
            header_lines(request.headers),
            max(0, int((deadline - now) * 1000)),
            len(request.body),
            request.body,
        )
        future: asyncio.Future[SubgraphResponse] = loop.create_future()
        self._pool.submit(Exchange(payload, future, deadline, request.kind is not OperationKind.MUTATION))
        return future

    @property
    def in_use(self) -> tuple[int, int, int]:
        """Connections open, of those idle, and requests waiting for one."""
        return (0, 0, 0) if self._pool is None else self._pool.in_use

    async def close(self) -> None:
        """Let go of all connections."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()


def parse_origin(url: str) -> Origin:
    """Take a subgraph's URL apart; raises `SettingsInvalid` with the reason."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise SettingsInvalid(f"The subgraph URL '{url}' is not a URL: {exc}") from exc
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsInvalid(f"The subgraph URL '{url}' must begin with http:// or https:// and name a host")
    if parts.username is not None or not url.isascii() or any(c.isspace() or ord(c) < 32 for c in url):
        raise SettingsInvalid("A subgraph URL must hold neither credentials nor spaces; encode what is not ASCII")
    tls = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname
    literal = f"[{host}]" if ":" in host else host
    authority = literal if port is None else f"{literal}:{port}"
    return Origin(host, port or (443 if tls else 80), authority, target, tls)


def header_lines(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Header lines as sent; a name or value that could break the head is left out, and so are our own."""
    lines = [
        b"%b: %b\r\n" % (name, value)
        for name, value in headers
        if name not in OURS and _NAME.fullmatch(name) and not _BAD_IN_VALUE.search(value)
    ]
    return b"".join(lines)


def _head(origin: Origin, settings: HttpSettings) -> bytes:
    lines = [
        f"POST {origin.target} HTTP/1.1",
        f"host: {origin.authority}",
        "content-type: application/json",
        "accept: application/graphql-response+json, application/json",
        f"accept-encoding: {'gzip' if settings.compressed else 'identity'}",
        "user-agent: channelgraph",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
