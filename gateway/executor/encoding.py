"""Values as JSON bytes and back, also the few that the fast encoder refuses or the fast decoder rounds."""

from __future__ import annotations

import json
from typing import Any

import orjson

from gateway.executor.leaves import lossy


def encode(value: Any) -> bytes:
    """Encode what was decoded from JSON, or made of a document's literals.

    orjson refuses integers beyond 64 bits and nesting beyond 254 levels, both of which it can be given here: literals
    know no bound, and it reads 1,024 levels. The standard library takes those.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode(text: bytes | str) -> Any:
    """Decode JSON with all digits of its integers: a custom scalar may have any number of them.

    Raises  `orjson.JSONDecodeError`, also for a number of more than 64 bits below some 900 levels of nesting
    """
    value = orjson.loads(text)
    if not lossy(value):
        return value
    try:
        return json.loads(text)
    except RecursionError:
        raise orjson.JSONDecodeError("a number of over 64 bits lies too deep", "", 0) from None
