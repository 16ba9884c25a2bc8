"""A gateway under load for minutes while everything around it goes wrong at random; it must hold no more afterwards.

    python benchmarks/soak.py [--seconds 600] [--clients 16] [--seed 1] [--page benchmarks/results/soak.md]

What goes wrong: three in ten requests to two subgraphs hang, close, reset, break off, answer garbage, error pages, 503,
slowly, by drips, at length or with hundreds of errors; their process is killed and started again; clients leave before
the answer and in the middle of streams; tokens expire; the supergraph's file is replaced, every third time by half of
one. One subgraph never fails, and what is asked of it alone must always be answered.

Ends with status 1 when an answer was not what it may be, or when tasks, open files, connections or memory have not
come back to their level a while after the load has ended.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any, Final, TextIO

import httpx2
import jwt

sys.path.insert(0, str(Path(__file__).parent))

from load_world import supergraph
from run import written

WORLD: Final = Path(__file__).parent / "load_world.py"
SECRET: Final = "s" * 40
REQUEST_SECONDS: Final = 4.0
TOKEN_SECONDS: Final = 3
RELOAD_EVERY: Final = 3.0
KILL_EVERY: Final = 20.0
LOOK_EVERY: Final = 2.0
SETTLE_SECONDS: Final = REQUEST_SECONDS + 6
"""Then retired pipelines are closed and idle connections given up."""

SETTINGS: Final = f"""
server: {{reload_seconds: 0.2, shutdown_seconds: 5}}
limits: {{request_seconds: {REQUEST_SECONDS}}}
subgraphs: {{timeout_seconds: 2.5, connections: 20, response_bytes: 1000000}}
identity:
  leeway_seconds: 0
  issuers: [{{issuer: soak, algorithms: [HS256], key: {SECRET}}}]
identity_secret: {SECRET}
telemetry: {{request_log: errors}}
"""


@dataclass
class Soak:
    """One run.

    wrong       answers that may not be, in words
    seconds     of the requests to the steady subgraph
    looks       (second, what the probe told)
    """

    base: str
    probe: str
    folder: Path
    dice: random.Random
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    looks: list[tuple[float, dict[str, Any]]] = field(default_factory=list)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def token() -> str:
    """A bearer token that is good for a moment."""
    claims = {"iss": "soak", "aud": "channelgraph", "sub": "c", "exp": int(time.time()) + TOKEN_SECONDS}
    return jwt.encode(claims, SECRET, "HS256")


class Client:
    """One client after the other in one task: each step does one of the things clients do."""

    def __init__(self, soak: Soak, number: int) -> None:
        self._soak = soak
        self._dice = random.Random(soak.dice.random())
        self._host, port = soak.base.removeprefix("http://").split(":")
        self._port = int(port)
        self._number = number
        self._token = token()
        self._made = time.time()

    async def run(self, until: float) -> None:
        """Go on until the loop's time is `until`."""
        kinds = [self.query] * 6 + [self.steady] * 4 + [self.mutation, self.leave, self.leave, self.stream, self.bad]
        kinds += [self.private] * 2
        while asyncio.get_running_loop().time() < until:
            kind = self._dice.choice(kinds)
            self._soak.done[kind.__name__] += 1
            try:
                async with asyncio.timeout(REQUEST_SECONDS + 10):
                    await kind()
            except TimeoutError:
                self._soak.wrong.append(f"{kind.__name__}: no answer in {REQUEST_SECONDS + 10:g} s")
            except (OSError, asyncio.IncompleteReadError) as error:
                self._soak.wrong.append(f"{kind.__name__}: {error!r}")

    async def query(self) -> None:
        """Ask two subgraphs; half of the clients ask the same."""
        first = self._dice.choice([3, 20])
        alias = f"p{self._dice.randint(0, 30)}: " if self._dice.random() < 0.5 else ""
        await self._asked(f"{{ {alias}products(first: {first}) {{ id name stock text }} }}", {200})

    async def steady(self) -> None:
        """Ask the subgraph that never fails."""
        began = time.perf_counter()
        answer = await self._asked("{ steady(of: 7) }", {200})
        self._soak.seconds.append(time.perf_counter() - began)
        if answer != {"data": {"steady": 7}}:
            self._soak.wrong.append(f"steady: {json.dumps(answer)[:200]}")

    async def mutation(self) -> None:
        """Change something."""
        await self._asked("mutation { add(by: 1) }", {200})

    async def private(self) -> None:
        """Ask with a token, which may have expired; then with a new one."""
        old = time.time() > self._made + TOKEN_SECONDS + 1
        await self._asked("{ me { name } steady }", {401} if old else {200, 401}, self._token)
        if old:
            self._token, self._made = token(), time.time()

    async def bad(self) -> None:
        """Ask what cannot be answered."""
        await self._asked(self._dice.choice(["{", "{ nothing }", "{ steady(of: true) }"]), {200, 400})

    async def leave(self) -> None:
        """Ask, and do not wait for the answer."""
        _, writer = await self._sent("{ products { id stock text } }", "application/json")
        await asyncio.sleep(self._dice.choice([0, 0.001, 0.05, 0.2, 1.0]))
        if self._dice.random() < 0.5:
            writer.transport.abort()
        writer.close()

    async def stream(self) -> None:
        """Subscribe, read a little, leave."""
        name, bearer = self._dice.choice([("ticks", ""), ("mine", self._token)])
        asked = f"subscription {{ {name} {{ number product {{ stock }} }} }}"
        reader, writer = await self._sent(asked, "text/event-stream", bearer)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._dice.uniform(0, 4)):
                while await reader.read(65_536):
                    pass
        writer.close()

    async def _asked(self, query: str, statuses: set[int], bearer: str = "") -> Any:
        reader, writer = await self._sent(query, "application/graphql-response+json", bearer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
        finally:
            writer.close()
        status = int(head.split(b" ", 2)[1])
        answer = json.loads(body)
        if status not in statuses:
            self._soak.wrong.append(f"{query[:40]}: status {status} {body[:150]!r}")
        self._soak.done[f"status {status}" + (", with errors" if "errors" in answer else "")] += 1
        return answer

    async def _sent(
        self, query: str, accept: str, bearer: str = ""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        body = json.dumps({"query": query}).encode()
        lines = ["POST /graphql HTTP/1.1", "host: soak", "content-type: application/json", f"accept: {accept}"]
        lines += [f"content-length: {len(body)}", *([f"authorization: Bearer {bearer}"] if bearer else [])]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return reader, writer


async def reloads(soak: Soak) -> None:
    """Replace the supergraph's file again and again."""
    text, number = (soak.folder / "supergraph.graphql").read_text("utf-8"), 0
    while True:
        await asyncio.sleep(RELOAD_EVERY)
        number += 1
        new = text[: len(text) // 2] if number % 3 == 0 else f"{text}# {number}\n"
        (soak.folder / "new").write_text(new, "utf-8")
        (soak.folder / "new").replace(soak.folder / "supergraph.graphql")
        soak.done["reload"] += 1


async def kills(soak: Soak, process: subprocess.Popen[str], port: int) -> None:
    """Kill the subgraphs' process, and start it again after a while."""
    try:
        while True:
            await asyncio.sleep(KILL_EVERY)
            process.kill()
            process.wait()
            await asyncio.sleep(soak.dice.uniform(0, 0.3))
            process = start_subgraphs(port, soak.dice.randint(0, 1_000_000))
            soak.done["subgraphs killed"] += 1
    finally:
        process.kill()
        process.wait()


async def look(soak: Soak, client: httpx2.AsyncClient, began: float) -> dict[str, Any]:
    """Ask the probe, and keep what it tells."""
    told: dict[str, Any] = (await client.get(soak.probe)).json()
    soak.looks.append((time.monotonic() - began, told))
    return told


def start_subgraphs(port: int, seed: int, faults: float = 0.3) -> subprocess.Popen[str]:
    """Their process, once it answers."""
    command = [
        sys.executable,
        str(WORLD),
        "subgraph",
        "--port",
        str(port),
        "--faults",
        str(faults),
        "--seed",
        str(seed),
    ]
    return started(command, None)


def started(command: list[str], log: TextIO | None) -> subprocess.Popen[str]:
    """The process, once it has said that it is up."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    if process.stdout is None or not process.stdout.readline():
        raise SystemExit(f"did not start: {' '.join(command)}")
    return process


async def soaked(soak: Soak, seconds: float, clients: int, background: list[asyncio.Task[None]]) -> None:
    """Put it under load, let it settle, look all the while."""
    loop, began = asyncio.get_running_loop(), time.monotonic()
    end = loop.time() + seconds
    async with httpx2.AsyncClient(timeout=20) as probe:
        await look(soak, probe, began)
        running = asyncio.gather(*(Client(soak, number).run(end) for number in range(clients)))
        while loop.time() < end:
            await asyncio.sleep(LOOK_EVERY)
            told = await look(soak, probe, began)
            minute, second = divmod(round(time.monotonic() - began), 60)
            shown = f"{told['rss_mb']:6.1f} MB {told['tasks']:4} tasks {told['files']:4} files"
            worst = f"; last: {soak.wrong[-1][:120]}" if soak.wrong else ""
            print(
                f"{minute:2}:{second:02} {shown} {soak.done.total():7} done, {len(soak.wrong)} wrong{worst}", flush=True
            )
        await running
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await asyncio.sleep(SETTLE_SECONDS)
        await look(soak, probe, began)


def leaks(soak: Soak) -> list[str]:
    """What has not come back to its level; memory is judged from the first fifth of the time on, caches filled."""
    first, last = soak.looks[0][1], soak.looks[-1][1]
    found = [
        f"{what}: {first[what]} at first, {last[what]} at the end"
        for what in ("tasks", "files")
        if last[what] > first[what] + 2
    ]
    found += [f"pool {name}: {use} at the end" for name, use in last["pools"].items() if any(use)]
    early = max(told["rss_mb"] for _, told in soak.looks[: len(soak.looks) // 5 + 1])
    if last["rss_mb"] > early * 1.15 + 20:  # each of the replaced supergraphs took 4 MB when they were kept
        found.append(f"memory: {early:.0f} MB in the first fifth, {last['rss_mb']:.0f} MB at the end")
    return found


def page(soak: Soak, found: list[str]) -> str:
    """The run as text: what was done, what was held over time, what is wrong."""
    cuts = quantiles([second * 1000 for second in soak.seconds], n=100)
    lines = ["| second | memory MB | tasks | open files |", "|---|---|---|---|"]
    step = max(1, len(soak.looks) // 24)
    shown = [*soak.looks[:-1:step], soak.looks[-1]]
    lines += [f"| {at:.0f} | {t['rss_mb']:.1f} | {t['tasks']} | {t['files']} |" for at, t in shown]
    peak = max(told["rss_mb"] for _, told in soak.looks)
    bars = [f"{at:5.0f} s {t['rss_mb']:6.1f} MB {'█' * round(40 * t['rss_mb'] / peak)}" for at, t in shown]
    done = "\n".join(f"- {name}: {number:,}" for name, number in sorted(soak.done.items()))
    verdict = (
        "Nothing leaked, no answer was wrong." if not (found or soak.wrong) else "\n".join([*found, *soak.wrong[:20]])
    )
    steady = f"Asked of the steady subgraph: {len(soak.seconds):,}, p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms"
    plot = "```\n" + "\n".join(bars) + "\n```"
    return f"{verdict}\n\n{steady} (clients, subgraphs and gateway on the same cores).\n\n{done}\n\n" + "\n".join(
        [*lines, "", "The last row is after the load has ended and everything has settled.", "", plot]
    )


async def main(asked: argparse.Namespace) -> int:
    """Run it; the status."""
    with tempfile.TemporaryDirectory() as folder:
        ports = free_port(), free_port(), free_port(), free_port()
        base, probe = f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}/"
        soak = Soak(base, probe, Path(folder), random.Random(asked.seed))
        text = supergraph(f"http://127.0.0.1:{ports[2]}", f"http://127.0.0.1:{ports[3]}")
        (soak.folder / "supergraph.graphql").write_text(text, "utf-8")
        (soak.folder / "settings.yaml").write_text(SETTINGS, "utf-8")
        subgraphs, steady = start_subgraphs(ports[2], asked.seed), start_subgraphs(ports[3], 1, faults=0)
        command = [sys.executable, str(WORLD), "gateway", folder, "--port", str(ports[0]), "--probe", str(ports[1])]
        with (soak.folder / "log").open("w") as log:
            gateway = started(command, log)
        try:
            background = [
                asyncio.create_task(reloads(soak)),
                asyncio.create_task(kills(soak, subgraphs, ports[2])),
            ]
            await soaked(soak, asked.seconds, asked.clients, background)
        finally:
            gateway.terminate()
            status = gateway.wait(30)
            steady.terminate()
            steady.wait()
        if status:
            soak.wrong.append(f"the gateway ended with status {status}")
        soak.done["times the loop was blocked for over 200 ms"] = (
            (soak.folder / "log").read_text().count("loop_blocked")
        )
        found = leaks(soak)
        text = page(soak, found)
        if asked.page:
            about = f"`python benchmarks/soak.py --seconds {asked.seconds:g} --clients {asked.clients}`"
            written(asked.page, "Soak", about, text)
        print(text)
        return 1 if found or soak.wrong else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--clients", type=int, default=16)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--page", type=Path)
    sys.exit(asyncio.run(main(options.parse_args())))
