"""What the readers of JSON lists share: one array of objects, checked field by field."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from subgraphs.kit.importing.formats import Rows
from subgraphs.kit.importing.formats.json_stream import elements
from subgraphs.kit.importing.records import Refused
from subgraphs.kit.importing.source import Feed, is_clean

BATCH = 1_000


class Wrong(ValueError):  # noqa: N818 - what a field is; it never leaves the readers
    """A field of a row is not what it should be: which, why, and what to do about it."""

    def __init__(self, column: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
        self.advice = advice

    def refused(self, row: int) -> Refused:
        """The row as refused."""
        if not self.advice:
            return Refused(row, self.column or None, self.reason)
        return Refused(row, self.column or None, self.reason, self.advice)


class Batch:
    """Gathers records and refusals of a reader until there are enough of them."""

    def __init__(self) -> None:
        self._records: list[Any] = []
        self._refused: list[Refused] = []
        self._read = 0

    def take(self, row: int, make: Callable[[], Iterable[Any]]) -> None:
        """Add what one row makes; a `Wrong` refuses the row."""
        self._read += 1
        try:
            self._records += make()
        except Wrong as wrong:
            self._refused.append(wrong.refused(row))

    def full(self) -> bool:
        """Whether it is time to hand it over."""
        return self._read >= BATCH

    def rows(self, place: int) -> Iterator[Rows]:
        """What was gathered, unless it is nothing; the batch is empty again."""
        if self._read:
            done = Rows(tuple(self._records), tuple(self._refused), self._read, place)
            self._records, self._refused, self._read = [], [], 0
            yield done


def batches(feed: Feed, record: Callable[[int, Mapping[str, Any]], Any]) -> Iterator[Rows]:
    """Records of a JSON list, a thousand at a time; `record` may raise `Wrong`. Rows are numbered from 1."""
    return read_elements(elements(feed), lambda row, item: (record(row, item),))


def read_elements(
    found: Iterable[tuple[bytes, int]], records: Callable[[int, Mapping[str, Any]], Iterable[Any]]
) -> Iterator[Rows]:
    """Records of JSON texts of one object each, with the place after it; `records` may raise `Wrong`."""
    batch, place = Batch(), 0
    for row, (content, place) in enumerate(found, 1):
        batch.take(row, lambda row=row, content=content: records(row, parsed(content)))  # type: ignore[misc]  # bound now
        if batch.full():
            yield from batch.rows(place)
    yield from batch.rows(place)


def parsed(content: bytes) -> Mapping[str, Any]:
    """The object that a text of JSON is.

    Raises  `Wrong`.
    """
    try:
        item = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        reason = f"not JSON ({error})"
        raise Wrong("", reason, "write the item as one JSON object in UTF-8") from None
    if not isinstance(item, Mapping):
        raise Wrong("", "not an object", "write the item as one JSON object")
    return item


def text(item: Mapping[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    """A text field, trimmed; empty when it is missing and need not be there."""
    value = item.get(name)
    if value is None and not required:
        return ""
    if value is None or (required and isinstance(value, str) and not value.strip()):
        raise Wrong(name, "missing")
    if not isinstance(value, str) or not is_clean(value) or len(value) > longest:
        reason = f"not a text of at most {longest} characters"
        raise Wrong(name, reason)
    return value.strip()


def number(item: Mapping[str, Any], name: str, lowest: float, highest: float) -> float:
    """A number within bounds."""
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Wrong(name, "not a number")
    if not lowest <= value <= highest:
        reason = f"not between {lowest} and {highest}"
        raise Wrong(name, reason)
    return value
