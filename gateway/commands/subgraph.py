"""`channelgraph subgraph NAME`: one subgraph as an HTTP service of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gateway.commands.applications import application_of, settings_of, started
from gateway.commands.sources import find_config, load, read_config
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path


def run(name: str, port: int | None, host: str, data: Path | None, config: Path | None, *, migrate: bool) -> None:
    """Serve until a signal, or only bring the database up to date; what is left open the environment says."""
    from gateway.server.serve import address_of, listen, serve
    from gateway.settings import ServerSettings, TelemetrySettings
    from gateway.telemetry import configure_logging

    schema = read_config(find_config(config))
    entry = schema.entry(name)
    configure_logging(TelemetrySettings())
    values: dict[str, Any] = {"data_dir": data} if data is not None else {}
    if migrate:
        _migrate(entry.app or "", settings_of(schema, entry, values))
        return
    chosen = port if port is not None else urlsplit(entry.routing_url).port or 80
    settings = ServerSettings(host=host, port=chosen)
    listener = listen(settings.host, settings.port)
    application = application_of(schema, entry, values)
    shown_host, shown_port = address_of(listener)

    def tell() -> None:
        print(f"channelgraph subgraph {name}: http://{shown_host}:{shown_port}/graphql", flush=True)  # noqa: T201

    serve(application, listener, settings, started([(name, application)]), tell)


def _migrate(app: str, settings: Any) -> None:
    """Call `migrate(settings)` beside the application's factory."""
    import asyncio
    import inspect

    module = app.partition(":")[0]
    if not module:
        raise SettingsInvalid("This subgraph has no `app`, and so nothing to migrate.")
    result = load(f"{module}:migrate", "app")(settings)
    if inspect.isawaitable(result):
        asyncio.run(_awaited(result))
    print(f"channelgraph subgraph {settings.name}: the database is up to date", flush=True)  # noqa: T201


async def _awaited(result: Any) -> None:
    await result
