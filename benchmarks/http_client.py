"""CPU of one HTTP call to a subgraph: our client against httpx2, 50 calls in flight.

    python benchmarks/http_client.py [--calls 20000]

The server is a process of its own, so that only the client is measured. Both figures are CPU microseconds a call of
this process (user and system); judge them by their ratio within one run.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
from typing import TYPE_CHECKING

import httptools
import httpx2
import uvloop

from gateway.planner.nodes import OperationKind
from gateway.transport.base import SubgraphRequest
from gateway.transport.http import HttpSubgraph
from gateway.transport.http_settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection

IN_FLIGHT = 50
REQUEST = b'{"query":"{a}","variables":{"r":"' + b"x" * 1000 + b'"}}'
HEADERS = ((b"channelgraph-identity", b"e" * 300), (b"channelgraph-request-id", b"0123456789abcdef"))


class Server(asyncio.Protocol):
    """Answers every request with the number of bytes that its path names."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.size = 0

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.size = int(url.strip(b"/"))

    def on_message_complete(self) -> None:
        body = b'{"data":{"a":"' + b"y" * (self.size - 17) + b'"}}'
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)  # type: ignore[attr-defined]  # a stream's transport


def serve(port: Connection) -> None:
    async def main() -> None:
        listener = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        port.send(listener.sockets[0].getsockname()[1])
        await listener.serve_forever()

    uvloop.run(main())


async def cpu_per_call(call: Callable[[], Awaitable[object]], calls: int) -> float:
    """CPU microseconds a call, after a tenth of them to warm up."""

    async def worker(count: int) -> None:
        for _ in range(count):
            await call()

    async def run(count: int) -> None:
        await asyncio.gather(*(worker(count // IN_FLIGHT) for _ in range(IN_FLIGHT)))

    await run(calls // 10)
    before = resource.getrusage(resource.RUSAGE_SELF)
    await run(calls)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / calls * 1e6


async def ours(url: str, calls: int) -> float:
    client = HttpSubgraph("bench", url, HttpSettings(connections=IN_FLIGHT))
    deadline = asyncio.get_running_loop().time() + 600
    request = SubgraphRequest("bench", OperationKind.QUERY, REQUEST, HEADERS, deadline)
    try:
        return await cpu_per_call(lambda: client.send(request), calls)
    finally:
        await client.close()


async def theirs(url: str, calls: int) -> float:
    headers = {name.decode(): value.decode() for name, value in HEADERS} | {"content-type": "application/json"}
    limits = httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    async with httpx2.AsyncClient(limits=limits) as client:
        return await cpu_per_call(lambda: client.post(url, content=REQUEST, headers=headers), calls)


async def main(port: int, calls: int) -> None:
    print(f"{'answer':>8} {'ours':>8} {'httpx2':>8}   CPU µs a call, {IN_FLIGHT} in flight")
    for size in (1_000, 30_000):
        url = f"http://127.0.0.1:{port}/{size}"
        own, other = await ours(url, calls), await theirs(url, max(IN_FLIGHT * 10, calls // 20))
        print(f"{size:>8} {own:>8.0f} {other:>8.0f}   1 : {other / own:.0f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--calls", type=int, default=20_000)
    wanted = options.parse_args()
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        uvloop.run(main(here.recv(), wanted.calls))
    finally:
        process.terminate()
        process.join()
