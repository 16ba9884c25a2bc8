from __future__ import annotations

from itertools import combinations

import pytest

from gateway.executor.representations import key_of, part

DIFFERENT = ["1", 1, 1.0, True, [1], [True], ["1"], {"a": 1}, {"a": True}, None, "null", "", 0, False, 0.0, -0.0, 2**40]


@pytest.mark.parametrize(("one", "other"), list(combinations(DIFFERENT, 2)))
def test_values_that_differ_in_json_are_different_keys(one: object, other: object) -> None:
    assert part(one) != part(other)
    assert key_of([one]) != key_of([other])
    assert key_of(["x", one]) != key_of(["x", other])


@pytest.mark.parametrize("value", DIFFERENT)
def test_every_value_is_its_own_key_and_hashes(value: object) -> None:
    assert {part(value): 1}[part(value)] == 1
    assert key_of([value, "y"]) == key_of([value, "y"])
