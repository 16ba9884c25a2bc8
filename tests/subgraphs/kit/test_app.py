"""A whole subgraph, started and asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from subgraphs.kit.app import create_subgraph
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.settings import SubgraphSettings
from tests.waiting import PATIENCE_SECONDS


async def test_what_was_written_is_read_back(subgraph, notes):
    shop = await subgraph(notes.create_app)
    written = await shop.execute(
        'mutation { noteWrite(text: "milk") { ... on Note { id text channel { code name } } } }',
        customer="cus_a",
        channel="app",
    )
    assert written.errors == []
    note = written.data["noteWrite"]
    assert note["channel"] == {"code": "app", "name": "app"}
    read = await shop.execute("query ($id: ID!) { note(id: $id) { text } }", {"id": note["id"]}, customer="cus_a")
    assert read.data == {"note": {"text": "milk"}}


async def test_a_refusal_is_a_type_of_the_schema(subgraph, notes):
    shop = await subgraph(notes.create_app)
    answer = await shop.execute(
        'mutation { noteWrite(text: " ") { ... on InvalidInputError { code message path } } }', customer="cus_a"
    )
    assert answer.data == {
        "noteWrite": {"code": "INVALID_INPUT", "message": "A note must not be empty", "path": ["text"]}
    }


def test_every_setting_of_a_subgraph_is_named_in_its_page():
    page = (Path(__file__).parents[3] / "docs/subgraphs.md").read_text("utf-8")
    section = page.partition("## Settings")[2].partition("\n## ")[0]
    assert [name for name in SubgraphSettings.model_fields if f"`{name}`" not in section] == []


async def test_health_is_200_once_the_database_answers(subgraph, notes):
    shop = await subgraph(notes.create_app)
    assert (await shop.http.get("/health")).status_code == 200


async def test_an_event_reaches_a_subgraph_of_the_same_process_that_starts_later(notes, tmp_path):
    heard = asyncio.Event()

    async def handle(session, event):
        assert event.payload == {"owner": "cus_a"}
        heard.set()

    listener = replace(notes.DOMAIN, name="listener", consumers=(Consumer("notes", ("note.written",), handle),))
    settings = [SubgraphSettings(name=name, data_dir=tmp_path, sample_data=False) for name in ("notes", "listener")]
    writer, reader = create_subgraph(notes.DOMAIN, settings[0]), create_subgraph(listener, settings[1])
    async with writer.router.lifespan_context(writer):
        await writer.state.database.write(notes.write_note, "cus_a", "milk")
        await asyncio.sleep(0.05)
        async with reader.router.lifespan_context(reader), asyncio.timeout(PATIENCE_SECONDS):
            await heard.wait()


async def test_samples_are_loaded_once_in_a_databases_life(notes, tmp_path):
    loaded = []

    async def samples(session):
        loaded.append(session)

    domain = replace(notes.DOMAIN, samples=samples)

    async def start(**changes):
        app = create_subgraph(domain, SubgraphSettings(name="notes", data_dir=tmp_path / str(changes), **changes))
        async with app.router.lifespan_context(app):
            pass

    await start(sample_data=True)
    await start(sample_data=True)
    assert len(loaded) == 1


async def test_a_database_that_was_not_migrated_is_refused_with_what_to_do(pg_server_url, notes, tmp_path):
    settings = SubgraphSettings(name="notes", data_dir=tmp_path, database_url=pg_server_url)
    app = create_subgraph(notes.DOMAIN, settings)
    with pytest.raises(ServiceUnavailable, match="--migrate"):
        async with app.router.lifespan_context(app):
            pass


async def test_migrating_is_a_job_of_its_own(database_url, notes, tmp_path):
    def app():
        settings = SubgraphSettings(name="notes", data_dir=tmp_path, database_url=database_url, sample_data=False)
        return create_subgraph(notes.DOMAIN, settings)

    assert await app().state.migrate()
    assert not await app().state.migrate()
    started = app()
    async with started.router.lifespan_context(started):
        pass


async def test_several_that_migrate_at_once_do_so_one_after_another(database_url, notes, tmp_path):
    def app():
        settings = SubgraphSettings(name="notes", data_dir=tmp_path, database_url=database_url, sample_data=False)
        return create_subgraph(notes.DOMAIN, settings)

    assert sorted(await asyncio.gather(*(app().state.migrate() for _ in range(4)))) == [False, False, False, True]


class Door:
    """A TCP way to the PostgreSQL of the tests that can be shut and opened again, as when it restarts."""

    def __init__(self, url):
        self._url, self._server, self._open, self.port = url, None, [], 0

    async def open(self):
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self):
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _pass(self, reader, writer):
        folder = self._url.query.get("host")
        if folder:
            to = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{self._url.port or 5432}")
        else:
            to = await asyncio.open_connection(self._url.host, self._url.port or 5432)
        self._open += [writer, to[1]]
        await asyncio.gather(self._copy(reader, to[1]), self._copy(to[0], writer), return_exceptions=True)

    @staticmethod
    async def _copy(reader, writer):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_C13_while_the_database_restarts_requests_are_told_so_and_afterwards_all_is_as_before(
    subgraph, notes, database_url
):
    url = make_url(database_url)
    door = Door(url)
    await door.open()
    through = url.set(host="127.0.0.1", port=door.port, query={}).render_as_string(hide_password=False)
    shop = await subgraph(notes.create_app, database_url=through)
    write = 'mutation { noteWrite(text: "milk") { ... on Note { id } } }'
    assert (await shop.execute(write, customer="cus_a")).errors == []
    await door.shut()
    answer = await shop.execute(write, customer="cus_a")
    assert answer.codes == ["SERVICE_UNAVAILABLE"]
    assert (await shop.http.get("/health")).status_code == 503
    await door.open()
    assert (await shop.execute(write, customer="cus_a")).errors == []
    assert (await shop.http.get("/health")).status_code == 200
    await shop.database.close()
    await door.shut()
