"""What a ledger's last weeks say of the stock to open with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.inventory.rules.opening import WINDOW, Good, RecentSales, opening_units

END = datetime(2011, 5, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(("sold", "units"), [(-3, 0), (0, 0), (1, 12), (12, 12), (13, 24)])
def test_stock_is_what_was_sold_up_to_whole_dozens(sold, units):
    assert opening_units(sold) == units


def test_only_the_last_weeks_count_in_whatever_order_the_lines_come():
    lines = [
        ("A", END, 5),
        ("A", END - WINDOW, 100),
        ("A", END - WINDOW + timedelta(seconds=1), 8),
        ("OLD", END - 2 * WINDOW, 50),
        ("NEVER", END, 0),
    ]
    for order in (lines, lines[::-1]):
        sales = RecentSales()
        for sku, at, units in order:
            sales.add(sku, "GBP", at, units, Decimal(2))
            sales.forget()
        assert sales.until == END
        assert sales.goods() == (
            Good("A", "GBP", 24, Decimal(2)),
            Good("NEVER", "GBP", 0, Decimal(0)),
            Good("OLD", "GBP", 0, Decimal(2)),
        )
