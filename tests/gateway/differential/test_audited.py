"""Each graph of `audited.py`: what was thought of, and operations at random, answered as one server would."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from gateway.planner.text import plan_size

from .answering import Case, Composed
from .audited import CASES, Audited
from .test_differential import prove_case
from .written import world_of_texts

FEW = range(6)
MANY = range(6, 120)
SIZES = Path(__file__).with_name("plan_sizes.tsv")
HEAD = "graph\toperation\trequests\tdepth\n"


@cache
def composed(audited: Audited) -> Composed:
    texts = audited.texts()
    found = Composed(world_of_texts(texts), texts)
    assert found.faults == []
    return found


def prove_some(over: Composed, seeds: range) -> None:
    for seed in seeds:
        case = Case.drawn(over, seed)
        if case.is_valid():
            prove_case(case, f"{case.text} {case.variables}")


@pytest.mark.parametrize("audited", CASES, ids=lambda each: each.name)
def test_the_gateway_answers_as_one_server_would(audited: Audited):
    over = composed(audited)
    for seed, text in enumerate(audited.operations):
        case = Case(over, text, {}, seed)
        assert case.is_valid(), text
        prove_case(case, text)
    prove_some(over, FEW)


def sizes_of(audited: Audited) -> list[str]:
    """The operations' plans as lines of the table."""
    over = composed(audited)
    lines = []
    for number, text in enumerate(audited.operations):
        size = plan_size(Case(over, text, {}).planned())
        lines.append(f"{audited.name}\t{number}\t{size.requests}\t{size.depth}")
    return lines


def test_no_plan_is_larger_or_smaller_than_it_was(golden: bool):
    """A plan that became smaller is written down as well (`--golden`), so that it stays so."""
    told = HEAD + "".join(f"{line}\n" for audited in CASES for line in sizes_of(audited))
    if golden:
        SIZES.write_text(told, "utf-8")
    else:
        assert told == SIZES.read_text("utf-8")


@pytest.mark.prove
@pytest.mark.parametrize("audited", CASES, ids=lambda each: each.name)
def test_whatever_is_asked_of_it_is_answered_as_one_server_would(audited: Audited):
    prove_some(composed(audited), MANY)
