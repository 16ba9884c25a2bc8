"""A longer page costs no more statements than a short one."""

from __future__ import annotations

import pytest

from subgraphs.kit.sample_world import customer, location

ADA = customer("ada").id
OXFORD = location("LON-OXF").id
ORDER = """number statusLine lines { quantity variant { name sku } unitPrice { amount } } payments { label } brand { name }
  channel { name } events { kind fulfilment { id } } returns { lines { orderLine { id } } policy { wording } }
  returnOptions(locationId: STORE) { allowed policy { scope } }
  fulfilments { lines { orderLine { id } } ... on PickupFulfilment { location { name } }
    ... on ShipmentFulfilment { carrier { name } address { city } trackingEvents { summary } } }""".replace(
    "STORE", f'"{OXFORD}"'
)


async def count(shop, query, **who):
    with shop.statements() as counted:
        answer = await shop.execute(query, **who)
    assert answer.errors == []
    return counted.sql


@pytest.mark.parametrize("units", [1, 6])
async def test_orders_of_a_customer(trade, goods, units):
    counts = []
    for _ in range(units):
        await trade.place(goods.line("ALD-CAN-CED"), goods.line("ALD-THR-WOO", 1, "PICKUP", "LON-OXF"))
    for first in (1, units):
        query = f"{{ me {{ orders(first: {first}) {{ nodes {{ {ORDER} }} }} }} }}"
        counts.append(await count(trade.shop, query, customer=ADA))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


async def test_a_till_looks_ten_orders_up_with_as_many_statements_as_one(shop):
    counts = [
        await count(
            shop,
            f'{{ orderLookup(contact: "ben@example.com", first: {first}) {{ nodes {{ {ORDER} }} }} }}',
            scopes=("staff:store",),
        )
        for first in (4, 10)  # the fourth has a return, which costs two
    ]
    assert counts[0] == counts[1]


async def test_tasks_of_a_store(trade, goods):
    query = """query { _entities(representations: [{__typename: "Location", id: STORE}]) { ... on Location {
      pickTasks(first: 30) { kind order { number } customer { id } location { id } lines { quantity variant { id } } } } } }""".replace(
        "STORE", f'"{OXFORD}"'
    )
    counts = []
    for _ in range(2):
        for _ in range(3):
            await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
        counts.append(await count(trade.shop, query, scopes=("staff:store",)))
    assert counts == [3, 3]


async def test_the_watch_glance_takes_three_statements(shop):
    query = """{ me { orders(openOnly: true, first: 3) { nodes { number statusLine estimatedAt pickupPass { qrPayload }
      fulfilments { status ... on PickupFulfilment { location { name } } } } } } }"""
    assert await count(shop, query, customer=ADA) <= 3
