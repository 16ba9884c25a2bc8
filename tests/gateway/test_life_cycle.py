"""Processes: workers, signals, ports and reloads under load. Ids: L."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time

import httpx2

from tests.waiting import PATIENCE_SECONDS, by_then, until

from .conftest import SUPERGRAPH
from .processes import ASKED, BIN, environment, gateway, only_on_linux


@only_on_linux
def test_L9_a_worker_that_is_killed_is_replaced_and_the_others_serve(tmp_path):
    with gateway(tmp_path, "server: {workers: 2}") as running:
        by_then(lambda: len(running.workers) == 2)
        time.sleep(2.5)  # one that dies sooner counts as one that never came up
        first = running.workers
        os.kill(min(first), signal.SIGKILL)
        by_then(lambda: len(running.workers) == 2 and running.workers != first)
        by_then(lambda: all(running.answers() for _ in range(10)))
        running.process.send_signal(signal.SIGTERM)
        assert running.ended() == 0


def test_L6_workers_notice_that_the_port_is_taken(tmp_path):
    with gateway(tmp_path) as running:
        port = str(running.host_and_port[1])
        running.configure("server: {workers: 2}")
        command = [BIN, "gateway", "--supergraph", "supergraph.graphql", "--config", "settings.yaml", "--port", port]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
            env=environment(),
        )  # fmt: skip
        assert done.returncode == 1
        assert "is in use" in done.stderr


def test_L3_a_second_sigterm_does_not_wait_for_what_is_under_way(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/graphql"
        settings = f"{{subgraphs: {{urls: {{a: '{url}'}}, timeout_seconds: 900}}, server: {{shutdown_seconds: 900}}, limits: {{request_seconds: 900}}}}"
        with gateway(tmp_path, settings) as running, socket.create_connection(running.host_and_port) as client:
            body = b'{"query":"{ note }"}'
            client.sendall(
                b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
                % (len(body), body)
            )
            asked, _ = silent.accept()  # the subgraph has been asked, and will not answer
            running.process.send_signal(signal.SIGTERM)
            by_then(lambda: not running.listens())
            assert running.process.poll() is None
            running.process.send_signal(signal.SIGTERM)
            running.ended()
            asked.close()


async def test_L1_L2_two_thousand_requests_while_the_supergraph_changes_and_none_fails(tmp_path):
    path, over = tmp_path / "supergraph.graphql", asyncio.Event()
    with gateway(tmp_path, "{server: {reload_seconds: 0.05}, telemetry: {request_log: errors}}") as running:
        statuses: list[int] = []

        async def ask(client: httpx2.AsyncClient) -> None:
            for number in range(1_000_000):
                if number >= 200 and over.is_set():
                    break
                found = await client.post(f"{running.address}/graphql", json=ASKED)
                statuses.append(found.status_code if "errors" not in found.json() else 0)

        async def change() -> None:
            for number in range(8):
                good = number % 2 == 0
                told = '"event":"supergraph_reloaded"' if good else '"event":"supergraph_not_reloaded"'
                before = running.log.count(told)
                text = f"{SUPERGRAPH}\n# {number}\n" if good else SUPERGRAPH[: 2_000 + number]
                (tmp_path / "new").write_text(text, "utf-8")
                (tmp_path / "new").replace(path)
                await until(lambda told=told, before=before: running.log.count(told) > before, 0.05)
            over.set()

        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            await asyncio.gather(change(), *(ask(client) for _ in range(10)))
        assert len(statuses) >= 2_000
        assert set(statuses) == {200}
