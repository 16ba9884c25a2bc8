"""Workers are renewed one by one, and what clients have sent meanwhile is answered. Ids: L2, L3, L4, L9, S31."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx2

from tests.waiting import PATIENCE_SECONDS, until

from ..conftest import SUPERGRAPH
from ..processes import Running, gateway, only_on_linux
from ..transport.faulty import http, serving

LONG_GOODBYE = """
from gateway.cli import main
from gateway.server import slow_clients

slow_clients.GOODBYE_SECONDS = 100.0
main()
"""
"""The command, with more patience than a busy machine can use up."""


async def asks(running: Running, query: str) -> httpx2.Response:
    async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        return await client.post(f"{running.address}/graphql", json={"query": query})


@only_on_linux
async def test_L2_L4_sighup_renews_the_workers_and_no_request_is_lost(tmp_path: Path) -> None:
    with gateway(tmp_path, "{server: {workers: 2, reload_seconds: 60}}") as running:
        await until(lambda: len(running.workers) == 2)
        first, statuses, over = running.workers, [], asyncio.Event()

        async def ask(client: httpx2.AsyncClient) -> None:
            while not over.is_set():
                found = await client.post(f"{running.address}/graphql", json={"query": "{ __typename }"})
                statuses.append(found.status_code)
                await asyncio.sleep(0.01)

        keeping = httpx2.AsyncClient(timeout=PATIENCE_SECONDS)
        anew = httpx2.AsyncClient(timeout=PATIENCE_SECONDS, headers={"connection": "close"})
        async with keeping, anew:
            asking = [asyncio.create_task(ask(client)) for client in (keeping, anew) for _ in range(4)]
            # What cannot be loaded changes nothing …
            running.configure("{server: {workers: 2, speed: 9}}")
            running.process.send_signal(signal.SIGHUP)
            await until(lambda: "workers_not_renewed" in running.log)
            assert running.workers == first
            # … and what can, takes the place of the old.
            changed = SUPERGRAPH.replace("note: String", "remark: String")
            running.configure("{introspection: true, server: {workers: 5, reload_seconds: 60}}", changed)
            running.process.send_signal(signal.SIGHUP)
            await until(lambda: "workers_renewed" in running.log)
            assert len(running.workers) == 2  # their number stays
            assert not running.workers & first
            over.set()
            await asyncio.gather(*asking)
        assert set(statuses) == {200}
        answered = [await asks(running, "{ __schema { queryType { fields { name } } } }") for _ in range(6)]
        assert all("remark" in each.text and '"note"' not in each.text for each in answered)
        running.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(running.ended) == 0


@only_on_linux
async def test_L9_a_worker_that_replaces_one_that_died_knows_the_supergraph_as_it_is_now(tmp_path: Path) -> None:
    with gateway(tmp_path, "{server: {workers: 2, reload_seconds: 60}}") as running:
        await until(lambda: len(running.workers) == 2)
        first = running.workers
        running.configure("{server: {reload_seconds: 60}}", SUPERGRAPH.replace("note: String", "remark: String"))
        await asyncio.sleep(2.1)  # one that dies sooner counts as one that never came up
        for each in first:
            os.kill(each, signal.SIGKILL)
        await until(lambda: len(running.workers - first) == 2)
        answered = [await asks(running, "{ remark }") for _ in range(6)]
        assert all("Cannot query" not in each.text for each in answered)
        running.process.kill()
        await until(lambda: not running.listens())  # nobody is left to serve without a parent


async def test_L3_what_was_sent_before_sigterm_is_answered_and_an_idle_connection_may_ask_once_more(
    tmp_path: Path,
) -> None:
    body = b'{"query":"{ __typename }"}'
    sent = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
    with gateway(
        tmp_path, "{server: {shutdown_seconds: 100}}", program=(sys.executable, "-c", LONG_GOODBYE)
    ) as running:
        reader, writer = await asyncio.open_connection(*running.host_and_port)
        writer.write(sent % (len(body), body))
        assert b"connection: close" not in (await reader.readuntil(b"}}")).lower()
        running.process.send_signal(signal.SIGTERM)
        await until(lambda: not running.listens())
        writer.write(sent % (len(body), body))
        assert b"connection: close" in (await reader.read()).lower()
        writer.close()
        assert await asyncio.to_thread(running.ended) == 0


async def test_S31_a_thousand_clients_leave_and_the_gateway_holds_no_connection_for_them(tmp_path: Path) -> None:
    reply = http(b'{"data":{"note":"n"}}')

    def slow(transport: asyncio.Transport, _: int) -> None:
        asyncio.get_running_loop().call_later(0.2, transport.write, reply)

    query = b'{"query":"{ note }"}'
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
    async with serving(slow) as server:
        settings = f"subgraphs: {{urls: {{a: '{server.url}'}}, connections: 10, concurrent: 10, sharing: false}}"
        with gateway(tmp_path, settings) as running:

            async def leave(number: int) -> None:
                _, writer = await asyncio.open_connection(*running.host_and_port)
                writer.write(head % (len(query), query))
                await asyncio.sleep(number % 20 / 100)
                writer.transport.abort()

            for _ in range(10):
                await asyncio.gather(*(leave(number) for number in range(100)))
            answers = await asyncio.gather(*(asks(running, "{ note }") for _ in range(20)))
            assert [each.json() for each in answers] == [{"data": {"note": "n"}}] * 20
            assert "request_failed" not in running.log
