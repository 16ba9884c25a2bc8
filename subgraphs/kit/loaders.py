"""Keys to values in bulk: one query per kind of thing and request, however many places ask.

Rule 1  Whoever asks waits for a future of their own. graphql-core cancels the fields beside one that failed; were the
        future shared, each other field that waits for the same key would be cancelled with them, and with those the
        request. A cancelled caller costs the others nothing: the batch is read, and remembered, all the same.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from aiodataloader import DataLoader
from sqlalchemy import ColumnElement
from sqlmodel.ext.asyncio.session import AsyncSession

if TYPE_CHECKING:
    from subgraphs.kit.context import Context

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Awaited(Generic[V]):
    """What a loader promises for one key, where its base class would keep the one future that all callers share.

    _futures    those of the callers that wait
    _settled    one that is done, for whoever asks later: it can no longer be cancelled
    """

    __slots__ = ("_futures", "_loop", "_settled")

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._futures: list[Future[V]] = []
        self._settled: Future[V] | None = None

    def future(self) -> Future[V]:
        """One caller's future."""
        if self._settled is not None:
            return self._settled
        future: Future[V] = self._loop.create_future()
        self._futures.append(future)
        return future

    def done(self) -> bool:
        """Whether the value has come, whoever still waits for it."""
        return self._settled is not None

    def set_result(self, value: V) -> None:
        """Give the value to everyone who waits, and who asks later."""
        self._settled = self._loop.create_future()
        self._settled.set_result(value)
        for future in self._waiting():
            future.set_result(value)

    def set_exception(self, error: Exception) -> None:
        """Fail everyone who waits, and who asks later."""
        self._settled = self._loop.create_future()
        self._settled.set_exception(error)
        self._settled.exception()  # nobody may ask later: an error that nobody takes would be logged
        for future in self._waiting():
            future.set_exception(error)

    def _waiting(self) -> Sequence[Future[V]]:
        futures, self._futures = self._futures, []
        return [future for future in futures if not future.done()]


class Loader(DataLoader[K, V | None], Generic[K, V]):
    """Loads one kind of value by key, for one request.

    A subclass says how a batch is read; missing keys are simply left out of the mapping:

        class CustomerById(Loader[str, CustomerRow]):
            async def fetch(self, session, keys):
                rows = await session.exec(select(CustomerRow).where(among(CustomerRow.id, keys)))
                return {row.id: row for row in rows}

    Ask for it by class: `await info.context.loader(CustomerById).load(id)` gives the value or None.
    Shape   as many answers as keys, in their order.
    """

    max_batch_size = 1000

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    def load(self, key: K) -> Future[V | None]:
        """The value of a key that is not None, or None where there is no value: a future of the caller's own."""
        promised = cast("Awaited[V | None] | None", self._cache.get(key))
        if promised is None:
            promised = Awaited(self.loop)
            # aiodataloader asks of it what it asks of a future: `done`, `set_result`, `set_exception`.
            self._cache[key] = stand_in = cast("Future[V | None]", promised)
            self.do_resolve_reject(key, stand_in)
        return promised.future()

    def prime(self, key: K, value: V | None) -> Self:
        """Remember a value that was read by other means; one that is remembered already stays."""
        if key not in self._cache:
            promised: Awaited[V | None] = Awaited(self.loop)
            promised.set_result(value)
            self._cache[key] = cast("Future[V | None]", promised)
        return self

    async def fetch(self, session: AsyncSession, keys: Sequence[K]) -> Mapping[K, V]:
        """Read the values of these keys (each once); keys without a value are missing from the mapping."""
        msg = f"{type(self).__name__} does not say how it reads {len(keys)} keys with {session}"
        raise TypeError(msg)

    async def batch_load_fn(self, keys: Sequence[K]) -> list[V | None]:
        """Answer aiodataloader; not called by domains."""
        found = await self.context.database.look_up(self.fetch, keys)
        return [found.get(key) for key in keys]


class ListLoader(Loader[K, Sequence[V]], Generic[K, V]):
    """Loads a list for each key: orders of a customer, lines of a cart. A key without rows gets an empty tuple.

    `fetch` gives a mapping of key to the rows in their order; `grouped` in this module builds it.
    """

    async def batch_load_fn(self, keys: Sequence[K]) -> list[Sequence[V] | None]:
        """Answer aiodataloader; not called by domains."""
        found = await self.context.database.look_up(self.fetch, keys)
        return [found.get(key, ()) for key in keys]


def among(column: Any, keys: Sequence[Any]) -> ColumnElement[bool]:
    """`column IN keys`, written as an equality for one key: SQLAlchemy then has nothing to expand, and is quicker.

    Example  select(Row).where(among(Row.id, keys))
    """
    found: ColumnElement[bool] = column == keys[0] if len(keys) == 1 else column.in_(keys)
    return found


def grouped(pairs: Sequence[tuple[K, V]]) -> dict[K, list[V]]:
    """Key → its values, in the order they come."""
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
