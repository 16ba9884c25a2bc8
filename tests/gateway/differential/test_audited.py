"""Each graph of `audited.py`: what was thought of, and operations at random, answered as one server would."""

from __future__ import annotations

import pytest

from .answering import Case, Composed
from .audited import CASES, Audited
from .test_differential import prove_case
from .written import world_of_texts

FEW = range(6)
MANY = range(6, 120)


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


@pytest.mark.prove
@pytest.mark.parametrize("audited", CASES, ids=lambda each: each.name)
def test_whatever_is_asked_of_it_is_answered_as_one_server_would(audited: Audited):
    prove_some(composed(audited), MANY)
