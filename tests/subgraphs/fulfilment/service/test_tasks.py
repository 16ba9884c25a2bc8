"""Tasks: taken by one, finished with what was found, and what that does to the order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from subgraphs.fulfilment.models import OrderPaymentRow, PickLineRow, PickTaskRow
from subgraphs.fulfilment.service import picking
from subgraphs.kit.errors import InvalidInput, NotFound, WrongState
from subgraphs.kit.peers import join_peers
from subgraphs.kit.sample_world import customer, location, variant

OXFORD = location("LON-OXF").id
CANDLE, THROW = variant("ALD-CAN-CED").id, variant("ALD-THR-WOO").id
PULL = """mutation ($input: StorePullInput!) { storePullRequest(input: $input) { __typename
  ... on PickTaskSuccess { task { id kind dueAt customer { id } reservation { id } lines { quantity variant { id } } } }
  ... on BusinessError { code message path } } }"""


def now():
    return datetime.now(UTC)


async def finish(trade, task, *found):
    return await trade.database.write(picking.finish, task.id, found, "Sam", now())


@pytest.fixture
async def order(trade, goods):
    return await trade.place(
        goods.line("ALD-CAN-CED", 3, "PICKUP", "LON-OXF"), goods.line("ALD-THR-WOO", 1, "PICKUP", "LON-OXF")
    )


async def test_a_task_done_makes_the_order_ready(trade, order):
    (task,) = await trade.tasks(order.id)
    await trade.database.write(picking.claim, task.id, "Sam", now())
    assert (await trade.order(order.id)).status == "PREPARING"
    await finish(trade, task, (CANDLE, 3), (THROW, 1))
    after = await trade.order(order.id)
    (done,) = await trade.tasks(order.id)
    assert (after.status, done.status, done.assignee) == ("READY_FOR_PICKUP", "DONE", "Sam")
    (told,) = await trade.told("pickup.ready")
    assert (told["order_id"], told["customer_id"], told["location_id"]) == (order.id, order.customer_id, OXFORD)


async def test_a_task_is_taken_by_one_of_many(trade, order):
    (task,) = await trade.tasks(order.id)
    outcomes = await asyncio.gather(
        *(trade.database.write(picking.claim, task.id, f"person {n}", now()) for n in range(6)), return_exceptions=True
    )
    assert outcomes.count(task.id) == 1
    (taken,) = await trade.tasks(order.id)
    assert await trade.database.write(picking.claim, task.id, taken.assignee, now()) == task.id


async def test_what_is_not_found_is_called_off_and_paid_back(trade, order):
    (task,) = await trade.tasks(order.id)
    await finish(trade, task, (CANDLE, 1), (THROW, 1))
    (done,) = await trade.tasks(order.id)
    candles, throw = await trade.lines(order.id)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert done.status == "SHORT"
    assert (candles.called_off_quantity, throw.called_off_quantity) == (2, 0)
    assert paid.refunded == Decimal("36.00")
    assert (await trade.order(order.id)).status == "READY_FOR_PICKUP"
    (told,) = await trade.told("pick.short")
    assert told["lines"] == [{"variant_id": CANDLE, "quantity": 2}]


async def test_when_nothing_is_found_the_order_is_called_off(trade, order):
    (task,) = await trade.tasks(order.id)
    await finish(trade, task)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert (await trade.order(order.id)).status == "CANCELLED"
    assert paid.refunded == paid.amount


async def test_no_more_is_found_than_was_wanted_and_no_variant_twice(trade, order):
    (task,) = await trade.tasks(order.id)
    for found in ([(CANDLE, 4)], [(CANDLE, -1)], [("var_other", 1)], [(CANDLE, 1), (CANDLE, 1)]):
        with pytest.raises(InvalidInput):
            await finish(trade, task, *found)
    with pytest.raises(NotFound):
        await trade.database.write(picking.finish, "tsk_none", [], "Sam", now())
    await finish(trade, task, (CANDLE, 3), (THROW, 1))
    with pytest.raises(WrongState):
        await finish(trade, task, (CANDLE, 3), (THROW, 1))
    with pytest.raises(WrongState):
        await trade.database.write(picking.claim, task.id, "Noor", now())


async def test_what_a_store_packed_waits_for_the_carrier(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "SHIP", "MAN-ARN"))
    (task,) = await trade.tasks(order.id)
    await finish(trade, task, (CANDLE, 1))
    (part,) = await trade.parts(order.id)
    assert part.status == "PREPARING"


@pytest.fixture
def inventory(bare):
    """The inventory as a pull request asks it: holds by id, `rsv_none` is not there."""

    async def graphql(request):
        wanted = (await request.json())["variables"]["holds"]
        owner = customer("ben").id if any("ben" in each["id"] for each in wanted) else customer("ada").id
        holds = [
            None
            if each["id"] == "rsv_none"
            else {
                "id": each["id"],
                "status": "EXPIRED" if each["id"] == "rsv_old" else "ACTIVE",
                "quantity": 2,
                "variant": {"id": CANDLE},
                "location": {"id": OXFORD},
                "customer": {"id": owner},
            }
            for each in wanted
        ]
        return JSONResponse({"data": {"_entities": holds}})

    app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
    join_peers(bare.settings.data_dir, "inventory", app)
    return app


async def test_held_goods_are_pulled_before_the_customer_comes(bare, trade, inventory):
    assert inventory
    given = {"locationId": OXFORD, "reservationIds": ["rsv_1"], "idempotencyKey": "k"}
    ids = set()
    for _ in range(5):
        answer = await bare.execute(PULL, {"input": given}, customer=customer("ada").id)
        assert answer.errors == []
        task = answer.data["storePullRequest"]["task"]
        assert (task["kind"], task["reservation"]) == ("PULL", {"id": "rsv_1"})
        assert task["lines"] == [{"quantity": 2, "variant": {"id": CANDLE}}]
        ids.add(task["id"])
    assert len(ids) == len(await trade.rows(PickTaskRow)) == len(await trade.rows(PickLineRow)) == 1


async def test_what_is_not_the_callers_not_held_or_elsewhere_is_not_pulled(bare, inventory):
    assert inventory
    for change, code in (
        ({"reservationIds": ["rsv_ben"]}, "NOT_FOUND"),
        ({"reservationIds": ["rsv_none"]}, "NOT_FOUND"),
        ({"reservationIds": ["rsv_old"]}, "WRONG_STATE"),
        ({"locationId": location("MAN-ARN").id}, "WRONG_STATE"),
    ):
        given = {"locationId": OXFORD, "reservationIds": ["rsv_1"], "idempotencyKey": "k", **change}
        answer = await bare.execute(PULL, {"input": given}, customer=customer("ada").id)
        assert answer.data["storePullRequest"]["code"] == code


async def test_a_pull_needs_the_inventory(bare):
    given = {"locationId": OXFORD, "reservationIds": ["rsv_1"], "idempotencyKey": "k"}
    answer = await bare.execute(PULL, {"input": given}, customer=customer("ada").id)
    assert answer.codes == ["SERVICE_UNAVAILABLE"]
