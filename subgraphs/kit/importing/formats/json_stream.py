"""JSON read as a stream: the elements of a list one by one, whatever the size of the file.

Only structure is looked at: strings are skipped, brackets counted, elements cut out. What an element holds is parsed by
whoever asked for it, so one that is broken inside spoils itself and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.source import DAMAGED, Feed

CHUNK = 64 * 1024
LONGEST_ELEMENT = 1024 * 1024
"""Bytes of one element; a list that holds longer ones is no feed."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["\[\]{},]', re.DOTALL)
_SPACE = b" \t\r\n"


def elements(feed: Feed, member: str | None = None) -> Iterator[tuple[bytes, int]]:
    """Elements of the list that the file is, each with the bytes of the file read so far.

    member  the file may also be an object: then the elements of the list that is this member of it (`@graph`), or, when
            it has none, the object itself

    Raises  `FeedUnreadable` when it is neither, ends too early, goes on after its end, or an element is too long.
    """
    splitter = _Splitter(feed, None if member is None else f'"{member}"'.encode())
    with feed.binary() as (stream, raw):
        while True:
            try:
                chunk = stream.read(CHUNK)
            except DAMAGED as error:
                message = f"{feed.path}: the file is damaged after item {splitter.found} ({error})"
                raise FeedUnreadable(message) from error
            if not chunk:
                splitter.end()
                return
            place = raw.tell()
            for element in splitter.take(chunk):
                yield element, place


class _Splitter:
    """Cuts elements out of chunks.

    depth   brackets open so far; elements lie at depth `base`, once that is known
    start   where in `buffer` the element begins that is being read
    """

    def __init__(self, feed: Feed, member: bytes | None) -> None:
        self._feed = feed
        self._member = member
        self._buffer = b""
        self._at = 0
        self._depth = 0
        self._base = 0
        self._start = 0
        self._last = b""
        self._begun = False
        self._whole = False
        self._finished = False
        self.found = 0

    def take(self, chunk: bytes) -> Iterator[bytes]:
        """The elements that end within this chunk."""
        self._buffer += chunk
        if not self._begun and not self._begin():
            return
        if not self._finished:
            yield from self._elements()
        self._forget()

    def _elements(self) -> Iterator[bytes]:
        for token in _TOKEN.finditer(self._buffer, self._at):
            if token[0] == b'"':  # the rest of this string is in the next chunk
                self._at = token.start()
                break
            self._at = token.end()
            element = self._token(token[0], token.start())
            if element is not None:
                self.found += 1
                yield element
            if self._finished:
                self._start = self._at
                break
        else:
            self._at = len(self._buffer)

    def end(self) -> None:
        """Say what is wrong when the file ends here."""
        if not self._begun:
            self._refuse("not JSON: a list was expected")
        if not self._finished:
            self._refuse(f"not JSON: the file ends within item {self.found + 1}; it was cut off")

    def _begin(self) -> bool:
        """Look at the first byte that is no space; False when none is there yet."""
        content = self._buffer.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)
        if not content:
            return False
        if content[:1] != b"[" and (content[:1] != b"{" or self._member is None):
            self._refuse("not a JSON list")
        self._buffer, self._begun = content, True
        return True

    def _token(self, token: bytes, start: int) -> bytes | None:
        """Take in one token; the element that ends with it."""
        if token in {b"[", b"{"}:
            self._open(token, start)
        elif token == b"," and self._base and self._depth == self._base:
            return self._cut(start)
        elif token in {b"]", b"}"}:
            return self._close(start)
        elif token[:1] == b'"':
            self._last = token
        return None

    def _open(self, token: bytes, start: int) -> None:
        self._depth += 1
        if self._depth == 1 and token == b"{":
            self._whole, self._start = True, start
        elif token == b"[" and (self._depth == 1 or (self._whole and self._depth == 2 and self._last == self._member)):
            self._base, self._start, self._whole = self._depth, start + 1, False

    def _close(self, start: int) -> bytes | None:
        element = None
        if self._base and self._depth == self._base:
            content = self._cut(start)
            # An empty list has no element; after a comma, nothing is one that is missing.
            element = content if content or self.found else None
            self._base = 0
        self._depth -= 1
        if self._depth <= 0:
            self._finished = True
            if self._whole:
                element = self._buffer[self._start : start + 1]
        return element

    def _cut(self, end: int) -> bytes:
        element = self._buffer[self._start : end].strip(_SPACE)
        self._start = end + 1
        return element

    def _forget(self) -> None:
        """Let go of what is behind; bound what is not."""
        if self._finished and self._buffer[self._start :].strip(_SPACE):
            self._refuse("not JSON: there is more after the end of the list")
        keep = self._start if self._base or self._whole or self._finished else self._at
        if len(self._buffer) - keep > LONGEST_ELEMENT:
            self._refuse(f"item {self.found + 1} is longer than {LONGEST_ELEMENT:,} bytes")
        self._buffer = self._buffer[keep:]
        self._start -= keep
        self._at -= keep

    def _refuse(self, what: str) -> None:
        message = f"{self._feed.path}: {what}"
        raise FeedUnreadable(message)
