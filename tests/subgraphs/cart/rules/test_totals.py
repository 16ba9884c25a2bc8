"""Sums are conserved whatever the currency's decimals: what the parts come to is what the whole costs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.cart.rules.layaway import due_days, fault_in_deposit, paid_parts
from subgraphs.cart.rules.offers import Offer, OfferKind, Priced, Shopper, apply_offers
from subgraphs.cart.rules.totals import tax_within, totals
from subgraphs.kit.money import allocate, exponent, is_exact

NOW = datetime(2026, 11, 24, tzinfo=UTC)
UNITS = st.integers(1, 10**7)
LINES = st.lists(st.tuples(UNITS, st.integers(1, 20), st.booleans()), min_size=1, max_size=6)
RATES = st.sampled_from([Decimal("0.2"), Decimal("0.19"), Decimal("0.07"), Decimal(0)])


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@given(
    lines=LINES,
    percent=st.decimals("0.1", "99.9", places=1),
    basket=st.decimals("0.1", "99.9", places=1),
    rate=RATES,
    carriage=st.integers(0, 10_000),
)
def test_C9_a_basket_adds_up(currency, lines, percent, basket, rate, carriage):
    unit = Decimal(1).scaleb(-exponent(currency))
    priced = [
        Priced(f"l{i}", units, amount * unit, frozenset({"g"} if offered else {"other"}))
        for i, (amount, units, offered) in enumerate(lines)
    ]
    offers = [
        Offer("a", OfferKind.PERCENT_OFF, frozenset({"web"}), percent=percent, goods=frozenset({"g"})),
        Offer("b", OfferKind.PERCENT_OFF, frozenset({"web"}), percent=basket),
    ]
    applied = apply_offers(offers, priced, Shopper("web", currency, None, NOW, member=False, codes=frozenset()))
    found = totals([(line, rate) for line in priced], applied, carriage * unit, Decimal(0), currency)
    assert found.subtotal - found.discount + found.delivery == found.total == found.due
    assert 0 <= found.tax <= found.total
    for amount in (found.subtotal, found.discount, found.delivery, found.tax, found.total):
        assert is_exact(amount, currency)
    # Tax by line and of the whole differ by less than half a unit a line.
    assert abs(found.tax - tax_within(found.total, rate, currency)) <= unit * (len(lines) + 2) / 2


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@given(total=UNITS, parts=st.integers(1, 5), paid=st.integers(0, 10**7))
def test_C9_parts_add_up_to_the_whole(currency, total, parts, paid):
    unit = Decimal(1).scaleb(-exponent(currency))
    amounts = allocate(total * unit, [1] * parts, currency)
    assert sum(amounts) == total * unit
    assert max(amounts) - min(amounts) <= unit
    covered = paid_parts(amounts, paid * unit)
    assert sum(amounts[:covered]) <= paid * unit or covered == 0
    assert covered == parts or sum(amounts[: covered + 1]) > paid * unit


def test_C9_a_third_off_three_yen_takes_a_whole_yen_a_unit():
    line = Priced("l", 3, Decimal(100), frozenset({"g"}))
    third = Offer("a", OfferKind.PERCENT_OFF, frozenset({"web"}), percent=Decimal("33.333"), goods=frozenset({"g"}))
    applied = apply_offers([third], [line], Shopper("web", "JPY", None, NOW, member=False, codes=frozenset()))
    assert applied.total == 99


def test_parts_are_due_every_thirty_days():
    assert [day.isoformat() for day in due_days(NOW.date(), 2)] == ["2026-12-24", "2027-01-23"]


@pytest.mark.parametrize(
    ("deposit", "fits"), [("9.99", False), ("10.00", True), ("99.99", True), ("100.00", False), ("10.001", False)]
)
def test_a_deposit_is_a_tenth_at_least_and_less_than_the_whole(deposit, fits):
    assert (fault_in_deposit(Decimal(deposit), Decimal(100), "GBP") is None) == fits
