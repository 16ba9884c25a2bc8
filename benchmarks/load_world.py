"""A small world to put under load: three subgraphs that can be told to misbehave, and a gateway that can be looked into.

    python benchmarks/load_world.py subgraph --port 4001 [--faults 0.3] [--seed 1]     one process, all three at /a /b /c
    python benchmarks/load_world.py gateway FOLDER --port 4000 --probe 4009            supergraph.graphql, settings.yaml

`a` and `b` misbehave as often as --faults says, `c` never. The gateway is the one `channelgraph gateway` serves, with a
second port that tells how much of everything it holds: tasks, open files, memory, connections to subgraphs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import uvloop
from graphql import GraphQLSchema, build_schema, execute_sync, parse

from gateway.composition.stages import compose
from gateway.composition.subgraph import SubgraphSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.server.state import Gateway

LINK: Final = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@authenticated"])
"""
SDL: Final = {
    "a": """
        type Query { products(first: Int = 20): [Product!] me: Customer @authenticated }
        type Mutation { add(by: Int!): Int }
        type Subscription { ticks: Tick mine: Tick @authenticated }
        type Product @key(fields: "id") { id: ID! name: String }
        type Tick { number: Int product: Product }
        type Customer { id: ID! name: String }
        """,
    "b": 'type Product @key(fields: "id") { id: ID! stock: Int text: String }',
    "c": "type Query { steady(of: Int = 1): Int }",
}
PRODUCTS: Final = [{"__typename": "Product", "id": str(n), "name": f"Product {n}"} for n in range(20)]
ROOTS: Final[dict[str, dict[str, Any]]] = {
    "a": {
        "products": lambda _, first=20: PRODUCTS[:first],
        "me": {"id": "c", "name": "Ada"},
        "add": lambda _, by: by,
    },
    "b": {
        "_entities": lambda _, representations: [
            {"__typename": "Product", "id": each["id"], "stock": int(each["id"]), "text": "t" * 200}
            for each in representations
        ]
    },
    "c": {"steady": lambda _, of=1: of},
}
ENTITIES: Final = "scalar _Any union _Entity = Product "
FAULTS: Final = ("hang", "close", "reset", "half", "garbage", "html", "busy", "late", "drip", "large", "errors")


def supergraph(base: str, steady: str | None = None) -> str:
    """The three composed, with URLs below `base`, those of the steady one below `steady`."""
    urls = {"a": base, "b": base, "c": steady or base}
    found = compose([SubgraphSource(name, f"{urls[name]}/{name}", LINK + sdl) for name, sdl in SDL.items()])
    if found.supergraph is None:
        raise RuntimeError(found.errors)
    return found.supergraph


def executable(name: str) -> GraphQLSchema:
    """The schema a subgraph answers with."""
    text = re.sub(r'@key\(fields: "id"\)|@authenticated', "", SDL[name])
    if name == "b":
        text += ENTITIES + "type Query { _entities(representations: [_Any!]!): [_Entity]! }"
    return build_schema(text)


class Subgraphs:
    """One HTTP server for all three; what is asked of `a` and `b` goes wrong with the given probability."""

    def __init__(self, faults: float, seed: int) -> None:
        self._faults = faults
        self._dice = random.Random(seed)
        self._schemas = {name: executable(name) for name in SDL}

    async def serve(self, port: int) -> None:
        """Serve until the process ends."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", port)
        print(server.sockets[0].getsockname()[1], flush=True)
        async with server:
            await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # RuntimeError: uvloop's word for writing to a connection that has gone
        with suppress(asyncio.IncompleteReadError, ConnectionError, TimeoutError, RuntimeError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                name = head.split(b" ", 2)[1].strip(b"/").decode()
                if b"accept: text/event-stream" in head:
                    await self._stream(writer)
                    break
                broken = name != "c" and self._dice.random() < self._faults
                await self._answer(writer, name, body, self._dice.choice(FAULTS) if broken else None)
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, name: str, body: bytes, fault: str | None) -> None:
        whole = http(self._executed(name, body))
        if fault in {"hang", "late"}:
            await asyncio.sleep(5 if fault == "hang" else self._dice.uniform(0.1, 0.6))
        if fault in {None, "late", "hang"}:
            writer.write(whole)
        elif fault == "reset":
            writer.transport.abort()
        elif fault == "close":
            writer.close()
        elif fault == "half":
            writer.write(whole[: len(whole) // 2])
            writer.close()
        elif fault == "drip":
            for place in range(0, len(whole), 64):
                writer.write(whole[place : place + 64])
                await asyncio.sleep(0.05)
        else:
            writer.write(WRONG[fault])
        await writer.drain()

    def _executed(self, name: str, body: bytes) -> bytes:
        asked = orjson.loads(body)
        found = execute_sync(
            self._schemas[name], parse(asked["query"]), ROOTS[name], variable_values=asked.get("variables")
        )
        return orjson.dumps(found.formatted)

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        last = self._dice.randint(1, 100)
        for number in range(last):
            tick = {"number": number, "product": {"__typename": "Product", "id": str(number % 20)}}
            writer.write(b"event: next\ndata: " + orjson.dumps({"data": {"ticks": tick, "mine": tick}}) + b"\n\n")
            await writer.drain()
            await asyncio.sleep(0.1)
        if last % 2:
            writer.write(b"event: complete\ndata:\n\n")  # every other stream just breaks off


def http(body: bytes, status: str = "200 OK", media: str = "application/json") -> bytes:
    """An HTTP response."""
    return f"HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


WRONG: Final = {
    "garbage": b"\x00\x01 nothing like HTTP\r\n\r\n",
    "html": http(b"<html>log in</html>", media="text/html"),
    "busy": http(b"", "503 Service Unavailable", "text/plain"),
    "large": http(b'{"data":{"x":"' + b"x" * 3_000_000 + b'"}}'),
    "errors": http(json.dumps({"data": None, "errors": [{"message": "no"}] * 500}).encode()),
}


def held(gateway: Gateway) -> dict[str, Any]:
    """What the process holds now; `pools` counts connections open, idle ones among them, and requests waiting."""
    pools = {}
    for name, client in gateway.pipeline.clients.items():
        inner: Any = client
        while hasattr(inner, "_inner"):
            inner = inner._inner
        pools[name] = inner.in_use
    status = Path("/proc/self/status").read_text("ascii")
    return {
        "rss_mb": int(status.partition("VmRSS:")[2].split()[0]) / 1024,
        "tasks": len(asyncio.all_tasks()),
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # names, not paths
        "pools": pools,
    }


def serve_gateway(folder: Path, port: int, probe: int) -> None:
    """Serve as `channelgraph gateway` does, and the probe beside it."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from gateway.clients import http_clients, http_sources
    from gateway.commands.reading import read_supergraph
    from gateway.pipeline import Pipeline
    from gateway.server.app import create_app
    from gateway.server.reload import Reloader
    from gateway.server.serve import Hooks, Mounted, listen, serve
    from gateway.server.state import Gateway
    from gateway.settings import load_settings
    from gateway.telemetry import configure_logging

    settings = load_settings(folder / "settings.yaml")
    configure_logging(settings.telemetry)
    path = folder / "supergraph.graphql"

    def load() -> Pipeline:
        composed = read_supergraph(path)
        clients = http_clients(composed, settings.subgraphs)
        return Pipeline(composed, clients, settings, http_sources(composed, settings.subgraphs))

    gateway = Gateway(load(), settings)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with gateway.running(), Reloader(gateway, path, load).watching():
            yield

    async def look(_: object) -> JSONResponse:
        return JSONResponse(held(gateway))

    inside = Starlette(routes=[Route("/", look)])
    hooks = Hooks(lambda: print("up", flush=True), gateway.closing.set)
    side = [Mounted(inside, listen("127.0.0.1", probe))]
    serve(Mounted(create_app(gateway), listen("127.0.0.1", port)), settings.server, running(), hooks, side)


def main() -> None:
    """Be one of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    subgraph = kinds.add_parser("subgraph")
    subgraph.add_argument("--port", type=int, default=0)
    subgraph.add_argument("--faults", type=float, default=0.0)
    subgraph.add_argument("--seed", type=int, default=1)
    gateway = kinds.add_parser("gateway")
    gateway.add_argument("folder", type=Path)
    gateway.add_argument("--port", type=int, required=True)
    gateway.add_argument("--probe", type=int, required=True)
    asked = parser.parse_args()
    if asked.kind == "gateway":
        serve_gateway(asked.folder, asked.port, asked.probe)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvloop.run(Subgraphs(asked.faults, asked.seed).serve(asked.port))


if __name__ == "__main__":
    main()
