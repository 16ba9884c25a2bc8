"""A category tree as JSON (the form of Best Buy's open data): id, name, path from the root down to the node itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong, batches, text
from subgraphs.kit.importing.records import CategoryRecord
from subgraphs.kit.importing.source import Feed

DEEPEST = 12


def read(feed: Feed) -> Iterator[Rows]:
    """Categories, a thousand at a time; parents may come after their children or only in their paths."""
    return batches(feed, _category)


def _category(row: int, item: Mapping[str, Any]) -> CategoryRecord:
    code, steps = text(item, "id", 80), item.get("path")
    if not isinstance(steps, list) or not 1 <= len(steps) <= DEEPEST:
        reason = f"not a list of 1 to {DEEPEST} categories"
        raise Wrong("path", reason)
    if not all(isinstance(step, Mapping) for step in steps):
        raise Wrong("path", "not a list of objects with id and name")
    path = tuple((text(step, "id", 80), text(step, "name", 200)) for step in steps)
    if path[-1][0] != code:
        raise Wrong("path", "does not end with the category itself")
    if len({step for step, _ in path}) < len(path):
        raise Wrong("path", "names a category twice")
    return CategoryRecord(row=row, code=code, name=text(item, "name", 200), path=path)


def _matches(head: bytes) -> bool:
    return head.lstrip().startswith(b"[") and b'"path"' in head


FORMAT = Format("categories", read, _matches)
