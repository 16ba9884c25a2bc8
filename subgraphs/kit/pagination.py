"""Pages of a list: opaque cursors, bounds checked before any SQL, the rest by keyset.

A cursor holds the sort values of the item it stands for, so a page is found by `WHERE (sort) < (cursor)` and not by
counting rows: page 1,000 costs what page 1 costs, and an item added meanwhile shifts nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import orjson

from subgraphs.kit.errors import BadUserInput

T = TypeVar("T")

Cursor = tuple[Any, ...]
"""The sort values of one item, the last of them unique."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and where they stand.

    items               in order
    cursors             one for each item
    has_next_page       more items follow
    has_previous_page   items precede
    """

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next_page: bool
    has_previous_page: bool


def bounded(first: int | None, *, default: int, most: int, name: str = "first") -> int:
    """How many items were asked for, checked: 0 to `most`.

    Raises  `BadUserInput` below 0 or above `most`; 0 is allowed and gives an empty page.
    """
    if first is None:
        return default
    if not 0 <= first <= most:
        raise BadUserInput(f"{name} must be between 0 and {most}, not {first}")
    return first


def encode_cursor(values: Cursor) -> str:
    """Opaque text for a position."""
    return base64.urlsafe_b64encode(orjson.dumps([_plain(value) for value in values])).decode().rstrip("=")


def decode_cursor(text: str | None, *kinds: type) -> Cursor | None:
    """The position a cursor stands for, each value of the kind the list sorts by.

    Raises  `BadUserInput` when the text is no cursor of such a list.
    """
    if text is None:
        return None
    try:
        if len(text) > 1024:
            raise ValueError
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return tuple(_typed(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error, ArithmeticError):
        raise BadUserInput("after is not a cursor of this list; pass the endCursor of a page of it") from None


def page(rows: Sequence[T], first: int, after: str | None, sort_values: Callable[[T], Cursor]) -> Page[T]:
    """Make a page of rows of which one more than `first` was read."""
    items = tuple(rows[:first])
    return Page(
        items=items,
        cursors=tuple(encode_cursor(sort_values(item)) for item in items),
        has_next_page=len(rows) > first,
        has_previous_page=after is not None,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _typed(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if kind is Decimal and isinstance(value, str):
        return Decimal(value)
    if type(value) is not kind:
        raise ValueError
    return value
