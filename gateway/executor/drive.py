"""The one file of the executor that waits: sends what an execution has ready and feeds it what comes back.

Each request starts when its own inputs are there; nothing waits for a level. There is no task per request when the
client hands out futures, and one future for the end of all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from gateway.errors import SubgraphError, SubgraphTimeout, SubgraphUnreachable
from gateway.executor.subgraph_errors import failure_of
from gateway.planner.nodes import OperationKind
from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

if TYPE_CHECKING:
    from gateway.executor.execution import Outgoing

Headers = tuple[tuple[bytes, bytes], ...]
HeadersFor = Callable[[str], Headers]

_finishing: Final[set[asyncio.Future[SubgraphResponse]]] = set()
"""Mutations whose client has gone: they run to their end, and something must hold them until then."""


class Driven(Protocol):
    """What can be driven: an `Execution`, or a `Recording` of one."""

    def ready(self) -> list[Outgoing]:
        """The requests to send now; each is handed out once."""

    def feed(self, request_id: int, outcome: SubgraphResponse | SubgraphError, part: int = 0) -> list[Outgoing]:
        """Take the outcome of one; what has become ready by it."""


async def drive(
    execution: Driven,
    clients: Mapping[str, SubgraphClient],
    headers: Headers | HeadersFor,
    deadline: float,
) -> None:
    """Run `execution` until nothing is in flight; then it can answer.

    headers    what goes with every request, or a function from the subgraph's name to it
    deadline   the loop's time, in seconds; what has not answered by then counts as timed out, what has not
               started is not sent
    Cancel     abandons queries in flight; a mutation already sent goes on to its end, nothing more is started
    Raises     nothing for a failing subgraph
    """
    run = _Run(execution, clients, headers, deadline)
    run.start(execution.ready())
    if not run.in_flight:
        return
    timer = run.loop.call_at(deadline, run.expire)
    try:
        await run.over
    except asyncio.CancelledError:
        run.abandon()
        raise
    finally:
        timer.cancel()


@dataclass(slots=True)
class _Run:
    execution: Driven
    clients: Mapping[str, SubgraphClient]
    headers: Headers | HeadersFor
    deadline: float
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    in_flight: dict[tuple[int, int], tuple[Outgoing, asyncio.Future[SubgraphResponse]]] = field(default_factory=dict)
    over: asyncio.Future[None] = field(init=False)
    expired: bool = False

    def __post_init__(self) -> None:
        self.over = self.loop.create_future()

    def start(self, ready: list[Outgoing]) -> None:
        """Send these, and whatever becomes ready because one of them cannot be sent."""
        queue = list(ready)
        while queue:
            outgoing = queue.pop(0)
            failure = self._send(outgoing)
            if failure is not None:
                queue.extend(self.execution.feed(outgoing.request_id, failure, outgoing.part))

    def _send(self, outgoing: Outgoing) -> SubgraphError | None:
        """Send one; the reason, when it cannot be sent."""
        client = self.clients.get(outgoing.subgraph)
        if self.expired:
            return SubgraphTimeout("the deadline passed before it could be asked", outgoing.subgraph)
        if client is None:
            return SubgraphUnreachable("no client is configured for it", outgoing.subgraph)
        headers = self.headers(outgoing.subgraph) if callable(self.headers) else self.headers
        request = SubgraphRequest(outgoing.subgraph, outgoing.kind, outgoing.body, headers, self.deadline)
        try:
            future = asyncio.ensure_future(client.send(request))
        except Exception as exc:  # noqa: BLE001 - whatever a client raises is a failure of its subgraph
            return failure_of(outgoing.subgraph, exc)
        self.in_flight[outgoing.request_id, outgoing.part] = (outgoing, future)
        future.add_done_callback(partial(self._arrived, outgoing))
        return None

    def _arrived(self, outgoing: Outgoing, future: asyncio.Future[SubgraphResponse]) -> None:
        if self.in_flight.pop((outgoing.request_id, outgoing.part), None) is None:
            if not future.cancelled():
                future.exception()  # seen: nobody waits for it any more
            return
        try:
            self.start(self.execution.feed(outgoing.request_id, _outcome(outgoing, future), outgoing.part))
        except Exception as exc:  # noqa: BLE001 - a fault of our own must end the request, not hang it
            self._end(exc)
            return
        if not self.in_flight:
            self._end(None)

    def _end(self, exc: Exception | None) -> None:
        if self.over.done():
            return
        if exc is None:
            self.over.set_result(None)
        else:
            self.abandon()
            self.over.set_exception(exc)

    def expire(self) -> None:
        """The deadline has passed: everything in flight counts as timed out."""
        self.expired = True
        late = list(self.in_flight.values())
        self.abandon()
        for outgoing, _ in late:
            timeout = SubgraphTimeout("no complete answer before the deadline", outgoing.subgraph)
            self.start(self.execution.feed(outgoing.request_id, timeout, outgoing.part))
        self._end(None)

    def abandon(self) -> None:
        """Cancel queries in flight, let mutations finish, wait for neither."""
        abandoned = list(self.in_flight.values())
        self.in_flight.clear()
        for outgoing, future in abandoned:
            if outgoing.kind is OperationKind.MUTATION:
                _finishing.add(future)
                future.add_done_callback(_finishing.discard)
            else:
                future.cancel()


def _outcome(outgoing: Outgoing, future: asyncio.Future[Any]) -> SubgraphResponse | SubgraphError:
    if future.cancelled():
        return SubgraphUnreachable("the request was cancelled", outgoing.subgraph)
    error = future.exception()
    if error is None:
        response: SubgraphResponse = future.result()
        return response
    return failure_of(outgoing.subgraph, error)
