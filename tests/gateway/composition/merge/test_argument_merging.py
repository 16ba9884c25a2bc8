"""Access directives are alternatives of conjunctions; several subgraphs must all be satisfied."""

from __future__ import annotations

from graphql.language import parse_value, print_ast
from hypothesis import given
from hypothesis import strategies as st

from gateway.composition.merge.argument_merging import (
    alternatives_of,
    alternatives_value,
    conjunction,
    merge_arguments,
)


def scopes(*texts: str) -> str:
    merged = merge_arguments("requiresScopes", [{"scopes": parse_value(text)} for text in texts])
    return print_ast(merged["scopes"])


def test_alternatives_are_multiplied_out():
    assert scopes('[["a"], ["b"]]', '[["c"]]') == '[["a", "c"], ["b", "c"]]'


def test_an_alternative_that_asks_for_more_than_another_is_dropped():
    assert scopes('[["a"], ["b"]]', '[["a"]]') == '[["a"]]'


def test_an_empty_list_asks_for_nothing():
    assert scopes("[]", '[["a"]]') == '[["a"]]'


def test_list_sizes_take_the_larger_and_the_union():
    one = {"assumedSize": parse_value("5"), "slicingArguments": parse_value('["first"]')}
    two = {"assumedSize": parse_value("9"), "slicingArguments": parse_value('["last", "first"]')}
    merged = merge_arguments("listSize", [one, two])
    assert {name: print_ast(value) for name, value in merged.items()} == {
        "assumedSize": "9",
        "slicingArguments": '["first", "last"]',
        "requireOneSlicingArgument": "true",
    }


demands = st.frozensets(st.frozensets(st.sampled_from("abcd"), max_size=3), min_size=1, max_size=4)


@given(st.lists(demands, min_size=1, max_size=3), st.frozensets(st.sampled_from("abcd")))
def test_who_satisfies_the_conjunction_satisfies_each_and_the_other_way_round(parts, held):
    def satisfied(demand) -> bool:
        return any(alternative <= held for alternative in demand)

    assert satisfied(conjunction(parts)) == all(satisfied(part) for part in parts)


@given(demands)
def test_a_demand_survives_being_written_and_read(demand):
    assert alternatives_of(alternatives_value(demand)) == demand
