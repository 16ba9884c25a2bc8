"""S17: what a subgraph must not get past the gateway, by the interpreter and by generated code."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.executor.leaves import exact, lossy
from gateway.transport.base import SubgraphResponse

from .plans import child, entity, leaf, place, plan, program, root, send, shape, shown
from .shop import reply, run
from .test_projection import answer, item_plan, paths, pet_plan

FITS = [
    ("Int", 5, 5),
    ("Int", 5.0, 5),
    ("Int", -(2**31), -(2**31)),
    ("Int", 2**31 - 1, 2**31 - 1),
    ("Float", 5, 5),
    ("Float", 5.5, 5.5),
    ("Float", 2**40, 2**40),
    ("String", "", ""),
    ("ID", "a", "a"),
    ("ID", 7, "7"),
    ("ID", 2**62, str(2**62)),
    ("Boolean", False, False),
]


@pytest.mark.parametrize(("name", "value", "shows"), FITS)
def test_S17_a_built_in_scalar_is_coerced_as_the_specification_says(name: str, value: Any, shows: Any) -> None:
    for of in (name, f"{name}!"):
        got = answer(item_plan("Item", of), {"items": {"name": value}})
        assert orjson.dumps(got) == orjson.dumps({"data": {"items": {"name": shows}}})
        many = answer(item_plan("Item", f"[{of}]"), {"items": {"name": [value, value]}})
        assert orjson.dumps(many) == orjson.dumps({"data": {"items": {"name": [shows, shows]}}})


UNFIT = [
    *(("Int", value) for value in ("5", 5.5, True, 2**31, -(2**31) - 1, 1e300, 2.0**64, [5], {})),
    *(("Float", value) for value in ("5.5", True, [5.5], {})),
    *(("String", value) for value in (5, 5.5, True, ["a"], {"a": 1})),
    *(("Boolean", value) for value in ("true", 1, 0, 1.0, [True], {})),
    *(("ID", value) for value in (5.5, 5.0, True, ["a"], {"a": 1})),
]


@pytest.mark.parametrize(("name", "value"), UNFIT)
def test_S17_a_value_of_another_scalar_is_null_with_subgraph_and_path(name: str, value: Any) -> None:
    got = answer(item_plan("[Item]", name), {"items": [{"name": value}, {"name": None}]})
    assert got["data"] == {"items": [{"name": None}, {"name": None}]}
    extensions = {"code": "RESPONSE_VALIDATION_FAILED", "service": "s"}
    message = f"The value is not one of type {name}."
    assert got["errors"] == [{"message": message, "path": ["items", 0, "name"], "extensions": extensions}]
    required = answer(item_plan("[Item]", f"{name}!"), {"items": [{"name": value}]})
    assert (required["data"], paths(required)) == ({"items": [None]}, [["items", 0, "name"]])
    listed = answer(item_plan("Item", f"[{name}]"), {"items": {"name": [value]}})
    assert (listed["data"], paths(listed)) == ({"items": {"name": [None]}}, [["items", "name", 0]])


def test_S17_a_value_that_repeats_is_checked_wherever_it_stands() -> None:
    got = answer(item_plan("[Item]", "Int"), {"items": [{"name": 1}, {"name": True}, {"name": 1.0}, {"name": "1"}]})
    assert orjson.dumps(got["data"]) == b'{"items":[{"name":1},{"name":null},{"name":1},{"name":null}]}'


def test_S17_an_unknown_enum_value_is_null_and_never_named() -> None:
    got = answer(item_plan("Item", "Kind", enum={"RED"}), {"items": {"name": "SECRET"}})
    assert (got["data"], paths(got)) == ({"items": {"name": None}}, [["items", "name"]])
    assert got["errors"][0]["extensions"]["service"] == "s"
    assert "SECRET" not in str(got)


def test_S17_an_unknown_typename_is_null_and_never_named() -> None:
    got = answer(pet_plan("[Pet]"), {"pets": [{"kind": "Secret"}, {"kind": "Dog"}]})
    assert (got["data"], paths(got)) == ({"pets": [None, {}]}, [["pets", 0]])
    assert "Secret" not in str(got)


def test_S17_a_missing_field_that_was_asked_for_is_null_and_an_error_where_that_may_not_be() -> None:
    assert answer(item_plan("Item"), {"items": {}}) == {"data": {"items": {"name": None}}}
    got = answer(item_plan("Item", "String!"), {"items": {}})
    assert (got["data"], paths(got)) == ({"items": None}, [["items", "name"]])
    assert got["errors"][0]["extensions"]["service"] == "s"


@pytest.mark.parametrize(
    ("of", "value"), [("[Item]", {"name": "a"}), ("Item", [{"name": "a"}]), ("Item", "a"), ("[Item]", 5)]
)
def test_S17_an_object_for_a_list_and_the_other_way_round_are_null(of: str, value: Any) -> None:
    got = answer(item_plan(of), {"items": value})
    assert (got["data"], paths(got)) == ({"items": None}, [["items"]])
    assert got["errors"][0]["extensions"]["service"] == "s"


LONG = 123456789012345678901234567890


@pytest.mark.parametrize("value", [LONG, -LONG, [LONG, {"deep": LONG}], 1e30, 2**64 - 1, -(2**63), 1.5])
def test_numbers_of_a_custom_scalar_keep_all_their_digits(value: Any) -> None:
    body = f'{{"data": {{"items": {{"name": {value}}}}}}}'.replace("'", '"').encode()
    of = item_plan("Item", "Long")
    for compiled in (False, True):
        made = program(of)
        if compiled:
            made.code.compile()
        got = run(made.start({}), {0: SubgraphResponse(200, {}, body)})
        assert got == {"data": {"items": {"name": value}}}


@pytest.mark.parametrize("compiled", [False, True])
def test_a_long_key_is_sent_and_found_with_all_its_digits(compiled: bool) -> None:
    places = [place(0, None, "", "Query", fetches=(0,)), place(1, 0, ".items[]", "Item", "0:items", fetches=(1,))]
    fetches = [root(0, "s"), entity(1, "t", 1, shape("Item", "id! <- 0:id"))]
    inner = shown(1, "Item", leaf("id", "0:id", "Long"), leaf("name", "1:name"))
    output = shown(0, "Query", child("items", inner, "[Item]"))
    made = program(plan(places, fetches, [send(0, "s", 0), send(1, "t", (1,), after=(0,))], output))
    if compiled:
        made.code.compile()
    execution = made.start({})
    execution.ready()
    body = b'{"data": {"items": [{"id": %d}, {"id": %d}, {"id": 1}]}}' % (LONG, LONG + 1)
    (asked,) = execution.feed(0, SubgraphResponse(200, {}, body))
    assert b'"id":%d}' % LONG in asked.body
    assert b'"id":%d}' % (LONG + 1) in asked.body
    execution.feed(1, reply({"_entities": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}))
    assert execution.answer()["data"]["items"] == [
        {"id": LONG, "name": "a"},
        {"id": LONG + 1, "name": "b"},
        {"id": 1, "name": "c"},
    ]


def test_a_number_without_lost_digits_is_exact() -> None:
    assert not lossy({"a": [1, 2.5, "1e40", None, 2**63]})
    assert exact([1.5]) == [1.5]
