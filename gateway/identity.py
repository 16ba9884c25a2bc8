"""Who asks: bearer tokens verified, and the identity passed on to subgraphs as one signed header.

Rules   1 Only the Authorization header counts; only `Bearer`. A token that cannot be accepted is 401, never anonymous.
        2 Algorithms are the issuer's, as configured, never the token's.
        3 What a client sends under the names of our own headers goes nowhere: nothing is forwarded but what is listed.
        4 Expiry goes by the wall clock, with leeway; a verified token is remembered for at most a minute.
Header  `channelgraph-identity`, a compact JWS (HS256): iss channelgraph-gateway, aud channelgraph-subgraph, sub (absent
        for nobody), scopes, channel, iat, exp. Nobody is told of as well, so that subgraphs know whom to believe.
Source  RFC 7519, RFC 7515, RFC 6750
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import jwt
from cachebox import LRUCache

from gateway.errors import BadRequest, Unauthenticated
from gateway.identity_keys import KeySet, StaticKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gateway.settings import IdentitySettings, IssuerSettings

HEADER: Final = b"channelgraph-identity"
CHANNEL_HEADER: Final = b"channelgraph-channel"
OWN_ISSUER: Final = "channelgraph-gateway"
OWN_AUDIENCE: Final = "channelgraph-subgraph"
OWN_SECONDS: Final = 300
"""How long a subgraph accepts the header."""
REMEMBERED_SECONDS: Final = 60
"""How long a verified token and the header made from it are used again."""
REMEMBERED: Final = 10_000
REMEMBERED_BYTES: Final = 20_000_000
"""Of tokens and headers together: one caller's longest token, sent with ever new channels, must not fill more."""
LONGEST_TOKEN: Final = 8_192
STRIPPED: Final = (
    b"channelgraph-identity",
    b"channelgraph-request-id",
    b"channelgraph-deadline-ms",
    b"apollo-federation-include-trace",
    b"x-user-id",
    b"x-gateway-signature",
)
"""Beginnings of header names that no client may send to a subgraph, whatever the settings forward."""

FRAMING: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Names that say how a request is sent, or to whom: a client's would contradict those of the request that is made."""

_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller, as the token says.

    policies    those of `@policy` that the token says the caller fulfils
    headers     what tells subgraphs of it; empty when there is no secret to sign with
    until       when it has to be made anew, seconds since 1970
    """

    subject: str | None
    scopes: frozenset[str]
    channel: str
    authenticated: bool
    policies: frozenset[str] = frozenset()
    headers: tuple[tuple[bytes, bytes], ...] = ()
    until: float = float("inf")


class Identities:
    """Turns request headers into identities."""

    def __init__(self, settings: IdentitySettings, secret: str | None, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._secret = secret
        self._clock = clock
        self._known: LRUCache[tuple[bytes | None, bytes | None], Identity] = LRUCache(
            REMEMBERED_BYTES, getsizeof=_weight
        )
        self._issuers: dict[str, tuple[IssuerSettings, KeySet | StaticKey]] = {
            issuer.issuer: (issuer, _keys(issuer, settings, clock)) for issuer in settings.issuers
        }

    @property
    def ready(self) -> bool:
        """Whether every issuer's keys have been had at least once."""
        return all(keys.loaded for _, keys in self._issuers.values())

    async def start(self) -> None:
        """Fetch keys ahead of the first request; failing is no fault, it is tried again when a token needs them."""
        for _, keys in self._issuers.values():
            await keys.prefetch()

    def known(self, authorization: bytes | None, channel: bytes | None) -> Identity | None:
        """An identity made for the same headers less than a minute ago."""
        if not self._issuers:  # a token means nothing here; a memory of them would be a stranger's to fill
            authorization = None
        identity = self._known.get((authorization, channel), None)
        return identity if identity is not None and self._clock() < identity.until else None

    async def identify(self, authorization: bytes | None, channel: bytes | None) -> Identity:
        """The caller behind these headers.

        Raises  Unauthenticated for a token that is not acceptable, BadRequest for a channel that is no code,
                IdentityUnavailable when no key can be had to verify with
        """
        known = self.known(authorization, channel)
        if known is not None:
            return known
        claims: Mapping[str, Any] = {}
        if not self._issuers:
            authorization = None
        authenticated = authorization is not None
        if authenticated:
            claims = await self._verified(authorization or b"")
        identity = self._identity(claims, _channel(channel), authenticated=authenticated)
        self._known[(authorization, channel)] = identity
        return identity

    async def _verified(self, authorization: bytes) -> Mapping[str, Any]:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("The Authorization header must be: Bearer, a space, a token.")
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated(f"The token is longer than {LONGEST_TOKEN:,} characters.")
        try:
            header = jwt.get_unverified_header(token)
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Unauthenticated("The token is not a JSON Web Token.") from None
        found = self._issuers.get(issuer) if isinstance(issuer, str) else None
        if found is None:
            raise Unauthenticated("The token is from an unknown issuer.")
        settings, keys = found
        if header.get("alg") not in settings.algorithms:
            raise Unauthenticated("The token is signed with an algorithm that is not accepted.")
        key = await keys.get(header.get("kid"))
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(settings.algorithms),
                audience=settings.audience,
                issuer=settings.issuer,
                leeway=self._settings.leeway_seconds,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has expired.") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Unauthenticated("The token is not valid.") from None
        return claims

    def _identity(self, claims: Mapping[str, Any], channel: str | None, *, authenticated: bool) -> Identity:
        subject, scope, own_channel = claims.get("sub"), claims.get("scope", ""), claims.get("channel")
        if (subject is not None and not isinstance(subject, str)) or not isinstance(scope, str):
            raise Unauthenticated("The token's claims sub and scope must be strings.")
        if own_channel is not None and (not isinstance(own_channel, str) or not _CHANNEL.match(own_channel)):
            raise Unauthenticated("The token's claim channel is not a channel's code.")
        scopes, policies = frozenset(scope.split()), self._policies(claims)
        now = self._clock()
        until = min(now + REMEMBERED_SECONDS, float(claims.get("exp", now * 2)) + self._settings.leeway_seconds)
        chosen = own_channel or channel or self._settings.default_channel
        headers = self._headers(subject, scopes, chosen, now)
        return Identity(subject, scopes, chosen, authenticated, policies, headers, until)

    def _policies(self, claims: Mapping[str, Any]) -> frozenset[str]:
        name = self._settings.policies_claim
        listed = claims.get(name, ()) if name is not None else ()
        if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
            raise Unauthenticated(f"The token's claim {name} must be a list of strings.")
        return frozenset(listed)

    def _headers(
        self, subject: str | None, scopes: frozenset[str], channel: str, now: float
    ) -> tuple[tuple[bytes, bytes], ...]:
        if self._secret is None:
            return ()
        issued = int(now)
        claims: dict[str, Any] = {
            "iss": OWN_ISSUER,
            "aud": OWN_AUDIENCE,
            "scopes": sorted(scopes),
            "channel": channel,
            "iat": issued,
            "exp": issued + OWN_SECONDS,
        }
        if subject is not None:
            claims["sub"] = subject
        return ((HEADER, jwt.encode(claims, self._secret, algorithm="HS256").encode("ascii")),)


def may_forward(name: str) -> bool:
    """Whether a client's header of this name may reach a subgraph when the settings ask for it."""
    lower = name.lower()
    return lower not in FRAMING and not lower.encode("latin-1", "replace").startswith(STRIPPED)


def _weight(key: tuple[bytes | None, bytes | None], identity: Identity) -> int:
    own = len(key[0] or b"") * 2 + sum(len(value) for _, value in identity.headers)
    return max(REMEMBERED_BYTES // REMEMBERED, own)


def _channel(channel: bytes | None) -> str | None:
    if channel is None:
        return None
    code = channel.decode("latin-1")
    if not _CHANNEL.match(code):
        raise BadRequest("channelgraph-channel must be a channel's code: letters, digits, and _ . : - between them.")
    return code


def _keys(issuer: IssuerSettings, settings: IdentitySettings, clock: Callable[[], float]) -> KeySet | StaticKey:
    if issuer.jwks_url is not None:
        return KeySet(issuer.jwks_url, settings.jwks_seconds, settings.jwks_cooldown_seconds, clock)
    return StaticKey.of(issuer)
