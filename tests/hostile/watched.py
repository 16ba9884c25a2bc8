"""`channelgraph …` with a watch beside it: how long its event loop has worked without a pause, in processor time.

    python -m tests.hostile.watched FILE COMMAND…

Others wait while the loop works. Its thread's processor time between two ticks tells for how long, and a busy machine
does not change it: a tick that comes late because others were served by the kernel has used no time. FILE holds the
longest since whoever reads it has last written 0.0 there, as one double; a tick itself is a millisecond apart.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import Any

import uvloop

TICK_SECONDS = 0.001
NUMBER = struct.Struct("d")


@dataclass(slots=True)
class Watch:
    """Ticks in one loop, and keeps the longest stretch of work in a file."""

    loop: Any
    file: int
    before: float = 0.0

    def begin(self) -> None:
        """In the loop's own thread."""
        self.before = thread_time()
        self.loop.call_later(TICK_SECONDS, self.tick)

    def tick(self) -> None:
        """Look at the clock, and tell when it is further than ever."""
        now = thread_time()
        if now - self.before > NUMBER.unpack(os.pread(self.file, NUMBER.size, 0))[0]:
            os.pwrite(self.file, NUMBER.pack(now - self.before), 0)
        self.begin()


def watched(path: Path, make: Callable[[], Any]) -> Callable[[], Any]:
    """What makes loops, each with a watch in it."""
    file = os.open(path, os.O_RDWR)

    def loop_with_a_watch() -> Any:
        loop = make()
        loop.call_soon(Watch(loop, file).begin)
        return loop

    return loop_with_a_watch


if __name__ == "__main__":
    from gateway.cli import main

    _, watch_file, *command = sys.argv
    uvloop.new_event_loop = watched(Path(watch_file), uvloop.new_event_loop)
    sys.argv = ["channelgraph", *command]
    sys.exit(main())
