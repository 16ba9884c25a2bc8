"""Waiting without guessing how long: until something holds, for a turn of the loop, or with the loop's clock moved on.

    await until(lambda: len(server.requests) == 2)     # looked at again and again; an AssertionError after two minutes
    await settled()                                     # whatever can go on without being woken has gone on
    forward(3600)                                       # what waits for a time in this test's loop finds that it has come

A machine that is busy may let any time pass between two statements. So no test says how long something takes: it waits
for the thing itself, and what must take long is made to by an event, or by this clock.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""After which a test that waits for ever is told to have failed."""
TURNS = 50
_PORTS = range(16_000, 32_000)
"""Below those that systems deal out to whoever connects."""


async def until(holds: Callable[[], bool], pause: float = 0.01) -> None:
    """Come back when it holds, where nobody tells of it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        await asyncio.sleep(pause)


def by_then(holds: Callable[[], bool], pause: float = 0.05) -> None:
    """`until`, where no loop runs."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(pause)


async def settled() -> None:
    """Let every task go on that waits for nothing but its turn."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


def forward(seconds: float) -> None:
    """Move the clock of the running loop, which is this test's own, ahead; other clocks stay as they are."""
    loop = asyncio.get_running_loop()
    now = loop.time
    loop.time = lambda: now() + seconds  # type: ignore[method-assign]  # a loop that is thrown away after the test


def free_port() -> int:
    """A port nobody listens on, and that nobody is given who asks the system for one."""
    for port in random.sample(_PORTS, 200):
        with socket.socket() as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("two hundred ports are taken")
