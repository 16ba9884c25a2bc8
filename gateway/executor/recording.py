"""What became of each request of one run, for whoever asked to see the plan.

A recording stands between an execution and `drive`; a run that nobody wants to see has none, and pays nothing. It
keeps times, sizes and codes, and never a header, a body or a variable's value.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.errors import SubgraphError

if TYPE_CHECKING:
    from gateway.executor.execution import Execution, Outgoing
    from gateway.transport.base import SubgraphResponse


@dataclass(slots=True)
class Sent:
    """One request of the plan as it went, all its parts together; times in seconds since the run began.

    began            when its first part was handed out, waiting for a turn or a connection included
    ended            when the last answer was there; None while one is under way
    bytes_received   after inflating
    http_status      of the last answer; None where none came
    shared           whether an answer was taken from an equal query that had been under way already
    errors           entries of `errors` in the answers
    failed           the code of what is wrong with an answer, or of why there is none
    """

    began: float
    ended: float | None = None
    parts: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    http_status: int | None = None
    shared: bool = False
    errors: int = 0
    failed: str | None = None


@dataclass(slots=True)
class Recording:
    """Drives like the execution it wraps, and remembers; `sent` is by request, without those that were not sent."""

    execution: Execution
    sent: dict[int, Sent] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)

    def ready(self) -> list[Outgoing]:
        """The requests to send now."""
        return self._noted(self.execution.ready())

    def feed(self, request_id: int, outcome: SubgraphResponse | SubgraphError, part: int = 0) -> list[Outgoing]:
        """Take an outcome; what has become ready by it."""
        sent = self.sent[request_id]
        sent.ended = time.perf_counter() - self._began
        if isinstance(outcome, SubgraphError):
            sent.failed = outcome.code
            return self._noted(self.execution.feed(request_id, outcome, part))
        sent.shared = sent.shared or bool(outcome.judged)  # somebody else has read it
        sent.bytes_received += len(outcome.body)
        sent.http_status = outcome.status
        released = self.execution.feed(request_id, outcome, part)
        for reply in outcome.judged:
            sent.errors += len(reply.errors)
            sent.failed = reply.failure.code if reply.failure is not None else sent.failed
        return self._noted(released)

    def entities(self, request_id: int) -> tuple[int, ...]:
        """How many distinct representations were sent, by lookup of the request."""
        return self.execution.representations(request_id)

    def _noted(self, outgoing: list[Outgoing]) -> list[Outgoing]:
        for each in outgoing:
            sent = self.sent.setdefault(each.request_id, Sent(began=time.perf_counter() - self._began))
            sent.parts += 1
            sent.bytes_sent += len(each.body)
        return outgoing
