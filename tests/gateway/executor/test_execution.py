from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SubgraphTimeout
from gateway.executor.execution import Execution, Outgoing
from gateway.executor.program import Program
from gateway.planner.nodes import OperationKind

from .plans import child, entity, leaf, place, plan, program, root, send, shape, shown
from .shop import ANSWERS, AUTHORS, NAMES, PRODUCTS, REVIEWS, STOCK, USERS, reply, run, sent, shop
from .zoo import ZOO_ANSWERS, zoo


@pytest.fixture(params=["interpreted", "generated"])
def compiled(request: pytest.FixtureRequest) -> bool:
    return request.param == "generated"


def start(of: Program, *, compiled: bool, variables: dict[str, object] | None = None) -> Execution:
    if compiled:
        of.code.compile()
    return of.start(variables or {})


EXPECTED = {
    "topProducts": [
        {
            "upc": "p1",
            "name": "Table",
            "inStock": True,
            "reviews": [
                {"__typename": "Review", "body": "fine", "author": {"id": "u1", "name": "Ada L."}},
                {"__typename": "Review", "body": "good", "author": {"id": "u2", "name": "Bob K."}},
            ],
        },
        {
            "upc": "p2",
            "name": "Couch",
            "inStock": False,
            "reviews": [{"__typename": "Review", "body": "soft", "author": {"id": "u1", "name": "Ada L."}}],
        },
    ],
    "users": [
        {
            "id": "u1",
            "name": "Ada",
            "reviews": [
                {"body": "fine", "product": {"upc": "p1", "name": "The table"}},
                {"body": "soft", "product": {"upc": "p2", "name": "The couch"}},
            ],
        },
        {"id": "u2", "name": "Bob", "reviews": [{"body": "good", "product": {"upc": "p1", "name": "The table"}}]},
    ],
}


def test_answers_are_put_together_in_the_order_of_the_operation(compiled: bool) -> None:
    answer = run(start(program(shop()), compiled=compiled), dict(enumerate(ANSWERS)))
    assert orjson.dumps(answer) == orjson.dumps({"data": EXPECTED})


def test_each_distinct_entity_is_asked_for_once(compiled: bool) -> None:
    execution = start(program(shop()), compiled=compiled)
    execution.ready()
    execution.feed(0, reply(PRODUCTS))
    (reviews,) = (outgoing for outgoing in execution.feed(1, reply(USERS)) if outgoing.request_id == 2)
    assert sent(reviews) == {
        "r0": [{"__typename": "Product", "upc": "p1"}, {"__typename": "Product", "upc": "p2"}],
        "r1": [{"__typename": "User", "id": "u1"}, {"__typename": "User", "id": "u2"}],
    }
    authors, products = execution.feed(2, reply(REVIEWS))
    assert sent(authors) == {"r0": [{"__typename": "User", "id": "u1"}, {"__typename": "User", "id": "u2"}]}
    assert sent(products) == {"r0": [{"__typename": "Product", "upc": "p1"}, {"__typename": "Product", "upc": "p2"}]}


def test_a_request_starts_when_its_own_inputs_are_there(compiled: bool) -> None:
    execution = start(program(shop()), compiled=compiled)
    assert [outgoing.request_id for outgoing in execution.ready()] == [0, 1]
    assert [outgoing.request_id for outgoing in execution.feed(0, reply(PRODUCTS))] == [3]
    assert [outgoing.request_id for outgoing in execution.feed(1, reply(USERS))] == [2]
    assert [outgoing.request_id for outgoing in execution.feed(2, reply(REVIEWS))] == [4, 5]
    execution.feed(5, reply(NAMES))
    execution.feed(4, reply(AUTHORS))
    assert not execution.complete
    execution.feed(3, reply(STOCK))
    assert execution.complete


def in_order(execution: Execution, answers: list[dict[str, object]], choose: st.DataObject) -> dict[str, object]:
    """Feed the answers in an order that hypothesis chooses."""
    waiting: list[Outgoing] = list(execution.ready())
    while waiting:
        at = choose.draw(st.integers(0, len(waiting) - 1))
        outgoing = waiting.pop(at)
        waiting += execution.feed(outgoing.request_id, reply(answers[outgoing.request_id]))
    return execution.answer()


@given(st.data(), st.booleans())
def test_any_order_of_arrival_gives_the_same_answer(data: st.DataObject, generated: bool) -> None:
    for of, answers in ((shop(), ANSWERS), (zoo(), ZOO_ANSWERS)):
        straight = run(program(of).start({}), dict(enumerate(answers)))
        shuffled = in_order(start(program(of), compiled=generated), answers, data)
        assert orjson.dumps(shuffled) == orjson.dumps(straight)
        assert "errors" not in straight


def test_a_request_without_representations_is_over_without_being_sent(compiled: bool) -> None:
    execution = start(program(shop()), compiled=compiled)
    execution.ready()
    assert execution.feed(0, reply({"topProducts": []})) == []
    assert execution.feed(1, reply({"users": None})) == []
    assert execution.complete
    assert execution.answer() == {"data": {"topProducts": [], "users": None}}


def test_one_list_of_a_batch_may_be_empty(compiled: bool) -> None:
    execution = start(program(shop()), compiled=compiled)
    execution.ready()
    execution.feed(0, reply({"topProducts": []}))
    (reviews,) = execution.feed(1, reply(USERS))
    assert sent(reviews)["r0"] == []
    assert len(sent(reviews)["r1"]) == 2  # type: ignore[arg-type]


def test_a_failed_request_counts_as_over_and_the_rest_is_answered(compiled: bool) -> None:
    answers = {**dict(enumerate(ANSWERS)), 2: SubgraphTimeout("late", "reviews")}
    answer = run(start(program(shop()), compiled=compiled), answers)
    assert answer["data"]["topProducts"][0] == {"upc": "p1", "name": "Table", "inStock": True, "reviews": None}  # type: ignore[index]
    assert answer["errors"] == [
        {
            "message": "An error occurred in subgraph reviews",
            "path": ["topProducts"],
            "extensions": {"code": "SUBREQUEST_TIMEOUT", "service": "reviews"},
        }
    ]


def test_an_entity_that_is_null_leaves_its_place_as_it_was(compiled: bool) -> None:
    answers = {**dict(enumerate(ANSWERS)), 3: {"_entities": [None, {"inStock": False}]}}
    answer = run(start(program(shop()), compiled=compiled), answers)
    assert [product["inStock"] for product in answer["data"]["topProducts"]] == [None, False]  # type: ignore[index]
    assert "errors" not in answer


def test_an_object_without_its_key_is_not_asked_about(compiled: bool) -> None:
    execution = start(program(shop()), compiled=compiled)
    execution.ready()
    (stock,) = execution.feed(
        0, reply({"topProducts": [{"upc": None, "name": "x", "price": 1}, {"upc": "p2", "price": None}, None]})
    )
    assert sent(stock) == {"r0": [{"__typename": "Product", "upc": "p2", "price": None}]}


def test_keys_that_python_holds_equal_are_different_entities(compiled: bool) -> None:
    keys = ["1", 1, True, 1.0, [1], [True], {"a": 1}, {"a": 1.0}]
    products = [{"upc": key, "name": "x", "price": 1} for key in keys]
    execution = start(program(shop()), compiled=compiled)
    execution.ready()
    (stock,) = execution.feed(0, reply({"topProducts": [*products, *products]}))
    representations = sent(stock)["r0"]
    assert [orjson.dumps(one["upc"]) for one in representations] == [orjson.dumps(key) for key in keys]  # type: ignore[index]


def test_interfaces_nested_inputs_and_value_types_are_sent_and_read_as_planned(compiled: bool) -> None:
    execution = start(program(zoo()), compiled=compiled)
    execution.ready()
    lives, owners = execution.feed(0, reply(ZOO_ANSWERS[0]))
    assert sent(lives) == {
        "r0": [
            {"__typename": "Cat", "id": "c1", "age": 3},
            {"__typename": "Dog", "chip": 1, "tags": [{"name": "a"}, {"name": "b"}]},
            {"__typename": "Dog", "chip": True, "tags": []},
        ]
    }
    assert sent(owners) == {
        "r0": [{"__typename": "Owner", "id": "o1", "home": {"__typename": "House", "zip": "123", "number": None}}]
    }
    answer = run(start(program(zoo()), compiled=compiled), dict(enumerate(ZOO_ANSWERS)))
    cat = {"__typename": "Cat", "name": "Tom", "legs": 4, "lives": 9, "owner": {"id": "o1", "city": "Ulm"}}
    assert (
        answer
        == {
            "data": {
                "animals": [
                    [cat, {"__typename": "Dog", "name": "Rex", "legs": 4, "tricks": ["sit"]}],
                    [
                        None,
                        {"__typename": "Wolf", "name": "Isegrim", "legs": 4, "tricks": None},
                        cat,
                        {"__typename": "Dog", "name": "Lassie", "legs": None, "tricks": None},
                    ],
                ],
                "kind": "TAME",
                "kinds": [["WILD"], None],
                "what": "Query",
                "report": {
                    "total": 4,
                    "cost": 1.5,
                    "extra": {"any": [1]},
                    "again": {"count": 12},
                    "parts": [{"left": "a", "right": "1"}, {"left": None, "right": "2"}, None],
                },
            }
        }
        or answer["data"]["report"]["parts"][2] is None
    )  # type: ignore[index]


def test_answers_are_never_changed(compiled: bool) -> None:
    before = orjson.dumps(ZOO_ANSWERS)
    execution = start(program(zoo()), compiled=compiled)
    run(execution, dict(enumerate(ZOO_ANSWERS)))
    assert orjson.dumps(ZOO_ANSWERS) == before


def variable_plan() -> object:
    places = [place(0, None, "", "Query", fetches=(0,))]
    output = shown(0, "Query", leaf("a", "0:a"))
    return plan(places, [root(0, "s")], [send(0, "s", 0, variables=("x", "y", "z"), operation_name="Op")], output)


def test_the_body_carries_document_name_and_the_variables_that_are_there() -> None:
    execution = program(variable_plan()).start({"x": 2**70, "y": None})  # type: ignore[arg-type]
    (outgoing,) = execution.ready()
    assert outgoing.body == b'{"query":"query0","operationName":"Op","variables":{"x":1180591620717411303424,"y":null}}'


def test_root_fields_of_a_mutation_run_one_after_the_other() -> None:
    places = [place(0, None, "", "Mutation", fetches=(0, 1, 2))]
    requests = [
        send(0, "a", 0, kind=OperationKind.MUTATION),
        send(1, "b", 1, after=(0,), kind=OperationKind.MUTATION),
        send(2, "a", 2, after=(1,), kind=OperationKind.MUTATION),
    ]
    fields = (leaf("one", "0:one", "Int"), leaf("two", "1:two", "Int"), leaf("three", "2:three", "Int"))
    fetches = [root(0, "a"), root(1, "b"), root(2, "a")]
    execution = program(
        plan(places, fetches, requests, shown(0, "Mutation", *fields), kind=OperationKind.MUTATION)
    ).start({})
    assert [o.request_id for o in execution.ready()] == [0]
    assert [o.request_id for o in execution.feed(0, reply({"one": 1}))] == [1]
    later = execution.feed(1, reply(errors=[{"message": "no", "path": ["two"]}]))
    assert [(o.request_id, o.kind) for o in later] == [(2, OperationKind.MUTATION)]
    execution.feed(2, reply({"three": 3}))
    answer = execution.answer()
    assert answer["data"] == {"one": 1, "two": None, "three": 3}
    assert [error["path"] for error in answer["errors"]] == [["two"]]


def test_an_event_of_a_subscription_stands_for_the_root_request() -> None:
    places = [place(0, None, "", "Subscription", fetches=(0,)), place(1, 0, ".moved", "Item", "0:moved", fetches=(1,))]
    fetches = [root(0, "stock"), entity(1, "catalog", 1, shape("Item", "sku! <- 0:sku"))]
    requests = [send(0, "stock", 0, kind=OperationKind.SUBSCRIPTION), send(1, "catalog", (1,), after=(0,))]
    item = shown(1, "Item", leaf("sku", "0:sku", "ID!"), leaf("name", "1:name"))
    of = program(
        plan(
            places,
            fetches,
            requests,
            shown(0, "Subscription", child("moved", item, "Item")),
            kind=OperationKind.SUBSCRIPTION,
        )
    )
    execution = of.start({}, event={"data": {"moved": {"sku": "s1"}}})
    (outgoing,) = execution.ready()
    assert sent(outgoing) == {"r0": [{"__typename": "Item", "sku": "s1"}]}
    execution.feed(1, reply({"_entities": [{"name": "Chair"}]}))
    assert execution.answer() == {"data": {"moved": {"sku": "s1", "name": "Chair"}}}
    failed = of.start({}, event={"data": None, "errors": [{"message": "x"}]})
    assert failed.ready() == []
    assert failed.answer()["data"] == {"moved": None}


def test_a_re_entry_without_a_place_is_not_sent(compiled: bool) -> None:
    execution = start(program(zoo()), compiled=compiled)
    execution.ready()
    assert execution.feed(1, reply({**ZOO_ANSWERS[1], "report_1": None})) == []


def test_code_is_generated_for_the_second_run_or_for_large_answers() -> None:
    of = program(shop())
    of.start({})
    assert of.code.compiled is None
    of.start({})
    assert of.code.compiled is not None
    other = program(shop())
    execution = other.start({})
    execution.ready()
    execution.feed(0, replace(reply(PRODUCTS), body=b" " * 100_000))
    assert other.code.compiled is not None
