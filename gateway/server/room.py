"""How much is under way in this process at once: requests, streams, sockets; one more than allowed is refused."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.errors import Overloaded, StreamsLimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.settings import ServerSettings


class Room:
    """Counts; every way in shares one."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._requests = 0
        self._streams = 0
        self._sockets = 0

    def enter(self, count: int = 1) -> None:
        """Count requests in, whether or not there is room; each has to `leave`."""
        self._requests += count

    def leave(self, count: int = 1) -> None:
        """Count them out."""
        self._requests -= count

    def check(self, more: int = 0) -> None:
        """Raise `Overloaded` where there are too many under way, or would be with so many more."""
        under_way = self._requests + more
        if under_way > self._settings.requests:
            raise Overloaded(f"There are {under_way:,} requests under way (server.requests).")

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Room for a subscription, which lasts: it is a stream and no longer a request; raises `StreamsLimitExceeded`."""
        if self._streams >= self._settings.streams:
            raise StreamsLimitExceeded(f"There are {self._streams:,} subscriptions already (server.streams).")
        self._streams += 1
        self._requests -= 1
        try:
            yield
        finally:
            self._streams -= 1
            self._requests += 1

    @contextmanager
    def socket(self) -> Iterator[None]:
        """Room for a WebSocket connection; raises `Overloaded`."""
        if self._sockets >= self._settings.sockets:
            raise Overloaded(f"There are {self._sockets:,} WebSocket connections already (server.sockets).")
        self._sockets += 1
        try:
            yield
        finally:
            self._sockets -= 1
