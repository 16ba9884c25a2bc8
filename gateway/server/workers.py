"""Several processes on one port: the parent forks them, replaces one that dies, and renews them all on SIGHUP.

Sockets     Each worker has a listening socket of its own on the shared port (SO_REUSEPORT), so that the kernel deals
            connections out. The parent made it and keeps it: a worker may go at any time, and the connections that
            wait on its socket are taken by the next.
Memory      The supergraph is loaded before the fork: its pages are shared until they change.
SIGHUP      Settings and supergraph are read anew, and workers are replaced one after the other: the new one serves at
            once, the old one ends when what it has under way is done. What cannot be loaded changes nothing.
SIGTERM     ends all; a second one does not wait for what is under way.
SIGKILL     of a worker: another takes its place. Of the parent: the workers notice, and end as by SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from gateway.errors import GatewayError, StartupError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    Work = Callable[[int], None]

FAILS_AT_START: Final = 2.0
"""Seconds; a worker that ends sooner has not come up, and neither would the next."""

PAUSE_SECONDS: Final = 1.0
"""Before a worker is replaced that has not come up: whatever is in its way may pass."""

SIGNALS: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Crew:
    """What workers are made of.

    sockets     by worker: what it serves; the parent holds them, and each worker only its own
    load        reads what the work needs as it is now; raises `GatewayError` for what is no good
    """

    sockets: Sequence[Sequence[socket.socket]]
    load: Callable[[], Work]


def run_workers(crew: Crew, work: Work) -> int:
    """Run `work(number)` in as many processes as there are sockets, until a signal.

    The exit status is 0 when all ended as they were asked to. One that does not come up at first ends them all.
    """
    # Waited for instead of handled: a handler would run in the middle of anything, another handler included.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        return _Workers(crew, work).run()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


@dataclass(frozen=True, slots=True)
class _Worker:
    number: int
    since: float
    first: bool


class _Workers:
    """The parent's view.

    running     by process
    outdated    processes that SIGHUP has still to replace
    leaving     processes that have been replaced and finish what they have under way
    former      the work before the last SIGHUP, until all are renewed
    """

    def __init__(self, crew: Crew, work: Work) -> None:
        self._crew = crew
        self._work = work
        self._running: dict[int, _Worker] = {}
        self._outdated: deque[int] = deque()
        self._leaving: set[int] = set()
        self._former: Work | None = None
        self._ending = False
        self._status = 0
        self._lifeline, self._held = os.pipe()
        """Nothing is ever written; a worker that reads its end knows that the parent, which held the other, is gone."""

    def run(self) -> int:
        for number in range(len(self._crew.sockets)):
            self._start(number, first=True)
        while self._running:
            number = signal.sigwait(SIGNALS)
            if number == signal.SIGCHLD:
                self._reap()
            elif number != signal.SIGHUP:
                self._end(number)
            elif not self._ending:
                self._renew()
        return self._status

    def _reap(self) -> None:
        while self._running:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            self._ended(process, os.waitstatus_to_exitcode(status))

    def _ended(self, process: int, status: int) -> None:
        worker = self._running.pop(process)
        early = time.monotonic() - worker.since < FAILS_AT_START
        if self._ending:
            self._status = self._status or (0 if status == 0 else 1)
        elif process in self._leaving:
            self._leaving.discard(process)
            self._renew_next()
        elif early and worker.first:
            self._status = 1
            self._end(signal.SIGTERM)
        else:
            _log.error("worker_died", worker=worker.number, status=status)
            if early:
                time.sleep(PAUSE_SECONDS)
            self._replace(worker.number, early=early)

    def _replace(self, number: int, *, early: bool) -> None:
        if early and self._former is not None:
            _log.error("workers_not_renewed", reason="a renewed worker did not come up")
            self._work, self._former = self._former, None
            self._outdated.clear()
        elif self._former is None:
            self._load()
        self._start(number)

    def _renew(self) -> None:
        """Begin to replace the workers by such as know what has changed."""
        former = self._work
        if self._load():
            self._former = self._former or former
            self._outdated = deque(each for each in self._running if each not in self._leaving)
            if not self._leaving:
                self._renew_next()

    def _renew_next(self) -> None:
        """Replace one; the next when it has ended."""
        while self._outdated:
            process = self._outdated.popleft()
            if process in self._running:
                self._leaving.add(process)
                self._start(self._running[process].number)
                os.kill(process, signal.SIGTERM)
                return
        if self._former is not None and not self._leaving:
            self._former = None
            _log.info("workers_renewed")

    def _load(self) -> bool:
        """Read anew what the work needs, for the workers that follow; whether that was possible."""
        try:
            self._work = self._crew.load()
        except GatewayError as error:
            _log.error("workers_not_renewed", reason=error.message)
            return False
        except Exception as error:  # noqa: BLE001  # whatever it is, the last good one goes on
            _log.error("workers_not_renewed", exc_info=error)
            return False
        return True

    def _end(self, number: int) -> None:
        """Pass a signal on to every worker; nothing more is taken from the sockets."""
        self._ending = True
        for process in tuple(self._running):
            os.kill(process, number)
        for sockets in self._crew.sockets:
            for each in sockets:
                each.close()

    def _start(self, number: int, *, first: bool = False) -> None:
        process = os.fork()
        if process:
            self._running[process] = _Worker(number, time.monotonic(), first)
            return
        status = 1
        try:
            for each in SIGNALS:
                signal.signal(each, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            os.close(self._held)
            threading.Thread(target=_end_with_the_parent, args=(self._lifeline,), daemon=True).start()
            for other, sockets in enumerate(self._crew.sockets):
                for each_socket in sockets if other != number else ():
                    each_socket.close()
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


def _end_with_the_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
