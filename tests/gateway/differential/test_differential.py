"""The differential property: whatever the graph and however it is split, the gateway answers what one server would.

A world is a random schema with its data, split at random into two to five subgraphs; the subgraphs are composed, and
random valid operations are answered twice: by graphql-core over the whole, and by plan, program and execution over the
subgraphs, with the interpreter and with generated code, the answers arriving in random orders and in reverse. Every document sent
is validated against its subgraph's own schema, and every representation must hold a key of it.

    make prove                                                         2,000 operations and more, fixed seeds
    CHANNELGRAPH_WORLDS=5000 pytest -m prove tests/gateway/differential      as many worlds as one likes, ten operations each

What it finds becomes a named test with a graph as small as can be: tests/gateway/planner/test_once_wrong.py.
"""

from __future__ import annotations

import os

import pytest

from .answering import Case, Composed
from .worlds import world_of

FEW = range(14)
MANY = range(1_000, 1_320)
OPERATIONS = 10
CHUNK = 40
WORLDS = int(os.environ.get("CHANNELGRAPH_WORLDS", "0"))
SEEDS = range(10_000, 10_000 + WORLDS) if WORLDS else MANY
CHUNKS = [SEEDS[at : at + CHUNK] for at in range(0, len(SEEDS), CHUNK)]


def prove(seeds: range) -> int:
    """Compare the operations over these worlds, and count them."""
    count = 0
    for seed in seeds:
        composed = Composed(world_of(seed))
        if composed.faults:
            continue
        assert composed.api_differs() is None, f"world {seed}"
        for number in range(OPERATIONS):
            case = Case.drawn(composed, seed * 1_000 + number)
            if case.is_valid():
                count += 1
                prove_case(case, f"world {seed}, operation {number}: {case.text} {case.variables}")
    return count


def prove_case(case: Case, told: str) -> None:
    program = case.program()
    interpreted = case.answered(program)
    assert case.agrees(interpreted), told
    program.code.compile()
    assert case.answered(program) == interpreted, told
    assert case.answered(program, reverse=True) == interpreted, told


def test_some_worlds_answer_as_one_server_would():
    assert prove(FEW) >= 80


@pytest.mark.prove
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_many_worlds_answer_as_one_server_would(seeds: range):
    """Each chunk of forty worlds holds 250 operations and more: eight chunks, 2,000."""
    assert prove(seeds) >= 250 * len(seeds) // CHUNK


def test_most_worlds_compose():
    composing = [seed for seed in range(40) if not Composed(world_of(seed)).faults]
    assert len(composing) >= 36
