"""`channelgraph gateway`: the gateway alone, over any supergraph."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.commands.reading import read_supergraph

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gateway.pipeline import Pipeline
    from gateway.server.reload import Stamp
    from gateway.server.workers import Work
    from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line."""

    supergraph: Path
    port: int | None
    host: str | None
    config: Path | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is served: settings, and the pipeline of the supergraph whose file had this stamp."""

    asked: Asked
    settings: Settings
    stamp: Stamp | None
    pipeline: Pipeline

    def serve(self, listener: socket.socket, health: socket.socket | None, shown: str | None) -> None:
        """Serve until a signal; `shown` is told once requests are answered."""
        from gateway.server.reload import Reloader
        from gateway.server.serve import serve_gateway
        from gateway.server.state import Gateway

        gateway = Gateway(self.pipeline, self.settings)
        path = self.asked.supergraph

        @asynccontextmanager
        async def running() -> AsyncIterator[None]:
            reloader = Reloader(gateway, path, lambda: pipeline_of(path, self.settings), self.stamp)
            async with gateway.running(), reloader.watching():
                yield

        def tell() -> None:
            if shown is not None:
                print(f"channelgraph gateway: {shown} over {', '.join(sorted(self.pipeline.clients))}", flush=True)  # noqa: T201

        serve_gateway(gateway, listener, tell, running(), health)


def run(supergraph: Path, port: int | None, host: str | None, config: Path | None) -> None:
    """Serve until a signal; raises `StartupError` for what stands in the way."""
    from gateway.server.serve import address_of, listen
    from gateway.telemetry import configure_logging

    asked = Asked(supergraph, port, host, config)
    settings = settings_of(asked)
    configure_logging(settings.telemetry)
    workers = settings.server.workers
    # Without sharing first: a program that listens there already must be noticed, even another gateway.
    listener = listen(settings.server.host, settings.server.port, passive=workers > 1)
    loaded = load(asked, settings)
    address = address_of(listener)
    shown = "http://{}:{}/graphql".format(*address)
    if workers == 1:
        loaded.serve(listener, None, shown)
        return
    listener.close()
    run_crew(loaded, address, shown)


def run_crew(loaded: Loaded, address: tuple[str, int], shown: str) -> None:
    """Serve in several processes; SIGHUP renews them with settings and supergraph as they are then.

    Addresses and the number of processes stay what they were. Raises `SystemExit` when a process failed.
    """
    from gateway.server.serve import listen
    from gateway.server.workers import Crew, run_workers

    server = loaded.settings.server
    host, port = address
    listeners = [listen(host, port, shared=True) for _ in range(server.workers)]
    healths: list[socket.socket | None] = [
        None if server.health_port is None else listen(server.host, server.health_port and server.health_port + number)
        for number in range(server.workers)
    ]
    sockets = [
        (listener,) if health is None else (listener, health)
        for listener, health in zip(listeners, healths, strict=True)
    ]

    def renewed() -> Loaded:
        settings = settings_of(loaded.asked)
        same = {name: getattr(server, name) for name in ("host", "port", "health_port", "workers")}
        return load(loaded.asked, settings.model_copy(update={"server": settings.server.model_copy(update=same)}))

    def work_of(what: Loaded, shown: str | None) -> Work:
        return lambda worker: what.serve(listeners[worker], healths[worker], None if worker else shown)

    status = run_workers(Crew(sockets, lambda: work_of(renewed(), None)), work_of(loaded, shown))
    if status:
        raise SystemExit(status)


def settings_of(asked: Asked) -> Settings:
    """The settings as they are now, the command line's in place of the file's; raises `SettingsInvalid`."""
    from gateway.settings import load_settings

    settings = load_settings(asked.config)
    changes = {name: value for name, value in (("port", asked.port), ("host", asked.host)) if value is not None}
    return settings.model_copy(update={"server": settings.server.model_copy(update=changes)})


def load(asked: Asked, settings: Settings) -> Loaded:
    """The supergraph as it is now; raises `StartupError`."""
    from gateway.server.reload import stamp_of

    stamp = stamp_of(asked.supergraph)  # before it is read: what changes while it is read is read again
    return Loaded(asked, settings, stamp, pipeline_of(asked.supergraph, settings))


def pipeline_of(supergraph: Path, settings: Settings) -> Pipeline:
    """A pipeline over HTTP of a supergraph's file; raises `StartupError` for what is no good."""
    from gateway.channels.served import served_contracts
    from gateway.clients import http_clients, http_sources
    from gateway.pipeline import Pipeline

    composed = read_supergraph(supergraph)
    return Pipeline(
        composed,
        http_clients(composed, settings.subgraphs),
        settings,
        http_sources(composed, settings.subgraphs),
        served_contracts(settings.contracts.folder),
    )
