"""Lists of entities longer than one request may carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SubgraphTimeout
from gateway.executor.execution import Outgoing, slices

from .plans import program
from .shop import reply, sent, shop
from .test_execution import compiled as compiled  # noqa: PLC0414 - the fixture
from .test_execution import start


def many(count: int) -> dict[str, object]:
    """Products p0, p1 …, of which only the first has a twin."""
    return {"topProducts": [{"upc": f"p{n}", "name": f"n{n}", "price": n} for n in (0, *range(count))]}


def stock_of(outgoing: Outgoing) -> list[dict[str, object] | None]:
    asked: list[dict[str, str]] = sent(outgoing)["r0"]  # type: ignore[assignment]
    return [{"inStock": int(each["upc"][1:]) % 3 == 0} for each in asked]


def stocked(outcomes: dict[int, Callable[[Outgoing], object]], compiled: bool, backwards: bool = False) -> Any:
    """Ask for the stock of 7 products, 3 at a time; `outcomes` by part."""
    parts: list[Outgoing] = []
    of = replace(program(shop()), entities=3)
    execution = start(of, compiled=compiled)
    waiting = list(execution.ready())
    while waiting:
        outgoing = waiting.pop(-1 if backwards else 0)
        answer: object = reply({0: many(7), 1: {"users": []}}.get(outgoing.request_id))
        if outgoing.request_id == 2:
            lists = [[{"reviews": []} for _ in each] for each in sent(outgoing).values()]  # type: ignore[attr-defined]
            answer = reply({"_e0": lists[0], "_e1": lists[1]})
        if outgoing.request_id == 3:
            parts.append(outgoing)
            answer = outcomes.get(outgoing.part, lambda each: reply({"_entities": stock_of(each)}))(outgoing)
        waiting += execution.feed(outgoing.request_id, answer, outgoing.part)  # type: ignore[arg-type]
    assert execution.complete
    return execution.answer(), sorted(parts, key=lambda each: each.part)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_list_of_entities_goes_in_parts_and_comes_back_in_order(compiled: bool, backwards: bool) -> None:
    answer, parts = stocked({}, compiled, backwards)
    assert [[each["upc"] for each in sent(part)["r0"]] for part in parts] == [  # type: ignore[attr-defined]
        ["p0", "p1", "p2"],
        ["p3", "p4", "p5"],
        ["p6"],
    ]
    stock = [product["inStock"] for product in answer["data"]["topProducts"]]
    assert stock == [True, True, False, False, True, False, False, True]
    assert "errors" not in answer


def test_what_is_wrong_in_one_part_is_said_of_the_right_entity(compiled: bool) -> None:
    error = {"message": "no", "path": ["_entities", 1, "inStock"]}
    answer, _ = stocked({1: lambda each: reply({"_entities": stock_of(each)}, errors=[error])}, compiled)
    assert [each["path"] for each in answer["errors"]] == [["topProducts", 5, "inStock"]]
    answer, _ = stocked({1: lambda _: reply({"_entities": [{"inStock": True}, None]})}, compiled)
    assert [each["path"] for each in answer["errors"]] == [["topProducts", 6]]
    stock = [product["inStock"] for product in answer["data"]["topProducts"]]
    assert stock == [True, True, False, False, True, None, None, True]


def test_a_part_that_fails_leaves_the_others(compiled: bool) -> None:
    answer, _ = stocked({0: lambda _: SubgraphTimeout("late", "inventory")}, compiled)
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["SUBREQUEST_TIMEOUT"]
    assert [product["inStock"] for product in answer["data"]["topProducts"]][-3:] == [False, False, True]


@given(st.lists(st.integers(0, 9), max_size=4), st.integers(1, 5))
def test_parts_hold_everything_once_in_order_and_no_more_than_they_may(lengths: list[int], most: int) -> None:
    parts = slices(lengths, most)
    for at, length in enumerate(lengths):
        assert [n for part in parts for n in range(part[at].start, part[at].stop)] == list(range(length))
    sizes = [sum(own.stop - own.start for own in part) for part in parts]
    assert sizes[:-1] == [most] * len(sizes[:-1])
    assert sum(sizes) == sum(lengths)
