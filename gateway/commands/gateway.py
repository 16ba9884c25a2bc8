"""`channelgraph gateway`: the gateway alone, over any supergraph."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.commands.reading import read_supergraph

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def run(supergraph: Path, port: int | None, host: str | None, config: Path | None) -> None:
    """Serve until a signal; raises `StartupError` for what stands in the way."""
    from gateway.clients import http_clients, http_sources
    from gateway.pipeline import Pipeline
    from gateway.server.reload import Reloader
    from gateway.server.serve import address_of, listen, serve_gateway
    from gateway.server.state import Gateway
    from gateway.settings import load_settings
    from gateway.telemetry import configure_logging

    settings = load_settings(config)
    changes = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    settings = settings.model_copy(update={"server": settings.server.model_copy(update=changes)})
    configure_logging(settings.telemetry)
    listener = listen(settings.server.host, settings.server.port)

    def load() -> Pipeline:
        composed = read_supergraph(supergraph)
        return Pipeline(
            composed,
            http_clients(composed, settings.subgraphs),
            settings,
            http_sources(composed, settings.subgraphs),
        )

    gateway = Gateway(load(), settings)
    shown_host, shown_port = address_of(listener)

    def tell() -> None:
        names = ", ".join(sorted(gateway.pipeline.clients))
        print(f"channelgraph gateway: http://{shown_host}:{shown_port}/graphql over {names}", flush=True)  # noqa: T201

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with gateway.running(), Reloader(gateway, supergraph, load).watching():
            yield

    serve_gateway(gateway, listener, tell, running())
