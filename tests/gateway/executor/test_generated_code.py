"""Generated code against the interpreter: the same, or it gives up."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.executor.compiled import compile_code
from gateway.executor.execution import Execution
from gateway.executor.program import Program
from gateway.executor.source_code import GIVES_UP, Source
from gateway.planner.nodes import Plan

from .plans import child, leaf, place, plan, program, root, send, shown
from .shop import ANSWERS, reply, run, shop
from .zoo import ZOO_ANSWERS, zoo

PLANS: list[tuple[Plan, list[dict[str, object]]]] = [
    (shop(), ANSWERS),
    (shop(name_of="String!", body_of="String!", author_of="User!"), ANSWERS),
    (zoo(), ZOO_ANSWERS),
]
PROGRAMS = [program(of) for of, _ in PLANS]
GENERATED = [compile_code(of.layout) for of in PROGRAMS]

ODD: list[Any] = [None, None, None, "odd", "", 0, True, 1.5, [], {}, [None], [[]], {"a": 1}, ["TAME"]]


def spots(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything inside."""
    found = [at] if at else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += spots(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += spots(item, (*at, index))
    return found


def put(value: Any, at: tuple[Any, ...], new: Any, *, remove: bool) -> None:
    for step in at[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return  # an earlier change took the way
    if not isinstance(value, dict | list):
        return
    if isinstance(value, dict) != isinstance(at[-1], str) or (isinstance(value, list) and at[-1] >= len(value)):
        return
    if remove:
        value.pop(at[-1], None) if isinstance(value, dict) else value.pop(at[-1])
    else:
        value[at[-1]] = new


@st.composite
def broken(draw: st.DrawFn, answers: list[dict[str, object]]) -> list[dict[str, object]]:
    """Answers with some values replaced by nulls and oddities, and some removed."""
    result = deepcopy(answers)
    everything = spots(result)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.sampled_from(everything))
        removed = draw(st.integers(0, 4)) == 0 and len(at) > 1
        put(result, at, deepcopy(draw(st.sampled_from(ODD))), remove=removed)
    return [one if isinstance(one, dict) else {} for one in result]


def interpreted(of: Program, answers: list[dict[str, object]]) -> tuple[Execution, dict[str, object]]:
    of.code.runs, of.code.compiled = 0, None
    execution = of.start({})
    return execution, run(execution, dict(enumerate(answers)))


def texts(representations: list[dict[str, Any]]) -> list[bytes]:
    return sorted(map(orjson.dumps, representations))


@pytest.mark.parametrize("number", range(len(PLANS)))
@given(st.data())
def test_code_collects_and_projects_what_the_interpreter_does_or_gives_up(number: int, data: st.DataObject) -> None:
    of, code = PROGRAMS[number], GENERATED[number]
    execution, answer = interpreted(of, data.draw(broken(PLANS[number][1])))
    roots, tables = execution._answers.roots, execution._answers.entities
    for request in of.plan.requests:
        collect = code.collect[request.id]
        if collect is None:
            continue
        try:
            collected = collect(roots, tables)
        except GIVES_UP:
            continue
        for lookup, (_, representations) in zip(of.layout.lookups_of[request.id], collected, strict=True):
            assert texts(representations) == texts(execution._interpreted(lookup)[1])
    try:
        projected = code.project(roots, tables)
    except GIVES_UP:
        return
    assert orjson.dumps(projected) == orjson.dumps(answer["data"])


@pytest.mark.parametrize("number", range(len(PLANS)))
@given(st.data())
def test_with_generated_code_an_execution_answers_the_same(number: int, data: st.DataObject) -> None:
    of = PROGRAMS[number]
    answers = data.draw(broken(PLANS[number][1]))
    _, slow = interpreted(of, answers)
    of.code.compile()
    fast = run(of.start({}), dict(enumerate(answers)))
    assert orjson.dumps(fast) == orjson.dumps(slow)


@pytest.mark.parametrize("number", range(len(PLANS)))
def test_code_does_not_give_up_on_answers_that_fit(number: int) -> None:
    execution, answer = interpreted(PROGRAMS[number], PLANS[number][1])
    roots, tables = execution._answers.roots, execution._answers.entities
    assert GENERATED[number].project(roots, tables) == answer["data"]
    for collect in GENERATED[number].collect:
        if collect is not None:
            collect(roots, tables)


def test_equal_entities_are_projected_once() -> None:
    execution, _ = interpreted(PROGRAMS[0], ANSWERS)
    data = GENERATED[0].project(execution._answers.roots, execution._answers.entities)
    first, second = data["topProducts"]
    assert first["reviews"][0]["author"] is second["reviews"][0]["author"]


NASTY = ['"]; import os; x["', "'\\\n", "__class__", "__proto__", "self", "k0", "return", "é\u2028", "{x}", "%s"]


@pytest.mark.parametrize("name", NASTY)
def test_no_name_becomes_code(name: str) -> None:
    places = [place(0, None, "", "Query", fetches=(0,)), place(1, 0, ".a", "Thing", "0:b")]
    inner = leaf("z", "0:z")
    output = shown(0, "Query", child("a", shown(1, "Thing", inner), "Thing"))
    of = plan(places, [root(0, "s")], [send(0, "s", 0)], output)
    from dataclasses import replace

    from gateway.planner.nodes import Selection
    from gateway.planner.nodes import Source as Read

    renamed = replace(inner, key=name, source=Read(0, name))
    field = replace(output.variants[0][1][0], key=name, selection=Selection(1, (("Thing", (renamed,)),)))
    of = replace(
        of,
        places=(places[0], replace(places[1], key=name, sources=(Read(0, name),))),
        output=Selection(0, (("Query", (field,)),)),
    )
    compiled = program(of)
    compiled.code.compile()
    assert run(compiled.start({}), {0: {name: {name: "1"}}}) == {"data": {name: {name: "1"}}}


def test_a_walk_through_many_levels_of_lists_can_be_generated() -> None:
    from .plans import entity, shape

    levels = 40
    places = [place(0, None, "", "Query", fetches=(0,))]
    places += [place(n, n - 1, ".a[]", "A", "0:a", fetches=(1,) if n == levels else ()) for n in range(1, levels + 1)]
    selection = shown(levels, "A", leaf("name", "1:name"))
    for n in range(levels - 1, -1, -1):
        selection = shown(n, "A" if n else "Query", child("a", selection, "[A]"))
    fetches = [root(0, "s"), entity(1, "t", levels, shape("A", "id! <- 0:id"))]
    of = program(plan(places, fetches, [send(0, "s", 0), send(1, "t", (1,), after=(0,))], selection))
    of.code.compile()
    value: Any = {"id": "x"}
    for _ in range(levels):
        value = {"a": [value]}
    answer: Any = run(of.start({}), {0: value, 1: {"_entities": [{"name": "n"}]}})["data"]
    for _ in range(levels):
        answer = answer["a"][0]
    assert answer == {"name": "n"}


def test_lines_added_nowhere_make_an_empty_block() -> None:
    source = Source()
    with source.block("if True:"):
        pass
    source.line("return 1")
    assert source.function()(None, None) == 1


def test_whole_answers_survive_a_reply_that_is_no_fit() -> None:
    of = PROGRAMS[0]
    of.code.compile()
    execution = of.start({})
    for outgoing in execution.ready():
        execution.feed(outgoing.request_id, reply({"topProducts": "odd", "users": [1, "x", None]}))
    answer = execution.answer()
    assert answer["data"] == {"topProducts": None, "users": [None, None, None]}
    assert [error["path"] for error in answer["errors"]] == [["topProducts"], ["users", 0], ["users", 1]]
