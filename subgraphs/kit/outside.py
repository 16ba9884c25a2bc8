"""Speaking to services outside the house: one JSON request, with a deadline, a bounded answer and no redirections.

Addresses come from settings, never from a caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

ANSWER_BYTES = 8 * 1024 * 1024
MOST_PAUSE_SECONDS = 86_400


class Unreachable(Exception):  # noqa: N818 - a state of things
    """No whole answer came; whether the request was read cannot be told."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service said: `content` is its JSON, None when it sent none; `pause` its Retry-After in seconds, or 0."""

    status: int
    content: Any
    pause: float


async def post_json(url: str, body: Any, headers: Mapping[str, str], seconds: float = 20.0) -> Reply:
    """Send one request and read the answer whole.

    Raises  `Unreachable` when there is no connection, no answer in time, or one over `ANSWER_BYTES`.
    """
    sent = {"content-type": "application/json", "accept": "application/json", **headers}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx2.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=orjson.dumps(body), headers=sent) as response,
        ):
            parts, size = [], 0
            async for part in response.aiter_bytes():
                parts.append(part)
                size += len(part)
                if size > ANSWER_BYTES:
                    message = f"the answer is longer than {ANSWER_BYTES // 1024**2} MB"
                    raise Unreachable(message)
    except TimeoutError as error:
        message = f"no answer within {seconds:.0f} seconds"
        raise Unreachable(message) from error
    except httpx2.HTTPError as error:
        message = f"cannot be reached ({type(error).__name__})"
        raise Unreachable(message) from error
    try:
        content = orjson.loads(b"".join(parts))
    except orjson.JSONDecodeError:
        content = None
    after = response.headers.get("retry-after", "")
    pause = min(int(after), MOST_PAUSE_SECONDS) if after.isdigit() and len(after) < 9 else 0
    return Reply(response.status_code, content, float(pause))
