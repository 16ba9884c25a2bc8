"""The whole graph in one process, as `channelgraph up` runs it: five subgraphs with the sample world, and the gateway.

    async def test_something(shop):
        answer = await shop.ask("{ me { id } }", who="ada")
        page = await shop.run("03-web-cart", {"country": "GB", "postcode": "N7 8LR"}, who="ada")

A test that writes takes `shop` and gets databases of its own: copies of ones that are filled once a run. A test that only
reads takes `window`, which all of those share.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
import pytest_asyncio

from gateway.commands.applications import application_of, started
from gateway.commands.development import AUDIENCE, ISSUER, development_token, key_in
from gateway.commands.sources import SchemaConfig, read_config
from gateway.commands.up import development_settings, supergraph_of
from gateway.pipeline import Pipeline
from gateway.server.app import create_app
from gateway.server.state import Gateway
from gateway.settings import LimitSettings, Settings
from gateway.supergraph.model import Supergraph
from gateway.transport.in_process import InProcessSubgraph
from gateway.transport.in_process_events import InProcessEvents
from subgraphs.kit import peers
from subgraphs.kit.sample_world import customer
from tests.statements import sent_to
from tests.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parent.parent.parent
peers.ANSWER_SECONDS = PATIENCE_SECONDS
OPERATIONS = {path.stem: path for path in sorted((ROOT / "schema/channels").glob("*/operations/*.graphql"))}
SCOPES = {"staff": ("staff:store",), "feed": ("feed:read",), "analyst": ("analytics:read",)}
CHANNELS = {"staff": "store", "feed": "marketplace", "watch": "watch", "tv": "tv"}


def budget(operation: str, name: str) -> int:
    """A number from the operation's leading comment."""
    found = re.search(rf"^# {name}: (\d+)$", OPERATIONS[operation].read_text("utf-8"), re.MULTILINE)
    assert found, f"{operation} states no budget of {name}"
    return int(found[1])


@dataclass
class Answer:
    """`data` and `errors` of an answer, how long its body is, how many requests the gateway sent for it."""

    data: Any
    errors: list[dict[str, Any]]
    bytes: int

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


@dataclass
class Statements:
    """SQL statements sent meanwhile, by subgraph."""

    by_subgraph: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_subgraph.values())


class Shop:
    """The running graph, asked as clients ask it: over HTTP, with a bearer token."""

    def __init__(self, http: httpx2.AsyncClient, gateway_app: Any, applications: dict[str, Any], data: Path) -> None:
        self._http = http
        self.key = key_in(data, "token.key")
        self.gateway_app = gateway_app
        self.applications = applications
        self.data = data
        self.identity_secret = key_in(data, "identity.secret")

    async def ask(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        who: str | None = None,
        scopes: tuple[str, ...] = (),
        channel: str | None = None,
        person: str | None = None,
    ) -> Answer:
        """Send an operation as a sample customer (by key, `ada`) or another (`person`, by id), or as staff by scopes."""
        headers = {"content-type": "application/json", "accept": "application/json"}
        if who or scopes or channel or person:
            person = customer(who).id if who else person
            token = development_token(self.key, customer=person, scopes=scopes, channel=channel, seconds=60)
            headers["authorization"] = f"Bearer {token}"
        response = await self._http.post(
            "/graphql", content=orjson.dumps({"query": query, "variables": variables or {}}), headers=headers
        )
        body = orjson.loads(response.content)
        return Answer(body.get("data"), body.get("errors", []), len(response.content))

    async def run(
        self,
        operation: str,
        variables: dict[str, Any] | None = None,
        *,
        who: str | None = None,
        scopes: tuple[str, ...] | None = None,
        channel: str | None = None,
    ) -> Answer:
        """Send one of the channels' operations by its file's name, with what its contract's clients carry; within its bytes."""
        path = OPERATIONS[operation]
        contract = path.parent.parent.name
        answer = await self.ask(
            path.read_text("utf-8"),
            variables,
            who=who,
            scopes=SCOPES.get(contract, ()) if scopes is None else scopes,
            channel=channel or CHANNELS.get(contract, "web"),
        )
        assert answer.errors or answer.bytes <= budget(operation, "bytes"), f"{operation} is over its budget"
        return answer

    @contextlib.contextmanager
    def statements(self) -> Iterator[Statements]:
        """Count the SQL statements that requests send, over the gateway, in each subgraph."""
        counted = Statements()
        with contextlib.ExitStack() as stack:
            sent = {name: stack.enter_context(sent_to(app.state.database)) for name, app in self.applications.items()}
            yield counted
        counted.by_subgraph = {name: each.sql for name, each in sent.items()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of the journeys run in one event loop, so that those that only look can share one shop."""
    for item in items:
        if pytest_asyncio.is_async_test(item) and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def schema_config() -> SchemaConfig:
    return read_config(ROOT / "schema/supergraph.yaml")


@pytest.fixture(scope="session")
def supergraph(schema_config: SchemaConfig) -> Supergraph:
    return supergraph_of(schema_config)


@pytest.fixture(scope="session")
def sample_databases(tmp_path_factory: pytest.TempPathFactory, schema_config: SchemaConfig) -> Path:
    """A folder with all five databases, filled with the sample world once for all workers of a run."""
    import asyncio

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, filled = shared / "samples", shared / "samples are filled"

    async def fill() -> None:
        values = {"data_dir": folder, "identity_secret": key_in(folder, "identity.secret"), "relay": False}
        applications = {
            name: application_of(schema_config, entry, values) for name, entry in schema_config.subgraphs.items()
        }
        async with started(applications.items()):
            pass

    with (shared / "samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of with the file
        if not filled.exists():
            folder.mkdir(exist_ok=True)
            asyncio.run(fill())
            filled.touch()
    return folder


@contextlib.asynccontextmanager
async def open_shop(data: Path, schema_config: SchemaConfig, supergraph: Supergraph) -> AsyncIterator[Shop]:
    """The graph over the databases in a folder."""
    # Both sides share this process's loop: while a busy machine holds it up, nobody is late.
    patient = Settings(limits=LimitSettings(request_seconds=PATIENCE_SECONDS))
    settings = development_settings(patient, data, None, None)
    assert settings.identity_secret is not None
    assert (settings.identity.issuers[0].issuer, settings.identity.issuers[0].audience) == (ISSUER, AUDIENCE)
    values = {"data_dir": data, "identity_secret": settings.identity_secret.get_secret_value()}
    applications = {
        name: application_of(schema_config, entry, values) for name, entry in schema_config.subgraphs.items()
    }
    clients = {
        name: InProcessSubgraph(name, app, timeout_seconds=PATIENCE_SECONDS) for name, app in applications.items()
    }
    sources = {name: InProcessEvents(name, app) for name, app in applications.items()}
    gateway = Gateway(Pipeline(supergraph, clients, settings, sources), settings)
    async with started(applications.items()), gateway.running():
        gateway_app = create_app(gateway)
        transport = httpx2.ASGITransport(app=gateway_app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as http:
            yield Shop(http, gateway_app, applications, data)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(
    tmp_path: Path, sample_databases: Path, schema_config: SchemaConfig, supergraph: Supergraph
) -> AsyncIterator[Shop]:
    """A fresh shop, open until the test is over."""
    data = tmp_path / "data"
    shutil.copytree(sample_databases, data)
    async with open_shop(data, schema_config, supergraph) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def window(
    tmp_path_factory: pytest.TempPathFactory,
    sample_databases: Path,
    schema_config: SchemaConfig,
    supergraph: Supergraph,
) -> AsyncIterator[Shop]:
    """One shop for all tests that only look: whoever writes takes `shop`."""
    data = tmp_path_factory.mktemp("window") / "data"
    shutil.copytree(sample_databases, data)
    async with open_shop(data, schema_config, supergraph) as opened:
        yield opened
