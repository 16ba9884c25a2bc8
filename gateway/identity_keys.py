"""Keys that tokens are verified with: one from the settings, or a set that an issuer publishes.

A published set is fetched when it is stale or a token names a key it lacks, by one request at a time and never more
often than the cool-down allows, however many tokens with made-up key ids arrive. A failed fetch changes nothing: the
last good keys go on serving.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import jwt
import orjson
import structlog

from gateway.errors import IdentityUnavailable, SettingsInvalid, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.settings import IssuerSettings

FETCH_SECONDS: Final = 5.0
LONGEST_SET: Final = 512_000
"""Bytes of a published key set that are read."""
MOST_KEYS: Final = 100

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StaticKey:
    """One key, from the settings."""

    key: Any
    loaded: bool = True

    @classmethod
    def of(cls, issuer: IssuerSettings) -> StaticKey:
        """The issuer's key; raises `SettingsInvalid` when its file or its form is no good."""
        if issuer.key is not None:
            text = issuer.key.get_secret_value()
        else:
            assert issuer.key_file is not None  # noqa: S101  # the settings hold exactly one source
            try:
                text = issuer.key_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as exc:
                raise SettingsInvalid(f"identity.issuers: {issuer.key_file} cannot be read: {exc}.") from exc
        try:
            return cls(jwt.get_algorithm_by_name(issuer.algorithms[0]).prepare_key(text))
        except (jwt.PyJWTError, ValueError, TypeError, NotImplementedError) as exc:
            raise SettingsInvalid(f"identity.issuers: the key of {issuer.issuer} does not fit: {exc}.") from exc

    async def get(self, kid: object) -> Any:
        """The key, whatever its id is called."""
        del kid
        return self.key

    async def prefetch(self) -> None:
        """Nothing to fetch."""


class KeySet:
    """The keys behind one URL."""

    def __init__(self, url: str, fresh_seconds: float, cooldown_seconds: float, clock: Callable[[], float]) -> None:
        self._url = url
        self._fresh = fresh_seconds
        self._cooldown = cooldown_seconds
        self._clock = clock
        self._keys: dict[str | None, Any] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._under_way: asyncio.Task[None] | None = None

    @property
    def loaded(self) -> bool:
        """Whether there have ever been keys."""
        return bool(self._keys)

    async def get(self, kid: object) -> Any:
        """The key of that id; without an id, the only key.

        Raises  Unauthenticated for an unknown id, IdentityUnavailable when there has never been a key
        """
        now = self._clock()
        stale = now - self._fetched > self._fresh
        if (stale or self._find(kid) is None) and now - self._tried > self._cooldown:
            await self._refresh(wait=self._find(kid) is None)
        elif self._under_way is not None and self._find(kid) is None:
            await asyncio.shield(self._under_way)
        key = self._find(kid)
        if key is not None:
            return key
        if not self._keys:
            raise IdentityUnavailable("The keys to verify tokens with cannot be had at the moment.")
        raise Unauthenticated("The token names a key that its issuer does not publish.")

    async def prefetch(self) -> None:
        """Fetch once; a failure is logged."""
        await self._refresh(wait=True)

    def _find(self, kid: object) -> Any:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid) if isinstance(kid, str) else None

    async def _refresh(self, *, wait: bool) -> None:
        if self._under_way is None:
            self._tried = self._clock()
            self._under_way = asyncio.ensure_future(self._fetch())
            self._under_way.add_done_callback(self._finished)
        if wait:
            await asyncio.shield(self._under_way)

    def _finished(self, _: asyncio.Task[None]) -> None:
        self._under_way = None

    async def _fetch(self) -> None:
        import httpx2

        try:
            async with asyncio.timeout(FETCH_SECONDS), httpx2.AsyncClient(follow_redirects=False) as client:
                keys = parse_keys(await _read(client, self._url))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError, ValueError) as exc:
            _log.warning("identity_keys_not_fetched", url=self._url, error=f"{type(exc).__name__}: {exc}")
            return
        self._keys, self._fetched = keys, self._clock()


async def _read(client: Any, url: str) -> bytes:
    async with client.stream("GET", url, headers={"accept": "application/json"}) as response:
        if response.status_code != 200:
            raise ValueError(f"status {response.status_code}")
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LONGEST_SET:
                raise ValueError(f"longer than {LONGEST_SET:,} bytes")
        return body


def parse_keys(body: bytes) -> dict[str | None, Any]:
    """Public signature keys of a JSON Web Key Set by their ids.

    Keys of other kinds and uses, and secrets, which have no business there, are passed over; of two with one id the
    first counts. Raises `ValueError` when no key is left: an empty set would lock everybody out.
    Source  RFC 7517
    """
    parsed = orjson.loads(body)
    listed = parsed.get("keys") if isinstance(parsed, dict) else None
    if not isinstance(listed, list):
        raise ValueError("not a key set")  # noqa: TRY004  # the value is a stranger's, the type is not the caller's fault
    keys: dict[str | None, Any] = {}
    for item in listed[:MOST_KEYS]:
        if not isinstance(item, dict) or item.get("kty") == "oct" or item.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(item).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
        kid = item.get("kid")
        if kid is None or isinstance(kid, str):
            keys.setdefault(kid, key)
    if not keys:
        raise ValueError("no usable key")
    return keys
