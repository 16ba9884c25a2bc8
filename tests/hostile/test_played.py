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
from graphql import get_introspection_query

from .row import GOOD_BODY, Hostile
from .served import Server, answers, meanwhile, percentile, play, serving
from .table import table
from .wire import CLOSED, JSON, exchange, get, http, post

SERVERS = {"the gateway": ("up",), "a subgraph": ("subgraph", "catalog")}
IMPATIENT = {
    "CHANNELGRAPH_SERVER__HEAD_SECONDS": "2",
    "CHANNELGRAPH_LIMITS__BODY_SECONDS": "2",  # the gateway's
    "CHANNELGRAPH_BODY_SECONDS": "2",  # a subgraph's
}
KEPT = 40_000_000
"""Bytes by which memory may be above its level when only good requests had come; 5 to 20 MB are measured."""
LONGEST_STRETCH = 0.5
"""Seconds of processor time that the loop may work without a pause; nobody waits longer because of one request. Half of
it is measured at most, and processor time itself is longer where several share a core's caches."""
LONGEST_WORK = 0.5
"""The same of all its threads together for one row and the good request after it."""
WARM = 200
"""Good requests after which a server is as large as good requests make it."""

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="memory is read from /proc, which Linux has")


@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS.keys())
async def test_J_H_B_D_every_hostile_request_is_refused_and_the_next_good_one_answered(command, tmp_path):
    """Others wait while the loop works: its own processor time decides, which a busy machine does not change."""
    with serving(tmp_path, *command, **IMPATIENT) as server:
        level = await _level(server)
        dear = []
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(_slow_ones(server))
            async with meanwhile(server) as took:
                wrong = []
                for row in table():
                    wrong += await play(server, [row])
                    dear += _dear(server, row)
        assert wrong + slow.result() + dear == []
        grown = server.resident() - level
        _tell(command, took, grown)
        assert grown < KEPT
        _log_is_in_lines(server)


async def _level(server: Server) -> int:
    """Bytes it holds once it has answered good requests for a while; what it worked until then is forgotten."""
    for _ in range(WARM):
        assert await answers(server)
    server.longest()
    return server.resident()


def _dear(server: Server, row: Hostile) -> list[str]:
    longest = server.longest()
    return [f"{row.id} {row.name}: {longest:.2f} s without a pause"] if longest > LONGEST_STRETCH else []


def _tell(command: tuple[str, ...], took: list[float], grown: int) -> None:
    waited = f"{percentile(took, 0.5) * 1000:.1f} ms (p50), {percentile(took, 0.99) * 1000:.0f} ms (p99)"
    print(f"{' '.join(command)}: others waited {waited}; {grown / 1e6:+.0f} MB")  # noqa: T201 - for whoever runs it with -s


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
async def test_J_H_B_D_four_rounds_of_it_cost_others_little_time_and_no_memory_stays(command, tmp_path):
    """The level is the one before any of it, and the rounds end beside twenty others."""
    with serving(tmp_path, *command) as server:
        level = await _level(server)
        dear = []
        for row in table() * 3:
            began = server.worked()
            assert await play(server, [row]) == []
            worked = server.worked() - began
            dear += [f"{row.id} {row.name}: {worked:.2f} s"] if worked > LONGEST_WORK else []
            dear += _dear(server, row)
        async with meanwhile(server, clients=20, pause=0.3) as took:
            assert await play(server, table()) == []
        grown = server.resident() - level
        _tell(command, took, grown)
        assert dear == []
        assert grown < KEPT


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
    wanted = {f"J{n}" for n in range(1, 9)} | {f"D{n}" for n in [*range(1, 11), 15, 17, 18, 21]}
    assert ids == wanted | {"H1", "H2", "H3", "H4", "H6", "H7", "H8", "H9", "H11", "H12", "A1", "A5", "B1"}
    names = [(row.id, row.name) for row in table()]
    assert len(set(names)) == len(names) >= 270
    assert all(re.fullmatch(r"[JHBDA]\d+", row.id) for row in table())


FLOOD = 40
"""Clients at once."""


@pytest.mark.prove
@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS.keys())
async def test_H15_D9_many_that_leave_in_the_middle_or_never_read_leave_no_memory_behind(command, tmp_path):
    introspection = post(json.dumps({"query": get_introspection_query()}).encode())
    dear = [row.sent for row in table() if row.name in {"10,000 aliases", "a name of 1 MB"}]
    with serving(tmp_path, *command) as server:
        assert await play(server, [row for row in table() if row.id == "D9"]) == []
        level = await _level(server)
        for sent in dear:
            found = await asyncio.gather(*(exchange(server.address, sent, patience=120) for _ in range(FLOOD // 4)))
            assert {answer.status for answer in found} == {400}
        for piece in (introspection, introspection[:-20], introspection * 5, b"\x16\x03" * 500):
            gone = [await asyncio.open_connection(*server.address) for _ in range(FLOOD)]
            for _, writer in gone:
                writer.write(piece)
            await asyncio.sleep(0)
            for _, writer in gone:
                writer.transport.abort()
        assert await answers(server, patience=120)
        for _ in range(WARM):
            assert await answers(server)
        grown = server.resident() - level
        _tell(command, [0.0], grown)
        assert grown < KEPT
        _log_is_in_lines(server)
