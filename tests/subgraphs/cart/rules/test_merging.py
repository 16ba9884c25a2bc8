from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.cart.rules.merging import Strategy, merge

baskets = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 20), max_size=6)
merging = st.sampled_from([s for s in Strategy if s is not Strategy.ASK])


@given(guest=baskets, account=baskets, strategy=merging)
def test_no_variant_is_lost_whatever_the_strategy(guest, account, strategy):
    merged = merge(guest, account, strategy)
    assert set(merged.kept) | set(merged.aside) == set(guest) | set(account)


@given(guest=baskets, account=baskets)
def test_sum_keeps_every_unit(guest, account):
    assert sum(merge(guest, account, Strategy.SUM).kept.values()) == sum(guest.values()) + sum(account.values())


@given(guest=baskets, account=baskets, strategy=st.sampled_from([Strategy.KEEP_CURRENT, Strategy.KEEP_ACCOUNT]))
def test_keeping_one_puts_every_unit_of_the_other_aside(guest, account, strategy):
    merged = merge(guest, account, strategy)
    assert sum(merged.kept.values()) + sum(merged.aside.values()) == sum(guest.values()) + sum(account.values())


def test_max_keeps_the_larger_count_and_names_what_was_in_both():
    merged = merge({"a": 3, "b": 1}, {"a": 2, "c": 5}, Strategy.MAX)
    assert merged.kept == {"a": 3, "c": 5, "b": 1}
    assert merged.joined == ("a",)


def test_ask_is_not_merged():
    with pytest.raises(ValueError, match="as they are"):
        merge({}, {}, Strategy.ASK)
