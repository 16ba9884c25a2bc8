from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from gateway.errors import VariablesInvalid
from gateway.executor.variables import Coercer, compile_variables

SCHEMA = build_schema(
    """
    scalar Json
    enum Color { RED GREEN }
    input Point { x: Int! y: Int = 7 color: Color = GREEN tags: [String!] near: Point }
    input Choice @oneOf { a: Int b: String }
    type Query { f(p: Point): Int }
    """
)


def coercer(declared: str) -> Coercer:
    operation = parse(f"query ({declared}) {{ f }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return compile_variables(operation.variable_definitions or (), SCHEMA)


def coerced(declared: str, value: Any) -> Any:
    return coercer(f"$v: {declared}").coerce({"v": value})["v"]


@pytest.mark.parametrize(
    ("declared", "value", "becomes"),
    [
        ("Int", 5, 5),
        ("Int", 5.0, 5.0),
        ("Int", None, None),
        ("Float", 5, 5),
        ("Float", 1.5, 1.5),
        ("String", "é", "é"),
        ("Boolean", True, True),
        ("ID", "x", "x"),
        ("ID", 7, 7),
        ("Json", {"any": [1, None]}, {"any": [1, None]}),
        ("Color", "RED", "RED"),
        ("[Int]", [1, None], [1, None]),
        ("[Int]", 1, [1]),
        ("[[Int]]", [1, [2]], [[1], [2]]),
        ("[[Int!]!]!", 1, [[1]]),
        ("[Int]", None, None),
        ("Point", {"x": 1, "y": 2, "color": "RED"}, {"x": 1, "y": 2, "color": "RED"}),
        ("Point", {"x": 1, "tags": "a"}, {"x": 1, "tags": ["a"], "y": 7, "color": "GREEN"}),
        ("Point", {"x": 1, "y": None, "color": None, "near": None}, {"x": 1, "y": None, "color": None, "near": None}),
        ("Choice", {"a": 1}, {"a": 1}),
    ],
)
def test_values_pass_through_but_for_defaults_and_single_values(declared: str, value: Any, becomes: Any) -> None:
    result = coerced(declared, value)
    assert result == becomes
    assert type(result) is type(becomes)


@pytest.mark.parametrize(
    ("declared", "value", "says"),
    [
        ("Int", "5", "expected an Int"),
        ("Int", True, "expected an Int"),
        ("Int", 1.5, "expected an Int"),
        ("Int", float("inf"), "expected an Int"),
        ("Int", 2**31, "expected an Int of 32 bits"),
        ("Float", "1", "expected a Float"),
        ("Float", float("nan"), "expected a Float"),
        ("Float", True, "expected a Float"),
        ("String", 5, "expected a String"),
        ("Boolean", 1, "expected a Boolean"),
        ("ID", 1.5, "expected an ID, a string or an integer"),
        ("ID", True, "expected an ID, a string or an integer"),
        ("Color", "BLUE", "expected a value of enum 'Color'"),
        ("Color", ["RED"], "expected a value of enum 'Color'"),
        ("Int!", None, "expected a value of non-null type 'Int!', found null"),
        ("[Int!]", [1, None], "at 'v[1]': expected a value of non-null type 'Int!', found null"),
        ("Point", "x", "expected an object of type 'Point'"),
        ("Point", {}, "field 'x' of required type 'Int!' was not given"),
        ("Point", {"x": 1, "zzz": 1}, "field 'zzz' is not defined by type 'Point'"),
        ("Point", {"x": 1, "near": {"x": "a"}}, "at 'v.near.x': expected an Int"),
        ("[Point]", [{"x": 1, "tags": ["a", 5]}], "at 'v[0].tags[1]': expected a String"),
        ("Choice", {}, "exactly one field of 'Choice' must be given"),
        ("Choice", {"a": 1, "b": "x"}, "exactly one field of 'Choice' must be given"),
        ("Choice", {"a": None}, "exactly one field of 'Choice' must be given"),
    ],
)
def test_what_does_not_fit_is_refused_saying_where_and_what_was_expected(declared: str, value: Any, says: str) -> None:
    with pytest.raises(VariablesInvalid) as refused:
        coerced(declared, value)
    assert refused.value.message.startswith("Variable '$v' has an invalid value")
    assert says in refused.value.message
    assert refused.value.code == "BAD_USER_INPUT"


def test_a_variable_that_was_not_given_is_absent_or_has_its_default() -> None:
    declared = coercer("$a: Int, $b: Int = 3, $c: Point = {x: 1}, $d: [Color] = RED, $e: Int! = 4, $f: Int = 9")
    assert declared.coerce({"f": None}) == {
        "b": 3,
        "c": {"x": 1, "y": 7, "color": "GREEN"},
        "d": ["RED"],
        "e": 4,
        "f": None,
    }


def test_a_required_variable_must_be_given() -> None:
    with pytest.raises(VariablesInvalid, match=r"Variable '\$v' of type '\[Int!\]!' is required"):
        coercer("$v: [Int!]!").coerce({})


def test_what_is_not_declared_is_dropped() -> None:
    assert coercer("$a: Int").coerce({"a": 1, "b": 2}) == {"a": 1}


def test_arguments_are_never_changed() -> None:
    given = {"x": 1, "tags": "a"}
    coerced("Point", given)
    assert given == {"x": 1, "tags": "a"}


def test_long_names_are_cut_and_values_never_repeated() -> None:
    with pytest.raises(VariablesInvalid) as refused:
        coerced("Point", {"x": 1, "n" * 10_000: "secret"})
    assert len(refused.value.message) < 300
    assert "secret" not in refused.value.message


def test_nesting_without_end_is_refused() -> None:
    value: dict[str, Any] = {"x": 1}
    for _ in range(5_000):
        value = {"x": 1, "near": value}
    with pytest.raises(VariablesInvalid, match="nested too deeply"):
        coerced("Point", value)
