from __future__ import annotations

from typing import Any

import pytest

from gateway.executor.program import Program
from gateway.executor.subgraph_errors import ErrorPolicy
from gateway.planner.nodes import Plan

from .plans import child, entity, leaf, place, plan, program, root, send, shape, shown
from .shop import ANSWERS, REVIEWS, reply, run, shop
from .zoo import ZOO_ANSWERS, zoo

PLAIN = ErrorPolicy(masked=False)


def answered(of: Program | Plan, answers: list[Any], **changes: Any) -> dict[str, Any]:
    """Run with some answers replaced: `r3=…` for that of request 3."""
    made = of if isinstance(of, Program) else program(of, policy=PLAIN)
    outcomes = dict(enumerate(answers)) | {int(name[1:]): outcome for name, outcome in changes.items()}
    return run(made.start({}), outcomes)


def errors(answer: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(error.get("path"), error["message"]) for error in answer.get("errors", [])]


def failing(data: Any, *found: dict[str, Any]) -> Any:
    return reply(data, errors=list(found))


def test_an_error_of_an_entity_is_shown_at_every_place_it_stands_at() -> None:
    authors = failing(
        {"_entities": [{"name": None}, {"name": "Bob"}]}, {"message": "no name", "path": ["_entities", 0, "name"]}
    )
    assert errors(answered(shop(), ANSWERS, r4=authors)) == [
        (["topProducts", 0, "reviews", 0, "author", "name"], "no name"),
        (["topProducts", 1, "reviews", 0, "author", "name"], "no name"),
    ]


def test_an_alias_tells_which_list_of_a_batch_an_error_is_about() -> None:
    reviews = failing(REVIEWS, {"message": "x", "path": ["_e1", 1, "reviews", 0, "body"]})
    assert errors(answered(shop(), ANSWERS, r2=reviews)) == [(["users", 1, "reviews", 0, "body"], "x")]


def test_the_rest_of_a_path_is_translated_to_the_clients_keys() -> None:
    answer = answered(
        zoo(), ZOO_ANSWERS, r0=failing(ZOO_ANSWERS[0], {"message": "x", "path": ["animals", 1, 2, "title"]})
    )
    assert errors(answer) == [(["animals", 1, 2, "name"], "x")]
    answer = answered(
        zoo(), ZOO_ANSWERS, r1=failing(ZOO_ANSWERS[1], {"message": "x", "path": ["report_1", "parts", 1, "right"]})
    )
    assert errors(answer) == [(["report", "parts", 1, "right"], "x")]


def test_an_error_below_what_only_we_asked_for_is_shown_above_it() -> None:
    answer = answered(
        zoo(),
        ZOO_ANSWERS,
        r0=failing(ZOO_ANSWERS[0], {"message": "x", "path": ["animals", 0, 0, "owner", "home", "zip"]}),
    )
    assert errors(answer) == [(["animals", 0, 0, "owner"], "x")]


def test_an_error_without_a_path_is_shown_at_the_requests_place_up_to_the_first_list() -> None:
    assert errors(answered(shop(), ANSWERS, r5=failing(None, {"message": "x"}))) == [(["users"], "x")]
    assert errors(answered(shop(), ANSWERS, r0=failing(None, {"message": "x"}))) == [(["topProducts"], "x")]
    assert errors(answered(zoo(), ZOO_ANSWERS, r3=failing(None, {"message": "x"}))) == [(["animals"], "x")]


def test_an_error_of_a_re_entry_is_shown_where_it_stands() -> None:
    answer = answered(zoo(), ZOO_ANSWERS, r4=failing({"count": None}, {"message": "x", "path": ["count"]}))
    assert errors(answer) == [(["report", "again", "count"], "x")]


@pytest.mark.parametrize("path", [["_entities"], ["_entities", 99, "name"], ["nonsense"], ["_entities", "x"], []])
def test_a_path_that_leads_nowhere_is_shown_at_the_requests_place(path: list[Any]) -> None:
    authors = failing({"_entities": [{"name": "A"}, {"name": "B"}]}, {"message": "x", "path": path})
    assert errors(answered(shop(), ANSWERS, r4=authors)) == [(["topProducts"], "x")]


@pytest.mark.parametrize("entities", [None, {}, "x", 5])
def test_entities_that_are_no_list_are_an_error_for_each_that_was_asked_for(entities: Any) -> None:
    answer = answered(shop(), ANSWERS, r3={"_entities": entities})
    assert errors(answer) == [
        (["topProducts", 0], "`_entities` is not a list"),
        (["topProducts", 1], "`_entities` is not a list"),
    ]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"SUBREQUEST_MALFORMED_RESPONSE"}
    assert [product["inStock"] for product in answer["data"]["topProducts"]] == [None, None]


def test_too_few_entities_are_an_error_for_those_that_are_missing_and_nothing_shifts() -> None:
    answer = answered(shop(), ANSWERS, r3={"_entities": [{"inStock": True}]})
    assert errors(answer) == [(["topProducts", 1], "`_entities` has 1 items, 2 were asked for")]
    assert [product["inStock"] for product in answer["data"]["topProducts"]] == [True, None]


def test_too_many_entities_are_an_error_and_those_asked_for_are_used() -> None:
    answer = answered(shop(), ANSWERS, r3={"_entities": [{"inStock": True}, {"inStock": False}, {"inStock": True}]})
    assert errors(answer) == [(["topProducts"], "`_entities` has 3 items, 2 were asked for")]
    assert [product["inStock"] for product in answer["data"]["topProducts"]] == [True, False]


@pytest.mark.parametrize("entity_", ["x", 5, [], True])
def test_an_entity_that_is_no_object_is_an_error_at_its_index(entity_: Any) -> None:
    answer = answered(shop(), ANSWERS, r3={"_entities": [{"inStock": True}, entity_]})
    assert [path for path, _ in errors(answer)] == [["topProducts", 1]]


def test_an_entity_of_another_type_is_refused() -> None:
    from graphql import build_schema

    schema = build_schema("type Query { a: Product } type Product { upc: ID }")
    of = program(shop(), schema=schema, policy=PLAIN)
    answer = answered(
        of,
        ANSWERS,
        r3={"_entities": [{"__typename": "Nope", "inStock": True}, {"__typename": "Product", "inStock": False}]},
    )
    assert [path for path, _ in errors(answer)] == [["topProducts", 0]]
    assert [product["inStock"] for product in answer["data"]["topProducts"]] == [None, False]


def test_what_is_logged_holds_no_data() -> None:
    execution = program(shop()).start({})
    run(execution, dict(enumerate(ANSWERS)) | {1: failing({"users": [{"id": "u1", "name": "Ada"}]}, {"message": "x"})})
    assert "Ada" not in repr(execution.troubles)


def test_by_default_a_message_is_masked_and_its_code_kept() -> None:
    secret = {
        "message": "psycopg: password=hunter2",
        "path": ["users"],
        "extensions": {"code": "OUT_OF_REACH", "stacktrace": ["File x"]},
        "locations": [{"line": 1, "column": 1}],
    }
    answer = answered(program(shop()), ANSWERS, r1=failing({"users": None}, secret))
    assert answer["errors"] == [
        {
            "message": "An error occurred in subgraph accounts",
            "path": ["users"],
            "extensions": {"code": "OUT_OF_REACH", "service": "accounts"},
        }
    ]


def test_a_policy_may_show_messages_and_chosen_extensions() -> None:
    policy = ErrorPolicy(unmasked=frozenset({"accounts"}), extensions=frozenset({"field"}))
    found = {"message": "bad id", "path": ["users"], "extensions": {"field": "id", "trace": 1}}
    answer = answered(program(shop(), policy=policy), ANSWERS, r1=failing({"users": None}, found))
    assert answer["errors"][0]["message"] == "bad id"
    assert answer["errors"][0]["extensions"] == {
        "field": "id",
        "code": "DOWNSTREAM_SERVICE_ERROR",
        "service": "accounts",
    }


def test_the_log_gets_the_whole_of_it() -> None:
    execution = program(shop()).start({})
    outcomes = dict(enumerate(ANSWERS)) | {1: failing(None, {"message": "psycopg: password=hunter2"})}
    run(execution, outcomes)
    assert [(trouble.request, trouble.reply.errors[0].message) for trouble in execution.troubles] == [
        (1, "psycopg: password=hunter2")
    ]


def test_at_most_a_hundred_errors_are_shown() -> None:
    products = {"topProducts": [{"upc": str(n), "name": "x", "price": n} for n in range(500)]}
    answer = answered(shop(), ANSWERS, r0=products, r2={"_e0": None, "_e1": []}, r3={"_entities": []})
    assert len(answer["errors"]) == 100


def test_one_cause_is_one_error() -> None:
    strict = shop(name_of="String!", author_of="User!")
    late = failing({"_entities": None}, {"message": "late"})
    answer = answered(strict, ANSWERS, r4=late)
    assert errors(answer) == [(["topProducts"], "late")]
    assert answer["data"]["topProducts"][0]["reviews"] is None


def test_a_failed_root_request_is_one_error_too() -> None:
    places = [place(0, None, "", "Query", fetches=(0,))]
    of = plan(places, [root(0, "s")], [send(0, "s", 0)], shown(0, "Query", leaf("a", "0:a", "Int!")))
    assert answered(of, [failing(None, {"message": "down"})]) == {
        "data": None,
        "errors": [
            {"message": "down", "path": ["a"], "extensions": {"code": "DOWNSTREAM_SERVICE_ERROR", "service": "s"}}
        ],
    }


def test_the_same_error_is_shown_once() -> None:
    twice = {"message": "x", "path": ["users"]}
    assert errors(answered(shop(), ANSWERS, r1=failing({"users": None}, twice, twice))) == [(["users"], "x")]


def test_an_error_of_a_hidden_fetch_is_shown_at_the_nearest_place_the_client_sees() -> None:
    places = [
        place(0, None, "", "Query", fetches=(0,)),
        place(1, 0, ".items[]", "Item", "0:items", fetches=(2,)),
        place(2, 1, "-box", "Box", "0:box", fetches=(1,)),
    ]
    fetches = [
        root(0, "a"),
        entity(1, "b", 2, shape("Box", "id! <- 0:id")),
        entity(2, "c", 1, shape("Item", "id! <- 0:id"), after=(1,)),
    ]
    requests = [send(0, "a", 0), send(1, "b", (1,), after=(0,)), send(2, "c", (2,), after=(1,))]
    output = shown(0, "Query", child("items", shown(1, "Item", leaf("cost", "2:cost", "Int")), "[Item]"))
    answer = answered(
        plan(places, fetches, requests, output),
        [
            {"items": [{"id": 1, "box": {"id": 1}}, {"id": 2, "box": {"id": 2}}]},
            failing({"_entities": [None, {"size": 1}]}, {"message": "x", "path": ["_entities", 0, "size"]}),
            {"_entities": [{"cost": 1}, {"cost": 2}]},
        ],
    )
    assert errors(answer) == [(["items", 0], "x")]
