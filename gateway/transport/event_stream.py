"""Server-sent events, taken apart as they come in: pure, bounded, forgiving about line ends and nothing else.

Source  WHATWG HTML, section 9.2.6 "Interpreting an event stream"; graphql-sse, distinct connections mode
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.errors import SubgraphTooLarge


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, `message` when it has none, and its data."""

    name: str
    data: bytes


class EventDecoder:
    """Bytes in, whole events out; raises `SubgraphTooLarge` for an event or line longer than `most` bytes."""

    def __init__(self, subgraph: str, most: int) -> None:
        self._subgraph = subgraph
        self._most = most
        self._rest = b""
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that this chunk completes."""
        text = self._rest + chunk
        held = b""
        if text.endswith(b"\r"):  # its line feed may come with the next chunk
            text, held = text[:-1], b"\r"
        lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        if len(self._rest) + self._size > self._most:
            raise SubgraphTooLarge(f"an event is longer than {self._most} bytes", self._subgraph)
        return [event for line in lines if (event := self._line(line)) is not None]

    def _line(self, line: bytes) -> Event | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._size += len(value)
            if self._size > self._most:
                raise SubgraphTooLarge(f"an event is longer than {self._most} bytes", self._subgraph)
            self._data.append(value)
        elif field == b"event":
            self._name = value
        return None  # comments, ids and retry times are nobody's business here

    def _dispatch(self) -> Event | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = b"", [], 0
        if not name and not data:
            return None
        return Event(name.decode("utf-8", "replace") or "message", b"\n".join(data))
