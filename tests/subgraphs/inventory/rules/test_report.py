from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from subgraphs.inventory.rules.report import CountedDay, Grain, accuracy, bucket_of

TUESDAY = date(2026, 11, 24)
FIRST = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("grain", "bucket"),
    [
        (Grain.DAY, TUESDAY),
        (Grain.WEEK, date(2026, 11, 23)),
        (Grain.MONTH, date(2026, 11, 1)),
        (Grain.TOTAL, FIRST),
    ],
)
def test_a_bucket_is_named_by_its_first_day(grain, bucket):
    assert bucket_of(TUESDAY, grain, FIRST) == bucket


def test_days_of_one_bucket_are_summed_and_currencies_kept_apart():
    days = [
        CountedDay(TUESDAY, "GBP", counted=4, agreed=3),
        CountedDay(TUESDAY, "GBP", discrepancies=1, missing=Decimal("9.50")),
        CountedDay(date(2026, 11, 25), "GBP", counted=6, agreed=6, failed_orders=2),
        CountedDay(TUESDAY, "EUR", counted=1, agreed=1),
    ]
    euros, pounds = accuracy(days, Grain.WEEK, FIRST)
    assert (euros.currency, euros.counted) == ("EUR", 1)
    assert (pounds.counted, pounds.accuracy, pounds.discrepancies, pounds.failed_orders) == (10, 0.9, 1, 2)
    assert pounds.missing == Decimal("9.50")


def test_where_nothing_was_counted_nothing_disagrees():
    (point,) = accuracy([CountedDay(TUESDAY, "GBP", failed_orders=1)], Grain.DAY, FIRST)
    assert point.accuracy == 1.0
    assert accuracy([], Grain.TOTAL, FIRST) == ()
