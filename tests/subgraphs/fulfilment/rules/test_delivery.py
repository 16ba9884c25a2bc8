"""Ways to receive goods: what is offered, what it costs, when it is promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.fulfilment.rules.delivery import CARRIERS, SERVICES, Parcel, option_id, promise, quotes, service_of

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 27, 18, tzinfo=UTC)
parcels = st.lists(st.builds(Parcel, st.integers(0, 400_000), st.booleans()), min_size=1, max_size=6)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


def offered(found):
    return [quote.service.code for quote in found]


def test_a_light_parcel_comes_today_tomorrow_or_in_three_days():
    found = quotes([Parcel(500, bulky=False)], "GB", "N7 8LR", TUESDAY)
    assert offered(found) == ["same-day", "express", "standard"]
    assert [quote.promised_at.day for quote in found] == [24, 25, 27]


def test_a_courier_comes_only_where_he_lives_and_only_while_there_is_time():
    assert "same-day" not in offered(quotes([Parcel(500, bulky=False)], "GB", "PH1 1AA", TUESDAY))
    assert "same-day" not in offered(quotes([Parcel(500, bulky=False)], "GB", "N7 8LR", TUESDAY.replace(hour=15)))
    assert "same-day" in offered(quotes([Parcel(500, bulky=False)], "DE", "10625", TUESDAY))
    assert "same-day" not in offered(quotes([Parcel(500, bulky=False)], "DE", "70173", TUESDAY))


def test_what_needs_two_people_is_brought_by_two_and_takes_the_rest_along():
    assert offered(quotes([Parcel(60_000, bulky=True), Parcel(300, bulky=False)], "GB", "N7", TUESDAY)) == [
        "two-people"
    ]


def test_weight_above_two_kilos_costs_by_the_kilo_begun():
    light, heavy = (
        next(
            each
            for each in quotes([Parcel(grams, bulky=False)], "GB", "PH1", TUESDAY)
            if each.service.code == "standard"
        )
        for grams in (2_000, 2_001)
    )
    assert (light.price, heavy.price) == (Decimal("4.95"), Decimal("5.35"))


@pytest.mark.parametrize("country", ["FR", "", "gb"])
def test_a_country_that_is_not_served_has_no_way(country):
    assert quotes([Parcel(1, bulky=False)], country, "1", TUESDAY) == ()


def test_nothing_to_send_needs_no_way():
    assert quotes([], "GB", "N7", TUESDAY) == ()


def test_an_order_of_friday_evening_leaves_on_monday():
    assert promise(FRIDAY_EVENING, 1).date().isoformat() == "2026-12-01"


@given(moments, st.integers(0, 30))
def test_a_promise_is_a_working_day_never_before_the_order_and_never_sooner_for_more_days(moment, days):
    promised = promise(moment, days)
    assert promised.weekday() < 5
    assert promised.date() >= moment.date()
    assert promised < promise(moment, days + 1)
    assert promised - moment < timedelta(days=days * 7 / 5 + 6)


@given(parcels, st.sampled_from(["GB", "DE"]), st.text(max_size=10), moments)
def test_quotes_are_sorted_cost_something_and_take_the_whole_weight(goods, country, postcode, moment):
    found = quotes(goods, country, postcode, moment)
    assert list(found) == sorted(found, key=lambda quote: (quote.promised_at, quote.price))
    for quote in found:
        assert quote.price > 0
        assert sum(parcel.grams for parcel in goods) <= quote.service.most_grams * max(1, quote.splits)
        assert service_of(option_id(quote), "XXX") == quote.service


def test_an_option_of_nobody_is_none_and_no_option_is_standard():
    assert service_of("teleport:GB", "GBP") is None
    assert service_of("", "GBP") is None
    assert service_of(None, "EUR").code == "standard"
    assert service_of(None, "EUR").currency == "EUR"


def test_every_service_has_a_carrier_with_a_name():
    assert {service.carrier for service in SERVICES} <= CARRIERS.keys()
