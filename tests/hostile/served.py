"""Real servers, as their commands start them, and what is played against them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .row import GOOD, Hostile
from .watched import NUMBER
from .wire import Answer, exchange, post

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
LONGEST_ANSWER = 20_000
"""Bytes that a refusal may have: what the client sent does not come back."""
_PLACES = b"|".join(re.escape(str(each).encode()) for each in (ROOT, sys.prefix, tempfile.gettempdir()))
TELLING = re.compile(
    rb"Traceback|File \"|\.py\b|site-packages|sqlite|SELECT |INSERT |asyncpg|identity\.secret|root:|" + _PLACES
)
"""What no stranger is told: traces, paths, SQL, secrets."""


@dataclass(frozen=True, slots=True)
class Server:
    """One process under test."""

    process: subprocess.Popen[str]
    address: tuple[str, int]
    log: Path
    watch: Path

    def resident(self) -> int:
        """Bytes of memory it holds."""
        text = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        assert found
        return int(found[1]) * 1024

    def worked(self) -> float:
        """Seconds its processors have worked for it so far, to a hundredth."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def longest(self) -> float:
        """Seconds of processor time that its loop has at most worked without a pause, since this was asked last."""
        with self.watch.open("r+b", buffering=0) as file:  # in place: the file is never without its number
            (found,) = NUMBER.unpack(file.read(NUMBER.size))
            file.seek(0)
            file.write(NUMBER.pack(0.0))
        return float(found)


@contextmanager
def serving(folder: Path, *command: str, **environment: str) -> Iterator[Server]:
    """`channelgraph COMMAND` until left; whatever it is, it ends with status 0 when asked to."""
    log, watch = folder / "log", folder / "watch"
    watch.write_bytes(NUMBER.pack(0.0))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELGRAPH_")}
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.watched", str(watch), *command, "--data", str(folder / "data"), "--port", "0"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=told, text=True, env={**clean, **environment},
        )  # fmt: skip
        try:
            assert process.stdout is not None
            found = None
            while found is None:
                line = process.stdout.readline()
                assert line, log.read_text("utf-8")
                found = re.search(r"http://[\w.]+:(\d+)/graphql", line)
            yield Server(process, ("127.0.0.1", int(found[1])), log, watch)
            if process.poll() is None:  # a test may have killed it
                process.terminate()
                assert process.wait(30) == 0
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


async def play(server: Server, rows: Iterable[Hostile]) -> list[str]:
    """Send each row, and a good request after it; what went wrong, a line each."""
    wrong: list[str] = []
    for row in rows:
        answer = await exchange(server.address, row.sent, patience=PATIENCE, hang_up=row.hang_up)
        wrong += [f"{row.id} {row.name}: {fault}" for fault in faults(row, answer)]
        if not await answers(server):
            wrong.append(f"{row.id} {row.name}: a good request is not answered afterwards")
    return wrong


def faults(row: Hostile, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer."""
    if answer.status not in row.statuses:
        yield f"status {answer.status}, not one of {sorted(row.statuses)}: {answer.body[:200]!r}"
    if TELLING.search(answer.body) and answer.status != 200:
        yield f"it tells {TELLING.search(answer.body)}"
    if answer.status in {None, 0} or answer.status == 200:
        return
    if len(answer.body) > LONGEST_ANSWER:
        yield f"{len(answer.body)} bytes of a refusal"
    if "json" not in answer.headers.get("content-type", ""):
        if (
            answer.body not in {b"", b"Invalid HTTP request received."} and row.sent[0][:4] != b"HEAD"
        ):  # the server's own words
            yield f"no JSON: {answer.headers.get('content-type')}: {answer.body[:100]!r}"
        return
    if row.sent[0][:4] == b"HEAD":
        return
    told = json.loads(answer.body)
    code = told["errors"][0]["extensions"]["code"]
    if "data" in told:
        yield f"data beside a refusal: {answer.body[:200]!r}"
    if row.codes and code not in row.codes:
        yield f"code {code}, not one of {sorted(row.codes)}: {told['errors'][0]['message'][:200]}"
    if "Did you mean" in str(told):
        yield "it suggests a name"


async def answers(server: Server, patience: float = PATIENCE) -> bool:
    """Whether a good request is answered."""
    answer = await exchange(server.address, [post(json.dumps({"query": GOOD}).encode())], patience=patience)
    return answer.status == 200 and b'"channels":[{' in answer.body


@asynccontextmanager
async def meanwhile(server: Server, clients: int = 1, pause: float = 0.05) -> AsyncIterator[list[float]]:
    """Other clients, each asking one good request after another; the seconds each took, oldest first."""
    took: list[float] = []

    async def ask(first: float) -> None:
        await asyncio.sleep(first)
        while True:
            began = time.perf_counter()
            assert await answers(server)
            took.append(time.perf_counter() - began)
            await asyncio.sleep(pause)

    tasks = [asyncio.create_task(ask(pause * number / clients)) for number in range(clients)]
    try:
        yield took
        assert not any(task.done() for task in tasks), [task.exception() for task in tasks if task.done()]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def percentile(took: list[float], share: float) -> float:
    """The time within which this share of requests was answered."""
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]
