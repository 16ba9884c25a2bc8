"""Connections that do not get to the point are closed: uvicorn's protocol with a deadline for request heads.

uvicorn closes a connection that idles after an answer, but waits for ever for a first byte and for the rest of a
head. Bodies have a deadline of their own (`request.read_body`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio


class PatientProtocol(HttpToolsProtocol):
    """Waits `head_seconds` for the head of a request, from the connection's or the head's first byte on."""

    head_seconds: ClassVar[float] = 15.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """A head has begun: on a connection in use, its time counts from here."""
        super().on_message_begin()
        if self._deadline is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


def patient_for(seconds: float) -> type[PatientProtocol]:
    """The protocol with this deadline; uvicorn makes protocols itself, and so takes a class."""
    return type("PatientProtocol", (PatientProtocol,), {"head_seconds": seconds})
