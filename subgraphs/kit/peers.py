"""How one subgraph asks another: over GraphQL, as any client would, signed as the shop's own system.

A domain that needs another's word in the middle of a write (a checkout holds stock) sends it an operation. Under
`channelgraph up` the other is an application in the same process, found by the folder they share; elsewhere it is a
URL of the setting `peers`. Bytes pass both ways. Reading for a page never goes this way: that is what the gateway joins.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import httpx2
import orjson

from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.settings import SubgraphSettings

ANSWER_SECONDS = 5.0
"""Longest wait for the whole of a peer's answer."""

ANSWER_BYTES = 8 * 1024 * 1024
"""Longest answer taken from a peer."""


class PeerRefused(Exception):  # noqa: N818 - an answer, if not the one hoped for
    """The peer answered with errors: the question was wrong or not allowed. Trying again would not help.

    code    `extensions.code` of the first error
    """

    def __init__(self, peer: str, message: str, code: str | None) -> None:
        super().__init__(f"{peer}: {message}")
        self.code = code


_here: WeakValueDictionary[tuple[Path, str], Any] = WeakValueDictionary()
"""(data folder, subgraph) → its application in this process."""


_of: WeakKeyDictionary[Database, Peers] = WeakKeyDictionary()
"""The asking side of each subgraph, kept as long as its database is open: connections are made once."""


def peers_of(database: Database, settings: SubgraphSettings) -> Peers:
    """How the subgraph with this database asks others."""
    peers = _of.get(database)
    if peers is None:
        peers = _of[database] = Peers(settings)
    return peers


def join_peers(data_dir: Path, name: str, app: Any) -> None:
    """Let the other subgraphs of this process that keep their data in this folder find this one."""
    _here[data_dir.resolve(), name] = app


class Peers:
    """The other subgraphs, by name; made from the asking subgraph's settings.

    ask     run one operation at a peer and give its `data`; `ServiceUnavailable` when there is no complete answer
            (the caller may try again: only idempotent operations are sent), `PeerRefused` when there are errors
    """

    def __init__(self, settings: SubgraphSettings, *, seconds: float | None = None) -> None:
        self._settings = settings
        self._seconds = ANSWER_SECONDS if seconds is None else seconds
        self._clients: dict[str, httpx2.AsyncClient] = {}

    def knows(self, name: str) -> bool:
        """Whether the peer can be asked at all."""
        return name in self._settings.peers or (self._settings.data_dir.resolve(), name) in _here

    def _client(self, name: str) -> httpx2.AsyncClient:
        client = self._clients.get(name)
        if client is not None:
            return client
        url = self._settings.peers.get(name)
        app = _here.get((self._settings.data_dir.resolve(), name))
        if url is not None:
            client = httpx2.AsyncClient(follow_redirects=False)
        elif app is not None:
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            client = httpx2.AsyncClient(transport=transport)
        else:
            msg = f"No way to reach {name}; name its URL in the setting `peers`"
            raise ServiceUnavailable(msg)
        self._clients[name] = client
        return client

    async def ask(
        self,
        peer: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        customer_id: str | None = None,
        channel: str | None = None,
        scopes: tuple[str, ...] = ("system:write",),
    ) -> dict[str, Any]:
        """Send one operation to a peer.

        customer_id, channel    on whose behalf and where; the peer sees them beside the scopes
        """
        client, secret = self._client(peer), self._settings.identity_secret
        headers = {"content-type": "application/json", "accept": "application/json"}
        if secret is not None:
            now = int(time.time())
            headers[HEADER] = sign(secret, customer_id=customer_id, scopes=scopes, channel=channel, now=now)
        body = orjson.dumps({"query": document, "variables": dict(variables or {})})
        try:
            url = self._settings.peers.get(peer, "http://peer/graphql")
            # The client's own limits count each read, and an application in this process has none: this is the whole's.
            async with asyncio.timeout(self._seconds):
                async with client.stream("POST", url, content=body, headers=headers, timeout=self._seconds) as response:
                    content = await _bounded(peer, response)
            answer = orjson.loads(content)
        except (httpx2.HTTPError, orjson.JSONDecodeError, TimeoutError) as error:
            msg = f"{peer} gave no answer; try again"
            raise ServiceUnavailable(msg) from error
        return _data(peer, answer, response.status_code)

    async def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            await client.aclose()


async def _bounded(peer: str, response: httpx2.Response) -> bytes:
    """The body, read no further than `ANSWER_BYTES`."""
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > ANSWER_BYTES:
            msg = f"{peer} answered too much"
            raise ServiceUnavailable(msg)
        parts.append(part)
    return b"".join(parts)


def _data(peer: str, answer: Any, status: int) -> dict[str, Any]:
    if not isinstance(answer, dict):
        msg = f"{peer} gave no answer; try again"
        raise ServiceUnavailable(msg)
    errors = answer.get("errors")
    if errors:
        first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
        code = (first.get("extensions") or {}).get("code")
        if status >= 500 or code in {"SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL_SERVER_ERROR"}:
            msg = f"{peer} could not answer now; try again"
            raise ServiceUnavailable(msg)
        raise PeerRefused(peer, str(first.get("message", "no message")), code)
    data = answer.get("data")
    if not isinstance(data, dict):
        msg = f"{peer} gave no data; try again"
        raise ServiceUnavailable(msg)
    return data
