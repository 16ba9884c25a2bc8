"""Requests while everything about the gateway is replaced; not one may fail, and nobody sends one twice.

    python benchmarks/reload.py [--requests 20000] [--clients 20] [--page benchmarks/results/reload.md]

replaced    one process; the supergraph's file is replaced every second, every third time by one that is broken
renewed     two processes, both of that and SIGHUP every three seconds: workers are replaced one by one
drained     two processes are sent SIGTERM under load: what has been sent is answered, then they end with status 0

Half of the clients keep their connection, half make one for each request. A request has failed when it was sent and
there is no answer, or another than the right one. Ends with status 1 when one has.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Final, TextIO

sys.path.insert(0, str(Path(__file__).parent))

from load_world import supergraph
from run import written
from soak import free_port, start_subgraphs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

QUERY: Final = b'{"query":"{ products(first: 3) { id name stock } steady }"}'
ANSWER: Final = b'"steady":1'
REPLACED_EVERY: Final = 1.0
RENEWED_EVERY: Final = 3.0
REST_SECONDS: Final = 0.04


@dataclass
class Run:
    """One part of it.

    seconds     how long each request took
    failed      in words
    wanted      requests to make; None for as many as there is time for
    """

    name: str
    port: int
    folder: Path
    wanted: int | None
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    changes: int = 0
    refused: int = 0

    @property
    def over(self) -> bool:
        """Whether enough has been asked."""
        return self.wanted is not None and len(self.seconds) + len(self.failed) >= self.wanted


class Client:
    """Asks the same again and again, and takes no second try."""

    def __init__(self, run: Run, *, keeps: bool) -> None:
        self._run = run
        self._keeps = keeps
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def go(self) -> None:
        """Until enough has been asked, or nobody listens any more."""
        while not self._run.over:
            if self._streams is None:
                try:
                    self._streams = await asyncio.open_connection("127.0.0.1", self._run.port)
                except OSError:
                    self._run.refused += 1
                    if self._run.wanted is None:
                        return
                    continue
            began = time.perf_counter()
            try:
                async with asyncio.timeout(20):
                    await self._ask(*self._streams)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
                self._run.failed.append(f"{'kept' if self._keeps else 'new'} connection: {error!r}"[:300])
                self._leave()
            else:
                self._run.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(REST_SECONDS)
        self._leave()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        head += b"" if self._keeps else b"connection: close\r\n"
        writer.write(head + b"content-length: %d\r\n\r\n" % len(QUERY) + QUERY)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", answered)
        body = await reader.readexactly(int(length[1]) if length else 0)
        if b" 200 " not in answered or ANSWER not in body or b'"errors"' in body:
            raise ValueError(answered.partition(b"\r\n")[0] + body[:200])
        if b"connection: close" in answered:
            self._leave()

    def _leave(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


def started(folder: Path, port: int, workers: int, log: TextIO) -> subprocess.Popen[str]:
    """The gateway, once it answers."""
    (folder / "settings.yaml").write_text(
        f"{{server: {{workers: {workers}, reload_seconds: 0.2}}, telemetry: {{request_log: errors}}}}", "utf-8"
    )
    program = Path(sys.executable).parent / "channelgraph"
    command = [program, "gateway", "--supergraph", "supergraph.graphql", "--config", "settings.yaml"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELGRAPH_")}
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
    )
    if process.stdout is None or not process.stdout.readline():
        raise SystemExit(f"The gateway did not start: {(folder / 'log').read_text('utf-8')}")
    return process


async def replaced(run: Run) -> None:
    """Replace the supergraph's file every second."""
    path, new = run.folder / "supergraph.graphql", run.folder / "new"
    text = path.read_text("utf-8")
    try:
        while True:
            await asyncio.sleep(REPLACED_EVERY)
            run.changes += 1
            new.write_text(text[: len(text) // 2] if run.changes % 3 == 0 else f"{text}# {run.changes}\n", "utf-8")
            new.replace(path)
    finally:
        path.write_text(text, "utf-8")


async def renewed(_: Run, process: subprocess.Popen[str]) -> None:
    """Have the workers replaced every few seconds."""
    while True:
        await asyncio.sleep(RENEWED_EVERY)
        process.send_signal(signal.SIGHUP)


async def under_load(run: Run, clients: int, *changes: Awaitable[None]) -> None:
    """Let the clients ask while the changes go on."""
    changing = [asyncio.ensure_future(change) for change in changes]
    try:
        await asyncio.gather(*(Client(run, keeps=number % 2 == 0).go() for number in range(clients)))
    finally:
        for change in changing:
            change.cancel()
        await asyncio.gather(*changing, return_exceptions=True)


async def drained(_: Run, process: subprocess.Popen[str]) -> None:
    """End it after a while."""
    await asyncio.sleep(2)
    process.send_signal(signal.SIGTERM)


def part(
    name: str, folder: Path, workers: int, wanted: int | None, clients: int, *changes: Callable[..., Awaitable[None]]
) -> Run:
    """One part: a gateway of its own from its start to its end."""
    run = Run(name, free_port(), folder, wanted)
    with (folder / "log").open("w") as log:
        process = started(folder, run.port, workers, log)
        try:
            going = [change(run) if change is replaced else change(run, process) for change in changes]
            asyncio.run(under_load(run, clients, *going))
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            status = process.wait(30)
    if status:
        run.failed.append(f"the gateway ended with status {status}")
    events = (folder / "log").read_text("utf-8")
    cuts = quantiles([second * 1000 for second in run.seconds], n=100)
    counted = {
        event: events.count(event)
        for event in ("supergraph_reloaded", "supergraph_not_reloaded", "workers_renewed", "workers_not_renewed")
    }
    told = ", ".join(f"{event} {number}" for event, number in counted.items() if number)
    print(
        f"| {name} | {len(run.seconds):,} | {len(run.failed)} | {cuts[49]:.1f} | {cuts[98]:.1f} | {told or 'SIGTERM'} |",
        flush=True,
    )
    for failure in run.failed[:10]:
        print(f"  {failure}", file=sys.stderr)
    return run


def main(asked: argparse.Namespace) -> int:
    """Run the parts; the status."""
    print(
        "| part | answered | failed | p50 ms | p99 ms | what happened meanwhile (in all processes) |\n|---|---|---|---|---|---|"
    )
    port = free_port()
    subgraphs = start_subgraphs(port, seed=1, faults=0)
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "supergraph.graphql").write_text(supergraph(f"http://127.0.0.1:{port}"), "utf-8")
            runs = [
                part("replaced", folder, 1, asked.requests // 2, asked.clients, replaced),
                part("renewed", folder, 2, asked.requests // 2, asked.clients, replaced, renewed),
                part("drained", folder, 2, None, asked.clients, drained),
            ]
    finally:
        subgraphs.terminate()
        subgraphs.wait()
    return 1 if any(run.failed or (run.wanted and run.refused) for run in runs) else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--clients", type=int, default=20)
    options.add_argument("--page", type=Path)
    wanted = options.parse_args()
    if wanted.page is None:
        sys.exit(main(wanted))
    again = [sys.executable, __file__, "--requests", str(wanted.requests), "--clients", str(wanted.clients)]
    done = subprocess.run(again, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    written(
        wanted.page,
        "Reload and restart under load",
        f"`python benchmarks/reload.py --requests {wanted.requests}`",
        done.stdout,
    )
    sys.exit(done.returncode)
