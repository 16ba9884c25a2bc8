"""Google's local inventory feeds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .reading import taken

HEAD = "store_code\tid\tquantity\tavailability\tprice\n"
XML = """<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:store_code>LON-OXF</g:store_code><g:id>MUG-1</g:id>
<g:quantity>7</g:quantity><g:availability>limited availability</g:availability></item></channel></rss>"""


def test_both_forms_say_what_a_store_has(tmp_path):
    (line,), _ = taken(tmp_path, XML, "google-local")
    assert (line.store, line.sku, line.units, line.availability) == ("LON-OXF", "MUG-1", 7, "limited_availability")
    (first, second), refused = taken(
        tmp_path, HEAD + "LON-OXF\tMUG-1\t3\tin_stock\t9.00 GBP\nLON-OXF\tMUG-2\t\tout_of_stock\t\n", "google-local"
    )
    assert refused == []
    assert (first.units, first.price, first.currency) == (3, Decimal("9.00"), "GBP")
    assert (second.units, second.price) == (0, None)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("\tMUG-1\t3\t\t", "store_code", "missing"),
        ("S\tMUG 1\t3\t\t", "id", "not 1 to 50 characters without spaces"),
        ("S\tMUG-1\t\t\t", "quantity", "not a whole number from 0 to 9,999,999"),
        ("S\tMUG-1\t-3\tin_stock\t", "quantity", "not a whole number from 0 to 9,999,999"),
        ("S\tMUG-1\t3\tperhaps\t", "availability", None),
        ("S\tMUG-1\t3\tin_stock\t-1.00 GBP", "price", "negative"),
        ("S\tMUG-1\t3\tin_stock\t\tmore", None, "the row has 6 cells for 5 columns"),
        ("T\tMUG-1\t3\tin_stock\t", "store_code and id", "occurs twice in the feed, first in row 2, which was taken"),
    ],
)
def test_a_line_that_is_wrong_is_refused(tmp_path, line, column, reason):
    (_,), (refused,) = taken(tmp_path, HEAD + "T\tMUG-1\t3\tin_stock\t\n" + line + "\n", "google-local")
    assert (refused.row, refused.column) == (3, column)
    assert reason is None or refused.reason == reason
    assert refused.advice
