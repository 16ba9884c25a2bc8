"""What is checked of a request before anything reads its body, on every path; and what all other paths answer."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from subgraphs.kit import errors
from subgraphs.kit.server import fault_response
from subgraphs.kit.settings import SubgraphSettings

SINGLE = (b"host", b"authorization", b"content-type", b"content-length", b"channelgraph-identity")
"""Headers that mean something only when there is one of them."""


class HeadLimits:
    """The outermost part of the application: refuses heads that are too long or contradict themselves."""

    def __init__(self, app: ASGIApp, settings: SubgraphSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            fault = self._fault(scope)
            if fault is not None:
                await fault_response(fault)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _fault(self, scope: Scope) -> errors.BadRequest | None:
        limits, pairs = self._settings, scope["headers"]
        if len(pairs) > limits.header_count:
            return errors.HeadersTooLarge(f"There are more than {limits.header_count} headers")
        if sum([len(name) + len(value) for name, value in pairs]) > limits.header_bytes:
            return errors.HeadersTooLarge(f"The headers are longer than {limits.header_bytes} bytes")
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limits.uri_bytes:
            return errors.UriTooLong(f"The URI is longer than {limits.uri_bytes} bytes; use POST")
        names = [name for name, _ in pairs if name in SINGLE]
        if len(set(names)) != len(names):
            return errors.BadRequest("Of host, authorization, content-type and content-length there may be one each")
        if b"host" not in names and scope["http_version"] == "1.1":
            return errors.BadRequest("The Host header is missing")
        return None


async def refused(_: Request, error: Exception) -> Response:
    """What Starlette's router refuses, as JSON."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        response = fault_response(errors.MethodNotAllowed("This path does not take this method"))
        response.headers.update(error.headers or {})
        return response
    return fault_response(errors.NotServed("Nothing is served at this path; GraphQL is at /graphql"))
