"""Reads one HTTP answer at a time out of bytes, with every bound checked while they come in.

Whatever breaks the rules of HTTP is an error, nothing is guessed. 1xx answers are skipped, 101 is refused; redirects
and cookies are nobody's business here.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import httptools

from gateway.errors import SubgraphError, SubgraphHttpError, SubgraphMalformed, SubgraphTooLarge
from gateway.transport.base import SubgraphResponse
from gateway.transport.inflate import Inflater, Overlong

if TYPE_CHECKING:
    from gateway.transport.http_settings import HttpSettings

KEPT: Final = frozenset({b"content-type", b"cache-control", b"age", b"retry-after"})
"""Response headers handed on; of the others some steer the reading, and cookies above all go nowhere."""


class ResponseReader:
    """The state of one answer; `expect` begins the next.

    complete    the whole answer has been read
    surplus     bytes came after it, so that the connection is not to be trusted any more
    received    at least one byte came since `expect`
    """

    __slots__ = (
        "_body",
        "_head_bytes",
        "_head_over",
        "_header_bytes",
        "_header_count",
        "_headers",
        "_inflater",
        "_kept_alive",
        "_length_known",
        "_parser",
        "_settings",
        "_size",
        "_status",
        "_subgraph",
        "complete",
        "received",
        "surplus",
    )

    def __init__(self, subgraph: str, settings: HttpSettings) -> None:
        self._subgraph = subgraph
        self._settings = settings
        self._parser = httptools.HttpResponseParser(self)
        self.expect()

    def expect(self) -> None:
        """Forget the last answer."""
        self._body: list[bytes] = []
        self._headers: dict[str, str] = {}
        self._status = 0
        self._size = 0
        self._head_bytes = 0
        self._header_bytes = 0
        self._header_count = 0
        self._head_over = False
        self._length_known = False
        self._inflater: Inflater | None = None
        self._kept_alive = False
        self.complete = False
        self.surplus = False
        self.received = False

    def feed(self, data: bytes) -> None:
        """Take bytes; raises `SubgraphError` when they cannot become an answer."""
        self.received = True
        if not self._head_over:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            raise SubgraphHttpError("the server wants to switch protocols", self._subgraph) from None
        except httptools.HttpParserError as exc:
            if isinstance(exc.__context__, SubgraphError):  # raised in one of the callbacks below
                raise exc.__context__ from None
            if not self.complete:
                raise SubgraphMalformed(f"the answer is not HTTP: {exc}", self._subgraph) from exc
            self.surplus = True
        if not self._head_over and self._head_bytes > self._settings.header_bytes:
            raise self._head_too_long()

    def close(self) -> None:
        """The other side has closed in good order: a body of unknown length ends here (RFC 9112, section 6.3, case 8).

        Raises `SubgraphError` when that does not make a complete answer.
        """
        if self._inflater is not None and not self._inflater.finished:
            raise self._cut_short()
        self.complete = self._head_over and not self._length_known

    @property
    def reusable(self) -> bool:
        """Whether another request may be sent on this connection."""
        return self.complete and not self.surplus and self._kept_alive

    def response(self) -> SubgraphResponse:
        """The answer, once complete."""
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        return SubgraphResponse(self._status, self._headers, body)

    def on_message_begin(self) -> None:
        """Called by the parser."""
        if self.complete:
            self.surplus = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        if self.surplus:
            return
        self._header_count += 1
        self._header_bytes += len(name) + len(value) + 4
        if self._header_bytes > self._settings.header_bytes:
            raise self._head_too_long()
        if self._header_count > self._settings.headers:
            raise SubgraphMalformed("the answer has too many headers", self._subgraph)
        key = name.lower()
        if key in KEPT or key in self._settings.returned:
            self._headers[key.decode("latin-1")] = value.decode("latin-1")
        elif key == b"content-length":
            self._length_known = True
            if int(value) > self._settings.response_bytes:
                raise self._too_large()
        elif key == b"transfer-encoding":
            self._length_known = True
        elif key == b"content-encoding":
            self._inflate(value.strip().lower())

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        if self.surplus:
            return
        self._status = self._parser.get_status_code()
        self._head_over = self._status >= 200

    def on_body(self, data: bytes) -> None:
        """Called by the parser."""
        if self.surplus:
            return
        self._size += len(data)
        if self._size > self._settings.response_bytes:
            raise self._too_large()
        if self._inflater is None:
            self._body.append(data)
            return
        try:
            self._body.append(self._inflater.feed(data))
        except Overlong:
            raise self._too_large() from None
        except zlib.error:
            raise SubgraphMalformed("the answer is not the gzip it claims to be", self._subgraph) from None

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self.surplus:
            return
        if self._status < 200:
            self._headers = {}  # an interim answer; the real one follows
        elif self._inflater is not None and self._size and not self._inflater.finished:
            raise self._cut_short()
        else:
            self.complete = True
            self._kept_alive = bool(self._parser.should_keep_alive())  # the parser forgets after this callback

    def _inflate(self, encoding: bytes) -> None:
        if encoding in {b"gzip", b"x-gzip", b"deflate"}:
            self._inflater = Inflater(self._settings.response_bytes)
        elif encoding not in {b"", b"identity"}:
            raise SubgraphMalformed("the answer's content encoding was not asked for", self._subgraph)

    def _head_too_long(self) -> SubgraphMalformed:
        return SubgraphMalformed(f"the answer's head is over {self._settings.header_bytes} bytes", self._subgraph)

    def _cut_short(self) -> SubgraphMalformed:
        return SubgraphMalformed("the answer's gzip ends early", self._subgraph)

    def _too_large(self) -> SubgraphTooLarge:
        return SubgraphTooLarge(f"the answer is longer than {self._settings.response_bytes} bytes", self._subgraph)
