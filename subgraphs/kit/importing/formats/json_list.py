"""What the readers of JSON lists share: one array of objects, checked field by field."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Rows
from subgraphs.kit.importing.records import Refused
from subgraphs.kit.importing.source import Feed, is_clean

LARGEST = 64 * 1024 * 1024
"""Bytes of a JSON list: it is parsed whole, which takes about six times as much memory."""
BATCH = 1_000


class Wrong(ValueError):  # noqa: N818 - what a field is; it never leaves the readers
    """A field of a row is not what it should be."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def batches(feed: Feed, record: Callable[[int, Mapping[str, Any]], Any]) -> Iterator[Rows]:
    """Records of a JSON list, a thousand at a time; `record` may raise `Wrong`. Rows are numbered from 1."""
    items = _items(feed)
    for start in range(0, len(items), BATCH):
        records: list[Any] = []
        refused: list[Refused] = []
        for row, item in enumerate(items[start : start + BATCH], start + 1):
            try:
                if not isinstance(item, Mapping):
                    raise Wrong("", "not an object")
                records.append(record(row, item))
            except Wrong as wrong:
                refused.append(Refused(row, wrong.column or None, wrong.reason))
        read = len(records) + len(refused)
        yield Rows(tuple(records), tuple(refused), read, feed.size * (start + read) // len(items))


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


def _items(feed: Feed) -> list[Any]:
    try:
        with feed.binary() as (stream, _):
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            message = f"{feed.path}: larger than {LARGEST // 1024**2} MB; split the list"
            raise FeedUnreadable(message)
        items = orjson.loads(content)
    except (orjson.JSONDecodeError, OSError, EOFError) as error:
        message = f"{feed.path}: not JSON ({error})"
        raise FeedUnreadable(message) from error
    if not isinstance(items, list):
        message = f"{feed.path}: not a JSON list"
        raise FeedUnreadable(message)
    return items
