"""Processes: workers, signals, ports and reloads under load. Ids: L."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from .conftest import SUPERGRAPH

BIN = Path(sys.executable).parent / "channelgraph"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "supergraph.graphql").write_text(SUPERGRAPH, "utf-8")
    return tmp_path


@contextmanager
def gateway(folder: Path, settings: str = "{}", port: int = 0, before=None):
    """A gateway process and its address; `before` is called in it first."""
    (folder / "settings.yaml").write_text(settings, "utf-8")
    command = [BIN, "gateway", "--supergraph", "supergraph.graphql", "--config", "settings.yaml", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELGRAPH_")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
            preexec_fn=before,  # noqa: PLW1509 - no thread of the test's holds a lock while it starts
        )  # fmt: skip
        try:
            line = process.stdout.readline()
            found = re.search(r"http://[\w.]+:\d+", line)
            assert found, (line, (folder / "log").read_text())
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


def answers(address: str) -> bool:
    try:
        return httpx2.post(f"{address}/graphql", json={"query": "{ __typename }"}, timeout=10).status_code == 200
    except httpx2.HTTPError:
        return False


def children(process: subprocess.Popen) -> set[int]:
    return {int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}


def until(holds) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are read from /proc, which only Linux has")
def test_L9_a_worker_that_is_killed_is_replaced_and_the_others_serve(folder):
    with gateway(folder, "server: {workers: 2}") as (process, address):
        until(lambda: len(children(process)) == 2)
        time.sleep(2.5)  # one that dies sooner counts as one that never came up
        first = children(process)
        os.kill(min(first), signal.SIGKILL)
        until(lambda: len(children(process)) == 2 and children(process) != first)
        until(lambda: all(answers(address) for _ in range(10)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_L6_workers_notice_that_the_port_is_taken(folder):
    with gateway(folder) as (_, address):
        port = address.rsplit(":", 1)[1]
        (folder / "settings.yaml").write_text("server: {workers: 2}", "utf-8")
        command = [BIN, "gateway", "--supergraph", "supergraph.graphql", "--config", "settings.yaml", "--port", port]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 1
        assert "is in use" in done.stderr


def test_L3_a_second_sigterm_does_not_wait_for_what_is_under_way(folder):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/graphql"
        with gateway(folder, f"subgraphs: {{urls: {{a: '{url}'}}}}") as (process, address):
            host, port = address.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as client:
                body = b'{"query":"{ note }"}'
                client.sendall(
                    b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
                    % (len(body), body)
                )
                asked, _ = silent.accept()  # the subgraph has been asked, and will not answer
                process.send_signal(signal.SIGTERM)
                time.sleep(1)
                assert process.poll() is None
                process.send_signal(signal.SIGTERM)
                process.wait(5)
                asked.close()


async def test_L1_L2_two_thousand_requests_while_the_supergraph_changes_and_none_fails(folder):
    path = folder / "supergraph.graphql"
    with gateway(folder, "{server: {reload_seconds: 0.05}, telemetry: {request_log: errors}}") as (_, address):
        statuses: list[int] = []

        async def ask(client: httpx2.AsyncClient) -> None:
            for _ in range(200):
                found = await client.post(f"{address}/graphql", json={"query": "{ __typename }"})
                statuses.append(found.status_code if "errors" not in found.json() else 0)

        async def change() -> None:
            for number in range(8):
                text = SUPERGRAPH[: 2_000 + number] if number % 2 else f"{SUPERGRAPH}\n# {number}\n"
                (folder / "new").write_text(text, "utf-8")
                (folder / "new").replace(path)
                await asyncio.sleep(0.25)

        async with httpx2.AsyncClient(timeout=20) as client:
            await asyncio.gather(change(), *(ask(client) for _ in range(10)))
        assert statuses == [200] * 2_000
    log = (folder / "log").read_text()
    assert "supergraph_reloaded" in log
    assert "supergraph_not_reloaded" in log
