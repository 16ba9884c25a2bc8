"""Hostile requests, one after another beside other clients: how long these wait, and what memory stays.

    python benchmarks/hostile.py [--rounds 3] [--clients 20] [--page benchmarks/results/hostile.md]

Plays the table of tests/hostile against `channelgraph up` and against one subgraph. Each other client asks a good request
every 0.3 s. Client and server share the cores, so waits tell of the machine as well; the longest stretch of processor
time in which the loop turned to nobody else does not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from run import written

from tests.hostile.served import Server, answers, meanwhile, percentile, play, serving
from tests.hostile.table import table

if TYPE_CHECKING:
    from tests.hostile.row import Hostile

COMMANDS: Final = (("up",), ("subgraph", "catalog"))
WARM_SECONDS: Final = 6.0
IDLE_SECONDS: Final = 3.0
MEGABYTE: Final = 1_000_000


@dataclass
class Played:
    """What one row has done over all rounds.

    waits       of the others while it was played, in seconds
    longest     stretch of the loop's processor time, in seconds
    before      bytes resident before it was first played
    after       and after it was last
    """

    waits: list[float] = field(default_factory=list)
    longest: float = 0.0
    before: int = 0
    after: int = 0


@dataclass
class Run:
    """One server's: rows, levels in bytes, answers that were wrong."""

    rows: dict[tuple[str, str], Played] = field(default_factory=dict)
    level: int = 0
    rounds: list[int] = field(default_factory=list)
    idle: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def waits(self) -> list[float]:
        """Of all others, in all rounds."""
        return [wait for each in self.rows.values() for wait in each.waits]


async def played(command: tuple[str, ...], rounds: int, clients: int) -> Run:
    """Start one, warm it, play the rounds, let it idle."""
    run = Run()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), *command) as server:
        async with meanwhile(server, clients=clients, pause=0.3) as took:
            await asyncio.sleep(WARM_SECONDS)
            run.level = server.resident()
            server.longest()
            for _ in range(rounds):
                for row in table():
                    await _one(run, server, row, took)
                run.rounds.append(server.resident())
        await asyncio.sleep(IDLE_SECONDS)
        if not await answers(server):
            run.wrong.append("a good request is not answered at the end")
        run.idle = server.resident()
    return run


async def _one(run: Run, server: Server, row: Hostile, took: list[float]) -> None:
    kept = run.rows.setdefault((row.id, row.name), Played(before=server.resident()))
    begun = len(took)
    run.wrong += await play(server, [row])
    kept.waits += took[begun:]
    kept.longest = max(kept.longest, server.longest())
    kept.after = server.resident()


def shown(command: tuple[str, ...], run: Run) -> str:
    """One server's part of the page."""
    waits = run.waits
    told = [f"{percentile(waits, share) * 1000:.0f} ms (p{share * 100:g})" for share in (0.5, 0.99)]
    over = [f"{(each - run.level) / MEGABYTE:+.1f}" for each in run.rounds]
    longest = max(each.longest for each in run.rows.values())
    lines = [
        f"## `channelgraph {' '.join(command)}`",
        "",
        (
            f"Others waited {', '.join(told)}, {max(waits) * 1000:.0f} ms at most ({len(waits):,} requests). "
            f"The loop's longest stretch was {longest * 1000:.0f} ms of processor time."
        ),
        "",
        (
            f"Memory: {run.level / MEGABYTE:.0f} MB after good requests alone; after each round {', '.join(over)} MB; "
            f"idle for a while {(run.idle - run.level) / MEGABYTE:+.1f} MB."
        ),
        "",
        "\n".join(run.wrong) or "Every row was answered as it should be, and a good request after each.",
        "",
        "| row | | others' p50 ms | p99 | max | longest stretch ms | MB before | after |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (number, name), each in run.rows.items():
        ms = [wait * 1000 for wait in each.waits] or [0.0]
        figures = f"{median(ms):.0f} | {percentile(ms, 0.99):.0f} | {max(ms):.0f} | {each.longest * 1000:.0f}"
        label = name.replace("|", "\\|")
        lines.append(f"| {number} | {label} | {figures} | {each.before / MEGABYTE:.1f} | {each.after / MEGABYTE:.1f} |")
    return "\n".join(lines)


def main() -> int:
    """Run it; the status is 1 when an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    runs = [(command, asyncio.run(played(command, options.rounds, options.clients))) for command in COMMANDS]
    about = (
        f"`python benchmarks/hostile.py --rounds {options.rounds} --clients {options.clients}`: {len(table())} requests; "
        f"load {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end, all on the same cores."
    )
    text = "\n\n".join(shown(command, run) for command, run in runs)
    print(about, text, sep="\n\n")
    if options.page:
        written(options.page, "Hostile requests", about, text)
    return 1 if any(run.wrong for _, run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
