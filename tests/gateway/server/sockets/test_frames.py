"""Frames: what is put together, and what ends a connection before it can cost anything. Row W1."""

from __future__ import annotations

import pytest

from gateway.server.sockets.frames import (
    MOST_FRAGMENTS,
    FrameFault,
    Message,
    MessageReader,
    Opcode,
    close_code,
    close_frame,
    frame,
)

from .client import masked


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_message_of_any_length_is_read_however_it_is_cut(size):
    data = bytes(i % 251 for i in range(size))
    sent = masked(Opcode.TEXT, data) + masked(Opcode.PING, b"p")
    for cut in (1, 7, 4_096, len(sent)):
        reader = MessageReader(1_000_000)
        step = max(cut, len(sent) // 500)
        found = [m for i in range(0, len(sent), step) for m in reader.feed(sent[i : i + step])]
        assert found == [Message(Opcode.TEXT, data), Message(Opcode.PING, b"p")]


def test_a_message_may_come_in_pieces_with_a_ping_between_them():
    sent = (
        masked(Opcode.TEXT, b"a", final=False)
        + masked(Opcode.PING, b"")
        + masked(Opcode.CONTINUATION, b"b", final=False)
        + masked(Opcode.CONTINUATION, b"c")
        + masked(Opcode.TEXT, b"d")
    )
    assert list(MessageReader(10).feed(sent)) == [
        Message(Opcode.PING, b""),
        Message(Opcode.TEXT, b"abc"),
        Message(Opcode.TEXT, b"d"),
    ]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(Opcode.TEXT, b"a"), 1002),
        (masked(3, b""), 1002),
        (masked(0x40 | Opcode.TEXT, b""), 1002),
        (masked(Opcode.CONTINUATION, b""), 1002),
        (masked(Opcode.TEXT, b"", final=False) + masked(Opcode.TEXT, b""), 1002),
        (masked(Opcode.PING, b"", final=False), 1002),
        (masked(Opcode.PING, b"x" * 126), 1002),
        (masked(Opcode.TEXT, b"x" * 101), 1009),
        (b"\x81\xff" + (10_000_000).to_bytes(8) + b"mask", 1009),
        (b"\x81\xff" + b"\xff" * 8 + b"mask", 1009),
        (masked(Opcode.TEXT, b"x" * 60, final=False) + masked(Opcode.CONTINUATION, b"x" * 60), 1009),
        (masked(Opcode.TEXT, b"", final=False) + masked(Opcode.CONTINUATION, b"", final=False) * MOST_FRAGMENTS, 1009),
    ],
    ids=range(12),
)
def test_W1_what_is_no_good_frame_is_refused_as_soon_as_it_is_known(sent, code):
    with pytest.raises(FrameFault) as fault:
        list(MessageReader(100).feed(sent))
    assert fault.value.code == code


def test_messages_before_a_fault_are_read():
    messages = MessageReader(100).feed(masked(Opcode.TEXT, b"a") + masked(3, b""))
    assert next(messages) == Message(Opcode.TEXT, b"a")
    with pytest.raises(FrameFault):
        next(messages)


def test_a_close_frame_has_a_code_and_as_much_of_the_reason_as_fits():
    sent = close_frame(4400, "ü" * 100)
    assert sent[:2] == bytes((0x88, 2 + 122))
    assert close_code(sent[2:]) == 4400
    assert sent[4:].decode() == "ü" * 61
    assert close_code(b"") == 1005
