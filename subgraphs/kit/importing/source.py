"""Opening a feed: plain or gzip, read as a stream, with a place for the progress bar."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from subgraphs.kit.importing.errors import FeedUnreadable

GZIP = b"\x1f\x8b"
DAMAGED = (OSError, EOFError, zlib.error)
"""What reading a broken file, or broken gzip, raises."""
LONGEST_LINE = 1_000_000
"""Characters of a line of text: a packed file of a few kilobytes must not become a line of gigabytes in memory."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A file to import. `size` is of the file as it lies on disk, packed or not."""

    path: Path
    size: int
    packed: bool

    @contextmanager
    def binary(self) -> Iterator[tuple[BinaryIO, BinaryIO]]:
        """The unpacked bytes, and the file itself, whose `tell()` says how far reading is."""
        with self.path.open("rb") as raw:
            if not self.packed:
                yield raw, raw
                return
            with gzip.open(raw, "rb") as unpacked:
                yield cast(BinaryIO, unpacked), raw

    @contextmanager
    def text(self) -> Iterator[tuple[TextIO, BinaryIO]]:
        """The text (UTF-8; a byte that is none becomes a lone surrogate, for the reader to refuse), and the file."""
        with self.binary() as (stream, raw):
            wrapped = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
            try:
                yield wrapped, raw
            finally:
                wrapped.detach()

    def head(self, size: int = 4096) -> bytes:
        """The first bytes, unpacked."""
        try:
            with self.binary() as (stream, _):
                return stream.read(size)
        except DAMAGED as error:
            message = f"{self.path}: not a readable gzip file ({error})"
            raise FeedUnreadable(message) from error


def open_feed(path: Path) -> Feed:
    """The feed at this path.

    Raises  `FeedUnreadable` when there is no such file, or it is a folder, empty or not readable.
    """
    try:
        with path.open("rb") as raw:
            start = raw.read(2)
            size = path.stat().st_size
    except OSError as error:
        message = f"{path}: {error.strerror or error}"
        raise FeedUnreadable(message) from error
    if not size:
        message = f"{path}: the file is empty"
        raise FeedUnreadable(message)
    return Feed(path, size, start == GZIP)


def lines(feed: Feed, text: TextIO) -> Iterator[str]:
    """Lines with their ends, as the file has them.

    Raises  `FeedUnreadable` for a line over `LONGEST_LINE`, or when the file is damaged.
    """
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LONGEST_LINE + 1)
        except DAMAGED as error:
            message = f"{feed.path}: the file is damaged in line {number} ({error})"
            raise FeedUnreadable(message) from error
        if len(line) > LONGEST_LINE:
            message = (
                f"{feed.path}: line {number} is longer than {LONGEST_LINE:,} characters; this is no feed made of lines"
            )
            raise FeedUnreadable(message)
        if not line:
            return
        yield line


def is_clean(text: str) -> bool:
    """Whether the text was UTF-8 and holds no NUL, which no database keeps."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
