"""Connections to one origin: kept alive, most recently used first, bounded, with a bounded queue.

An exchange waits in the queue until a connection is free or a new one has been made for it; whichever comes first. A
caller that cancels takes nothing with it: its exchange leaves the queue, or its connection is closed and its slot is
free again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import deque
from typing import TYPE_CHECKING

from gateway.errors import SubgraphTimeout, SubgraphUnavailable
from gateway.transport.connection import Connection, Exchange, unreachable

if TYPE_CHECKING:
    import ssl

    from gateway.transport.http_settings import HttpSettings


class Pool:
    """All connections to one origin, within one event loop."""

    def __init__(self, subgraph: str, host: str, port: int, settings: HttpSettings, tls: ssl.SSLContext | None) -> None:
        self.subgraph = subgraph
        self._address = (host, port)
        self._literal = _is_address(host)
        self._settings = settings
        self._tls = tls
        self.loop = asyncio.get_running_loop()
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._waiting: deque[Exchange] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def in_use(self) -> tuple[int, int, int]:
        """Connections open, of those idle, and exchanges waiting."""
        return len(self._open), len(self._idle), len(self._waiting)

    def submit(self, exchange: Exchange) -> None:
        """Start an exchange as soon as there is a connection for it."""
        exchange.timer = self.loop.call_at(exchange.deadline, self._expired, exchange)
        exchange.future.add_done_callback(lambda _: self._settled(exchange))
        connection = self._recent(exchange)
        if connection is not None:
            connection.start(exchange)
        elif self._closed or len(self._waiting) >= self._settings.waiting:
            exchange.fail(SubgraphUnavailable("too many requests wait for a connection", self.subgraph))
        else:
            self._waiting.append(exchange)
            self._open_for(exchange)

    def release(self, connection: Connection) -> None:
        """A connection whose answer has been read; serves whoever waits longest."""
        while self._waiting:
            exchange = self._waiting.popleft()
            if not exchange.future.done():
                connection.start(exchange)
                return
        if self._closed:
            connection.close()
            return
        connection.idle_since = self.loop.time()
        self._idle.append(connection)
        if self._sweeper is None:
            self._sweeper = self.loop.call_later(self._settings.idle_seconds, self._sweep)

    def lost(self, connection: Connection) -> None:
        """A connection that is closed, or about to be; its slot is free."""
        if connection not in self._open:
            return
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._open_next()

    def broken(self, exchange: Exchange, exc: Exception | None, *, answered: bool) -> None:
        """The connection broke under an exchange: once more on a new one, if it was an old one and can do no harm.

        The server had most likely closed it before the request came; what breaks a new connection will do so again.
        """
        if exchange.stale and exchange.repeatable and not answered and exchange.attempts == 1 and not self._closed:
            exchange.connection = None
            self._waiting.appendleft(exchange)
            self._open_for(exchange)
            return
        reason = "the connection broke before a complete answer had come"
        exchange.fail(unreachable(self.subgraph, reason, exc, final=answered or exchange.attempts > 1))

    async def close(self) -> None:
        """Close everything; what is in flight fails."""
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        opening = list(self._opening)
        for task in opening:
            task.cancel()
        for exchange in list(self._waiting):
            exchange.fail(unreachable(self.subgraph, "the gateway is closing its connections", final=True))
        for connection in list(self._open):
            connection.close()
        await asyncio.gather(*opening, return_exceptions=True)
        await asyncio.sleep(0)  # lets transports that have nothing left to write say goodbye

    def _recent(self, exchange: Exchange) -> Connection | None:
        longest = self._settings.idle_seconds if exchange.repeatable else self._settings.mutation_idle_seconds
        while self._idle:
            connection = self._idle[-1]
            if not connection.usable:
                self._idle.pop()
                continue
            if self.loop.time() - connection.idle_since > longest:
                return None  # the others have been idle for longer still
            self._idle.pop()
            return connection
        return None

    def _open_next(self) -> None:
        """A slot is free: open for the longest waiting that nothing is being opened for."""
        exchange = next((waiting for waiting in self._waiting if not waiting.opening), None)
        if exchange is not None and not self._closed:
            self._open_for(exchange)

    def _open_for(self, exchange: Exchange) -> None:
        used = len(self._open) + len(self._opening)
        if used >= self._settings.connections and self._idle:
            oldest = self._idle.pop(0)
            oldest.close()
            self._open.discard(oldest)
            used -= 1
        if used < self._settings.connections:
            exchange.opening = True
            self._opening.add(self.loop.create_task(self._open_connection(exchange)))

    async def _open_connection(self, exchange: Exchange) -> None:
        connection: Connection | None = None
        failure: tuple[str, Exception] | None = None
        try:
            async with asyncio.timeout(self._settings.connect_seconds):
                connection = await self._connect()
        except TimeoutError as exc:
            failure = ("no connection within the time for connecting", exc)
        except (OSError, ValueError) as exc:  # ssl.SSLError is an OSError; ValueError: a host that is no name
            failure = ("no connection", exc)
        finally:
            exchange.opening = False
            task = asyncio.current_task()
            if task is not None:
                self._opening.discard(task)
        if connection is not None:
            self._opened(connection, exchange)
        elif failure is not None:
            self._unopened(exchange, *failure)

    async def _connect(self) -> Connection:
        """A connection to the first of the name's addresses that answers; one that is silent does not use up the time."""
        host, port = self._address
        addresses = await self._addresses()
        share = self._settings.connect_seconds / (len(addresses) or 1)
        failure: OSError = OSError(f"{host} has no address")
        for family, address in addresses:
            try:
                async with asyncio.timeout(share):
                    _, connection = await self.loop.create_connection(
                        lambda: Connection(self, self._settings),
                        address,
                        port,
                        family=family,
                        ssl=self._tls,
                        server_hostname=host if self._tls else None,
                    )
                    return connection
            except OSError as exc:  # TimeoutError is one
                failure = exc
        raise failure

    async def _addresses(self) -> list[tuple[int, str]]:
        """Family and address of each; asked for anew each time, for a name may come to point elsewhere."""
        host, port = self._address
        if self._literal:
            return [(socket.AF_UNSPEC, host)]
        found = await self.loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys((int(family), str(address[0])) for family, _, _, _, address in found))

    def _opened(self, connection: Connection, exchange: Exchange) -> None:
        self._open.add(connection)
        if not connection.usable:
            self.lost(connection)
        elif exchange in self._waiting:
            self._waiting.remove(exchange)
            connection.start(exchange)
        else:
            self.release(connection)

    def _unopened(self, exchange: Exchange, reason: str, exc: Exception) -> None:
        if exchange in self._waiting:
            self._waiting.remove(exchange)
            exchange.fail(unreachable(self.subgraph, reason, exc))
        self._open_next()

    def _expired(self, exchange: Exchange) -> None:
        exchange.fail(SubgraphTimeout("no complete answer in time", self.subgraph))

    def _settled(self, exchange: Exchange) -> None:
        """The caller's future is done: by an answer, an error, the deadline or a cancellation."""
        if exchange.timer is not None:
            exchange.timer.cancel()
        if exchange in self._waiting:
            self._waiting.remove(exchange)
        connection, exchange.connection = exchange.connection, None
        if connection is not None and connection.serves(exchange):
            connection.abort()
            self.lost(connection)

    def _sweep(self) -> None:
        """Close what has been idle for too long."""
        self._sweeper = None
        oldest = self.loop.time() - self._settings.idle_seconds
        for connection in [c for c in self._idle if c.idle_since <= oldest]:
            self._idle.remove(connection)
            self._open.discard(connection)
            connection.close()
        if self._idle:
            self._sweeper = self.loop.call_later(self._settings.idle_seconds / 2, self._sweep)


def _is_address(host: str) -> bool:
    """Whether there is nothing to look up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
