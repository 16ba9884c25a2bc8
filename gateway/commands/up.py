"""`channelgraph up`: every subgraph of `supergraph.yaml` and the gateway in one process, over embedded databases."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from gateway.commands.applications import application_of, started
from gateway.commands.development import AUDIENCE, IDENTITY_SECRET, ISSUER, TOKEN_KEY, key_in
from gateway.commands.reading import read_supergraph
from gateway.commands.sources import find_config, read_config
from gateway.errors import SupergraphInvalid
from gateway.server.state import Gateway

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gateway.commands.sources import SchemaConfig
    from gateway.pipeline import Pipeline
    from gateway.settings import Settings
    from gateway.supergraph.model import Supergraph


def run(data: Path, port: int | None, host: str | None, config: Path | None, settings_file: Path | None) -> None:
    """Serve until a signal; raises `StartupError` for what stands in the way."""
    from gateway.channels.served import served_contracts
    from gateway.clients import with_policies
    from gateway.pipeline import Pipeline
    from gateway.server.serve import address_of, listen, serve_gateway
    from gateway.settings import load_settings
    from gateway.telemetry import configure_logging
    from gateway.transport.in_process import InProcessSubgraph
    from gateway.transport.in_process_events import InProcessEvents

    began = time.monotonic()
    schema = read_config(find_config(config))
    settings = development_settings(load_settings(settings_file), data, port, host)
    if settings.contracts.folder is None and (schema.folder / "channels").is_dir():
        contracts = settings.contracts.model_copy(update={"folder": schema.folder / "channels"})
        settings = settings.model_copy(update={"contracts": contracts})
    configure_logging(settings.telemetry)
    listener = listen(settings.server.host, settings.server.port)
    secret = settings.identity_secret
    values = {"data_dir": data, "identity_secret": secret.get_secret_value() if secret else None}
    fresh = not any(data.glob("*.sqlite*"))
    _say(f"Starting {', '.join(schema.subgraphs)}" + (f"; making sample data in {data}" if fresh else ""))
    applications = {name: application_of(schema, entry, values) for name, entry in schema.subgraphs.items()}
    supergraph = supergraph_of(schema)
    asked = settings.subgraphs
    clients = {
        name: with_policies(
            InProcessSubgraph(name, app, "/graphql", asked.response_bytes, asked.timeout_seconds), asked
        )
        for name, app in applications.items()
    }
    sources = {name: InProcessEvents(name, application) for name, application in applications.items()}
    pipeline = Pipeline(supergraph, clients, settings, sources, served_contracts(settings.contracts.folder))
    gateway = _WithSubgraphs(pipeline, settings, applications)

    def tell() -> None:
        host_port = address_of(listener)
        _say(_greeting(host_port, data, schema.example_customer or "ID", time.monotonic() - began))

    serve_gateway(gateway, listener, tell)


def development_settings(settings: Settings, data: Path, port: int | None, host: str | None) -> Settings:
    """Settings as `up` serves them: keys of its own where none are given, and subgraphs' messages shown."""
    from pydantic import SecretStr

    from gateway.settings import IssuerSettings

    server = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    own = IssuerSettings(
        issuer=ISSUER, audience=AUDIENCE, algorithms=("HS256",), key=SecretStr(key_in(data, TOKEN_KEY))
    )
    identity = {} if settings.identity.issuers else {"issuers": (own,)}
    return settings.model_copy(
        update={
            "server": settings.server.model_copy(update=server),
            "identity": settings.identity.model_copy(update=identity),
            "identity_secret": settings.identity_secret or SecretStr(key_in(data, IDENTITY_SECRET)),
            "subgraphs": settings.subgraphs.model_copy(update={"mask_errors": False}),
        }
    )


def supergraph_of(schema: SchemaConfig) -> Supergraph:
    """The checked-in supergraph beside `supergraph.yaml`; without one, what the subgraphs compose to now."""
    path = schema.folder / "supergraph.graphql"
    if path.is_file():
        return read_supergraph(path)
    from gateway.commands.composing import composed
    from gateway.supergraph.load import load_supergraph

    result = composed(schema)
    if result.supergraph is None:
        more = f" (and {len(result.errors) - 1} more; see channelgraph compose)" if len(result.errors) > 1 else ""
        raise SupergraphInvalid(f"The subgraphs do not compose: {result.errors[0]}{more}")
    return load_supergraph(result.supergraph)


class _WithSubgraphs(Gateway):
    """A gateway whose subgraphs live and end with it."""

    def __init__(self, pipeline: Pipeline, settings: Settings, applications: dict[str, Any]) -> None:
        super().__init__(pipeline, settings)
        self._applications = applications

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The subgraphs first, and last."""
        async with started(self._applications.items()), super().running():
            yield


def _greeting(address: tuple[str, int], data: Path, customer: str, seconds: float) -> str:
    host, port = address
    # `make run` starts it by its path, and what is printed is to be copied.
    program = "channelgraph" if shutil.which("channelgraph") else sys.argv[0]
    base = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::', '::1'} else host}:{port}"  # noqa: S104
    return "\n".join((
        f"Channelgraph is up ({seconds:.1f} s).",
        f"  GraphQL    {base}/graphql",
        f"  GraphiQL   {base}/graphiql",
        f"  data       {data}",
        f"  a token    {program} token --customer {customer} --data {data}",
        "  stop       Ctrl-C",
    ))  # fmt: skip


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)  # noqa: T201
