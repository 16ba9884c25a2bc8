"""Values as JSON bytes, also the few that the fast encoder refuses."""

from __future__ import annotations

import json
from typing import Any

import orjson


def encode(value: Any) -> bytes:
    """Encode what was decoded from JSON, or made of a document's literals.

    orjson refuses integers beyond 64 bits and nesting beyond 254 levels, both of which it can be given here: literals
    know no bound, and it reads 1,024 levels. The standard library takes those.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
