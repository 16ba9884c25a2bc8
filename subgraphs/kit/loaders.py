"""Keys to values in bulk: one query per kind of thing and request, however many places ask."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aiodataloader import DataLoader
from sqlalchemy import ColumnElement
from sqlmodel.ext.asyncio.session import AsyncSession

if TYPE_CHECKING:
    from subgraphs.kit.context import Context

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


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
