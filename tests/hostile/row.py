"""One hostile request, and short ways to write one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .wire import NEW, post

GOOD = "{ channels { code } }"
REFUSED = frozenset({400})
"""A fault of the request, or, in the media type asked for here, of the document."""
ANSWERED = frozenset({200})
WIRE = frozenset({0, 400})
"""What is not even HTTP is refused or the connection closed."""
WRITE = 'mutation { channelRetire(code: "web") { __typename } }'


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request.

    sent        pieces, sent one after another
    statuses    0 stands for a connection closed without an answer
    codes       one of which the first error has; none: not looked at
    hang_up     whether the client stops sending after the last piece
    """

    id: str
    name: str
    sent: Sequence[bytes]
    statuses: frozenset[int]
    codes: frozenset[str] = frozenset()
    hang_up: bool = False


def hostile(id: str, name: str, sent: bytes | Sequence[bytes], *statuses: int, code: str = "") -> Hostile:
    pieces = (sent,) if isinstance(sent, bytes) else sent
    return Hostile(id, name, pieces, frozenset(statuses), frozenset(code.split()))


def raw(id: str, name: str, body: bytes, *statuses: int, code: str = "BAD_REQUEST") -> Hostile:
    """A body that is sent as it is."""
    return hostile(id, name, post(body, NEW), *(statuses or REFUSED), code=code)


def document(id: str, name: str, query: str, *statuses: int, code: str = "", **members: Any) -> Hostile:
    """A document, in the media type that gives faults of documents their status."""
    body = json.dumps({"query": query, **members}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hostile(id, name, post(body, NEW), *(statuses or REFUSED), code=code)


GOOD_BODY = json.dumps({"query": GOOD}).encode()
LIMITS = "LIMIT_EXCEEDED DEPTH_LIMIT_EXCEEDED TOKENS_LIMIT_EXCEEDED ALIASES_LIMIT_EXCEEDED FIELDS_LIMIT_EXCEEDED \
FRAGMENTS_LIMIT_EXCEEDED ROOT_FIELDS_LIMIT_EXCEEDED DIRECTIVES_LIMIT_EXCEEDED OVERLAPS_LIMIT_EXCEEDED \
LIST_LIMIT_EXCEEDED OPERATIONS_LIMIT_EXCEEDED COST_LIMIT_EXCEEDED"
INVALID = "GRAPHQL_VALIDATION_FAILED"
PARSE = "GRAPHQL_PARSE_FAILED"
