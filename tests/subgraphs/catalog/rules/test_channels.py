"""Lines of inheritance and the life of a channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.catalog.rules.channels import DEEPEST, DRAIN, is_code, line, nearest, status_at

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_line_goes_from_the_channel_up():
    assert line("watch", {"web": None, "app": "web", "watch": "app"}) == ("watch", "app", "web")


def test_an_unknown_channel_has_no_line():
    assert line("nowhere", {"web": None}) == ()


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([None, *"abcdefgh"])))
def test_a_line_ends_even_in_a_circle(parents):
    for code in parents:
        found = line(code, parents)
        assert len(found) == len(set(found)) <= DEEPEST


def test_the_nearest_word_decides():
    assert nearest({"web": "SOLD", "kiosk": "HIDDEN"}, ("kiosk", "store", "web")) == "HIDDEN"
    assert nearest({"web": "SOLD"}, ("kiosk", "store", "web")) == "SOLD"
    assert nearest({}, ("web",)) == "HIDDEN"


@pytest.mark.parametrize(
    ("status", "retires", "now", "state"),
    [
        ("LIVE", None, NOW, "LIVE"),
        ("LIVE", NOW + timedelta(1), NOW, "LIVE"),
        ("LIVE", NOW, NOW, "RETIRING"),
        ("LIVE", NOW, NOW + DRAIN, "RETIRED"),
        ("DRAFT", None, NOW, "DRAFT"),
        ("RETIRED", NOW, NOW, "RETIRED"),
    ],
)
def test_a_channel_closes_by_the_clock(status, retires, now, state):
    assert status_at(status, retires, now) == state


@pytest.mark.parametrize(
    ("text", "valid"),
    [("web", True), ("web-2", True), ("Web", False), ("-web", False), ("w" * 64, False), ("wéb", False)],
)
def test_codes_are_small_and_plain(text, valid):
    assert is_code(text) is valid
