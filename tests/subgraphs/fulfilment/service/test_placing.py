"""An order is placed: once, balanced, split into what reaches the customer in one go."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.fulfilment.errors import UnbalancedOrder
from subgraphs.fulfilment.models import FulfilmentLineRow, OrderRow
from subgraphs.fulfilment.service.heard import product_changed
from subgraphs.fulfilment.service.placing import SourcePlaced, place
from subgraphs.kit.errors import IdempotencyConflict, InvalidInput
from subgraphs.kit.sample_world import customer, location

PLACE = """mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) { __typename
  ... on OrderSuccess { order { id statusLine receiptUrl fulfilments { __typename ... on ShipmentFulfilment { carrier { name } promisedAt } } } }
  ... on BusinessError { code message path } } }"""


async def test_an_order_sent_a_hundred_times_is_one_order(trade, goods):
    order = goods.ask(goods.line("ALD-CAN-CED", 2))
    ids = {await trade.database.write(place, order, "k", goods.NOW) for _ in range(60)}
    ids |= set(await asyncio.gather(*(trade.database.write(place, order, "k", goods.NOW) for _ in range(40))))
    assert len(ids) == 1
    assert len(await trade.rows(OrderRow)) == 1
    assert (await trade.told()).count("order.placed") == 1


async def test_the_same_key_with_another_order_is_refused(trade, goods):
    await trade.database.write(place, goods.ask(goods.line("ALD-CAN-CED", 2)), "k", goods.NOW)
    with pytest.raises(IdempotencyConflict):
        await trade.database.write(place, goods.ask(goods.line("ALD-CAN-CED", 3)), "k", goods.NOW)


async def test_an_order_that_does_not_add_up_is_not_placed(trade, goods):
    good = goods.ask(goods.line("ALD-CAN-CED", 2))
    for wrong in (
        replace(good, total=good.total + 1),
        replace(good, subtotal=good.subtotal - 1),
        replace(good, discount=Decimal(1)),
    ):
        with pytest.raises(UnbalancedOrder):
            await trade.database.write(place, wrong, "k", goods.NOW)
    assert await trade.rows(OrderRow) == []


async def test_an_order_without_lines_units_address_store_or_service_is_not_placed(trade, goods):
    candle = goods.line("ALD-CAN-CED")
    for wrong, path in (
        (replace(goods.ask(candle), lines=()), ("input", "lines")),
        (goods.ask(replace(candle, quantity=0)), ("input", "lines", "0")),
        (goods.ask(replace(candle, unit_price=Decimal(-1))), ("input", "lines", "0")),
        (goods.ask(replace(candle, discount=Decimal(999))), ("input", "lines", "0")),
        (goods.ask(candle, shipping_address=None), ("input", "shippingAddress")),
        (goods.ask(replace(candle, method="PICKUP")), ("input", "lines", "0", "locationId")),
        (goods.ask(candle, delivery_option="teleport:GB"), ("input", "deliveryOptionId")),
        (goods.ask(candle, delivery_option="express:DE"), ("input", "deliveryOptionId")),
    ):
        with pytest.raises(InvalidInput) as refused:
            await trade.database.write(place, wrong, "k", goods.NOW)
        assert refused.value.path == path


async def test_an_order_is_split_by_way_and_place(trade, goods):
    order = await trade.place(
        goods.line("ALD-CAN-CED"),
        goods.line("ALD-THR-WOO"),
        goods.line("ALD-MUG-STO-SND", 2, "PICKUP", "LON-OXF"),
        goods.line("ALD-RUG-JUT-S", 1, "PICKUP", "MAN-ARN"),
        goods.line("ALD-JKT-RAI-M", 1, "SHIP_TO_STORE", "LON-OXF"),
        goods.line("ALD-VAS-STE-WHT", 1, "CARRY_OUT"),
        sold_at_id=location("LON-OXF").id,
    )
    parts = await trade.parts(order.id)
    assert [(part.kind, part.location_name, part.status) for part in parts] == [
        ("SHIPMENT", None, "PENDING"),
        ("PICKUP", "Oxford Street", "PENDING"),
        ("PICKUP", "Manchester Arndale", "PENDING"),
        ("PICKUP", "Oxford Street", "PENDING"),
        ("CARRY_OUT", None, "DONE"),
    ]
    assert parts[3].from_id == location("DC-DAV").id
    assert order.status == "PARTLY_COMPLETED"
    carried = await trade.rows(FulfilmentLineRow)
    lines = await trade.lines(order.id)
    assert sum(each.quantity for each in carried) == sum(line.quantity for line in lines) == 7
    assert {each.order_line_id for each in carried} == {line.id for line in lines}


async def test_paying_for_a_collection_gives_the_store_a_task_and_a_transfer_none_yet(trade, goods):
    order = await trade.place(
        goods.line("ALD-MUG-STO-SND", 2, "PICKUP", "LON-OXF"),
        goods.line("ALD-JKT-RAI-M", 1, "SHIP_TO_STORE", "LON-OXF"),
    )
    (task,) = await trade.tasks(order.id)
    assert (task.kind, task.status, task.location_id) == ("PICKUP", "OPEN", location("LON-OXF").id)


async def test_what_a_store_sends_is_a_task_there(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "SHIP", "MAN-ARN"))
    (part,), (task,) = await trade.parts(order.id), await trade.tasks(order.id)
    assert part.from_id == task.location_id == location("MAN-ARN").id
    assert task.kind == "SHIP_FROM_STORE"


async def test_what_is_held_in_two_places_is_sent_from_both_and_the_store_packs_its_part(trade, goods):
    store, warehouse = location("MAN-ARN").id, location("DC-DAV").id
    held = (
        SourcePlaced(warehouse, in_store=False, quantity=2, reservation_id="rsv_1"),
        SourcePlaced(store, in_store=True, quantity=1, reservation_id="rsv_2"),
    )
    order = await trade.place(goods.line("ALD-CAN-CED", 3, sources=held))
    assert [(part.kind, part.from_id) for part in await trade.parts(order.id)] == [
        ("SHIPMENT", warehouse),
        ("SHIPMENT", store),
    ]
    assert sorted(each.quantity for each in await trade.rows(FulfilmentLineRow)) == [1, 2]
    (task,) = await trade.tasks(order.id)
    assert (task.kind, task.location_id) == ("SHIP_FROM_STORE", store)


async def test_what_was_promised_is_promised_and_what_is_ordered_ahead_is_made_for_its_minute(trade, goods):
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    line = goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF", promised_at=at)
    order = await trade.place(line, ordered_ahead=True)
    (part,), (task,) = await trade.parts(order.id), await trade.tasks(order.id)
    assert part.promised_at == part.estimated_at == order.promised_at == task.due_at == at
    assert task.kind == "ORDER_AHEAD"
    late = await trade.place(replace(line, promised_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert late.promised_at > datetime.now(UTC), "what has passed is promised anew"


async def test_an_order_knows_what_its_goods_and_their_way_cost(trade, goods):
    candle = goods.line("ALD-CAN-CED", 3)
    told = {"id": candle.variant_id, "sku": candle.sku, "unit_cost": {"amount": "7.25", "currency": "GBP"}}
    await trade.hear(product_changed, "product.changed", {"product_id": candle.product_id, "variants": [told]})
    order = await trade.place(candle)
    assert order.cost == Decimal("21.75") + (await trade.parts(order.id))[0].cost


@pytest.mark.parametrize(
    ("option", "carrier", "day"),
    [(None, "parcel", 27), ("standard:GB", "parcel", 27), ("express:GB", "parcel", 25), ("same-day:GB", "courier", 24)],
)
async def test_the_option_taken_decides_carrier_and_day(trade, goods, option, carrier, day):
    order = await trade.place(goods.line("ALD-CAN-CED"), delivery_option=option, now=goods.NOW)
    (part,) = await trade.parts(order.id)
    assert (part.carrier_code, part.promised_at.day) == (carrier, day)


async def test_only_the_first_order_of_a_customer_is_the_first(trade, goods):
    orders = [await trade.place(goods.line("ALD-CAN-CED")) for _ in range(2)]
    assert [order.first_of_customer for order in orders] == [True, False]
    guest = await trade.place(goods.line("ALD-CAN-CED"), customer_id=None)
    assert not guest.first_of_customer


async def test_goods_carried_out_leave_the_shelf_with_their_holds(trade, goods):
    store, warehouse = location("LON-OXF").id, location("DC-DAV").id
    await trade.place(
        goods.line(
            "ALD-CAN-CED",
            2,
            "CARRY_OUT",
            sources=(SourcePlaced(store, in_store=True, quantity=2, reservation_id="rsv_1"),),
        ),
        goods.line(
            "ALD-THR-WOO", sources=(SourcePlaced(warehouse, in_store=False, quantity=1, reservation_id="rsv_2"),)
        ),
        sold_at_id=store,
    )
    (told,) = await trade.told("order.recorded")
    assert told["location_id"] == location("LON-OXF").id
    assert [(line["quantity"], line["reservation_id"]) for line in told["lines"]] == [(2, "rsv_1")]


async def test_what_is_kept_is_what_staff_search_by(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"))
    assert (order.email, order.card_last_four, len(order.pickup_code)) == ("ada@example.com", "4242", 6)


async def test_the_event_tells_what_customers_and_others_need(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 2))
    (told,) = await trade.told("order.placed")
    assert told["order_id"] == order.id
    assert told["grand_total"] == {"amount": "36.00", "currency": "GBP"}
    candle = goods.line("ALD-CAN-CED")
    assert told["lines"] == [{"variant_id": candle.variant_id, "quantity": 2, "unit_price": "18.00"}]
    assert (told["source"], told["discount"]) == ("shop", "0")


async def test_the_checkout_places_over_graphql_and_nobody_else(bare, goods):
    candle = goods.line("ALD-CAN-CED")
    given = {
        "cartId": "crt_1",
        "version": 1,
        "brandCode": "alder",
        "channel": "web",
        "currency": "GBP",
        "shippingAddress": goods.ADDRESS,
        "deliveryOptionId": "express:GB",
        "lines": [
            {
                "lineId": "cln_1",
                "variantId": candle.variant_id,
                "sku": candle.sku,
                "name": candle.name,
                "quantity": 1,
                "unitPrice": "18.00",
                "discount": "0",
                "method": "SHIP",
            }
        ],
        "subtotal": "18.00",
        "discount": "0",
        "delivery": "7.95",
        "tax": "0",
        "total": "25.95",
        "due": "25.95",
        "codes": [],
        "payments": [{"kind": "CARD", "label": "Card ending 4242", "amount": "25.95"}],
        "reservationIds": [],
        "idempotencyKey": "k1",
    }
    denied = await bare.execute(PLACE, {"input": given}, customer=customer("ada").id, scopes=("staff:store",))
    assert denied.codes == ["FORBIDDEN"]
    answer = await bare.execute(PLACE, {"input": given}, scopes=("system:write",))
    assert answer.errors == []
    order = answer.data["orderPlace"]["order"]
    assert order["fulfilments"][0]["carrier"] == {"name": "Parcel Post"}
    assert order["receiptUrl"].startswith("https://")
    assert datetime.fromisoformat(order["fulfilments"][0]["promisedAt"]) > datetime.now(UTC)
    refused = await bare.execute(
        PLACE, {"input": {**given, "total": "1", "idempotencyKey": "k2"}}, scopes=("system:write",)
    )
    assert refused.data["orderPlace"]["path"] == ["input", "total"]
