from __future__ import annotations

import pytest

from subgraphs.inventory.rules.quantities import MOST_LINES, Line, faults_in_lines, quantity_fault, summed


@pytest.mark.parametrize("quantity", [0, -1, -(10**12), 10_001, 10**12])
def test_a_quantity_outside_the_limits_is_named_with_its_path(quantity):
    (fault,) = faults_in_lines([Line("a", 1), Line("b", quantity)], ("input", "items"))
    assert fault.path == ("input", "items", "1", "quantity")
    assert f"{quantity:,}" in fault.message


@pytest.mark.parametrize("quantity", [1, 10_000])
def test_a_quantity_within_the_limits_is_fine(quantity):
    assert quantity_fault(quantity) is None


def test_no_lines_and_too_many_lines_are_faults_of_the_list():
    assert [f.path for f in faults_in_lines([], ("items",))] == [("items",)]
    assert [f.path for f in faults_in_lines([Line("a", 1)] * (MOST_LINES + 1), ("items",))] == [("items",)]


def test_every_faulty_line_is_told_at_once():
    assert len(faults_in_lines([Line("a", 0), Line("b", 1), Line("c", -1)], ("items",))) == 2


def test_lines_of_one_variant_are_summed():
    assert summed([Line("a", 2), Line("b", 1), Line("a", 3)]) == {"a": 5, "b": 1}
