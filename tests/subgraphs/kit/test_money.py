"""Money is exact: parts sum to the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.kit.money import allocate, exponent, formatted, is_exact, quantize

CURRENCIES = st.sampled_from(["GBP", "JPY", "KWD"])


@given(CURRENCIES, st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_parts_sum_to_the_total_and_each_can_be_paid(currency, units, weights):
    total = Decimal(units).scaleb(-exponent(currency))
    parts = allocate(total, weights, currency)
    assert sum(parts) == total
    assert all(is_exact(part, currency) for part in parts)
    if any(weights):
        unit = Decimal(1).scaleb(-exponent(currency))
        assert all(
            abs(part - total * weight / sum(weights)) < unit for part, weight in zip(parts, weights, strict=True)
        )


def test_what_is_left_over_goes_to_the_first_of_equals():
    assert allocate(Decimal("100.00"), (1, 1, 1), "GBP") == (Decimal("33.34"), Decimal("33.33"), Decimal("33.33"))
    assert allocate(Decimal(100), (1, 1, 1), "JPY") == (34, 33, 33)
    assert allocate(Decimal("-0.01"), (1, 1), "GBP") == (Decimal("-0.01"), 0)
    assert allocate(Decimal("0.05"), (0, 0), "GBP") == (Decimal("0.03"), Decimal("0.02"))
    assert allocate(Decimal(0), (), "GBP") == ()


@pytest.mark.parametrize(("total", "weights"), [(Decimal("0.001"), (1,)), (Decimal(1), ()), (Decimal(1), (1, -1))])
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(ValueError, match=r"split|negative"):
        allocate(total, weights, "GBP")


def test_amounts_are_rounded_to_the_currencys_decimals():
    assert quantize(Decimal("2.345"), "EUR") == Decimal("2.35")
    assert quantize(Decimal("-2.345"), "EUR") == Decimal("-2.35")
    assert quantize(Decimal("2.5"), "JPY") == Decimal(3)
    assert quantize(Decimal("2.3456"), "KWD") == Decimal("2.346")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("1234.5", "GBP", None, "£1,234.50"),
        ("-3", "EUR", "de-DE", "-3,00\u00a0€"),
        ("1234.5", "EUR", "fr", "1\u202f234,50\u00a0€"),
        ("1200", "JPY", "en-GB", "¥1,200"),
        ("1.5", "KWD", "en", "KWD\u00a01.500"),
    ],
)
def test_amounts_read_as_the_language_writes_them(amount, currency, locale, text):
    assert formatted(Decimal(amount), currency, locale) == text
