"""What one subgraph said, cut to what may be believed: bytes → data and errors, or a failure.

A reply is usable when it is a JSON object with `data` or `errors`, whatever the status (GraphQL over HTTP lets a
server answer 4xx and 5xx with a GraphQL body). Everything else becomes one of the `SubgraphError`s; nothing of an
unusable body is ever shown to a client.

Numbers   Integers beyond 64 bits arrive as floating point at first; `read_exactly` has all of their digits. NaN,
          infinities, lone surrogates, a byte order mark and nesting over 1,024 levels make the reply malformed.
Source    GraphQL specification, section 7; GraphQL over HTTP, section 6.4
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from gateway.errors import SubgraphError, SubgraphHttpError, SubgraphMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.transport.base import SubgraphResponse

MAX_ERRORS: Final = 100
"""Errors kept of one reply, and shown in one answer."""


@dataclass(frozen=True, slots=True)
class ReplyError:
    """One entry of a subgraph's `errors`, checked: a message, and a path and extensions when they have the right type."""

    message: str
    path: tuple[str | int, ...] | None
    extensions: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that can be used, wholly or in part.

    data      the object under `data`, None when there is none; customers' data, and so left out when this is logged
    errors    what the subgraph reported, at most `MAX_ERRORS`
    left_out  how many errors it reported beyond those
    failure   what is wrong with the reply itself; may stand beside data (a status 500 with data but no errors)
    """

    data: dict[str, Any] | None = field(repr=False)
    errors: tuple[ReplyError, ...]
    failure: SubgraphError | None
    left_out: int = 0


def read_reply(outcome: SubgraphResponse | SubgraphError, subgraph: str) -> Reply:
    """Judge one outcome; never raises. An answer that several requests share is decoded once."""
    if isinstance(outcome, SubgraphError):
        return Reply(None, (), outcome)
    if outcome.judged:
        known: Reply = outcome.judged[0]
        return known
    reply = _read(outcome, subgraph)
    outcome.judged.append(reply)
    return reply


def read_exactly(outcome: SubgraphResponse | SubgraphError, subgraph: str) -> Reply:
    """The same outcome with all digits of its integers, some seven times as slowly."""
    reply = read_reply(outcome, subgraph)
    if isinstance(outcome, SubgraphError) or reply.data is None:
        return reply
    try:
        return replace(reply, data=json.loads(outcome.body)["data"])
    except RecursionError:  # too deep for the slow way: the numbers stay as they are
        return reply


def _read(outcome: SubgraphResponse, subgraph: str) -> Reply:
    try:
        body = orjson.loads(outcome.body)
    except orjson.JSONDecodeError as exc:
        return Reply(None, (), _unreadable(outcome, subgraph, exc))
    if 200 <= outcome.status < 300:
        return judge(body, subgraph)
    if not isinstance(body, dict) or not ("data" in body or "errors" in body):
        return Reply(None, (), _http_error(outcome, subgraph))
    reply = judge(body, subgraph)
    if reply.errors or reply.failure is not None:
        return reply
    return Reply(reply.data, (), _http_error(outcome, subgraph))


def judge(body: Any, subgraph: str) -> Reply:
    """Check a decoded body: `data` an object or null, `errors` a list, and not both of them missing."""
    if not isinstance(body, dict):
        return _malformed(subgraph, "the body is not a JSON object")
    data = body.get("data")
    if data is not None and not isinstance(data, dict):
        return _malformed(subgraph, "`data` is neither an object nor null")
    listed = body.get("errors")
    if listed is None or listed == []:
        return Reply(data, (), None) if data is not None else _malformed(subgraph, "neither data nor errors")
    if not isinstance(listed, list):
        return _malformed(subgraph, "`errors` is not a list")
    errors = tuple(error for error in map(_error, listed[:MAX_ERRORS]) if error is not None)
    odd = len(errors) < len(listed[:MAX_ERRORS])
    failure = SubgraphMalformed("an entry of `errors` has no message", subgraph) if odd else None
    return Reply(data, errors, failure, max(0, len(listed) - MAX_ERRORS))


def _error(entry: Any) -> ReplyError | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("message"), str):
        return None
    path = entry.get("path")
    extensions = entry.get("extensions")
    return ReplyError(
        message=entry["message"],
        path=tuple(path) if isinstance(path, list) and all(_is_step(step) for step in path) else None,
        extensions=extensions if isinstance(extensions, dict) else {},
    )


def _is_step(step: Any) -> bool:
    return isinstance(step, str) or (isinstance(step, int) and not isinstance(step, bool))


def _unreadable(response: SubgraphResponse, subgraph: str, exc: Exception) -> SubgraphError:
    """An error page is an HTTP error, also with status 200; JSON that cannot be read is a malformed answer."""
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status == 200 and (media.endswith("json") or not media):
        return SubgraphMalformed(f"the body is not JSON: {exc}", subgraph)
    return _http_error(response, subgraph)


def _http_error(response: SubgraphResponse, subgraph: str) -> SubgraphHttpError:
    return SubgraphHttpError(f"HTTP status {response.status} without a GraphQL answer", subgraph)


def _malformed(subgraph: str, reason: str) -> Reply:
    return Reply(None, (), SubgraphMalformed(reason, subgraph))
