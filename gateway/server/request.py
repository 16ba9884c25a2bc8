"""An HTTP request → its parts, checked; no Starlette `Request` is built on the way.

Rule 1: whatever is refused here is refused before the body is read, where that is possible.
Rule 2: nothing is decided by the URL or by `X-Forwarded-*`: a stranger writes those.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from gateway.errors import (
    BadRequest,
    BatchLimitExceeded,
    BodyTooLarge,
    CrossSiteRefused,
    HeadersTooLarge,
    MethodNotAllowed,
    RequestTimeout,
    StoringNotSupported,
    UnsupportedMediaType,
    UriTooLong,
)
from gateway.executor.encoding import decode
from gateway.server.media_types import check_body_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope

    from gateway.settings import CorsSettings, LimitSettings

PREFLIGHT_HEADERS = (b"channelgraph-preflight", b"apollo-require-preflight", b"x-apollo-operation-name")
"""A page of another origin can send any of these only after the browser has asked whether it may."""

_SINGLE = (b"host", b"authorization", b"content-type", b"content-length")
"""Headers that mean something only when there is one of them."""

_CLIENT = (
    (b"channelgraph-client-name", b"channelgraph-client-version"),
    (b"apollographql-client-name", b"apollographql-client-version"),
    (b"graphql-client-name", b"graphql-client-version"),
)
"""Our own names, Apollo's clients' and those of other routers."""

_EMPTY: Mapping[str, Any] = {}

_DOCUMENT_ID = re.compile(r"sha256:[0-9a-f]{64}\Z")


class ClientGone(Exception):  # noqa: N818  # an event, not a fault
    """The client closed the connection before its answer was ready; nobody is left to tell."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client asks: the members of a GraphQL over HTTP request.

    query       the document's text; None where only its hash was sent
    digest      its SHA-256, where that was sent
    """

    query: str | None
    operation_name: str | None
    variables: Mapping[str, Any]
    digest: str | None = None


def client_of(headers: Mapping[bytes, bytes]) -> str | None:
    """How a request names its program, "name@version"; only ever shown, never believed."""
    for name_header, version_header in _CLIENT:
        name = headers.get(name_header)
        if name:
            version = headers.get(version_header)
            return (name + b"@" + version if version else name).decode("utf-8", "replace")
    return None


def read_head(scope: Scope, limits: LimitSettings) -> dict[bytes, bytes]:
    """Headers by lower-case name; of repeated ones the values joined by a comma.

    Raises  HeadersTooLarge, UriTooLong; BadRequest for headers that contradict each other
    """
    pairs = scope["headers"]
    if len(pairs) > limits.header_count:
        raise HeadersTooLarge(f"There are more than {limits.header_count} headers (limits.header_count).")
    if sum([len(name) + len(value) for name, value in pairs]) > limits.header_bytes:
        raise HeadersTooLarge(f"Headers are longer than {limits.header_bytes:,} bytes (limits.header_bytes).")
    if len(scope["raw_path"] or b"") + len(scope["query_string"]) > limits.uri_bytes:
        raise UriTooLong(f"The URI is longer than {limits.uri_bytes:,} bytes (limits.uri_bytes); use POST.")
    found: dict[bytes, bytes] = dict(pairs)
    if len(found) != len(pairs):
        found = _joined(pairs)
    if b"host" not in found and scope["http_version"] == "1.1":
        raise BadRequest("The Host header is missing.")
    return found


def _joined(pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name in found and name in _SINGLE:
            raise BadRequest(f"There are several {name.decode('latin-1')} headers.")
        found[name] = found[name] + b", " + value if name in found else value
    return found


def check_method(method: str, headers: Mapping[bytes, bytes], cors: CorsSettings) -> None:
    """Raise unless this is a POST of JSON, or a GET that no page of another site can have made."""
    if method == "POST":
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise UnsupportedMediaType("Compressed request bodies are not read.")
        check_body_type(headers.get(b"content-type"))
    elif method == "GET":
        if b"content-type" in headers:
            check_body_type(headers[b"content-type"])
        check_same_site(headers, cors)
    else:
        raise MethodNotAllowed("Send a query by GET or POST, a mutation by POST.")


def check_same_site(headers: Mapping[bytes, bytes], cors: CorsSettings) -> None:
    """Raise `CrossSiteRefused` for a GET that another site's page makes without having been allowed to.

    A POST needs no such check: application/json is a type for which browsers ask first. A GET changes nothing and
    carries no cookie that counts here, but its time can tell things. Browsers state where a request comes from in
    Origin and Sec-Fetch-Site; other programs send neither and are let through, unless `cors.preflight_required`.
    """
    if any(name in headers for name in PREFLIGHT_HEADERS):
        return
    if from_elsewhere(headers, cors) or cors.preflight_required:
        raise CrossSiteRefused("Send the header channelgraph-preflight: 1, or ask by POST.")


def from_elsewhere(headers: Mapping[bytes, bytes], cors: CorsSettings) -> bool:
    """Whether a browser says that a page of another site asks, and not one of those that are allowed to."""
    origin = headers.get(b"origin")
    if origin is None:
        return headers.get(b"sec-fetch-site", b"none") not in {b"none", b"same-origin"}
    allowed = "*" in cors.allow_origins or origin.decode("latin-1") in cors.allow_origins
    own = origin.lower() in {scheme + headers.get(b"host", b"").lower() for scheme in (b"http://", b"https://")}
    return not (allowed or own)


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limits: LimitSettings) -> bytes:
    """The whole body, counted while it comes.

    Raises  BodyTooLarge as soon as it is known, RequestTimeout, ClientGone
    """
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > limits.body_bytes:
        raise BodyTooLarge(f"The body is longer than {limits.body_bytes:,} bytes (limits.body_bytes).")
    try:
        async with asyncio.timeout(limits.body_seconds):
            message = await receive()
            if not message.get("more_body") and message["type"] == "http.request":
                return _bounded([message.get("body", b"")], limits)
            chunks: list[bytes] = []
            while True:
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunks.append(message.get("body", b""))
                if not message.get("more_body"):
                    return _bounded(chunks, limits)
                _bounded(chunks, limits)
                message = await receive()
    except TimeoutError:
        raise RequestTimeout(
            f"The body did not arrive within {limits.body_seconds:g} s (limits.body_seconds)."
        ) from None


def _bounded(chunks: list[bytes], limits: LimitSettings) -> bytes:
    body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    if len(body) > limits.body_bytes:
        raise BodyTooLarge(f"The body is longer than {limits.body_bytes:,} bytes (limits.body_bytes).")
    chunks[:] = [body]
    return body


def operations_of_body(body: bytes, most: int) -> Operation | tuple[Operation, ...]:
    """The operation a POST body asks for, or those of a batch of at most `most`.

    Raises  BadRequest, BatchLimitExceeded; of a batch with a member that is no operation nothing is taken
    """
    try:
        members = decode(body)
    except orjson.JSONDecodeError:
        raise BadRequest("The body is not JSON.") from None
    if isinstance(members, dict):
        return operation_of_members(members)
    if not isinstance(members, list):
        raise BadRequest("The body must be a JSON object with the member query.")
    if not most:
        raise BadRequest("Batches are not served; send one operation a request (limits.batch).")
    if not members:
        raise BadRequest("The batch holds no operation.")
    if len(members) > most:
        raise BatchLimitExceeded(
            f"The batch has {len(members):,} operations; at most {most:,} are allowed (limits.batch)."
        )
    return tuple(_of_batch(number, each) for number, each in enumerate(members, 1))


def _of_batch(number: int, members: Any) -> Operation:
    if not isinstance(members, dict):
        raise BadRequest(f"Operation {number} of the batch must be a JSON object with the member query.")
    try:
        return operation_of_members(members)
    except BadRequest as error:
        raise BadRequest(f"Operation {number} of the batch: {error.message}") from None


def operation_of_query_string(query_string: bytes) -> Operation:
    """The operation a GET asks for; raises `BadRequest`."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        raise BadRequest("The query string is not percent-encoded UTF-8, or has over 50 parameters.") from None
    members: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if members.get(name):
            try:
                members[name] = decode(members[name])
            except orjson.JSONDecodeError:
                raise BadRequest(f"The parameter {name} is not JSON.") from None
        else:
            members.pop(name, None)
    if members.get("operationName") == "":
        del members["operationName"]
    return operation_of_members(members)


def operation_of_members(members: Mapping[str, Any]) -> Operation:
    """The operation that the members of a request make; raises `BadRequest`, or `StoringNotSupported`."""
    query = members.get("query")
    digest = _digest(members)
    if not isinstance(query, str) and (query is not None or digest is None):
        raise BadRequest("query must be a string." if "query" in members else "query is missing.")
    name = members.get("operationName")
    if name is not None and not isinstance(name, str):
        raise BadRequest("operationName must be a string.")
    variables = members.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("variables must be an object.")
    extensions = members.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest("extensions must be an object.")
    return Operation(query or (None if digest else query), name, variables or _EMPTY, digest)


def _digest(members: Mapping[str, Any]) -> str | None:
    """The hash of a document that is asked for by it, in either form; raises `ClientError`."""
    named = members.get("documentId")
    if named is not None:
        if not isinstance(named, str) or not _DOCUMENT_ID.match(named):
            raise BadRequest("documentId must be sha256: and 64 lower-case hexadecimal digits.")
        return named.removeprefix("sha256:")
    extensions = members.get("extensions")
    if not isinstance(extensions, dict) or extensions.get("persistedQuery") is None:
        return None
    persisted = extensions["persistedQuery"]
    if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
        raise BadRequest("extensions.persistedQuery must be an object with version and sha256Hash.")
    if persisted.get("version") != 1 or isinstance(persisted["version"], bool):
        raise StoringNotSupported("Of extensions.persistedQuery only version 1 is supported.")
    if not _DOCUMENT_ID.match(f"sha256:{persisted['sha256Hash']}"):
        raise BadRequest("sha256Hash must be 64 lower-case hexadecimal digits.")
    return str(persisted["sha256Hash"])
