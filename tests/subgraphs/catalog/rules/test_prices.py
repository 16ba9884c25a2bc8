"""What is asked, and what must be said beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.catalog.rules import prices
from subgraphs.catalog.rules.prices import Terms

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
D = Decimal
amounts = st.decimals("0.01", "9999.99", places=2)


def test_without_an_offer_the_regular_price_is_asked():
    assert prices.asked(Terms(D("10")), NOW) == D("10")


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        (Terms(D("10"), D("8")), "8"),
        (Terms(D("10"), D("8"), offer_from=NOW), "8"),
        (Terms(D("10"), D("8"), offer_from=NOW + DAY), "10"),
        (Terms(D("10"), D("8"), offer_until=NOW + DAY), "8"),
        (Terms(D("10"), D("8"), offer_until=NOW), "10"),
        (Terms(D("10"), D("12")), "10"),  # dearer than regular is no offer
    ],
)
def test_an_offer_runs_from_its_start_until_before_its_end(terms, asked):
    assert prices.asked(terms, NOW) == D(asked)


@pytest.mark.parametrize(
    ("current", "regular", "percent"),
    [("80", "100", 20), ("66.67", "100", 33), ("99.99", "100", None), ("100", "100", None), ("0", "10", 100), ("110", "100", None)],
)  # fmt: skip
def test_a_saving_is_rounded_down(current, regular, percent):
    assert prices.saving_percent(D(current), D(regular)) == percent


@given(amounts, amounts)
def test_a_saving_promises_no_more_than_it_gives(current, regular):
    percent = prices.saving_percent(current, regular)
    if percent is not None:
        assert regular * (100 - percent) / 100 >= current


def test_members_pay_less_or_there_is_no_member_price():
    assert prices.member_price(Terms(D("10"), member=D("9")), NOW) == D("9")
    assert prices.member_price(Terms(D("10"), D("8"), member=D("9")), NOW) is None


def test_the_lowest_price_is_that_of_the_thirty_days_before_the_offer_began():
    began = NOW - 5 * DAY
    history = [
        (began - 200 * DAY, D("70")),  # long over: raised 90 days before
        (began - 90 * DAY, D("100")),
        (began - 20 * DAY, D("95")),
        (began - 13 * DAY, D("100")),
        (began, D("80")),
    ]
    terms = Terms(D("100"), D("80"), offer_from=began)
    assert prices.lowest_last_30_days(terms, history, NOW) == D("95")


def test_a_price_that_was_in_force_when_the_thirty_days_began_counts():
    history = [(NOW - 40 * DAY, D("60")), (NOW - 20 * DAY, D("100"))]
    assert prices.lowest_before(history, NOW) == D("60")


def test_without_an_offer_nothing_is_compared():
    assert prices.lowest_last_30_days(Terms(D("10")), [(NOW - DAY, D("5"))], NOW) is None


def test_without_history_the_regular_price_is_compared():
    assert prices.lowest_last_30_days(Terms(D("10"), D("8")), [], NOW) == D("10")


def test_an_offer_without_a_start_began_with_the_last_change():
    history = [(NOW - 50 * DAY, D("10")), (NOW - 3 * DAY, D("8"))]
    assert prices.lowest_last_30_days(Terms(D("10"), D("8")), history, NOW) == D("10")


@given(st.lists(st.tuples(st.integers(1, 100), amounts), max_size=12))
def test_the_lowest_price_was_asked_at_some_time(changes):
    history = sorted((NOW - days * DAY, amount) for days, amount in dict(changes).items())
    lowest = prices.lowest_before(history, NOW)
    assert (lowest is None) == (not history)
    assert lowest is None or lowest in {amount for _, amount in history}


def test_the_price_per_measure():
    assert prices.per_measure(D("46.00"), D(30), "ml", "GBP") == D("153.33")
    assert prices.per_measure(D("3.20"), D("0.5"), "kg", "GBP") == D("6.40")
    assert prices.per_measure(D("3.20"), D(1), "furlong", "GBP") is None
    assert prices.per_measure(D("3.20"), D(0), "g", "GBP") is None
