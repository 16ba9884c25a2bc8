"""Who is asking, as the gateway says: one signed header, verified here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import jwt
from cachebox import TTLCache

from subgraphs.kit.errors import Unauthenticated

HEADER = "channelgraph-identity"
ISSUER = "channelgraph-gateway"
AUDIENCE = "channelgraph-subgraph"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller.

    customer_id     the signed-in customer or known guest; None when nothing is known
    scopes          what the token allows; shoppers have none
    channel         code of the channel the caller is in; None when the gateway did not say
    """

    customer_id: str | None = None
    scopes: frozenset[str] = frozenset()
    channel: str | None = None

    def is_customer(self, customer_id: str) -> bool:
        """Whether the caller is this very customer."""
        return self.customer_id is not None and self.customer_id == customer_id

    def has_any(self, *scopes: str) -> bool:
        """Whether the caller has at least one of the scopes."""
        return not self.scopes.isdisjoint(scopes)

    def satisfies(self, alternatives: tuple[tuple[str, ...], ...]) -> bool:
        """Whether the caller has every scope of at least one alternative, as @requiresScopes means its lists."""
        return any(self.scopes.issuperset(needed) for needed in alternatives)


ANONYMOUS = Viewer()


class IdentityVerifier:
    """Turns the identity header into a `Viewer`.

    No header     anonymous, without scopes and channel.
    Bad header    `Unauthenticated`: wrong signature, expired, wrong issuer or audience, malformed.
    The gateway sends the same header for up to 60 seconds, so a verified one is remembered for 5.
    """

    def __init__(self, secret: str | None) -> None:
        self._secret = secret
        self._seen: TTLCache[str, Viewer] = TTLCache(4096, global_ttl=5)

    def viewer(self, header: str | None) -> Viewer:
        """The caller named by the header's value."""
        if header is None:
            return ANONYMOUS
        seen = cast("Viewer | None", self._seen.get(header))
        if seen is None:
            seen = self._verify(header)
            self._seen[header] = seen
        return seen

    def _verify(self, header: str) -> Viewer:
        if self._secret is None:
            raise Unauthenticated("This subgraph has no identity_secret and accepts no identity")
        if len(header) > 8192:
            raise Unauthenticated("The identity header is too long")
        try:
            claims = jwt.decode(
                header,
                self._secret,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": ["exp", "iss", "aud"]},
                leeway=30,
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated("The identity header is not valid") from error
        return _viewer(claims)


def sign(secret: str, *, customer_id: str | None, scopes: tuple[str, ...], channel: str | None, now: int) -> str:
    """The header's value for a caller, as the gateway makes it; `now` is seconds since 1970. For tests and tools."""
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 300, "scopes": list(scopes)}
    if customer_id is not None:
        claims["sub"] = customer_id
    if channel is not None:
        claims["channel"] = channel
    return jwt.encode(claims, secret, algorithm="HS256")


def _viewer(claims: dict[str, Any]) -> Viewer:
    customer_id, scopes, channel = claims.get("sub"), claims.get("scopes", []), claims.get("channel")
    if (
        not isinstance(customer_id, str | None)
        or not isinstance(channel, str | None)
        or not isinstance(scopes, list)
        or not all(isinstance(scope, str) for scope in scopes)
    ):
        raise Unauthenticated("The identity header has claims of the wrong type")
    return Viewer(customer_id=customer_id or None, scopes=frozenset(scopes), channel=channel or None)
