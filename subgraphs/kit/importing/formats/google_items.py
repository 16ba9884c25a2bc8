"""What Google's feeds share: items with attributes, in XML (RSS 2.0 or Atom) or tab-separated text.

The XML is read as a stream of events: one item is in memory at a time, whatever the size of the file. A document type
declaration ends the import, so entities cannot be declared, let alone expanded into a bomb or into a local file.

Rows are numbered from 1: items of XML as they come, rows of text with the header as row 1.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Rows
from subgraphs.kit.importing.formats.json_list import Batch
from subgraphs.kit.importing.formats.offer import Fields
from subgraphs.kit.importing.formats.table import cells_of, rows
from subgraphs.kit.importing.source import DAMAGED, Feed

CHUNK = 64 * 1024
LONGEST_FIELD = 60_000
MOST_FIELDS = 200
DEEPEST = 32
LONGEST_TOKEN = 1024 * 1024
"""Bytes of a tag with its attributes, or of a comment: the parser keeps them whole."""

SEVERAL = frozenset({"gtin", "additional_image_link", "product_detail"})

_ITEMS = frozenset({"item", "entry"})


Record = Callable[[int, Fields], Any]
"""Row and attributes → a record; may raise `Wrong`."""


def read_items(feed: Feed, record: Record, needed: tuple[str, ...], name: str) -> Iterator[Rows]:
    """Records, a thousand at a time.

    needed      columns without which a text is no such feed, which `name` says in words

    Raises  `FeedUnreadable`.
    """
    if feed.head(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _read_xml(feed, record)
    return _read_tsv(feed, record, needed, name)


class _Items:
    """Collects the items of a feed while the parser calls back; `taken` empties it."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._depth = 0
        self._item_depth = 0
        self._fields: dict[str, list[str]] = {}
        self._text: list[str] | None = None
        self._length = 0
        self._done: list[dict[str, list[str]]] = []

    def taken(self) -> list[dict[str, list[str]]]:
        """The items finished since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"{self._feed.path}: elements nest deeper than {DEEPEST}"
            raise FeedUnreadable(message)
        local = _local(name)
        if self._item_depth == 0 and local in _ITEMS:
            self._item_depth, self._fields = self._depth, {}
        elif self._item_depth and self._depth == self._item_depth + 1:
            self._text, self._length = [], 0
            if local == "link" and "href" in attributes:  # Atom keeps the address in an attribute
                self._text.append(attributes["href"])
        elif self._text and self._depth == self._item_depth + 2:
            self._text = ["".join(self._text).rstrip(), ":"]  # attributes of an attribute, as text in tabs has them

    def characters(self, text: str) -> None:
        if self._text is not None and self._length < LONGEST_FIELD:
            self._length += len(text)
            self._text.append(text)

    def end(self, name: str) -> None:
        if self._item_depth and self._depth == self._item_depth + 1 and self._text is not None:
            if len(self._fields) < MOST_FIELDS:
                self._fields.setdefault(_attribute(name), []).append("".join(self._text).strip())
            self._text = None
        elif self._item_depth and self._depth == self._item_depth:
            self._done.append(self._fields)
            self._item_depth = 0
        self._depth -= 1

    def doctype(self, *_: Any) -> None:
        message = f"{self._feed.path}: a document type declaration is not allowed in a feed; remove it"
        raise FeedUnreadable(message)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _attribute(name: str) -> str:
    """Atom's own names for two attributes become the specification's."""
    local = _local(name)
    return {"summary": "description", "content": "description"}.get(local, local)


def _read_xml(feed: Feed, record: Record) -> Iterator[Rows]:
    items = _Items(feed)
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = items.start
    parser.EndElementHandler = items.end
    parser.CharacterDataHandler = items.characters
    parser.StartDoctypeDeclHandler = items.doctype
    parser.buffer_text = True
    batch, row, fed = Batch(), 0, 0
    with feed.binary() as (stream, raw):
        while True:
            chunk = _chunk(feed, lambda: stream.read(CHUNK))
            fed += len(chunk)
            try:
                parser.Parse(chunk, not chunk)
            except (ExpatError, LookupError) as error:  # LookupError: an encoding nobody knows
                message = f"{feed.path}: not well-formed XML, line {parser.CurrentLineNumber}: {error}"
                raise FeedUnreadable(message) from error
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                message = f"{feed.path}: line {parser.CurrentLineNumber}: a tag, comment or attribute is longer than {LONGEST_TOKEN:,} bytes"
                raise FeedUnreadable(message)
            for fields in items.taken():
                row += 1
                batch.take(row, lambda row=row, fields=fields: (record(row, fields),))  # type: ignore[misc]  # bound now
                if batch.full():
                    yield from batch.rows(raw.tell())
            if not chunk:
                yield from batch.rows(raw.tell())
                return


def _read_tsv(feed: Feed, record: Record, needed: tuple[str, ...], name: str) -> Iterator[Rows]:
    with feed.text() as (text, raw):
        table = rows(feed, text, "\t")
        _, header = next(table, (1, None))
        names = [one.strip().lower().replace(" ", "_") for one in header or ()]
        missing = [one for one in needed if one not in names]
        if missing:
            message = (
                f"{feed.path}: row 1 names no column {missing[0]}; {name} in tabs has {', '.join(needed)}, in UTF-8"
            )
            raise FeedUnreadable(message)
        batch = Batch()
        for row, cells in table:
            batch.take(row, lambda row=row, cells=cells: (record(row, _fields(cells_of(names, cells))),))  # type: ignore[misc]  # bound now
            if batch.full():
                yield from batch.rows(raw.tell())
        yield from batch.rows(raw.tell())


def _fields(cells: dict[str, str]) -> Fields:
    """A cell may hold several values of these attributes, apart by commas."""
    return {
        name: next(csv.reader([cell]), []) if name in SEVERAL and "," in cell else [cell]
        for name, cell in cells.items()
        if cell.strip()
    }


def _chunk(feed: Feed, read_chunk: Callable[[], bytes]) -> bytes:
    try:
        return read_chunk()
    except DAMAGED as error:
        message = f"{feed.path}: the file is damaged ({error})"
        raise FeedUnreadable(message) from error


def is_xml_feed(head: bytes) -> bool:
    """Whether the first bytes are those of a feed in XML."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and (b"base.google.com/ns/1.0" in head or b"<rss" in head or b"<feed" in head)


def columns_of(head: bytes) -> frozenset[bytes]:
    """The columns that the first line of a text in tabs names, in small letters."""
    line = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    return frozenset(one.strip().lower().replace(b" ", b"_") for one in line.split(b"\t"))
