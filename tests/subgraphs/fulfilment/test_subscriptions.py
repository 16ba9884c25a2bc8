"""Subscriptions tell what happens after they began, once each, and nobody's orders but the caller's."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.schema import schema
from subgraphs.fulfilment.service import advancing, picking
from subgraphs.fulfilment.service.advancing import Step
from subgraphs.kit.context import Context
from subgraphs.kit.execution import Execution, GraphQLRequest
from subgraphs.kit.identity import Viewer
from subgraphs.kit.sample_world import customer, location
from tests.waiting import PATIENCE_SECONDS, until

ORDERS = "subscription ($id: ID, $token: String) { orderChanged(id: $id, token: $token) { order { number statusLine status } event { kind summary } } }"
TASKS = "subscription ($store: ID!) { pickTaskChanged(locationId: $store) { id status assignee lines { quantity } } }"
ADA, BEN = Viewer(customer_id=customer("ada").id), Viewer(customer_id=customer("ben").id)
TILL = Viewer(scopes=frozenset({"staff:store"}))


@pytest.fixture
def listen(bare):
    """Start a subscription as some viewer; gives something to await for the next news, and `silent()`."""
    execution = Execution(schema)

    @contextlib.asynccontextmanager
    async def start(query, variables, viewer):
        request = GraphQLRequest(query, None, variables)
        context = Context(viewer, bare.database, bare.settings)
        before = bare.database.signals.listeners()
        events = await execution.stream(execution.choose(request), request, context)
        upcoming = asyncio.ensure_future(anext(events))
        # What is there already has been read when it listens; one that may not listen is answered at once.
        await until(lambda: upcoming.done() or bare.database.signals.listeners() > before)

        async def news():
            nonlocal upcoming
            async with asyncio.timeout(PATIENCE_SECONDS):
                told = await upcoming
            upcoming = asyncio.ensure_future(anext(events))
            return told

        try:
            yield news
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)
            await events.aclose()

    return start


async def step(trade, order, status):
    (part,) = await trade.parts(order.id)
    now = datetime.now(UTC)
    await trade.database.write(advancing.advance, part.id, Step(status), None, "x", f"{part.id}{status}", now)


async def test_a_watch_receives_the_new_line_when_the_parcel_is_scanned(trade, goods, listen):
    order = await trade.place(goods.line("ALD-CAN-CED"))
    async with listen(ORDERS, {"id": order.id}, ADA) as news:
        await step(trade, order, "IN_TRANSIT")
        told = (await news())["data"]["orderChanged"]
        assert told["event"]["kind"] == "SHIPPED"
        assert told["order"]["statusLine"].startswith("On its way, arrives ")
        await step(trade, order, "DONE")
        assert (await news())["data"]["orderChanged"]["order"]["status"] == "COMPLETED"


async def test_all_orders_of_the_caller_and_of_nobody_else(trade, goods, listen):
    mine = await trade.place(goods.line("ALD-CAN-CED"))
    theirs = await trade.place(goods.line("ALD-CAN-CED"), customer_id=customer("ben").id)
    async with listen(ORDERS, {}, ADA) as news:
        await step(trade, theirs, "IN_TRANSIT")
        await step(trade, mine, "IN_TRANSIT")
        assert (await news())["data"]["orderChanged"]["order"]["number"] == mine.number


async def test_a_guest_follows_with_the_token(trade, goods, listen):
    order = await trade.place(goods.line("ALD-CAN-CED"), customer_id=None)
    token = passes.token(order.id, order.pickup_secret, 0, datetime.now(UTC) + timedelta(1))
    async with listen(ORDERS, {"token": token}, Viewer()) as news:
        await step(trade, order, "IN_TRANSIT")
        assert (await news())["data"]["orderChanged"]["event"]["kind"] == "SHIPPED"


@pytest.mark.parametrize(
    ("variables", "viewer", "code"),
    [
        ({}, Viewer(), "UNAUTHENTICATED"),
        ({"token": "nonsense"}, Viewer(), "BAD_USER_INPUT"),
        ({"id": "ord_none"}, ADA, "BAD_USER_INPUT"),
        ({"id": None}, None, "BAD_USER_INPUT"),
    ],
)
async def test_nobody_listens_in(trade, goods, listen, variables, viewer, code):
    if viewer is None:
        order = await trade.place(goods.line("ALD-CAN-CED"))
        variables, viewer = {"id": order.id}, BEN
    async with listen(ORDERS, variables, viewer) as news:
        answer = await news()
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_a_store_sees_tasks_come_and_go(trade, goods, listen):
    async with listen(TASKS, {"store": location("LON-OXF").id}, TILL) as news:
        await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "MAN-ARN"))
        order = await trade.place(goods.line("ALD-CAN-CED", 3, "PICKUP", "LON-OXF"))
        told = (await news())["data"]["pickTaskChanged"]
        assert (told["status"], told["lines"]) == ("OPEN", [{"quantity": 3}])
        (task,) = await trade.tasks(order.id)
        assert told["id"] == task.id
        await trade.database.write(picking.claim, task.id, "Sam", datetime.now(UTC))
        assert (await news())["data"]["pickTaskChanged"]["assignee"] == "Sam"
