"""Event streams, however their bytes are cut."""

from __future__ import annotations

import pytest

from gateway.errors import SubgraphTooLarge
from gateway.transport.event_stream import Event, EventDecoder

STREAM = b': hello\n\nevent: next\ndata: {"a":1}\n\nretry: 5\nid: 1\ndata:two\r\ndata: lines\r\n\r\nevent: complete\rdata\r\r\n'
EVENTS = [Event("next", b'{"a":1}'), Event("message", b"two\nlines"), Event("complete", b"")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_it_does_not_matter_how_the_bytes_are_cut(size):
    decoder = EventDecoder("s", 1_000)
    found = [event for i in range(0, len(STREAM), size) for event in decoder.feed(STREAM[i : i + size])]
    assert found == EVENTS


def test_heartbeats_are_no_events():
    assert EventDecoder("s", 100).feed(b":\n\n:\n\n\n\n") == []


@pytest.mark.parametrize("flood", [b"data: " + b"x" * 200, b"data: x\n" * 200, b"y" * 200])
def test_an_event_without_an_end_is_cut(flood):
    decoder = EventDecoder("s", 100)
    with pytest.raises(SubgraphTooLarge):
        decoder.feed(flood + b"\n" + flood)
