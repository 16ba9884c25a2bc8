"""Pages: bounds before SQL, cursors that stand for places."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.pagination import bounded, decode_cursor, encode_cursor, page


def test_D10_first_has_a_default_and_bounds():
    assert bounded(None, default=20, most=100) == 20
    assert bounded(0, default=20, most=100) == 0
    for wrong in (-1, 101, 2**31):
        with pytest.raises(BadUserInput, match="between 0 and 100"):
            bounded(wrong, default=20, most=100)


def test_a_cursor_keeps_its_values_exactly():
    values = (datetime(2026, 11, 24, 10, 0, 0, 123456, UTC), Decimal("1.10"), "cus_1", 7)
    assert decode_cursor(encode_cursor(values), datetime, Decimal, str, int) == values
    assert decode_cursor(None, str) is None


@pytest.mark.parametrize(
    "text", ["", "!!", "e30", "W10", "WzFd", "A" * 2000, "WyJ4Il0=", "bnVsbA", "Wy", "é", encode_cursor((1, "x"))]
)
def test_text_that_is_no_cursor_of_the_list_is_refused(text):
    with pytest.raises(BadUserInput, match="endCursor"):
        decode_cursor(text, datetime, str)


def test_a_page_knows_whether_more_follows():
    found = page([1, 2, 3], 2, None, lambda row: (row,))
    assert (found.items, found.has_next_page, found.has_previous_page) == ((1, 2), True, False)
    assert not page([], 2, "x", lambda row: (row,)).has_next_page
