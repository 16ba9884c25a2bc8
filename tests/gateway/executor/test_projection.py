from __future__ import annotations

from typing import Any

import pytest

from gateway.planner.nodes import Plan

from .plans import child, entity, leaf, place, plan, program, root, send, shape, shown, typename, variants
from .shop import run


def item_plan(of: str, name: str = "String", **more: Any) -> Plan:
    """`{ items: of { name } }` from one subgraph."""
    depth = of.count("[")
    places = [place(0, None, "", "Query", fetches=(0,)), place(1, 0, ".items" + "[]" * depth, "Item", "0:items")]
    inner = shown(1, "Item", leaf("name", "0:name", name, **more))
    return plan(places, [root(0, "s")], [send(0, "s", 0)], shown(0, "Query", child("items", inner, of)))


def answer(of: Plan, data: dict[str, Any]) -> dict[str, Any]:
    """The same by the interpreter and by generated code."""
    slow = run(program(of).start({}), {0: data})
    compiled = program(of)
    compiled.code.compile()
    assert run(compiled.start({}), {0: data}) == slow
    return slow


def paths(got: dict[str, Any]) -> list[Any]:
    return [error["path"] for error in got.get("errors", [])]


NULLS = [
    ("[Item]", "String", [{"name": None}, {"name": "b"}], [{"name": None}, {"name": "b"}], []),
    ("[Item]", "String!", [{"name": None}, {"name": "b"}], [None, {"name": "b"}], [["items", 0, "name"]]),
    ("[Item!]", "String!", [{"name": None}, {"name": "b"}], None, [["items", 0, "name"]]),
    ("[Item!]", "String", [None, {"name": "b"}], None, [["items", 0]]),
    (
        "[[Item!]]",
        "String!",
        [[{"name": "a"}], [{"name": None}], None],
        [[{"name": "a"}], None, None],
        [["items", 1, 0, "name"]],
    ),
    ("[[Item!]!]", "String!", [[{"name": "a"}], [{"name": None}]], None, [["items", 1, 0, "name"]]),
    ("Item", "String!", {"name": None}, None, [["items", "name"]]),
    ("Item", "String", {}, {"name": None}, []),
    ("Item", "String!", {}, None, [["items", "name"]]),
    ("Item", "String", None, None, []),
    ("[Item]", "String", [], [], []),
]


@pytest.mark.parametrize(("of", "name", "value", "shows", "at"), NULLS)
def test_a_null_goes_up_to_the_nearest_nullable_position(of: str, name: str, value: Any, shows: Any, at: Any) -> None:
    got = answer(item_plan(of, name), {"items": value})
    assert got["data"] == {"items": shows}
    assert paths(got) == at


def test_a_null_that_nothing_stops_makes_data_null() -> None:
    got = answer(item_plan("[Item!]!", "String!"), {"items": [{"name": None}]})
    assert got["data"] is None
    assert got["errors"] == [
        {
            "message": "Cannot return null for non-nullable field Item.name.",
            "path": ["items", 0, "name"],
            "extensions": {"code": "RESPONSE_VALIDATION_FAILED", "service": "s"},
        }
    ]


WRONG = [
    ("[Item]", "String", {"name": "a"}, ["items"]),
    ("[Item]", "String", "text", ["items"]),
    ("Item", "String", [{"name": "a"}], ["items"]),
    ("Item", "String", "text", ["items"]),
    ("Item", "String", 5, ["items"]),
    ("Item", "String", {"name": {"secret": 1}}, ["items", "name"]),
    ("Item", "String", {"name": ["secret"]}, ["items", "name"]),
    ("Item", "[String]", {"name": "secret"}, ["items", "name"]),
    ("Item", "[String]", {"name": [["secret"]]}, ["items", "name", 0]),
    ("Item", "[[Int]]", {"name": [[1, {}]]}, ["items", "name", 0, 1]),
]


@pytest.mark.parametrize(("of", "name", "value", "at"), WRONG)
def test_a_value_of_the_wrong_shape_is_null_and_an_error_that_does_not_repeat_it(
    of: str, name: str, value: Any, at: Any
) -> None:
    got = answer(item_plan(of, name), {"items": value})
    assert paths(got) == [at]
    assert "secret" not in str(got)


def test_custom_scalars_hold_what_they_like() -> None:
    value = {"any": [1, {"thing": None}]}
    assert answer(item_plan("Item", "Json"), {"items": {"name": value}}) == {"data": {"items": {"name": value}}}


@pytest.mark.parametrize(
    ("of", "value", "shows", "at"),
    [
        ("Kind", "RED", "RED", []),
        ("Kind", None, None, []),
        ("Kind", "SECRET", None, [["items", "name"]]),
        ("Kind", 5, None, [["items", "name"]]),
        ("Kind", ["RED"], None, [["items", "name"]]),
        ("[Kind]", ["RED", "SECRET", None], ["RED", None, None], [["items", "name", 1]]),
        ("[Kind!]", ["RED", "SECRET"], None, [["items", "name", 1]]),
    ],
)
def test_an_enum_value_the_api_does_not_know_is_null_and_never_named(of: str, value: Any, shows: Any, at: Any) -> None:
    got = answer(item_plan("Item", of, enum={"RED"}), {"items": {"name": value}})
    assert got["data"] == {"items": {"name": shows}}
    assert paths(got) == at
    assert "SECRET" not in str(got)


def pet_plan(of: str) -> Plan:
    places = [
        place(0, None, "", "Query", fetches=(0,)),
        place(1, 0, ".pets" + "[]" * of.count("["), "Pet", "0:pets", typename="0:kind"),
    ]
    pets = variants(1, Cat=(typename(), leaf("lives", "0:lives", "Int")), Dog=(), Fish=(typename("is"),))
    return plan(places, [root(0, "s")], [send(0, "s", 0)], shown(0, "Query", child("pets", pets, of)))


def test_each_runtime_type_has_its_own_fields() -> None:
    value = [{"kind": "Cat", "lives": 9}, {"kind": "Dog"}, {"kind": "Fish"}]
    assert answer(pet_plan("[Pet]"), {"pets": value}) == {
        "data": {"pets": [{"__typename": "Cat", "lives": 9}, {}, {"is": "Fish"}]}
    }


@pytest.mark.parametrize("kind", ["Secret", None, 5, ["Cat"], {}])
def test_an_object_of_a_type_the_api_does_not_know_is_null_and_never_named(kind: Any) -> None:
    got = answer(pet_plan("[Pet]"), {"pets": [{"kind": kind}, {"kind": "Dog"}]})
    assert got["data"] == {"pets": [None, {}]}
    assert paths(got) == [["pets", 0]]
    assert "Secret" not in str(got)
    assert answer(pet_plan("[Pet!]"), {"pets": [{"kind": kind}]})["data"] == {"pets": None}


def test_what_was_not_asked_for_is_dropped() -> None:
    data = {"items": {"name": "a", "__typename": "Item", "__proto__": {"x": 1}}, "_service": {"sdl": "secret"}}
    assert answer(item_plan("Item"), data) == {"data": {"items": {"name": "a"}}}


def test_value_types_of_two_subgraphs_are_joined_by_index_and_the_first_decides_the_length() -> None:
    places = [place(0, None, "", "Query", fetches=(0, 1)), place(1, 0, ".rows[]", "Row", "0:rows 1:rows")]
    inner = shown(1, "Row", leaf("a", "0:a", "Int"), leaf("b", "1:b", "Int"))
    of = plan(
        places,
        [root(0, "s"), root(1, "t")],
        [send(0, "s", 0), send(1, "t", 1)],
        shown(0, "Query", child("rows", inner, "[Row]")),
    )
    for rows_of_s, rows_of_t, shows in [
        ([{"a": 1}, None], [{"b": 1}, {"b": 2}, {"b": 3}], [{"a": 1, "b": 1}, {"a": None, "b": 2}]),
        ([{"a": 1}, {"a": 2}], [], [{"a": 1, "b": None}, {"a": 2, "b": None}]),
        (None, [{"b": 1}], [{"a": None, "b": 1}]),
        ([None], [None], [None]),
        (None, None, None),
    ]:
        for compiled in (False, True):
            made = program(of)
            if compiled:
                made.code.compile()
            got = run(made.start({}), {0: {"rows": rows_of_s}, 1: {"rows": rows_of_t}})
            assert got == {"data": {"rows": shows}}


@pytest.mark.parametrize(
    ("of", "entities", "shows", "at"),
    [
        ("[Item]", [None, {"name": "b"}], [None, {"name": "b"}], []),
        ("[Item]", [{"name": None}, {"name": "b"}], [None, {"name": "b"}], [["items", 0, "name"]]),
        ("[Item!]", [None, {"name": "b"}], None, [["items", 0]]),
    ],
)
def test_an_entity_its_subgraph_does_not_have_is_null_without_an_error_where_null_may_be(
    of: str, entities: Any, shows: Any, at: Any
) -> None:
    places = [place(0, None, "", "Query", fetches=(0,)), place(1, 0, ".items[]", "Item", "0:items", fetches=(1,))]
    fetches = [root(0, "s"), entity(1, "t", 1, shape("Item", "id! <- 0:id"))]
    inner = shown(1, "Item", leaf("name", "1:name", "String!"))
    requests = [send(0, "s", 0), send(1, "t", (1,), after=(0,))]
    stubs = {"items": [{"id": "1"}, {"id": "2"}]}
    for compiled in (False, True):
        made = program(plan(places, fetches, requests, shown(0, "Query", child("items", inner, of))))
        if compiled:
            made.code.compile()
        got = run(made.start({}), {0: stubs, 1: {"_entities": entities}})
        assert got["data"] == {"items": shows}
        assert paths(got) == at
