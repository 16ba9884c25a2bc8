"""What stands around the gateway fails: subgraphs that come late, disks, files, a supergraph's file. Ids: L."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import subprocess
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn

from gateway.planner.nodes import OperationKind
from gateway.server.serve import listen
from gateway.transport.base import SubgraphRequest

from .conftest import SUPERGRAPH, SubgraphDouble
from .test_life_cycle import BIN, answers, gateway, until

WHOLE = {"data": {"products": [{"name": "p1", "stock": 10}, {"name": "p2", "stock": 20}]}}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "supergraph.graphql").write_text(SUPERGRAPH, "utf-8")
    return tmp_path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@asynccontextmanager
async def subgraph(name: str, port: int):
    """One of the two doubles, as a server of its own on this port."""
    double = SubgraphDouble(name)

    async def app(scope, receive, send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = await double.send(SubgraphRequest(name, OperationKind.QUERY, body, (), 0))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    task = asyncio.create_task(server._serve(sockets=[listen("127.0.0.1", port)]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize("order", ["ab", "ba"])
async def test_L7_subgraphs_may_start_later_and_in_any_order(folder, order):
    ports = {name: free_port() for name in "ab"}
    urls = ", ".join(f"{name}: 'http://127.0.0.1:{port}/graphql'" for name, port in ports.items())
    with gateway(folder, f"subgraphs: {{urls: {{{urls}}}}}") as (_, address):
        async with httpx2.AsyncClient(timeout=20) as client, AsyncExitStack() as running:

            async def ask() -> dict:
                found = await client.post(f"{address}/graphql", json={"query": "{ products { name stock } }"})
                assert found.status_code == 200
                return found.json()

            assert (await client.get(f"{address}/health")).status_code == 200
            for _ in range(3):
                assert {error["extensions"]["code"] for error in (await ask())["errors"]} == {"SUBREQUEST_UNREACHABLE"}
            for name in order:
                await running.enter_async_context(subgraph(name, ports[name]))
                if name == "b":
                    continue
                answer = await ask()
                named = [product["name"] for product in answer["data"]["products"]]
                assert named == ["p1", "p2"]
            async with asyncio.timeout(30):
                while await ask() != WHOLE:  # a breaker that opened tries again by itself
                    await asyncio.sleep(0.1)


async def test_L1_whatever_becomes_of_the_file_the_last_good_one_answers(folder):
    """Empty, binary, half, a folder, of fifty megabytes, gone: each is refused and told of; the next good one is taken."""
    path = folder / "supergraph.graphql"
    port = free_port()
    with gateway(folder, f"server: {{reload_seconds: 0.05, health_port: {port}}}") as (_, address):
        async with httpx2.AsyncClient(timeout=20) as client:

            async def looked_at(outcome: str) -> float:
                text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                lines = [
                    line for line in text.splitlines() if f'channelgraph_reloads_total{{outcome="{outcome}"}}' in line
                ]
                return float(lines[0].split()[-1]) if lines else 0.0

            async def noticed(outcome: str, before: float) -> None:
                async with asyncio.timeout(60):
                    while await looked_at(outcome) <= before:
                        await asyncio.sleep(0.05)

            bad = {
                "empty": b"",
                "binary": b"\x00\xff\xfe" * 1_000,
                "half": SUPERGRAPH[: len(SUPERGRAPH) // 2].encode(),
                "no supergraph": b"type Query { a: Int }",
                "fifty megabytes": b"}" * 50_000_000,
            }
            for content in bad.values():
                before = await looked_at("refused")
                (folder / "new").write_bytes(content)
                (folder / "new").replace(path)
                await noticed("refused", before)
                assert answers(address)
            before = await looked_at("refused")
            path.unlink()
            path.mkdir()
            await noticed("refused", before)
            path.rmdir()
            await asyncio.sleep(0.2)
            assert answers(address)
            assert (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
            before = await looked_at("taken")
            path.write_text(SUPERGRAPH.replace("note: String", "note: String other: String"), "utf-8")
            await noticed("taken", before)
    log = (folder / "log").read_text("utf-8")
    assert log.count("supergraph_not_reloaded") >= len(bad) + 1
    assert "Traceback" not in log


def test_L6_when_no_more_files_can_be_opened_the_rest_is_served_and_afterwards_all(folder):
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))

    with gateway(folder, "telemetry: {request_log: 'off'}", before=few) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with httpx2.Client(timeout=20) as early:
            ask = {"json": {"query": "{ __typename }"}}
            assert early.post(f"{address}/graphql", **ask).status_code == 200
            crowd = [socket.create_connection((host, int(port))) for _ in range(100)]
            for _ in range(5):
                assert early.post(f"{address}/graphql", **ask).status_code == 200
            for each in crowd:
                each.close()
        until(lambda: answers(address))
        assert process.poll() is None
    assert len((folder / "log").read_text("utf-8")) < 100_000  # it is told of, not for each try


@pytest.mark.parametrize("place", ["/proc/channelgraph", "taken/data"])
def test_L6_where_nothing_can_be_written_up_says_so_in_one_line(folder, place):
    """/proc takes no new folder from anybody; `taken` is a file."""
    if place.startswith("/proc") and not Path("/proc/self").is_dir():
        return
    (folder / "taken").write_text("", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELGRAPH_")}
    config = str(Path(__file__).parents[2] / "schema" / "supergraph.yaml")
    command = [BIN, "up", "--data", place, "--port", "0", "--config", config]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert place in done.stderr
    assert json.dumps(done.stderr).count("Traceback") == 0
