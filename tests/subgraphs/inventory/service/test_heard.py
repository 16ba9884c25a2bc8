"""What others tell, once each, in any order a bus may bring it."""

from __future__ import annotations

from datetime import UTC, datetime

from subgraphs.inventory.rules.count import Scan
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.reservation import ReservationKind
from subgraphs.inventory.service import counts, transfers
from subgraphs.inventory.service.heard import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_uuid
from subgraphs.kit.inbox import consume


async def tell(town, topic, aggregate, times=1, **payload):
    event = Event(str(new_uuid()), topic, aggregate, 1, payload, datetime(2026, 11, 24, 12, tzinfo=UTC))
    for _ in range(times):
        for consumer in CONSUMERS:
            if topic in consumer.topics:
                await consume(town.database, consumer, event)


async def test_a_till_sale_takes_its_units_off_the_shelf_once(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 5)
    lines = [{"variant_id": thing, "quantity": 2}, {"variant_id": "var_unknown", "quantity": 1}]
    await tell(town, "order.recorded", "ord_1", times=2, order_id="ord_1", location_id=store, lines=lines)
    assert (await town.level(record)).on_hand == 3
    assert await town.ledger(thing, "SALE") == -2


async def test_a_sale_of_more_than_the_system_had_leaves_an_empty_shelf(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 1)
    await tell(town, "order.recorded", "ord_1", location_id=store, lines=[{"variant_id": thing, "quantity": 3}])
    assert (await town.level(record)).on_hand == 0
    assert await town.ledger(thing) == 0


async def test_a_till_turns_a_hold_into_a_sale(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 5)
    (hold,) = await town.hold((thing, 2), at=store, kind=ReservationKind.ORDER)
    await tell(
        town,
        "order.recorded",
        "ord_1",
        location_id=store,
        lines=[{"variant_id": thing, "quantity": 2, "reservation_id": hold}],
    )
    level = await town.level(record)
    assert await town.statuses(hold) == ["CONSUMED"]
    assert (level.on_hand, level.reserved) == (3, 0)


async def test_a_cancelled_order_frees_its_holds_and_calls_off_its_transfers(town):
    home, away, thing = await town.warehouse(), await town.place("away"), await town.variant()
    record = await town.stock(thing, home, 5)
    await town.hold((thing, 2), holder="ord_1", kind=ReservationKind.ORDER)
    offer = Offer(home, away, thing, 1, town.later(days=1), 0, "GBP", town.later(minutes=30))
    await town.database.write(transfers.ask, offer, None, "ord_1", "key", town.now)
    assert (await town.level(record)).reserved == 3
    await tell(town, "order.cancelled", "ord_1", times=2, order_id="ord_1")
    assert (await town.level(record)).reserved == 0


async def test_goods_handed_over_leave_the_place_they_were_held_in(town):
    home, store, thing = await town.warehouse(), await town.place("store"), await town.variant()
    records = [await town.stock(thing, each, 5) for each in (home, store)]
    await town.hold((thing, 1), holder="ord_1", kind=ReservationKind.ORDER)
    await town.hold((thing, 2), at=store, holder="ord_1", kind=ReservationKind.ORDER)
    await tell(town, "pickup.collected", "ord_1", order_id="ord_1", location_id=store)
    figures = [(level.on_hand, level.reserved) for level in [await town.level(record) for record in records]]
    assert figures == [(5, 1), (3, 0)]


async def test_returned_goods_are_on_hand_where_they_were_handed_in_if_they_can_be_sold(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 1)
    lines = [
        {"variant_id": thing, "quantity": 1},
        {"variant_id": thing, "quantity": 4, "resellable": False},
    ]
    await tell(town, "return.received", "ret_1", times=2, location_id=store, lines=lines)
    assert (await town.level(record)).on_hand == 2


async def test_a_new_channel_promises_from_its_brands_places(town, bare):
    theirs, thing = await town.warehouse("theirs", brand_code="velvet"), await town.variant()
    await town.stock(thing, theirs, 9)
    await tell(town, "channel.launched", "pop-up", code="pop-up", kind="KIOSK", brand="alder")
    fields = 'availability(channel: "pop-up") { online maxOrderQuantity }'
    answer = await bare.entities("ProductVariant", [{"id": thing}], fields)
    assert answer.data == [{"availability": {"online": "OUT_OF_STOCK", "maxOrderQuantity": 0}}]
    await tell(town, "channel.launched", "pop-up", code="pop-up", kind="KIOSK", brand="velvet")
    answer = await bare.entities("ProductVariant", [{"id": thing}], fields)
    assert answer.data == [{"availability": {"online": "IN_STOCK", "maxOrderQuantity": 9}}]


async def test_a_new_product_can_be_scanned_and_keeps_its_limits_when_it_changes(town):
    store = await town.place("store")
    variants = [{"id": "var_new", "sku": "NEW-1", "gtins": ["04006381333931"]}]
    for sku in ("NEW-1", "NEW-2"):
        variants[0]["sku"] = sku
        await tell(town, "product.changed", "prd_1", product_id="prd_1", brand="alder", variants=variants)
    scan = Scan(store, "4006381333931", None, 3, town.now, "key")
    found = await town.database.write(counts.scan, [scan], town.now)
    assert (await town.level(found.level_ids[0])).on_hand == 3
    by_sku = Scan(store, "NEW-2", None, 1, town.now, "key-2")
    assert (await town.database.write(counts.scan, [by_sku], town.now)).level_ids == found.level_ids


async def test_a_line_that_was_not_found_counts_as_a_failed_order_once(town, bare):
    store, thing = await town.place("store"), await town.variant()
    for _ in range(2):
        await tell(town, "order.line_failed", "ord_1", location_id=store, variant_id=thing, quantity=1)
    query = """{ stockAccuracyReport(range: {from: "2026-11-01", to: "2026-11-30"}, grain: TOTAL)
        { counted accuracy failedOrders } }"""
    answer = await bare.execute(query, scopes=("analytics:read",))
    assert answer.data["stockAccuracyReport"] == [{"counted": 0, "accuracy": 1.0, "failedOrders": 1}]


OLDEST = {
    "channel.named": {"code": "x", "name": "X"},
    "channel.launched": {"code": "x"},
    "brand.named": {"code": "x", "name": "X"},
    "product.changed": {},
    "order.recorded": {},
    "order.cancelled": {},
    "order.line_failed": {},
    "pickup.collected": {},
    "shipment.dispatched": {},
    "carry_out.done": {},
    "return.received": {},
}
"""Topic → the least that was ever told with it."""


async def test_C18_events_of_an_older_form_and_of_one_to_come_are_dealt_with(town):
    assert {topic for consumer in CONSUMERS for topic in consumer.topics} == OLDEST.keys()
    for topic, payload in OLDEST.items():
        await tell(town, topic, "ord_1", **payload)
        to_come = {**payload, "lines": [{"weight": 3}], "variants": [{"colour": "red"}], "is_new": {"of": [1]}}
        await tell(town, topic, "ord_2", **to_come)
