"""What is known of one request on its way through the server, and what it is answered with. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.pipeline import Notes
from gateway.planner.nodes import OperationKind
from gateway.server.media_types import JSON
from gateway.server.response import NO_HEADERS, Header

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from gateway.identity import Identity
    from gateway.server.request import Operation


@dataclass(slots=True)
class Exchange:
    """One request on its way through, or one operation of a batch.

    caller      Authorization and channel as they were sent, to make a subscription's identity anew
    payer       whose rate it is counted against
    read_only   whether it came in a way that may not change anything (GET)
    deadline    the loop's time at which all of it must be over; None: its own, counted from when it is begun
    finished    when it was over, on the clock of `started`; None: when it is told of
    batch       which operation of a batch it is, as "2/3"
    """

    scope: Scope
    receive: Receive
    request_id: str
    started: float
    media_type: str = JSON
    identity: Identity | None = None
    caller: tuple[bytes | None, bytes | None] = (None, None)
    contract: str | None = None
    payer: str = ""
    read_only: bool = False
    explain: bool = False
    show_plan: bool = False
    trace: tuple[Header, ...] = ()
    forwarded: tuple[Header, ...] = ()
    client: str | None = None
    shared: bool = False
    deadline: float | None = None
    finished: float | None = None
    batch: str | None = None
    notes: Notes = field(default_factory=Notes)


@dataclass(frozen=True, slots=True)
class Stream:
    """A request that is answered as a stream.

    endless     a subscription; otherwise one answer, as an event
    """

    operation: Operation
    media_type: str
    endless: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the log and the metrics are told of one operation of a batch."""

    exchange: Exchange
    bytes_out: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for a request that has an answer.

    codes   of the errors in it
    notes   of the request that it was made for; a query's answer another may have as well
    extra   headers that go back beside our own
    parts   of a batch, each of which is told of in place of the whole
    """

    body: bytes
    codes: tuple[str, ...]
    notes: Notes
    extra: tuple[Header, ...] = NO_HEADERS
    parts: tuple[Told, ...] = ()

    @property
    def query(self) -> bool:
        """Whether it came of a query."""
        return self.notes.kind is OperationKind.QUERY
