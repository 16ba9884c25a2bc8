"""Inflating a body while it streams in, never beyond a bound."""

from __future__ import annotations

import zlib


class Overlong(Exception):  # noqa: N818 - a signal between inflating and its caller
    """There would be more bytes than allowed."""


class Inflater:
    """gzip or zlib bytes in, plain bytes out.

    Raises `Overlong` beyond `limit` bytes of output, and `zlib.error` for bytes that are not gzip.
    """

    __slots__ = ("_left", "_stream")

    def __init__(self, limit: int) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # 32: either header is recognised
        self._left = limit

    def feed(self, data: bytes) -> bytes:
        """The plain bytes that `data` adds."""
        plain = self._stream.decompress(data, self._left + 1)
        if len(plain) > self._left:
            raise Overlong
        self._left -= len(plain)
        return plain

    @property
    def finished(self) -> bool:
        """Whether the end of the compressed data has been seen, and nothing after it."""
        return self._stream.eof and not self._stream.unused_data
