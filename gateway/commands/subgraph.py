"""`channelgraph subgraph NAME`: one subgraph as an HTTP service of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gateway.commands.applications import application_of, started
from gateway.commands.sources import find_config, read_config
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path


def run(name: str, port: int | None, host: str, data: Path | None, config: Path | None) -> None:
    """Serve until a signal; what is left open here the environment says."""
    from gateway.server.serve import Hooks, Mounted, address_of, listen, serve
    from gateway.settings import load_settings
    from gateway.telemetry import configure_logging

    schema = read_config(find_config(config))
    entry = schema.entry(name)
    surroundings = load_settings()
    configure_logging(surroundings.telemetry)
    chosen = port if port is not None else urlsplit(entry.routing_url).port or 80
    settings = surroundings.server.model_copy(update={"host": host, "port": chosen})
    listener = listen(settings.host, settings.port)
    application = application_of(schema, entry, _values(data))
    shown_host, shown_port = address_of(listener)

    def tell() -> None:
        print(f"channelgraph subgraph {name}: http://{shown_host}:{shown_port}/graphql", flush=True)  # noqa: T201

    serve(Mounted(application, listener), settings, started([(name, application)]), Hooks(tell))


def migrate_database(name: str, data: Path | None, config: Path | None) -> None:
    """Bring the database up to date, by the `state.migrate` of the application that the factory makes."""
    schema = read_config(find_config(config))
    application = application_of(schema, schema.entry(name), _values(data))
    migrate = getattr(getattr(application, "state", None), "migrate", None)
    if migrate is None:
        raise SettingsInvalid(f"subgraphs.{name}: its application has no `state.migrate`, and so nothing to migrate.")
    asyncio.run(_awaited(migrate()))
    print(f"channelgraph subgraph {name}: the database is up to date", flush=True)  # noqa: T201


def _values(data: Path | None) -> dict[str, Any]:
    return {"data_dir": data} if data is not None else {}


async def _awaited(result: Any) -> None:
    await result
