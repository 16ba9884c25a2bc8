"""How often one caller may ask: a bucket for each, filled at `rates.per_second` up to `rates.burst`. Off by default.

Who        the token's subject; without one the address (of IPv6 its /64, which is one household's). Addresses of
           `rates.trusted_proxies` are passed over in X-Forwarded-For from the right; what a stranger writes there is not
           read at all
What       an operation is 1, each further field at the root of a mutation 1 more, so that neither batches nor aliases
           buy anything; a refused token is 1 as well, of the address
Memory     of the callers seen last. One who is forgotten has a full bucket again: a caller who asks often enough to be
           held up is not the one seen longest ago
Where      in each process: `server.workers` of them allow as many times as much
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from cachebox import LRUCache

from gateway.errors import RateLimited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Scope

    from gateway.identity import Identity
    from gateway.settings import RateSettings

FORWARDED: Final = b"x-forwarded-for"
LONGEST_SUBJECT: Final = 100
"""Characters; of a longer one its hash is remembered."""
HOPS: Final = 10
"""Proxies that a request may have come by; what stands before them in the header is not looked at."""


@dataclass(slots=True)
class _Bucket:
    """What was left at a time of the clock; below nothing after a request of more than a whole bucket."""

    left: float
    at: float


class Rates:
    """What each caller has left.

    per_second  None: nobody is ever refused
    """

    def __init__(self, settings: RateSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = settings.per_second is not None
        self._per_second = settings.per_second or 1.0
        self._burst = settings.burst
        self._clock = clock
        self._trusted = tuple(ip_network(each) for each in settings.trusted_proxies)
        self._buckets: LRUCache[str, _Bucket] = LRUCache(settings.callers)

    def spend(self, caller: str, count: int = 1) -> None:
        """Take so much of a caller's bucket; raises `RateLimited`, and takes nothing, when it is not there.

        More than a whole bucket is let through when the bucket is full, and waited for afterwards.
        """
        if not self.enabled or count <= 0:
            return
        now = self._clock()
        bucket: _Bucket | None = self._buckets.get(caller, None)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        missing = min(count, self._burst) - bucket.left
        if missing > 0:
            seconds = math.ceil(missing / self._per_second)
            rate = f"{self._per_second:g} operations a second"
            raise RateLimited(f"At most {rate} are answered here (rates.per_second); wait {seconds:,} s.", seconds)
        bucket.left -= count

    def caller(self, identity: Identity | None, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """Whose bucket a request is of."""
        if not self.enabled:
            return ""
        if identity is not None and identity.subject is not None:
            subject = identity.subject
            if len(subject) > LONGEST_SUBJECT:
                subject = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
            return f"subject {subject}"
        return f"address {self._address(scope, headers)}"

    def _address(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        peer = scope.get("client")
        address = _household(peer[0] if peer else "")
        if not self._trusted or not self._is_proxy(address):
            return address
        for hop in reversed(headers.get(FORWARDED, b"").decode("latin-1").rsplit(",", HOPS)[-HOPS:]):
            found = _household(hop.strip())
            if not found:  # no address: whoever wrote it is the last that is known
                return address
            address = found
            if not self._is_proxy(address):
                return address
        return address

    def _is_proxy(self, address: str) -> bool:
        return bool(address) and any(ip_address(address) in network for network in self._trusted)


def _household(text: str) -> str:
    """An address in one form, of IPv6 the first of its /64; nothing for what is no address."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), 64), strict=False).network_address)
    return str(address)
