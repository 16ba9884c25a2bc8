"""What stands around the gateway fails: subgraphs that come late, disks, files, a supergraph's file. Ids: L."""

from __future__ import annotations

import asyncio
import json
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
from tests.waiting import PATIENCE_SECONDS, by_then, free_port

from .conftest import SUPERGRAPH, SubgraphDouble
from .processes import BIN, environment, gateway

WHOLE = {"data": {"products": [{"name": "p1", "stock": 10}, {"name": "p2", "stock": 20}]}}


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
async def test_L7_subgraphs_may_start_later_and_in_any_order(tmp_path, order):
    ports = {name: free_port() for name in "ab"}
    urls = ", ".join(f"{name}: 'http://127.0.0.1:{port}/graphql'" for name, port in ports.items())
    with gateway(tmp_path, f"subgraphs: {{urls: {{{urls}}}}}") as running:
        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as client, AsyncExitStack() as stack:

            async def ask() -> dict:
                found = await client.post(f"{running.address}/graphql", json={"query": "{ products { name stock } }"})
                assert found.status_code == 200
                return found.json()

            assert (await client.get(f"{running.address}/health")).status_code == 200
            for _ in range(3):
                assert {error["extensions"]["code"] for error in (await ask())["errors"]} == {"SUBREQUEST_UNREACHABLE"}
            for name in order:
                await stack.enter_async_context(subgraph(name, ports[name]))
                if name == "b":
                    continue
                answer = await ask()
                named = [product["name"] for product in answer["data"]["products"]]
                assert named == ["p1", "p2"]
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await ask() != WHOLE:  # a breaker that opened tries again by itself
                    await asyncio.sleep(0.1)


async def test_L1_whatever_becomes_of_the_file_the_last_good_one_answers(tmp_path):
    """Empty, binary, half, a folder, of fifty megabytes, gone: each is refused and told of; the next good one is taken."""
    path = tmp_path / "supergraph.graphql"
    port = free_port()
    with gateway(tmp_path, f"server: {{reload_seconds: 0.05, health_port: {port}}}") as running:
        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as client:

            async def looked_at(outcome: str) -> float:
                text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                lines = [
                    line for line in text.splitlines() if f'channelgraph_reloads_total{{outcome="{outcome}"}}' in line
                ]
                return float(lines[0].split()[-1]) if lines else 0.0

            async def noticed(outcome: str, before: float) -> None:
                async with asyncio.timeout(PATIENCE_SECONDS):
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
                (tmp_path / "new").write_bytes(content)
                (tmp_path / "new").replace(path)
                await noticed("refused", before)
                assert running.answers()
            before = await looked_at("refused")
            path.unlink()
            path.mkdir()
            await noticed("refused", before)
            path.rmdir()
            await asyncio.sleep(0.2)
            assert running.answers()
            assert (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
            before = await looked_at("taken")
            path.write_text(SUPERGRAPH.replace("note: String", "note: String other: String"), "utf-8")
            await noticed("taken", before)
    assert running.log.count("supergraph_not_reloaded") >= len(bad) + 1
    assert "Traceback" not in running.log


def test_L6_when_no_more_files_can_be_opened_the_rest_is_served_and_afterwards_all(tmp_path):
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))

    with gateway(tmp_path, "telemetry: {request_log: 'off'}", before=few) as running:
        with httpx2.Client(timeout=PATIENCE_SECONDS) as early:
            ask = {"json": {"query": "{ __typename }"}}
            assert early.post(f"{running.address}/graphql", **ask).status_code == 200
            crowd = [socket.create_connection(running.host_and_port) for _ in range(100)]
            for _ in range(5):
                assert early.post(f"{running.address}/graphql", **ask).status_code == 200
            for each in crowd:
                each.close()
        by_then(running.answers)
        assert running.process.poll() is None
    assert len(running.log) < 100_000  # it is told of, not for each try


@pytest.mark.parametrize("place", ["/proc/channelgraph", "taken/data"])
def test_L6_where_nothing_can_be_written_up_says_so_in_one_line(tmp_path, place):
    """/proc takes no new folder from anybody; `taken` is a file."""
    if place.startswith("/proc") and not Path("/proc/self").is_dir():
        return
    (tmp_path / "taken").write_text("", "utf-8")
    config = str(Path(__file__).parents[2] / "schema" / "supergraph.yaml")
    command = [BIN, "up", "--data", place, "--port", "0", "--config", config]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, env=environment()
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert place in done.stderr
    assert json.dumps(done.stderr).count("Traceback") == 0
