"""Nobody sees another's orders: not by id, not as an entity, not through a customer, a task, a return, or a subscription."""

from __future__ import annotations

import pytest

from subgraphs.fulfilment.samples.stories import story
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import customer, location, variant

ADA, BEN = customer("ada").id, customer("ben").id
MINE = story("A10000001")
WHO = {
    "ada": ({"customer": ADA}, True),
    "staff": ({"scopes": ("staff:store",)}, True),
    "agent": ({"scopes": ("staff:agent",)}, True),
    "ben": ({"customer": BEN}, False),
    "analyst": ({"scopes": ("analytics:read",)}, False),
    "nobody": ({}, False),
}


@pytest.mark.parametrize("who", WHO)
async def test_an_order_and_its_parts_are_there_for_its_customer_and_staff_only(shop, who):
    caller, sees = WHO[who]
    for typename, key in (
        ("Order", {"id": MINE.id}),
        ("Order", {"number": MINE.number}),
        ("OrderLine", {"id": MINE.line_id(0)}),
        ("PickupFulfilment", {"id": MINE.part_id}),
        ("Fulfilment", {"id": MINE.part_id}),
    ):
        answer = await shop.entities(typename, [key], "__typename", **caller)
        assert (answer.data == [None]) is not sees, (typename, key)


@pytest.mark.parametrize("who", ["ben", "analyst", "nobody"])
async def test_a_return_and_a_task_of_another_are_not_there(shop, who):
    caller, _ = WHO[who]
    theirs = [{"id": stable_id("Return", "sample", "A10000012")}]
    assert (await shop.entities("Return", theirs, "number", **caller)).data == [None]
    task = [{"id": stable_id("PickTask", "sample", "4")}]
    assert (await shop.entities("PickTask", task, "kind", **caller)).data == [None]


async def test_another_customers_purchases_are_an_empty_page(shop):
    query = "orders { totalCount nodes { id } } purchasedItems { times }"
    answer = await shop.entities("Customer", [{"id": ADA}, {"id": BEN}], query, customer=BEN)
    theirs, mine = answer.data
    assert theirs == {"orders": {"totalCount": 0, "nodes": []}, "purchasedItems": []}
    assert mine["orders"]["totalCount"] > 0
    assert mine["purchasedItems"]


async def test_an_order_by_id_needs_someone(shop):
    query = "query ($id: ID!) { order(id: $id) { number } }"
    assert (await shop.execute(query, {"id": MINE.id})).codes == ["UNAUTHENTICATED"]
    assert (await shop.execute(query, {"id": MINE.id}, customer=BEN)).data == {"order": None}
    assert (await shop.execute(query, {"id": MINE.id}, customer=ADA)).data == {"order": {"number": "A10000001"}}


@pytest.mark.parametrize(
    "query",
    [
        '{ orderLookup(number: "A10000001") { nodes { id } } }',
        '{ orderByPickupCode(payload: "x", locationId: "y") { __typename } }',
        'mutation { pickupRelease(payload: "x", locationId: "y", idempotencyKey: "k") { __typename } }',
        'mutation { pickTaskClaim(id: "x") { __typename } }',
        'mutation { returnDecide(id: "x", approve: true) { __typename } }',
        'mutation { fulfilmentAdvance(id: "x", status: DONE, idempotencyKey: "k") { __typename } }',
    ],
)
async def test_what_is_for_staff_is_closed_to_customers(shop, query):
    assert (await shop.execute(query, customer=ADA)).codes == ["FORBIDDEN"]


async def test_tasks_of_a_store_are_closed_to_customers(shop):
    place = [{"id": location("LON-OXF").id}]
    assert (await shop.entities("Location", place, "pickTasks { id }", customer=ADA)).codes == ["FORBIDDEN"]


async def test_lists_are_bounded_before_any_sql(shop):
    for first in (101, -1, 2**31 - 1):
        with shop.statements() as count:
            answer = await shop.execute(
                "query ($n: Int) { me { orders(first: $n) { totalCount } } }", {"n": first}, customer=ADA
            )
        assert answer.codes == ["BAD_USER_INPUT"]
        assert count.sql == 0


async def test_only_keys_of_a_representation_are_believed(shop):
    spoofed = [{"id": MINE.id, "status": "RETURNED", "customer": {"id": BEN}}, {"id": {"a": 1}}, {"id": 7}]
    answer = await shop.entities("Order", spoofed, "status customer { id }", customer=ADA)
    assert answer.data[0] == {"status": "READY_FOR_PICKUP", "customer": {"id": ADA}}
    assert answer.data[1:] == [None, None]


async def test_last_bought_by_me_is_mine(shop):
    product = [{"id": variant("VEL-FND-240").product_id}]
    selection = "lastBoughtByMe { times variant { sku } lastBoughtIn { code } }"
    chiara = await shop.entities("Product", product, selection, customer=customer("chiara").id)
    assert chiara.data[0]["lastBoughtByMe"] == {
        "times": 2,
        "variant": {"sku": "VEL-FND-240"},
        "lastBoughtIn": {"code": "velvet-web"},
    }
    assert (await shop.entities("Product", product, selection, customer=ADA)).data == [{"lastBoughtByMe": None}]


async def test_a_carrier_sees_what_it_carries_and_neither_prices_nor_people(shop):
    parcel = story("A10000002")
    advance = """mutation ($id: ID!) { fulfilmentAdvance(id: $id, status: DONE, idempotencyKey: "scan-1") {
      __typename ... on OrderSuccess { order { %s } } } }"""
    carrier = {"scopes": ("carrier:write", "carrier:parcel")}
    for other in (("carrier:write",), ("carrier:write", "carrier:courier"), ("carrier:write", "carrier:write")):
        assert (await shop.execute(advance % "number", {"id": parcel.part_id}, scopes=other)).data == {
            "fulfilmentAdvance": {"__typename": "NotFoundError"}
        }
    seen = "number status statusLine estimatedAt fulfilments { __typename status ... on ShipmentFulfilment { trackingNumber } } events(first: 50) { kind }"
    told = await shop.execute(advance % seen, {"id": parcel.part_id}, **carrier)
    assert told.codes == []
    order = told.data["fulfilmentAdvance"]["order"]
    assert (order["number"], order["status"]) == ("A10000002", "COMPLETED")
    assert [part["__typename"] for part in order["fulfilments"]] == ["ShipmentFulfilment"]
    assert {event["kind"] for event in order["events"]} >= {"SHIPPED", "DELIVERED"}
    for hidden in (
        "grandTotal { amount }",
        "payments { label }",
        "customer { id }",
        "lines { id }",
        "pickupPass { code }",
        "receiptUrl",
        "fulfilments { ... on ShipmentFulfilment { address { city } } }",
        "fulfilments { lines { quantity } }",
        "events(first: 50) { fulfilment { lines { quantity } } }",
    ):
        assert set((await shop.execute(advance % hidden, {"id": parcel.part_id}, **carrier)).codes) == {"FORBIDDEN"}
    # The order itself stays closed: what the carrier saw came with its own report.
    collection = (advance % "number").replace("scan-1", "scan-2")
    assert (await shop.execute(collection, {"id": story("A10000001").part_id}, **carrier)).data == {
        "fulfilmentAdvance": {"__typename": "NotFoundError"}
    }
    early = 'mutation ($id: ID!) { fulfilmentAdvance(id: $id, status: PREPARING, idempotencyKey: "p") { __typename } }'
    assert (await shop.execute(early, {"id": story("A10000005").part_id}, **carrier)).data == {
        "fulfilmentAdvance": {"__typename": "NotPermittedError"}
    }
