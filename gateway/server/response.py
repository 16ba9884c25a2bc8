"""Answers and errors → HTTP: status, headers, bytes. The only place that decides what a client sees of a fault."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from gateway.errors import (
    ClientError,
    ClientErrors,
    DocumentInvalid,
    DocumentParseFailed,
    GatewayError,
    IntrospectionDisabled,
    LimitExceeded,
    ListSizeUnknown,
    MethodNotAllowed,
    OperationNotFound,
    PlanningLimit,
    RateLimited,
    StoredDocumentError,
    Unauthenticated,
    Unplannable,
    VariablesInvalid,
)
from gateway.server.media_types import GRAPHQL_RESPONSE, JSON, ONLY_STREAM

if TYPE_CHECKING:
    from starlette.types import Send

MASKED: Final = "Internal server error; the log has the whole of it under this request's id."

Header = tuple[bytes, bytes]
NO_HEADERS: Final[tuple[Header, ...]] = ()

_WELL_FORMED: Final = (
    DocumentParseFailed,
    DocumentInvalid,
    OperationNotFound,
    VariablesInvalid,
    LimitExceeded,
    ListSizeUnknown,
    StoredDocumentError,
    IntrospectionDisabled,
    PlanningLimit,
    Unplannable,
    ClientErrors,
)
"""Faults of a document, not of the HTTP request that brought it: 200 in application/json (GraphQL over HTTP, 6.4.1)."""

_FIXED: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, authorization, origin"),
    (b"x-content-type-options", b"nosniff"),
)
_BY_TYPE: Final[dict[str, tuple[Header, ...]]] = {
    kind: ((b"content-type", kind.encode() + b"; charset=utf-8"), *_FIXED) for kind in (JSON, GRAPHQL_RESPONSE)
}
_BY_TYPE[ONLY_STREAM] = _BY_TYPE[GRAPHQL_RESPONSE]


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete answer over HTTP; `extra` are headers beside those that every answer has."""

    status: int
    media_type: str
    body: bytes
    extra: tuple[Header, ...] = ()


async def send_bytes(send: Send, reply: Reply, request_id: bytes) -> None:
    """Send one complete answer."""
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                *_BY_TYPE[reply.media_type],
                (b"content-length", b"%d" % len(reply.body)),
                (b"channelgraph-request-id", request_id),
                *reply.extra,
            ],
        }
    )
    await send({"type": "http.response.body", "body": reply.body})


def status_of(error: GatewayError, media_type: str) -> int:
    """HTTP status of an error: faults of a document are 200 in application/json, as old clients need them."""
    if media_type == JSON and isinstance(error, _WELL_FORMED):
        return 200
    return error.status


def headers_of(error: GatewayError) -> tuple[Header, ...]:
    """Headers that the status of an error demands."""
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", b"GET, POST"),)
    if isinstance(error, Unauthenticated):
        return ((b"www-authenticate", b'Bearer error="invalid_token"'),)
    if isinstance(error, RateLimited):
        return ((b"retry-after", b"%d" % error.retry_after_seconds),)
    if error.status == 503:
        return ((b"retry-after", b"1"),)
    if error.status in {408, 413, 431}:
        return ((b"connection", b"close"),)  # what is left of the request is not worth reading
    return ()


def codes_of(error: BaseException) -> tuple[str, ...]:
    """The codes a client is shown for an error."""
    if isinstance(error, ClientErrors):
        return tuple(dict.fromkeys(each.code for each in error.errors))
    return (error.code if isinstance(error, GatewayError) else GatewayError.code,)


def error_body(error: BaseException, request_id: str, *, debug: bool = False) -> bytes:
    """A well-formed GraphQL answer without `data`; what is not the client's doing is masked."""
    if isinstance(error, ClientErrors):
        return encode({"errors": [_shown(each) for each in error.errors]})
    if isinstance(error, ClientError):
        return encode({"errors": [_shown(error)]})
    message = f"{type(error).__name__}: {error}" if debug else MASKED
    extensions = {"code": codes_of(error)[0], "requestId": request_id}
    return encode({"errors": [{"message": message, "extensions": extensions}]})


def encode(answer: Any) -> bytes:
    """JSON of an answer; integers beyond 64 bits and lone surrogates, which orjson refuses, take the slow way."""
    try:
        return orjson.dumps(answer)
    except TypeError:
        return json.dumps(answer, separators=(",", ":")).encode()


def _shown(error: ClientError) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": error.message}
    if error.locations:
        shown["locations"] = [{"line": line, "column": column} for line, column in error.locations]
    shown["extensions"] = {"code": error.code}
    return shown
