"""What can be set about HTTP to one subgraph; units are in the names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Limits of one subgraph's HTTP client.

    timeout_seconds         total time of one request, from asking for a connection to the answer's last byte
    connect_seconds         name lookup, connect and TLS handshake together
    connections             open at once, per subgraph
    waiting                 requests that may wait for a connection; one more is refused
    idle_seconds            how long an unused connection is kept; shorter than the 5 s after which common servers close
    mutation_idle_seconds   a mutation, which can not be sent again, is given a connection used this recently, or a new one
    renew_seconds           a connection is used for this long at most, so that a name that points elsewhere is noticed
    response_bytes          longest body, after inflating
    header_bytes            longest head of a response, 1xx answers included
    headers                 most header lines
    compressed              ask for gzip; worth it only where the network is slower than the inflating
    returned                names, in lower case, of further response headers to hand on
    """

    timeout_seconds: float = 30.0
    connect_seconds: float = 2.0
    connections: int = 100
    waiting: int = 1_000
    idle_seconds: float = 4.0
    mutation_idle_seconds: float = 1.0
    renew_seconds: float = 60.0
    response_bytes: int = 32 * 1024 * 1024
    header_bytes: int = 64 * 1024
    headers: int = 256
    compressed: bool = False
    returned: frozenset[bytes] = frozenset()
