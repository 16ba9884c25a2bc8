"""Bytes ↔ WebSocket messages: RFC 6455 without extensions, no input or output of its own.

Everything a client can make large is bounded while it comes: a message by its bytes, whether declared or in fragments,
and by the number of its fragments.

Source  RFC 6455, sections 5 and 7
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FRAGMENTS: Final = 1_000
LONGEST_CONTROL: Final = 125
LONGEST_REASON: Final = 123
"""Bytes of UTF-8 beside the code in a close frame."""


class Opcode(IntEnum):
    """What a frame is."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class FrameFault(Exception):  # noqa: N818  # it is the client's
    """The client does not keep to the protocol; the connection is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message, or one control frame."""

    opcode: Opcode
    data: bytes


@dataclass(slots=True)
class MessageReader:
    """Puts together what arrives.

    most_bytes  of one message; one more is 1009
    """

    most_bytes: int
    _arrived: bytearray = field(default_factory=bytearray)
    _opcode: Opcode | None = None
    _parts: bytearray = field(default_factory=bytearray)
    _fragments: int = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are whole with these bytes; raises `FrameFault` after those before the fault."""
        self._arrived += data
        while True:
            frame = self._next_frame()
            if frame is None:
                return
            message = self._take(*frame)
            if message is not None:
                yield message

    def _next_frame(self) -> tuple[bool, Opcode, bytes] | None:
        """The next frame that has arrived whole: whether it is a message's last, what it is, its payload."""
        arrived = self._arrived
        if len(arrived) < 2:
            return None
        final, opcode, length = bool(arrived[0] & 0x80), _opcode(arrived[0]), arrived[1] & 0x7F
        if not arrived[1] & 0x80:
            raise FrameFault(1002, "frames of clients must be masked")
        if opcode >= Opcode.CLOSE and (length > LONGEST_CONTROL or not final):
            raise FrameFault(1002, "a control frame is short and whole")
        wide = {126: 2, 127: 8}.get(length, 0)
        start = 2 + wide + 4
        if len(arrived) < start:
            return None
        if wide:
            length = int.from_bytes(arrived[2 : 2 + wide])
        if opcode < Opcode.CLOSE and length + len(self._parts) > self.most_bytes:
            raise FrameFault(1009, f"a message may have {self.most_bytes} bytes")
        if len(arrived) < start + length:
            return None
        payload = _masked(bytes(arrived[start : start + length]), bytes(arrived[start - 4 : start]))
        del arrived[: start + length]
        return final, opcode, payload

    def _take(self, final: bool, opcode: Opcode, payload: bytes) -> Message | None:
        """The message that a frame completes."""
        if opcode >= Opcode.CLOSE:
            return Message(opcode, payload)
        if (opcode is Opcode.CONTINUATION) is (self._opcode is None):
            raise FrameFault(1002, "a message's first frame says what it is, and the others continue it")
        self._opcode = opcode if self._opcode is None else self._opcode
        self._parts += payload
        self._fragments += 1
        if not final:
            if self._fragments >= MOST_FRAGMENTS:
                raise FrameFault(1009, f"a message may come in {MOST_FRAGMENTS} pieces")
            return None
        message = Message(self._opcode, bytes(self._parts))
        self._opcode, self._parts, self._fragments = None, bytearray(), 0
        return message


def _opcode(first: int) -> Opcode:
    if first & 0x70:
        raise FrameFault(1002, "no extension was agreed on")
    try:
        return Opcode(first & 0x0F)
    except ValueError:
        raise FrameFault(1002, "there is no such frame") from None


def _masked(data: bytes, mask: bytes) -> bytes:
    """Each byte xor that of the mask it stands under; its own inverse."""
    size = len(data)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data) ^ int.from_bytes(repeated)).to_bytes(size)


def frame(opcode: Opcode, data: bytes) -> bytes:
    """A whole message of ours, in one frame."""
    size = len(data)
    if size < 126:
        head = bytes((0x80 | opcode, size))
    elif size < 65_536:
        head = bytes((0x80 | opcode, 126)) + size.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, 127)) + size.to_bytes(8)
    return head + data


def close_frame(code: int, reason: str) -> bytes:
    """The frame that ends a connection."""
    words = reason.encode()[:LONGEST_REASON].decode("utf-8", "ignore").encode()
    return frame(Opcode.CLOSE, code.to_bytes(2) + words)


def close_code(data: bytes) -> int:
    """The code in a close frame of the client's; 1005 where there is none."""
    return int.from_bytes(data[:2]) if len(data) >= 2 else 1005
