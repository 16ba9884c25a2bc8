"""Readers: a file in, records and refusals out. Pure but for the reading; one module a format.

A reader is a generator of `Rows`: some records, some refusals, and how many rows of the file they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from subgraphs.kit.importing.records import Refused
from subgraphs.kit.importing.source import Feed


@dataclass(frozen=True, slots=True)
class Rows:
    """What a reader gives at a time.

    records     of one kind, whole
    refused     rows that were not taken
    read        rows of the file these stand for
    place       bytes of the file read so far, for the progress bar
    """

    records: tuple[Any, ...]
    refused: tuple[Refused, ...]
    read: int
    place: int


Reader = Callable[[Feed], Iterator[Rows]]
Key = Callable[[Any], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of feed: how it is read and how it is recognised.

    read        the reader
    matches     whether the first bytes of a file look like it
    key         column and value by which a record is one of a kind; None when a file may say things of one thing twice
    """

    name: str
    read: Reader
    matches: Callable[[bytes], bool]
    key: Key | None = None

    def rows(self, feed: Feed) -> Iterator[Rows]:
        """What the reader gives; of several rows with one key only the first is taken. The keys are kept in memory."""
        return self.read(feed) if self.key is None else _first_of_each(self.read(feed), self.key)


def _first_of_each(found: Iterable[Rows], key: Key) -> Iterator[Rows]:
    seen: dict[str, int] = {}
    for rows in found:
        records: list[Any] = []
        refused = list(rows.refused)
        for record in rows.records:
            column, value = key(record)
            if value not in seen:
                seen[value] = record.row
                records.append(record)
                continue
            reason = f"occurs twice in the feed, first in row {seen[value]}, which was taken"
            refused.append(Refused(record.row, column, reason, "keep one row for each"))
        yield Rows(tuple(records), tuple(refused), rows.read, rows.place)


def formats() -> Mapping[str, Format]:
    """Name → format, in the order they are tried when the caller does not say."""
    from subgraphs.kit.importing.formats import (
        categories,
        google_local,
        google_merchant,
        native,
        online_retail,
        promotions,
        schema_org,
        shopify,
        stores,
    )

    # In the order they are tried: a local feed has a product feed's columns, our own lines have schema.org's
    # brackets, and an offer's line may name a brand as a product's does.
    modules = (
        online_retail,
        google_local,
        google_merchant,
        shopify,
        promotions,
        native,
        schema_org,
        stores,
        categories,
    )
    found = [one.FORMAT for one in modules]
    return MappingProxyType({one.name: one for one in found})
