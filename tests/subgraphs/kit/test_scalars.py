"""Scalars take what they say and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.kit import scalars

PARSERS = {definition.name: definition.parse_value for definition in scalars.SCALARS.values()}

REFUSED = {
    "Decimal": ["", "1e3", "1.", ".5", "NaN", "Infinity", 1.5, True, None, [], "9" * 400, "1" * 16, 10**15],
    "DateTime": [
        "2026-11-24",
        "2026-11-24T10:00:00",
        "2026-02-30T10:00:00Z",
        5,
        "9999-12-31T23:59:59-23:59",
        "x" * 9999,
    ],
    "Date": ["2026-02-30", "24.11.2026", "20261124", 20261124],
    "Duration": ["P", "PT", "P1M", "P1Y", "1D", "P1DT", "PT1.5S", 5, "P" + "9" * 70 + "D"],
    "CurrencyCode": ["gbp", "GB", "GBPP", 1, "£"],
    "CountryCode": ["gb", "GBR", None],
    "Locale": ["", "en_GB", "e", "en-" + "x" * 9],
    "URL": ["javascript:alert(1)", "//example.com", "http://", "http://a b", "ftp://a", "http://[", "http://a/\n"],
    "GTIN": ["4006381333932", "123", "abcdefgh", 4006381333931, "٤٠٠٦٣٨١٣٣٣٩٣١"],
    "ChannelCode": ["Web", "-web", "", "a" * 64, "web gb"],
    "IdempotencyKey": ["", "with space", "é", "x" * 129],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values])
def test_a_wrong_value_is_refused_with_a_hint_and_without_its_whole_text(name, value):
    with pytest.raises(GraphQLError) as caught:
        PARSERS[name](value)
    assert caught.value.message.startswith(f"{name} cannot be ")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("text", ["4006381333931", "036000291452", "00036000291452", "96385074"])
def test_a_gtin_of_any_length_becomes_fourteen_digits(text):
    assert scalars.parse_gtin(text) == text.zfill(14)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_decimals_come_back_as_they_were(value):
    assert scalars.parse_decimal(scalars.print_decimal(value)) == value


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_instants_come_back_as_they_were(value):
    text = scalars.print_instant(value)
    assert text.endswith("Z")
    assert scalars.parse_instant(text) == value


@given(st.integers(-(10**8), 10**8))
def test_durations_come_back_as_they_were(seconds):
    value = timedelta(seconds=seconds)
    assert scalars.parse_duration(scalars.print_duration(value)) == value


def test_a_zone_other_than_utc_and_a_week_are_understood():
    assert scalars.parse_instant("2026-11-24T10:00:00.123456789+02:00") == datetime(2026, 11, 24, 8, 0, 0, 123456, UTC)
    assert scalars.parse_duration("P2W") == timedelta(days=14)
    assert scalars.print_duration(timedelta(0)) == "PT0S"
    assert scalars.print_decimal(Decimal("1E+3")) == "1000"
