from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.inventory.rules.availability import (
    AvailabilityStatus,
    QuantityBand,
    SellingRule,
    available,
    band,
    best,
    order_quantity,
    status,
)

units = st.integers(min_value=0, max_value=10_000)


def test_available_is_on_hand_less_reserved_less_safety():
    assert available(on_hand=10, reserved=3, safety_stock=2) == 5


def test_a_shelf_that_holds_less_than_is_held_promises_nothing():
    assert available(on_hand=2, reserved=3, safety_stock=0) == 0


@given(units, units, units)
def test_never_promises_more_than_lies_there_unheld(on_hand, reserved, safety):
    assert 0 <= available(on_hand, reserved, safety) <= max(0, on_hand - reserved)


def test_bands_turn_at_three_and_ten():
    assert [band(n) for n in (0, 1, 3, 4, 10, 11)] == [
        QuantityBand.NONE,
        QuantityBand.FEW,
        QuantityBand.FEW,
        QuantityBand.SOME,
        QuantityBand.SOME,
        QuantityBand.MANY,
    ]


def test_a_few_left_is_low_stock_and_more_is_in_stock():
    assert status(3) is AvailabilityStatus.LOW_STOCK
    assert status(4) is AvailabilityStatus.IN_STOCK


def test_an_empty_shelf_is_out_of_stock_unless_the_variant_can_be_ordered_ahead():
    assert status(0) is AvailabilityStatus.OUT_OF_STOCK
    assert status(0, SellingRule()) is AvailabilityStatus.OUT_OF_STOCK
    assert status(0, SellingRule(backorder=True)) is AvailabilityStatus.BACKORDER
    assert status(0, SellingRule(backorder=True, preorder=True)) is AvailabilityStatus.PREORDER


def test_the_best_of_several_wins_and_of_none_is_out_of_stock():
    assert best([AvailabilityStatus.BACKORDER, AvailabilityStatus.LOW_STOCK]) is AvailabilityStatus.LOW_STOCK
    assert best([]) is AvailabilityStatus.OUT_OF_STOCK


def test_an_order_takes_no_more_than_is_there_nor_than_the_limit():
    assert order_quantity(4, SellingRule(order_limit=10)) == 4
    assert order_quantity(40, SellingRule(order_limit=10)) == 10
    assert order_quantity(0, SellingRule(order_limit=10)) == 0
    assert order_quantity(0, SellingRule(order_limit=10, backorder=True)) == 10
