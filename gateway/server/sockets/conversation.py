"""The conversation over one WebSocket: an operation for each `subscribe`, each a task of its own.

Order       of an operation's messages; operations overtake each other
Slow        each answer is sent before the next is taken: a client that reads slowly slows its subgraph's stream, and one
            that does not read at all is dropped by the connection's pings
The end     of the client: queries and subscriptions are given up, a mutation goes on. Of the gateway: subscriptions are
            left without `complete`, so that clients come back; requests are answered; then 1001
Bounds      `server.socket_operations` here, `server.requests` and `server.streams` over all, `rates`, and every limit of a
            document. One too many is an error of its own and leaves the others alone
Source      GraphQL over WebSocket protocol (graphql-ws)
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from gateway.errors import DeadlineExceeded, GatewayError, StreamsLimitExceeded, Unauthenticated
from gateway.pipeline import Notes
from gateway.planner.nodes import OperationKind
from gateway.server.answering import traceable
from gateway.server.response import codes_of, encode
from gateway.server.sockets.connection import SocketGone
from gateway.server.sockets.messages import (
    ACK,
    PONG,
    Close,
    SocketClosed,
    complete_message,
    credentials,
    error_message,
    id_of,
    next_message,
    operation_of,
    read_message,
)
from gateway.telemetry import codes_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from starlette.types import Send

    from gateway.server.answering import Answering
    from gateway.server.exchange import Exchange
    from gateway.server.request import Operation
    from gateway.server.state import Gateway


@dataclass(slots=True)
class _Running:
    """One operation under way.

    wanted      whether the client still waits for it
    """

    id: str
    exchange: Exchange
    task: asyncio.Task[None] | None = None
    wanted: bool = True
    bytes_out: int = 0
    codes: tuple[str, ...] = ()

    def give_up(self) -> None:
        """Nobody waits for it: what writes goes on to its end all the same."""
        self.wanted = False
        if self.task is not None and self.exchange.notes.kind is not OperationKind.MUTATION:
            self.task.cancel()


class Conversation:
    """What is said over one connection.

    exchange    of the handshake, from which each operation's is made
    """

    def __init__(
        self, gateway: Gateway, answering: Answering, exchange: Exchange, headers: Mapping[bytes, bytes], send: Send
    ) -> None:
        self._gateway = gateway
        self._settings = gateway.settings
        self._answering = answering
        self._exchange = exchange
        self._headers = headers
        self._send = send
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._initialised = False
        self._leaving = False

    async def run(self, goodbye: asyncio.Event) -> None:
        """Converse until one side ends it.

        goodbye     set when the server ends
        """
        ending = asyncio.ensure_future(self._say_goodbye(goodbye))
        try:
            try:
                async with asyncio.timeout(self._settings.server.socket_init_seconds):
                    while not self._initialised:
                        if not await self._hear():
                            return
            except TimeoutError:
                raise SocketClosed(Close.INITIALISED_TOO_LATE, "connection_init did not come in time") from None
            while await self._hear():
                pass
        except SocketClosed as closed:
            await self._send({"type": "websocket.close", "code": closed.code, "reason": closed.reason})
        finally:
            ending.cancel()
            for running in list(self._running.values()):
                running.give_up()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _say_goodbye(self, goodbye: asyncio.Event) -> None:
        await goodbye.wait()
        self._leaving = True
        for running in list(self._running.values()):
            if running.exchange.notes.kind is OperationKind.SUBSCRIPTION:
                running.give_up()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._send({"type": "websocket.close", "code": Close.GOING_AWAY, "reason": "Going away"})

    async def _hear(self) -> bool:
        """Take one message; whether there may be more. Raises `SocketClosed`."""
        event = await self._exchange.receive()
        if event["type"] == "websocket.disconnect":
            return False
        message = read_message(event["text"])
        match message["type"]:
            case "connection_init":
                await self._initialise(message.get("payload") or {})
            case "ping":
                await self._say(PONG)
            case "pong":
                pass
            case "subscribe":
                await self._begin(message)
            case "complete":
                running = self._running.pop(id_of(message), None)
                if running is not None:
                    running.give_up()
            case _:
                raise SocketClosed(Close.BAD_MESSAGE, "There is no message of this type")
        return True

    async def _initialise(self, payload: Mapping[str, Any]) -> None:
        if self._initialised:
            raise SocketClosed(Close.INITIALISED_TWICE, "Too many initialisation requests")
        exchange, (authorization, channel) = self._exchange, credentials(payload)
        sent = exchange.caller
        if authorization is not None and sent[0] not in {None, authorization}:
            raise SocketClosed(Close.FORBIDDEN, "The handshake had another Authorization")
        exchange.caller = (authorization or sent[0], channel or sent[1])
        await self._identify(exchange)
        self._answering.introduce(exchange, self._headers)
        self._initialised = True
        await self._say(ACK)

    async def _identify(self, exchange: Exchange) -> None:
        """Who asks, as the token says now; raises `SocketClosed`, after which the client may come with another."""
        rates = self._answering.rates
        try:
            exchange.identity = await self._gateway.identities.identify(*exchange.caller)
        except Unauthenticated as error:
            rates.spend(rates.caller(None, exchange.scope, self._headers))
            raise SocketClosed(Close.FORBIDDEN, error.message) from None
        except GatewayError as error:
            raise SocketClosed(Close.FORBIDDEN, error.code) from None
        exchange.payer = rates.caller(exchange.identity, exchange.scope, self._headers)

    async def _begin(self, message: Mapping[str, Any]) -> None:
        if not self._initialised:
            raise SocketClosed(Close.NOT_INITIALISED, "Unauthorized")
        id, operation = id_of(message), operation_of(message)  # noqa: A001  # the protocol's word
        if id in self._running:
            raise SocketClosed(Close.ID_IN_USE, f"Subscriber for {id} already exists")
        if self._leaving:
            return
        await self._identify(self._exchange)
        exchange = replace(
            self._exchange, request_id=next(self._answering.ids), started=perf_counter(), notes=Notes(), finished=None
        )
        running = _Running(id, exchange)
        full = len(self._running) >= self._settings.server.socket_operations
        self._running[id] = running
        running.task = asyncio.ensure_future(self._operate(running, operation, full=full))
        self._tasks.add(running.task)
        running.task.add_done_callback(self._tasks.discard)

    async def _operate(self, running: _Running, operation: Operation, *, full: bool) -> None:
        """Answer one operation to its end, and tell of it."""
        exchange, room = running.exchange, self._answering.room
        room.enter()
        try:
            room.check()
            if full:
                most = self._settings.server.socket_operations
                message = f"There are {most:,} operations under way on this connection (server.socket_operations)."
                raise StreamsLimitExceeded(message)  # noqa: TRY301
            self._answering.rates.spend(exchange.payer)
            await self._answer(running, self._answering.complete(exchange, operation))
            last = complete_message(running.id)
        except asyncio.CancelledError:
            running.wanted = False
            raise
        except SocketGone:
            running.wanted = False
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this operation's; the others go on
            known = DeadlineExceeded("The request took too long.") if isinstance(error, TimeoutError) else error
            last, running.codes = error_message(running.id, self._answering.shown(known, exchange)), codes_of(known)
        finally:
            room.leave()
            if self._running.get(running.id) is running:  # free before the client can hear of it
                del self._running[running.id]
            self._answering.tell(exchange, 200, running.bytes_out, running.codes)
        if running.wanted:
            await self._say(last)

    async def _answer(self, running: _Running, operation: Operation) -> None:
        pipeline, exchange = self._gateway.pipeline, running.exchange
        exchange.notes.kind = pipeline.kind_of(operation.query or "", operation.operation_name, exchange.contract)
        if exchange.notes.kind is not OperationKind.SUBSCRIPTION:
            answer = await self._answering.execute(exchange, operation)
            running.codes = answer.codes
            await self._next(running, answer.body)
            return
        with self._answering.room.stream():
            async with aclosing(await pipeline.subscribe(self._answering.request(exchange, operation))) as answers:
                async for each in answers:
                    running.codes = codes_in(each["errors"]) if "errors" in each else ()
                    told = traceable(each, exchange.request_id) if running.codes else each
                    await self._next(running, encode(told))

    async def _next(self, running: _Running, body: bytes) -> None:
        running.bytes_out += len(body)
        if running.wanted:
            await self._say(next_message(running.id, body))

    async def _say(self, message: str) -> None:
        try:
            await self._send({"type": "websocket.send", "text": message})
        except SocketGone:
            for running in list(self._running.values()):
                running.wanted = False
            raise
