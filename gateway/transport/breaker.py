"""A circuit breaker: a subgraph that mostly fails is left alone for a while, so that its callers are answered at once.

    closed ──(enough requests, too many of them failed)──→ open ──(after a pause)──→ half open
       ↑                                                    ↑                           │
       └────────────(all probes succeeded)──────────────────┼───────────────────────────┤
                                                            └──────(one probe failed)───┘

A failure is a `SubgraphError` or a status of 5xx. What the caller does, a cancellation or a 4xx, does not count.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gateway.errors import SubgraphError, SubgraphUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse


class State(StrEnum):
    """Where the breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When to open and for how long.

    requests         fewer than this many within the window never open it
    failing          share of failures at which it opens, 0 to 1
    window_seconds   how far back the count goes, in steps of a tenth of it
    open_seconds     pause before probes are let through
    probes           requests let through half open; all must succeed
    """

    requests: int = 20
    failing: float = 0.5
    window_seconds: float = 10.0
    open_seconds: float = 5.0
    probes: int = 3


class BreakingSubgraph:
    """Asks `inner` unless the breaker is open; then raises `SubgraphUnavailable` at once.

    clock    seconds; only differences matter
    """

    def __init__(
        self,
        inner: SubgraphClient,
        settings: BreakerSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._settings = settings or BreakerSettings()
        self._clock = clock
        self._counts: dict[int, list[int]] = {}
        self._state = State.CLOSED
        self._opened_at = 0.0
        self._probing = 0
        self._succeeded = 0

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self._state is State.OPEN and self._clock() - self._opened_at >= self._settings.open_seconds:
            return State.HALF_OPEN
        return self._state

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Ask, and count how it went."""
        probe = self._admit(request)
        counted = False
        try:
            response = await self._inner.send(request)
            counted = True
            self._count(failed=response.status >= 500, probe=probe)
        except SubgraphUnavailable:
            raise  # not asked at all
        except SubgraphError:
            counted = True
            self._count(failed=True, probe=probe)
            raise
        finally:
            if probe and not counted:
                self._probing -= 1
        return response

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()

    def _admit(self, request: SubgraphRequest) -> bool:
        state = self.state
        if state is State.CLOSED:
            return False
        if state is State.HALF_OPEN and self._state is State.OPEN:
            self._state, self._probing, self._succeeded = State.HALF_OPEN, 0, 0
        if state is State.OPEN or self._probing >= self._settings.probes:
            raise SubgraphUnavailable("it has been failing and is left alone for a while", request.subgraph)
        self._probing += 1
        return True

    def _count(self, *, failed: bool, probe: bool) -> None:
        if probe:
            self._judge_probe(failed=failed)
            return
        if self._state is not State.CLOSED:
            return  # sent before it opened; the probes decide now
        step = int(self._clock() / (self._settings.window_seconds / 10))
        counts = self._counts.setdefault(step, [0, 0])
        counts[failed] += 1
        for old in [known for known in self._counts if known <= step - 10]:
            del self._counts[old]
        total = sum(good + bad for good, bad in self._counts.values())
        bad = sum(bad for _, bad in self._counts.values())
        if failed and total >= self._settings.requests and bad >= total * self._settings.failing:
            self._open()

    def _judge_probe(self, *, failed: bool) -> None:
        if self._state is not State.HALF_OPEN:
            return
        if failed:
            self._open()
            return
        self._succeeded += 1
        if self._succeeded >= self._settings.probes:
            self._state = State.CLOSED
            self._counts.clear()

    def _open(self) -> None:
        self._state = State.OPEN
        self._opened_at = self._clock()
        self._counts.clear()
