"""The whole table against real servers: one start each, every row, and a good request after every row.

A row's id and name stand in front of what went wrong with it. The long part plays the table again and again beside
another client, measures the work, and looks at the memory afterwards.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
from pathlib import Path

import pytest

from .served import Server, answers, meanwhile, percentile, play, serving
from .table import GOOD_BODY, table
from .wire import CLOSED, JSON, exchange, get, http

SERVERS = {"the gateway": ("up",), "a subgraph": ("subgraph", "catalog")}
IMPATIENT = {
    "CHANNELGRAPH_SERVER__HEAD_SECONDS": "2",
    "CHANNELGRAPH_LIMITS__BODY_SECONDS": "2",  # the gateway's
    "CHANNELGRAPH_BODY_SECONDS": "2",  # a subgraph's
}
KEPT = 100_000_000
"""Bytes by which memory may be above its level after the first round: caches are full then, arenas are not given back."""
LONGEST_WORK = 0.25
"""Seconds of processor time for one row and the good request after it; nobody waits longer because of it."""

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="memory is read from /proc, which Linux has")


@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS.keys())
async def test_J_H_B_D_every_hostile_request_is_refused_and_the_next_good_one_answered(command, tmp_path):
    with serving(tmp_path, *command, **IMPATIENT) as server:
        before = server.resident()
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(_slow_ones(server))
            async with meanwhile(server) as took:
                wrong = await play(server, table())
        assert wrong + slow.result() == []
        grown = server.resident() - before
        told = f"others waited {percentile(took, 0.99) * 1000:.0f} ms (p99), memory grew by {grown / 1e6:.0f} MB"
        print(f"{' '.join(command)}: {told}")  # noqa: T201 - figures for whoever runs it with -s
        assert grown < KEPT
        _log_is_in_lines(server)


async def _slow_ones(server: Server) -> list[str]:
    """H14: whoever does not come to the point is closed, or told 408."""
    heads = {"silence": b"", "half a head": b"GET /graphql HTTP/1.1\r\nhost: x\r\n", "one byte": b"G"}
    drip = (http(JSON, b"content-length: %d" % len(GOOD_BODY)), GOOD_BODY[:5])
    idle = get(b"/graphql?query=%7B__typename%7D")
    answers = await asyncio.gather(
        *(exchange(server.address, [head], patience=30) for head in heads.values()),
        exchange(server.address, drip, patience=30),
        exchange(server.address, [idle], patience=30),
    )
    expected = [CLOSED.status] * len(heads) + [408, 200]
    names = [*heads, "half a body", "a connection kept"]
    return [
        f"H14 {name}: status {answer.status}, not {status}"
        for name, answer, status in zip(names, answers, expected, strict=True)
        if answer.status != status
    ]


def _log_is_in_lines(server: Server) -> None:
    """H10: whatever was sent, each line of the log is one JSON object of ours, and none tells of a fault of ours."""
    for line in server.log.read_text("utf-8").splitlines():
        told = json.loads(line)
        assert told["event"] != "request_failed", line
        assert "Traceback" not in line


@pytest.mark.prove
@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS.keys())
async def test_J_H_B_D_ten_rounds_of_it_cost_others_little_time_and_no_memory_stays(command, tmp_path):
    """Others wait while the server works: its own processor time decides, which a busy machine does not change."""
    with serving(tmp_path, *command) as server:
        assert await play(server, table()) == []
        level = server.resident()
        dear = []
        for row in table() * 10:
            began = server.worked()
            assert await play(server, [row]) == []
            worked = server.worked() - began
            dear += [f"{row.id} {row.name}: {worked:.2f} s"] if worked > LONGEST_WORK else []
        async with meanwhile(server) as took:
            assert await play(server, table()) == []
        grown = server.resident() - level
        waited = f"{percentile(took, 0.5) * 1000:.1f} ms (p50), {percentile(took, 0.99) * 1000:.0f} ms (p99)"
        print(f"{' '.join(command)}: others waited {waited}; {grown / 1e6:+.0f} MB")  # noqa: T201 - the same
        assert dear == []
        assert grown < KEPT  # what every round kept for good would add up over ten of them


@pytest.mark.prove
@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS.keys())
async def test_H14_five_thousand_idle_connections_are_closed_and_keep_nobody_out(command, tmp_path):
    """Each process may open as many files as the hard limit allows; where that is less, there are fewer connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with serving(tmp_path, *command, CHANNELGRAPH_SERVER__HEAD_SECONDS="5") as server:
            count = min(5_000, hard - 200)
            open_ones = [await asyncio.open_connection(*server.address) for _ in range(count)]
            assert await answers(server)
            async with asyncio.timeout(60):
                assert await asyncio.gather(*(reader.read() for reader, _ in open_ones)) == [b""] * count
            for _, writer in open_ones:
                writer.close()
            assert await answers(server)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_table_holds_the_rows_it_is_made_for():
    ids = {row.id for row in table()}
    wanted = {f"J{n}" for n in range(1, 9)} | {f"D{n}" for n in [*range(1, 10), 17]}
    assert ids == wanted | {"H1", "H2", "H3", "H4", "H6", "H7", "H8", "H9", "H11", "B1"}
    names = [(row.id, row.name) for row in table()]
    assert len(set(names)) == len(names) >= 95
    assert all(re.fullmatch(r"[JHBD]\d+", row.id) for row in table())
