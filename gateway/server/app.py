"""The gateway as an ASGI application: `/graphql` first and raw, everything else by Starlette.

Matching one path by hand in front of Starlette's router saves each request about as much as a request to a subgraph
costs; what is rare may be comfortable.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from gateway.errors import ClientError, MethodNotAllowed, NotFound
from gateway.server.answering import PATH, Answering
from gateway.server.endpoint import GraphQLEndpoint
from gateway.server.explorer.page import explorer_routes
from gateway.server.health import health_routes
from gateway.server.request import PREFLIGHT_HEADERS, read_head
from gateway.server.response import error_body, headers_of
from gateway.server.sockets.endpoint import SocketEndpoint, refuse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from gateway.server.state import Gateway

CONTRACT_PATHS = f"{PATH}/"


class Application:
    """The outermost application."""

    def __init__(self, gateway: Gateway) -> None:
        self._limits = gateway.settings.limits
        self._contracts = gateway.settings.contracts.folder is not None
        answering = Answering(gateway)
        self._endpoint = GraphQLEndpoint(gateway, answering)
        self._sockets = SocketEndpoint(gateway, answering)
        self._rest = _starlette(gateway)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's event."""
        if scope["type"] == "lifespan":
            await self._rest(scope, receive, send)
        elif scope["path"] == PATH or (self._contracts and scope["path"].startswith(CONTRACT_PATHS)):
            await (self._endpoint if scope["type"] == "http" else self._sockets)(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(send, NotFound("GraphQL over WebSocket is at /graphql."))
        else:
            try:
                read_head(scope, self._limits)
            except ClientError as error:
                await _error_response(error)(scope, receive, send)
            else:
                await self._rest(scope, receive, send)


def create_app(gateway: Gateway) -> ASGIApp:
    """The application over one gateway; pages of other origins are let in only where the settings name them."""
    app: ASGIApp = Application(gateway)
    cors = gateway.settings.cors
    if cors.allow_origins:
        names = (
            "authorization",
            "content-type",
            "channelgraph-channel",
            "channelgraph-explain",
            "channelgraph-include-plan",
            *(n.decode() for n in PREFLIGHT_HEADERS),
        )
        app = CORSMiddleware(
            app,
            allow_origins=cors.allow_origins,
            allow_credentials=cors.allow_credentials,
            allow_methods=("GET", "POST"),
            allow_headers=names,
            expose_headers=("channelgraph-request-id", "retry-after"),
            max_age=cors.max_age_seconds,
        )
    return app


def _starlette(gateway: Gateway) -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with gateway.running():
            yield

    routes = [*health_routes(gateway), *(explorer_routes() if gateway.settings.graphiql else ())]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False
    return app


async def _refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101  # it is registered for no other
    if error.status_code == 405:
        return _error_response(MethodNotAllowed("Only GET is served here."), error.headers)
    return _error_response(NotFound("Nothing is served at this path; GraphQL is at /graphql."))


def _error_response(error: ClientError, headers: object = None) -> Response:
    # 404, 405 and 414 are kept by caches unless told not to: one odd request must not shut a page for others.
    own = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    response = Response(error_body(error, ""), status_code=error.status, headers=own, media_type="application/json")
    for name, value in headers_of(error):
        response.headers[name.decode()] = value.decode()
    if isinstance(headers, dict):
        response.headers.update(headers)
    return response
