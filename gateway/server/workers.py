"""Several processes on one port: the parent forks them, replaces one that dies and passes signals on.

Each worker listens on its own socket of the shared port (SO_REUSEPORT), so that the kernel deals connections out and
none is lost when one worker goes. The supergraph is loaded before the fork: its pages are shared until they change.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING, Final

import structlog

from gateway.errors import StartupError

if TYPE_CHECKING:
    from collections.abc import Callable

FAILS_AT_START: Final = 2.0
"""Seconds; a worker that ends sooner has not come up, and neither would the next."""

PASSED_ON: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_log = structlog.get_logger(__name__)


def run_workers(count: int, work: Callable[[int], None]) -> int:
    """Run `work(number)` in `count` processes until a signal; the exit status, 0 when all ended as they were asked to.

    A worker that dies is replaced; one that does not come up ends them all.
    """
    workers = _Workers(count, work)
    for number in PASSED_ON:
        signal.signal(number, workers.pass_on)
    return workers.run()


class _Workers:
    def __init__(self, count: int, work: Callable[[int], None]) -> None:
        self._count = count
        self._work = work
        self._running: dict[int, tuple[int, float]] = {}
        self._ending = False
        self._status = 0

    def run(self) -> int:
        for number in range(self._count):
            self._start(number)
        while self._running:
            process, status = os.wait()
            number, since = self._running.pop(process)
            code = os.waitstatus_to_exitcode(status)
            if self._ending:
                self._status = self._status or (0 if code == 0 else 1)
            elif time.monotonic() - since < FAILS_AT_START:
                self._status = 1
                self._end()
            else:
                _log.error("worker_died", worker=number, status=code)
                self._start(number)
        return self._status

    def pass_on(self, number: int, _: object) -> None:
        """Send a signal on to every worker; all but SIGHUP end them."""
        self._ending = self._ending or number != signal.SIGHUP
        for process in tuple(self._running):
            os.kill(process, number)

    def _end(self) -> None:
        self.pass_on(signal.SIGTERM, None)

    def _start(self, number: int) -> None:
        process = os.fork()
        if process:
            self._running[process] = (number, time.monotonic())
            return
        status = 1
        try:
            for each in PASSED_ON:
                signal.signal(each, signal.SIG_DFL)
            self._work(number)
            status = 0
        except StartupError as error:
            print(f"channelgraph: {error.message}", file=sys.stderr)  # noqa: T201
        except BaseException:  # noqa: BLE001  # a child must never run on in the parent's code
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
