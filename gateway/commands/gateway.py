"""`channelgraph gateway`: the gateway alone, over any supergraph."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.commands.reading import read_supergraph

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator
    from pathlib import Path


def run(supergraph: Path, port: int | None, host: str | None, config: Path | None) -> None:
    """Serve until a signal; raises `StartupError` for what stands in the way."""
    from gateway.channels.served import served_contracts
    from gateway.clients import http_clients, http_sources
    from gateway.pipeline import Pipeline
    from gateway.server.reload import Reloader
    from gateway.server.serve import address_of, listen, serve_gateway
    from gateway.server.state import Gateway
    from gateway.server.workers import run_workers
    from gateway.settings import load_settings
    from gateway.telemetry import configure_logging

    settings = load_settings(config)
    changes = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    settings = settings.model_copy(update={"server": settings.server.model_copy(update=changes)})
    configure_logging(settings.telemetry)
    workers = settings.server.workers
    # Without sharing first: a program that listens there already must be noticed, even another gateway.
    listener = listen(settings.server.host, settings.server.port, passive=workers > 1)

    def load() -> Pipeline:
        composed = read_supergraph(supergraph)
        return Pipeline(
            composed,
            http_clients(composed, settings.subgraphs),
            settings,
            http_sources(composed, settings.subgraphs),
            served_contracts(settings.contracts.folder),
        )

    pipeline = load()
    host_and_port = address_of(listener)

    def serve(listener: socket.socket, worker: int) -> None:
        gateway = Gateway(pipeline, settings)

        def tell() -> None:
            if worker == 0:
                names = ", ".join(sorted(gateway.pipeline.clients))
                shown = "http://{}:{}/graphql".format(*host_and_port)
                print(f"channelgraph gateway: {shown} over {names}", flush=True)  # noqa: T201

        @asynccontextmanager
        async def running() -> AsyncIterator[None]:
            async with gateway.running(), Reloader(gateway, supergraph, load).watching():
                yield

        serve_gateway(gateway, listener, tell, running(), worker)

    if workers == 1:
        serve(listener, 0)
        return
    listener.close()
    held = listen(*host_and_port, shared=True, passive=True)
    status = run_workers(workers, lambda worker: serve(listen(*host_and_port, shared=True), worker))
    held.close()
    if status:
        raise SystemExit(status)
