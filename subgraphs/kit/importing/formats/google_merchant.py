"""Google Merchant feeds: XML (RSS 2.0 or Atom) and tab-separated text.

The XML is read as a stream of events: one item is in memory at a time, whatever the size of the file. A document type
declaration ends the import, so entities cannot be declared, let alone expanded into a bomb or into a local file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong
from subgraphs.kit.importing.formats.offer import Fields, offer
from subgraphs.kit.importing.records import OfferRecord, Refused
from subgraphs.kit.importing.source import Feed

BATCH = 1_000
CHUNK = 64 * 1024
LONGEST_FIELD = 20_000
MOST_FIELDS = 200
DEEPEST = 32

_ITEMS = frozenset({"item", "entry"})


def read(feed: Feed) -> Iterator[Rows]:
    """Offers, a thousand at a time."""
    return _read_xml(feed) if feed.head(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _read_tsv(feed)


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


def _read_xml(feed: Feed) -> Iterator[Rows]:
    items = _Items(feed)
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = items.start
    parser.EndElementHandler = items.end
    parser.CharacterDataHandler = items.characters
    parser.StartDoctypeDeclHandler = items.doctype
    parser.buffer_text = True
    waiting: list[dict[str, list[str]]] = []
    row = 0
    with feed.binary() as (stream, raw):
        while True:
            chunk = _chunk(feed, lambda: stream.read(CHUNK))
            try:
                parser.Parse(chunk, not chunk)
            except ExpatError as error:
                message = f"{feed.path}: not well-formed XML, line {error.lineno}: {error}"
                raise FeedUnreadable(message) from error
            waiting += items.taken()
            while len(waiting) >= BATCH or (not chunk and waiting):
                part, waiting = waiting[:BATCH], waiting[BATCH:]
                yield _rows(row, part, raw.tell())
                row += len(part)
            if not chunk:
                return


def _read_tsv(feed: Feed) -> Iterator[Rows]:
    with feed.text() as (text, raw):
        reader = csv.reader(text, delimiter="\t")
        names = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
        if "id" not in names or "price" not in names:
            message = f"{feed.path}: row 1 names no columns id and price; this is not a Google Merchant feed"
            raise FeedUnreadable(message)
        part: list[dict[str, list[str]]] = []
        row = 0
        for values in reader:
            part.append(_fields(names, values))
            if len(part) == BATCH:
                yield _rows(row, part, raw.tell())
                row, part = row + len(part), []
        if part:
            yield _rows(row, part, raw.tell())


def _fields(names: list[str], values: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in zip(names, values, strict=False):
        if value.strip():
            found.setdefault(name, []).append(value)
    return found


def _rows(before: int, items: list[dict[str, list[str]]], place: int) -> Rows:
    """The records of items; the first is row `before + 1`."""
    records: list[OfferRecord] = []
    refused: list[Refused] = []
    for row, item in enumerate(items, before + 1):
        fields: Fields = item
        try:
            records.append(offer(row, fields))
        except Wrong as wrong:
            refused.append(Refused(row, wrong.column or None, wrong.reason))
    return Rows(tuple(records), tuple(refused), len(items), place)


def _chunk(feed: Feed, read_chunk: Callable[[], bytes]) -> bytes:
    try:
        return read_chunk()
    except (OSError, EOFError) as error:
        message = f"{feed.path}: the file is damaged ({error})"
        raise FeedUnreadable(message) from error


def _matches(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return b"base.google.com/ns/1.0" in head or b"<rss" in head or b"<feed" in head
    first = start.split(b"\n", 1)[0]
    return first.count(b"\t") >= 2 and b"price" in first


FORMAT = Format("google-merchant", read, _matches)
