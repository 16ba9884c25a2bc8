"""Which media type a request is in and which one its answer should be in.

Both answers depend on one header's text only, so they are remembered by it; the number of texts remembered is bounded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from gateway.errors import NotAcceptable, UnsupportedMediaType

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
MULTIPART: Final = "multipart/mixed"
ONLY_STREAM: Final = "nothing but a stream"
"""Stands for "nothing but a stream is acceptable"; errors before a stream begins are sent as `GRAPHQL_RESPONSE`."""

_REMEMBERED: Final = 512
LONGEST_ACCEPT: Final = 4_096
"""Bytes of an Accept header that are read; the rest of a longer one could only be an attack, and callers cut it off."""


@lru_cache(_REMEMBERED)
def response_type(accept: bytes | None) -> str:
    """The media type to answer in; raises `NotAcceptable`.

    Without Accept, and for wildcards, it is application/json, as GraphQL over HTTP asks of servers that old clients
    talk to. Among equal weights the one named first wins; a weight of 0 refuses.
    Source  GraphQL over HTTP, "Accept"; RFC 9110, section 12.5.1
    """
    if accept is None or not accept.strip():
        return JSON
    chosen, best = None, 0.0
    refused: set[str] = set()
    for part in accept.decode("latin-1").lower().split(","):
        name, weight, charset = _read_range(part)
        if weight == 0.0:
            refused.add(name)
        if charset not in {"", "utf-8", "utf8"}:
            continue
        offered = JSON if name in {"*/*", "application/*", JSON} else name
        if offered in {JSON, GRAPHQL_RESPONSE} and weight > best:
            chosen, best = offered, weight
    if chosen in refused:
        chosen = GRAPHQL_RESPONSE if chosen == JSON and GRAPHQL_RESPONSE not in refused else None
    if chosen is None:
        raise NotAcceptable(f"The answer can be {GRAPHQL_RESPONSE} or {JSON}, in UTF-8; Accept names neither.")
    return chosen


@lru_cache(_REMEMBERED)
def stream_type(accept: bytes | None) -> str | None:
    """The media type for a stream of answers that Accept names by name, if it names one."""
    chosen, best = None, 0.0
    for part in (accept or b"").decode("latin-1").lower().split(","):
        name, weight, _ = _read_range(part)
        if name in {EVENTS, MULTIPART} and weight > best:
            chosen, best = name, weight
    return chosen


@lru_cache(_REMEMBERED)
def type_beside_stream(accept: bytes | None) -> str:
    """The media type of what is no stream, for an Accept that names one; errors come in the new type regardless."""
    try:
        return response_type(accept)
    except NotAcceptable:
        return ONLY_STREAM


@lru_cache(_REMEMBERED)
def check_body_type(content_type: bytes | None) -> None:
    """Raise `UnsupportedMediaType` unless a body of this type is JSON in UTF-8.

    The whole of the type has to match: "text/plain; application/json" is text, and browsers send text unasked.
    """
    if content_type is None:
        raise UnsupportedMediaType(f"Content-Type is missing; send {JSON}.")
    name, *parameters = content_type.decode("latin-1").lower().split(";")
    if name.strip() != JSON:
        raise UnsupportedMediaType(f"Only {JSON} is read as a request body.")
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if not key.strip():
            continue
        if key.strip() != "charset" or value.strip().strip('"') not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(f"Only {JSON} in UTF-8 is read as a request body.")


def _read_range(part: str) -> tuple[str, float, str]:
    """One range of an Accept header: name, weight, charset."""
    name, *parameters = part.split(";")
    weight, charset = 1.0, ""
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = min(1.0, max(0.0, float(value.strip())))
            except ValueError:
                weight = 0.0
            weight = weight if weight == weight else 0.0  # noqa: PLR0124  # "nan" is a float, and unlike itself
        elif key.strip() == "charset":
            charset = value.strip().strip('"')
    return name.strip(), weight, charset
