"""Return policies and refunds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.fulfilment.rules.returning import (
    GROUP_POLICY,
    Bought,
    Place,
    Reach,
    decide,
    give_back,
    missing,
    reaches,
    refund,
    until,
    why_not,
    worth,
)

TODAY = date(2026, 11, 24)
OXFORD = Place("loc_1", "alder", "high-street")
BOUGHT = Bought(Decimal("90.00"), 3, 0, 0, 0, TODAY - timedelta(days=3), "alder", online=True)
amounts = st.decimals(0, 10_000, places=2)


def policy(reach, **changes):
    return replace(GROUP_POLICY, reach=reach, **changes)


def test_the_narrowest_policy_wins_and_without_it_the_next_one():
    chain = [
        Reach("LOCATION", "alder", None, "loc_1"),
        Reach("LOCATION", None, None, "loc_1"),
        Reach("STORE_GROUP", "alder", "high-street"),
        Reach("STORE_GROUP", None, "high-street"),
        Reach("BRAND", "alder"),
        Reach("GROUP"),
    ]
    assert list(reaches("alder", OXFORD)) == chain
    stored = {each.id: policy(each) for each in chain}
    for each in chain:
        assert decide(stored, "alder", OXFORD).reach == each
        del stored[each.id]
    assert decide(stored, "alder", OXFORD) == GROUP_POLICY


def test_by_post_only_brand_and_group_have_a_say():
    assert [each.scope for each in reaches("alder", None)] == ["BRAND", "GROUP"]


@pytest.mark.parametrize(
    ("changes", "rules", "place", "told"),
    [
        ({}, {}, None, None),
        ({"received": TODAY - timedelta(days=14)}, {}, None, None),
        ({"received": TODAY - timedelta(days=15)}, {}, None, "It could be returned until 23 November 2026."),
        ({"received": None}, {}, None, "It is not with the customer yet; call the order off instead."),
        ({"returned": 2, "open": 1}, {}, None, "Nothing of it is left to send back."),
        ({"called_off": 3}, {}, None, "Nothing of it is left to send back."),
        ({}, {"online_returns_in_store": False}, OXFORD, "Goods bought online are not taken back in this store."),
        ({"online": False}, {"online_returns_in_store": False}, OXFORD, None),
        ({"brand": "velvet"}, {}, OXFORD, "This store takes back goods of its own brand only."),
        ({"brand": "velvet"}, {"accepts_sister_brands": True}, OXFORD, None),
        ({"brand": "velvet"}, {}, Place("loc_2", None, None), None),
    ],
)
def test_what_may_go_back(changes, rules, place, told):
    assert why_not(replace(BOUGHT, **changes), replace(GROUP_POLICY, **rules), place, TODAY) == told


def test_the_last_day_counts_from_receipt():
    assert until(BOUGHT, GROUP_POLICY) == TODAY + timedelta(days=11)
    assert until(replace(BOUGHT, received=None), GROUP_POLICY) is None


def test_a_fault_must_be_shown_where_the_policy_says_so():
    strict = replace(GROUP_POLICY, requirements=("DEFECT_EVIDENCE",))
    assert missing(strict, "UNWANTED", ["https://x.example/1"]) == ("DEFECT_EVIDENCE",)
    assert missing(strict, "DEFECTIVE", []) == ("DEFECT_EVIDENCE",)
    assert missing(strict, "DEFECTIVE", ["https://x.example/1"]) == ()
    assert missing(GROUP_POLICY, "UNWANTED", []) == ()


def test_a_fee_is_kept_back_unless_the_fault_is_ours():
    fee = replace(GROUP_POLICY, fee=Decimal(10))
    assert refund(BOUGHT, 1, fee, "GBP") == Decimal("27.00")
    assert refund(BOUGHT, 1, fee, "GBP", "UNWANTED") == Decimal("27.00")
    assert refund(BOUGHT, 1, fee, "GBP", "DEFECTIVE") == Decimal("30.00")


@given(amounts, st.integers(1, 60))
def test_refunds_of_one_unit_after_another_add_up_to_what_was_paid(net, units):
    bought = replace(BOUGHT, net=net, quantity=units)
    one_by_one = [refund(replace(bought, returned=gone), 1, GROUP_POLICY, "GBP") for gone in range(units)]
    assert sum(one_by_one) == net
    assert all(each >= 0 for each in one_by_one)
    assert worth(net, units, 0, units, "GBP") == net


@given(amounts, st.lists(st.tuples(amounts, amounts).map(sorted).map(lambda pair: (pair[1], pair[0])), max_size=5))
def test_never_more_is_given_back_than_was_paid(amount, payments):
    shares = give_back(amount, payments)
    assert len(shares) == len(payments)
    assert all(0 <= share <= paid - back for share, (paid, back) in zip(shares, payments, strict=True))
    left = sum((paid - back for paid, back in payments), Decimal(0))
    assert sum(shares, Decimal(0)) == min(amount, left)
