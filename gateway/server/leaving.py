"""Clients that leave before their answer is there: a query is given up, a mutation goes on to its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gateway.errors import DeadlineExceeded
from gateway.planner.nodes import OperationKind
from gateway.server.request import ClientGone

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from gateway.server.exchange import Exchange

WATCH_AFTER_SECONDS: Final = 0.05
"""A request that takes longer is watched for its client's leaving; watching every one would cost each a task."""

T = TypeVar("T")


async def unless_the_client_leaves(answer: Awaitable[T], exchange: Exchange) -> T:
    """Await the answer; a query is cancelled when its client leaves, a mutation goes on to its end.

    Raises  ClientGone, DeadlineExceeded
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # ASGI applications run in tasks
    watcher = _Watcher(task, exchange)
    timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, watcher.start)
    try:
        return await answer
    except asyncio.CancelledError:
        if watcher.gone:
            task.uncancel()
            raise ClientGone from None
        raise
    except TimeoutError as error:
        raise DeadlineExceeded("The request took too long.") from error
    finally:
        timer.cancel()
        watcher.stop()


@dataclass(slots=True)
class _Watcher:
    """Waits for the client's disconnecting and then cancels the request's task."""

    task: asyncio.Task[Any]
    exchange: Exchange
    gone: bool = False
    waiting: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.waiting = asyncio.ensure_future(self._watch())

    def stop(self) -> None:
        if self.waiting is not None:
            self.waiting.cancel()

    async def _watch(self) -> None:
        while (await self.exchange.receive())["type"] != "http.disconnect":
            pass
        if self.exchange.notes.kind is not OperationKind.MUTATION:
            self.gone = True
            self.task.cancel()
