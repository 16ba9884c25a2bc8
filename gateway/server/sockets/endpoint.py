"""GraphQL over WebSocket: who may open a connection, and who asks on it.

Handshake   bounded as any head and, where `rates` count, worth a request of its address; a page of another site only
            where `cors.allow_origins` names it; the subprotocol is `graphql-transport-ws` and no older one
Who asks    the Authorization of the handshake, or of `connection_init` where browsers cannot send headers; two that
            differ are refused. A token is looked at again with every operation and every event
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from gateway.errors import BadRequest, CrossSiteRefused, GatewayError, NotFound
from gateway.identity import CHANNEL_HEADER
from gateway.server.exchange import Exchange
from gateway.server.request import from_elsewhere, read_head
from gateway.server.response import error_body, headers_of
from gateway.server.sockets.connection import GOODBYE
from gateway.server.sockets.conversation import Conversation
from gateway.server.sockets.messages import SUBPROTOCOL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from gateway.server.answering import Answering
    from gateway.server.state import Gateway


class SocketEndpoint:
    """Answers WebSocket connections."""

    def __init__(self, gateway: Gateway, answering: Answering) -> None:
        self._gateway = gateway
        self._settings = gateway.settings
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it ends."""
        await receive()  # websocket.connect
        try:
            headers = self._admit(scope)
            with self._answering.room.socket():
                await self._serve(scope, headers, receive, send)
        except GatewayError as error:
            await refuse(send, error)

    def _admit(self, scope: Scope) -> Mapping[bytes, bytes]:
        """The head of a handshake that may go on; raises `GatewayError`."""
        if not self._settings.server.sockets:
            raise NotFound("WebSocket connections are not served here (server.sockets).")
        headers = read_head(scope, self._settings.limits)
        if from_elsewhere(headers, self._settings.cors):
            raise CrossSiteRefused("Pages of this origin may not connect (cors.allow_origins).")
        if SUBPROTOCOL not in scope["subprotocols"]:
            raise BadRequest(f"The subprotocol must be {SUBPROTOCOL}.")
        rates = self._answering.rates
        rates.spend(rates.caller(None, scope, headers))  # a connection is worth a request, whoever will ask on it
        return headers

    async def _serve(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send) -> None:
        server = self._settings.server
        await send(
            {
                "type": "websocket.accept",
                "subprotocol": SUBPROTOCOL,
                "most_bytes": self._settings.limits.body_bytes,
                "most_messages": server.socket_messages,
            }
        )
        exchange = Exchange(scope, receive, "", perf_counter())
        exchange.caller = (headers.get(b"authorization"), headers.get(CHANNEL_HEADER))
        conversation = Conversation(self._gateway, self._answering, exchange, headers, send)
        await conversation.run(scope["extensions"][GOODBYE])


async def refuse(send: Send, error: GatewayError) -> None:
    """Answer a handshake that is refused, as any request would be."""
    fixed: list[Any] = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
    await send(
        {"type": "websocket.http.response.start", "status": error.status, "headers": [*fixed, *headers_of(error)]}
    )
    await send({"type": "websocket.http.response.body", "body": error_body(error, "")})
