from __future__ import annotations

from subgraphs.inventory.rules.privacy import may_see_hold, may_see_transfer


def test_a_hold_is_its_customers_and_staffs():
    assert may_see_hold("cus_a", "cus_a", frozenset())
    assert may_see_hold("cus_a", None, frozenset({"staff:store"}))
    assert not may_see_hold("cus_a", "cus_b", frozenset())
    assert not may_see_hold("cus_a", "cus_b", frozenset({"analytics:read"}))


def test_a_hold_of_nobody_is_not_a_strangers():
    assert not may_see_hold(None, None, frozenset())
    assert may_see_hold(None, None, frozenset({"system:write"}))


def test_a_transfer_is_its_customers_staffs_and_carriers_and_one_of_nobody_names_nobody():
    assert may_see_transfer("cus_a", "cus_a", frozenset())
    assert may_see_transfer("cus_a", None, frozenset({"carrier:write"}))
    assert not may_see_transfer("cus_a", None, frozenset())
    assert may_see_transfer(None, None, frozenset())
