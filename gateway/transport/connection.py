"""One HTTP/1.1 connection to a subgraph: writes a request, has one answer read, tells its pool.

One exchange at a time, no pipelining. A connection is given back only after the whole answer was read and not one byte
more: what is left over would be taken for the next answer. Whatever goes wrong closes it.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.errors import SubgraphError, SubgraphUnreachable
from gateway.transport.response_reader import ResponseReader

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphResponse
    from gateway.transport.http_settings import HttpSettings
    from gateway.transport.pool import Pool


@dataclass(slots=True, eq=False)
class Exchange:
    """A request on its way.

    payload     head and body
    future      the caller's; when it is done, however, the exchange is over
    repeatable  whether it may be sent again when no byte of an answer has come
    stale       whether the connection it was sent on had served others before, and so may have been closed meanwhile
    opening     whether a connection is being made for it
    """

    payload: bytes
    future: asyncio.Future[SubgraphResponse]
    deadline: float
    repeatable: bool
    attempts: int = 0
    stale: bool = False
    opening: bool = False
    connection: Connection | None = None
    timer: asyncio.TimerHandle | None = None

    def fail(self, error: SubgraphError) -> None:
        """End with an error, unless it has ended."""
        if not self.future.done():
            self.future.set_exception(error)


class Connection(asyncio.Protocol):
    """One connection of a pool; `idle_since` is the loop's time at which it was last given back."""

    __slots__ = ("_exchange", "_pool", "_reader", "_renewed_at", "_served", "_transport", "idle_since")

    def __init__(self, pool: Pool, settings: HttpSettings) -> None:
        self._pool = pool
        self._exchange: Exchange | None = None
        self._reader = ResponseReader(pool.subgraph, settings)
        self._served = False
        # Not all at once: connections made together must not be renewed together.
        self._renewed_at = pool.loop.time() + settings.renew_seconds * random.uniform(0.75, 1)  # noqa: S311 - no secret
        self.idle_since = 0.0

    @property
    def usable(self) -> bool:
        """Whether an exchange can be started."""
        return self._exchange is None and not self._transport.is_closing()

    def serves(self, exchange: Exchange) -> bool:
        """Whether the answer to `exchange` is still expected here."""
        return self._exchange is exchange

    def start(self, exchange: Exchange) -> None:
        """Send the request of `exchange`."""
        self._exchange = exchange
        exchange.connection = self
        exchange.attempts += 1
        exchange.stale = self._served
        self._served = True
        self._reader.expect()
        self._transport.write(exchange.payload)

    def abort(self) -> None:
        """Close at once; the answer, if one was expected, is not wanted any more."""
        self._exchange = None
        self._reader.expect()
        self._transport.abort()

    def close(self) -> None:
        """Close; an exchange under way fails."""
        exchange, self._exchange = self._exchange, None
        self._transport.close()
        if exchange is not None:
            exchange.fail(unreachable(self._pool.subgraph, "the gateway is closing its connections", final=True))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # a stream's transport

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self._exchange is None:
            self._transport.abort()  # nobody has asked for anything
            return
        try:
            self._reader.feed(data)
        except SubgraphError as error:
            self._break(error)
            return
        if self._reader.complete:
            self._deliver()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        exchange = self._exchange
        if exchange is not None and exc is None:
            try:
                self._reader.close()
            except SubgraphError as error:
                self._break(error)
                return
            if self._reader.complete:
                self._deliver()
                return
        self._exchange = None
        answered = self._reader.received
        self._reader.expect()
        self._pool.lost(self)
        if exchange is not None and not exchange.future.done():
            self._pool.broken(exchange, exc, answered=answered)

    def _deliver(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None and not exchange.future.done():
            exchange.future.set_result(self._reader.response())
        reusable = self._reader.reusable and self._pool.loop.time() < self._renewed_at
        self._reader.expect()  # what has been read belongs to the caller; an idle connection must not hold it
        if reusable and not self._transport.is_closing():
            self._pool.release(self)
        else:
            self._transport.close()
            self._pool.lost(self)

    def _break(self, error: SubgraphError) -> None:
        exchange, self._exchange = self._exchange, None
        self._reader.expect()
        self._transport.abort()
        self._pool.lost(self)
        if exchange is not None:
            exchange.fail(error)


def unreachable(
    subgraph: str, reason: str, exc: BaseException | None = None, *, final: bool = False
) -> SubgraphUnreachable:
    """The error for a connection that could not be made, or broke."""
    detail = f": {type(exc).__name__}" if exc is not None else ""
    return SubgraphUnreachable(f"{reason}{detail}", subgraph, final=final)
