"""How long each field took, in the form Apollo's routers understand: `extensions.ftv1`, protobuf in base64.

Told only where `settings.traces` allows it and the caller asks by `apollo-federation-include-trace: ftv1`: times tell
things, and so do the names of fields. Our own gateway never asks, and strips the header of clients who do.

Source  Apollo Federation, "Subgraph traces"; reports.proto, message Trace
"""

from __future__ import annotations

import base64
import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLError, GraphQLResolveInfo

HEADER: Final = "apollo-federation-include-trace"
ASKED: Final = "ftv1"

MOST_FIELDS: Final = 10_000
"""Fields timed in one answer; those beyond are answered all the same."""

Path = tuple[str | int, ...]


@dataclass(slots=True)
class _Node:
    """One place of the answer; times are nanoseconds since the request began, and None for an item of a list."""

    key: str | int | None = None
    original: str = ""
    type: str = ""
    parent: str = ""
    began: int | None = None
    ended: int | None = None
    errors: list[bytes] = field(default_factory=list)
    children: dict[str | int, _Node] = field(default_factory=dict)

    def encoded(self) -> Iterator[bytes]:
        """The bytes of message Trace.Node."""
        if isinstance(self.key, str):
            yield _text(1, self.key)
            if self.original != self.key:
                yield _text(14, self.original)
        elif self.key is not None:
            yield _number(2, self.key)
        if self.began is not None:
            yield _text(3, self.type)
            yield _text(13, self.parent)
            yield _number(8, self.began)
            yield _number(9, self.ended or self.began)
        for error in self.errors:
            yield _bytes(11, error)
        for child in self.children.values():
            yield _bytes(12, b"".join(child.encoded()))


class Trace:
    """Times one execution: a middleware for graphql-core's `execute`; ask for `extension` afterwards."""

    def __init__(self) -> None:
        self._started = time.time_ns()
        self._clock = time.perf_counter_ns()
        self._root = _Node()
        self._fields = 0

    def resolve(
        self, resolve: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any
    ) -> Any:
        """Resolve a field, and keep when that began and ended."""
        self._fields += 1
        if self._fields > MOST_FIELDS:
            return resolve(source, info, **arguments)
        node = self._at(tuple(info.path.as_list()))
        node.original, node.type, node.parent = info.field_name, str(info.return_type), info.parent_type.name
        node.began = self._now()
        try:
            answer = resolve(source, info, **arguments)
        finally:
            node.ended = self._now()
        if not info.is_awaitable(answer):
            return answer

        async def awaited() -> Any:
            try:
                return await answer
            finally:
                node.ended = self._now()

        return awaited() if inspect.isawaitable(answer) else answer

    def extension(self, errors: Sequence[GraphQLError]) -> str:
        """The value of `extensions.ftv1`; of errors no more than the answer itself shows of them: their place."""
        for error in errors[:100]:
            node = self._at(tuple(error.path or ()))
            node.errors.append(_text(1, "error") + _number(3, self._now()))
        ended = time.time_ns()
        message = _bytes(4, _timestamp(self._started)) + _bytes(3, _timestamp(ended)) + _number(11, self._now())
        return base64.b64encode(message + _bytes(14, b"".join(self._root.encoded()))).decode("ascii")

    def _now(self) -> int:
        return time.perf_counter_ns() - self._clock

    def _at(self, path: Path) -> _Node:
        node = self._root
        for key in path:
            child = node.children.get(key)
            if child is None:
                child = node.children[key] = _Node(key)
            node = child
        return node


def _timestamp(nanoseconds: int) -> bytes:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return _number(1, seconds) + _number(2, rest)


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
