"""Offers as lines of JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from subgraphs.kit.importing.formats import formats

from .reading import taken

SPRING = {
    "promotion": "spring",
    "name": "Spring",
    "description": "15 % off chairs.",
    "kind": "PERCENT_OFF",
    "percent": "15",
    "channels": ["web", "store"],
    "brandCode": "alder",
    "leastSubtotal": {"amount": "40.00", "currency": "GBP"},
    "goods": ["ctg_chairs"],
    "vouchers": [{"code": "hello", "mostUses": 5}],
    "startsAt": "2027-03-01T00:00:00Z",
}


def lines(*items):
    return "".join(json.dumps(one) + "\n" for one in items)


def test_a_line_is_an_offer(tmp_path):
    (one,), refused = taken(tmp_path, lines(SPRING), "promotions")
    assert refused == []
    assert (one.code, one.kind, one.percent, one.channels) == ("spring", "PERCENT_OFF", Decimal(15), ("web", "store"))
    assert (one.currency, one.least_subtotal, one.vouchers) == ("GBP", Decimal("40.00"), (("HELLO", 5),))
    assert (one.starts_at, one.ends_at) == (datetime(2027, 3, 1, tzinfo=UTC), None)


def test_its_lines_are_told_from_those_of_products():
    known = formats()
    for head, name in (
        (lines(SPRING), "promotions"),
        ('{"slug": "s", "brandCode": "alder", "name": "promotion"}', "ndjson"),
    ):
        assert next(each.name for each in known.values() if each.matches(head.encode())) == name


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"kind": "HALF"}, "kind"),
        ({"percent": 0}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"percent": True}, "percent"),
        ({"channels": []}, "channels"),
        ({"startsAt": None}, "startsAt"),
        ({"endsAt": "2027-02-01T00:00:00Z"}, "endsAt"),
        ({"kind": "AMOUNT_OFF"}, "amount"),
        ({"amount": {"amount": "1", "currency": "EUR"}}, "leastSubtotal.currency"),
        ({"kind": "MULTIBUY", "buy": 2, "pay": 2}, "pay"),
        ({"buy": -1}, "buy"),
        ({"kind": "GIFT"}, "giftVariantId"),
        ({"kind": "POINTS_MULTIPLIER"}, "factor"),
        ({"vouchers": [{"code": ""}]}, "vouchers[0].code"),
        ({"vouchers": [{"code": "a", "mostUses": 0}]}, "vouchers[0].mostUses"),
        ({"membersOnly": "no"}, "membersOnly"),
        ({"discount": 3}, "discount"),
    ],
)
def test_a_line_that_is_wrong_is_refused_with_the_place_in_it(tmp_path, changes, column):
    (_,), (refused,) = taken(tmp_path, lines(SPRING, {**SPRING, "promotion": "other", **changes}), "promotions")
    assert (refused.row, refused.column) == (2, column)
