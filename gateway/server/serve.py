"""Running the application: sockets, uvicorn with uvloop and httptools, signals."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import uvicorn
from starlette.applications import Starlette

from gateway.errors import AddressInUse, SettingsInvalid
from gateway.server.app import create_app
from gateway.server.health import health_routes
from gateway.server.memory import give_back_what_is_free, keep_what_is_there
from gateway.server.slow_clients import patient_for
from gateway.server.sockets.connection import SocketConnection
from gateway.tracing import start_tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import FrameType

    from starlette.types import ASGIApp

    from gateway.server.state import Gateway
    from gateway.settings import ServerSettings

BACKLOG: Final = 2_048


@dataclass(frozen=True, slots=True)
class Mounted:
    """An application and the socket it is served on.

    handed_on   whether another process serves the same socket next, so that this one stops as soon as the end begins
    """

    app: ASGIApp
    listener: socket.socket
    handed_on: bool = False


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is called once connections are taken, and when no more are."""

    up: Callable[[], None]
    closing: Callable[[], None] = lambda: None


def listen(host: str, port: int, *, shared: bool = False, passive: bool = False) -> socket.socket:
    """A listening socket; raises `AddressInUse`, or `SettingsInvalid` for an address that is not this machine's.

    shared      other processes listen on the same port, and the kernel deals connections out (SO_REUSEPORT)
    passive     only hold the port; connections are for the others
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
        if not passive:
            listener.listen(BACKLOG)
    except OSError as exc:
        listener.close()
        if exc.errno == errno.EADDRINUSE:
            raise AddressInUse(
                f"Port {port} of {host} is in use; stop what listens there or give another --port."
            ) from exc
        raise SettingsInvalid(f"Cannot listen on {host}:{port}: {exc.strerror or exc}.") from exc
    listener.setblocking(False)  # noqa: FBT003  # the standard library's signature
    return listener


def address_of(listener: socket.socket) -> tuple[str, int]:
    """Host and port a socket listens on."""
    host, port = listener.getsockname()[:2]
    return str(host), int(port)


def serve_gateway(
    gateway: Gateway,
    listener: socket.socket,
    tell: Callable[[], None],
    around: AbstractAsyncContextManager[None] | None = None,
    health: socket.socket | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; `tell` is called once requests are answered.

    around  what runs beside it; by default nothing but the gateway itself
    health  the socket of the health port, where it is one of several processes and does not make its own
    Raises  StartupError when what the gateway needs does not start
    """
    server = gateway.settings.server
    side = []
    if server.health_port is not None:
        listening = health or listen(server.host, server.health_port)
        side.append(Mounted(Starlette(routes=health_routes(gateway)), listening, handed_on=health is not None))
    if gateway.settings.telemetry.traces:
        start_tracing()
    hooks = Hooks(tell, gateway.closing.set)
    serve(Mounted(create_app(gateway), listener), server, around or gateway.running(), hooks, side)


def serve(
    main: Mounted,
    settings: ServerSettings,
    around: AbstractAsyncContextManager[None],
    hooks: Hooks,
    side: Sequence[Mounted] = (),
) -> None:
    """Serve applications in one loop until a signal asks for the end; in-flight requests may finish.

    around  entered before the first connection is taken, left after the last is closed; what it raises is raised
    side    further applications
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again after its own shutdown; an empty handler lets the process end with status 0.
        signal.signal(number, lambda *_: None)
    server = _Server(_config(main.app, settings), hooks)
    others = [(uvicorn.Server(_config(each.app, settings)), each) for each in side]
    server.after_closing = tuple(other for other, mounted in others if mounted.handed_on)
    give_back_what_is_free()
    keep_what_is_there()
    with asyncio.Runner(loop_factory=_new_loop()) as runner:
        runner.run(_run(server, main.listener, around, others))


async def _run(
    main: _Server,
    listener: socket.socket,
    around: AbstractAsyncContextManager[None],
    others: list[tuple[uvicorn.Server, Mounted]],
) -> None:
    async with around:
        tasks = [asyncio.ensure_future(server._serve(sockets=[side.listener])) for server, side in others]
        await main.serve(sockets=[listener])
        for server, _ in others:
            server.should_exit = True
        await asyncio.gather(*tasks)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, hooks: Hooks) -> None:
        super().__init__(config)
        self._hooks = hooks
        self.after_closing: tuple[uvicorn.Server, ...] = ()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second signal of either kind ends the waiting for requests under way."""
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._hooks.up()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hooks.closing()
        for server in self.after_closing:
            server.should_exit = True
        await super().shutdown(sockets)


def _config(app: ASGIApp, settings: ServerSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=patient_for(settings.head_seconds, settings.heartbeat_seconds),
        ws=SocketConnection,  # which the protocol makes itself; that it is there lets an upgrade through
        lifespan="off",  # `around` is entered instead: its failure is one clear line, not a traceback in a log
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.connections,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
        backlog=BACKLOG,
    )


def _new_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # not to be had on Windows
        return asyncio.new_event_loop
    loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return loop
