"""Patience with connections, in both senses: uvicorn's protocol with a deadline for heads, and a slow goodbye.

Heads       uvicorn closes a connection that idles after an answer, but waits for ever for a first byte and for the rest
            of a head. Bodies have a deadline of their own (`request.read_body`).
Goodbye     When the server ends, uvicorn closes idle connections at once, and a request that is on its way there is
            lost. Here the next answer says `connection: close`, and only what stays idle for a while is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

GOODBYE_SECONDS: Final = 1.0
"""How long an idle connection is left open while the server ends."""


class PatientProtocol(HttpToolsProtocol):
    """Waits `head_seconds` for the head of a request, from the connection's or the head's first byte on."""

    head_seconds: ClassVar[float] = 15.0
    _deadline: asyncio.TimerHandle | None = None
    _leaving = False

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
        if self._leaving and self.cycle is not None:
            self.cycle.keep_alive = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server ends: answer what is under way or about to come, then close."""
        self._leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(GOODBYE_SECONDS, self._leave)
        else:
            self.cycle.keep_alive = False

    def _leave(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

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
