"""Readers: a file in, records and refusals out. Pure but for the reading; one module a format.

A reader is a generator of `Rows`: some records, some refusals, and how many rows of the file they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of feed: how it is read and how it is recognised.

    read        the reader
    matches     whether the first bytes of a file look like it
    """

    name: str
    read: Reader
    matches: Callable[[bytes], bool]


def formats() -> Mapping[str, Format]:
    """Name → format, in the order they are tried when the caller does not say."""
    from subgraphs.kit.importing.formats import categories, google_merchant, online_retail, shopify, stores

    found = (online_retail.FORMAT, google_merchant.FORMAT, shopify.FORMAT, stores.FORMAT, categories.FORMAT)
    return MappingProxyType({one.name: one for one in found})
