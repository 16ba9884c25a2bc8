"""`channelgraph gateway`: the gateway alone, over any supergraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.reading import read_supergraph

if TYPE_CHECKING:
    from pathlib import Path


def run(supergraph: Path, port: int | None, host: str | None, config: Path | None) -> None:
    """Serve until a signal; raises `StartupError` for what stands in the way."""
    from gateway.clients import http_clients
    from gateway.pipeline import Pipeline
    from gateway.server.serve import address_of, listen, serve_gateway
    from gateway.server.state import Gateway
    from gateway.settings import load_settings
    from gateway.telemetry import configure_logging

    settings = load_settings(config)
    changes = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    settings = settings.model_copy(update={"server": settings.server.model_copy(update=changes)})
    configure_logging(settings.telemetry)
    listener = listen(settings.server.host, settings.server.port)
    composed = read_supergraph(supergraph)
    gateway = Gateway(Pipeline(composed, http_clients(composed, settings.subgraphs), settings), settings)
    shown_host, shown_port = address_of(listener)

    def tell() -> None:
        names = ", ".join(sorted(subgraph.name for subgraph in composed.subgraphs.values()))
        print(f"channelgraph gateway: http://{shown_host}:{shown_port}/graphql over {names}", flush=True)  # noqa: T201

    serve_gateway(gateway, listener, tell)
