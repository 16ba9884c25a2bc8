"""Two services on real sockets: what one writes, the other hears of, once and in order, whoever was down meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx2
import orjson
import pytest
import uvicorn
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.applications import Starlette

from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.bus import Away, Event, NotTaken
from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.outbox import emit
from subgraphs.kit.peer_bus import PeerBus, read, written
from subgraphs.kit.settings import SubgraphSettings
from tests.waiting import PATIENCE_SECONDS, free_port, until

from .notes import schema

SECRET = "a secret only tests know, 32 bytes and more"
MIGRATIONS = Path(__file__).parent / "notes_migrations"


@contextlib.asynccontextmanager
async def serving(app: Starlette, port: int) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


def service(name: str, folder: Path, peers: dict[str, int], heard: list[str] | None = None) -> Starlette:
    async def hear(session: AsyncSession, event: Event) -> None:
        if heard is not None:
            heard.append(event.payload["text"])

    consumers = () if heard is None else (Consumer("hearing", ("note.written",), hear),)
    settings = SubgraphSettings(
        name=name,
        data_dir=folder / name,
        identity_secret=SECRET,
        sample_data=False,
        peers={peer: f"http://127.0.0.1:{port}/graphql" for peer, port in peers.items()},
    )
    return create_subgraph(Domain(name, schema, MIGRATIONS, consumers=consumers), settings)


async def tell(app: Starlette, *texts: str) -> None:
    async def write(session: AsyncSession) -> None:
        for text in texts:
            await emit(session, "note.written", "rev_1", {"text": text})

    await app.state.database.write(write)


async def test_C10_events_reach_a_peer_in_order(tmp_path):
    teller_port, hearer_port, heard = free_port(), free_port(), []
    teller = service("teller", tmp_path, {"hearer": hearer_port})
    hearer = service("hearer", tmp_path, {"teller": teller_port}, heard)
    async with serving(hearer, hearer_port), serving(teller, teller_port):
        await tell(teller, "one", "two", "three")
        await until(lambda: len(heard) == 3)
    assert heard == ["one", "two", "three"]


async def test_C10_what_was_told_while_the_peer_was_down_comes_when_it_is_back(tmp_path):
    teller_port, hearer_port, heard = free_port(), free_port(), []
    teller = service("teller", tmp_path, {"hearer": hearer_port})
    async with serving(teller, teller_port):
        await tell(teller, "early")
        await asyncio.sleep(0.3)
        async with serving(service("hearer", tmp_path, {"teller": teller_port}, heard), hearer_port):
            await until(lambda: heard)
    assert heard == ["early"]


async def test_C10_only_the_shops_own_system_hands_events_over_and_each_is_heard_once(tmp_path):
    port, heard = free_port(), []
    event = Event("0190c2b4-0000-7000-8000-000000000001", "note.written", "rev_1", 1, {"text": "x"}, datetime.now(UTC))
    url = f"http://127.0.0.1:{port}/events"
    async with serving(service("hearer", tmp_path, {"teller": free_port()}, heard), port), httpx2.AsyncClient() as http:
        now = int(datetime.now(UTC).timestamp())
        system = {HEADER: sign(SECRET, customer_id=None, scopes=("system:write",), channel=None, now=now)}
        shopper = {HEADER: sign(SECRET, customer_id="cus_1", scopes=(), channel="web", now=now)}
        assert (await http.post(url, content=written(event))).status_code == 403
        assert (await http.post(url, content=written(event), headers=shopper)).status_code == 403
        assert (await http.post(url, content=written(event), headers={HEADER: "forged"})).status_code == 401
        assert (await http.post(url, content=b"{}", headers=system)).status_code == 400
        assert (await http.post(url, content=b" " * 1_000_001, headers=system)).status_code == 413
        assert heard == []
        for _ in range(2):
            assert (await http.post(url, content=written(event), headers=system)).status_code == 204
    assert heard == ["x"]


def test_C18_an_event_is_read_as_it_was_written():
    event = Event("id", "order.placed", "ord_1", 2, {"a": [1, {"b": None}]}, datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert read(written(event)) == event
    newer = orjson.loads(written(event)) | {"version": 99, "trace": "something we do not know"}
    assert read(orjson.dumps(newer)) == replace(event, version=99)


async def test_C10_a_peer_that_drips_or_fails_is_away_and_one_that_refuses_says_something_of_the_event(tmp_path):
    async def drip(reader, writer):
        writer.write(b"HTTP/1.1 204 No Content\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"x: y\r\n")
                await writer.drain()
                await asyncio.sleep(0.02)

    async def answering(status: bytes, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b" x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    event = Event("id", "order.placed", "ord_1", 1, {}, datetime.now(UTC))
    for handle, seconds, expected in (
        (drip, 0.3, Away),
        (partial(answering, b"503"), PATIENCE_SECONDS, Away),
        (partial(answering, b"401"), PATIENCE_SECONDS, Away),
        (partial(answering, b"422"), PATIENCE_SECONDS, NotTaken),
    ):
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = SubgraphSettings(
            name="teller", data_dir=tmp_path, identity_secret=SECRET, peers={"hearer": f"http://127.0.0.1:{port}"}
        )
        bus = PeerBus(settings, seconds=seconds)
        with pytest.raises(NotTaken) as raised:
            await bus.publish(event)
        assert raised.type is expected
        await bus.close()
        server.close()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"id": 1}', b"\xff"])
def test_C18_what_is_no_event_is_refused(body):
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        read(body)
