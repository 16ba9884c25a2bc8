"""What others tell, and what orders make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from subgraphs.fulfilment.models import ContactRow, LeadTimeRow, OrderEventRow, OrderPaymentRow
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.service import heard, lookup
from subgraphs.kit.sample_world import customer, location, variant

OXFORD, ARNDALE = location("LON-OXF").id, location("MAN-ARN").id
JACKET = variant("ALD-JKT-RAI-M").id


def transfer(order, status, *, ahead=timedelta(0), promised=None, **changes):
    promised = promised or datetime.now(UTC) + timedelta(days=3)
    return {
        "transfer_id": "trf_1",
        "status": status,
        "from_location_id": ARNDALE,
        "to_location_id": OXFORD,
        "order_id": order.id,
        "promised_at": promised.isoformat(),
        "estimated_at": (promised - ahead).isoformat(),
        **changes,
    }


async def test_a_transfer_a_day_early_changes_the_line_and_is_told_once(bare, trade, goods):
    order = await trade.place(goods.line("ALD-JKT-RAI-M", 1, "SHIP_TO_STORE", "LON-OXF"))
    promised = datetime.now(UTC) + timedelta(days=2)
    await trade.hear(heard.transfer_moved, "transfer.requested", transfer(order, "REQUESTED", promised=promised))
    (part,) = await trade.parts(order.id)
    assert (part.transfer_id, part.from_id, part.promised_at) == ("trf_1", ARNDALE, promised)
    early = transfer(order, "IN_TRANSIT", promised=promised, ahead=timedelta(days=1))
    assert (await trade.order(order.id)).promised_at == (await trade.order(order.id)).estimated_at == promised
    assert await trade.told("order.eta_changed") == []  # the offer taken is the promise, not a change of one
    for _ in range(3):
        await trade.hear(heard.transfer_moved, "transfer.advanced", early)
    told = await trade.told("order.eta_changed")
    assert [each["ahead_by_seconds"] for each in told] == [86_400]
    query = "query ($id: ID!) { order(id: $id) { status statusLine aheadBy fulfilments { ... on PickupFulfilment { transfer { id } from { id } } } } }"
    shown = (await bare.execute(query, {"id": order.id}, customer=order.customer_id)).data["order"]
    assert (shown["status"], shown["statusLine"]) == ("ON_THE_WAY", "On its way to Oxford Street, tomorrow")
    assert shown["fulfilments"] == [{"transfer": {"id": "trf_1"}, "from": {"id": ARNDALE}}]
    await trade.hear(heard.transfer_moved, "transfer.advanced", transfer(order, "ARRIVED", promised=promised))
    assert (await trade.order(order.id)).status == "READY_FOR_PICKUP"
    assert len(await trade.told("pickup.ready")) == 1


async def test_a_transfer_of_no_order_or_another_store_changes_nothing(trade, goods):
    order = await trade.place(goods.line("ALD-JKT-RAI-M", 1, "PICKUP", "LON-OXF"))
    for changes in ({"order_id": None}, {"order_id": "ord_none"}, {"to_location_id": ARNDALE}):
        await trade.hear(heard.transfer_moved, "transfer.advanced", transfer(order, "ARRIVED", **changes))
    assert (await trade.order(order.id)).status == "PLACED"


async def test_units_that_cannot_be_had_are_paid_back(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 3), goods.line("ALD-THR-WOO"))
    payload = {"order_id": order.id, "variant_id": variant("ALD-CAN-CED").id, "location_id": OXFORD, "quantity": 2}
    await trade.hear(heard.stock_short, "stock.shortfall", payload)
    candles, _ = await trade.lines(order.id)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert (candles.called_off_quantity, paid.refunded) == (2, Decimal("36.00"))
    assert (await trade.order(order.id)).status == "PLACED"
    await trade.hear(heard.stock_short, "stock.shortfall", {**payload, "order_id": "ord_none"})


async def test_signing_up_from_the_message_takes_the_guests_order_over(bare, trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"), customer_id=None)
    (told,) = await trade.told("order.placed")
    token = told["order_token"]
    query = "query ($t: String!) { orderByToken(token: $t) { number customer { id } } }"
    assert (await bare.execute(query, {"t": token})).data["orderByToken"] == {"number": order.number, "customer": None}
    for wrong in (
        token[:-1] + "!",
        "",
        order.id,
        f"{order.id}.x",
        passes.token(order.id, "0" * 32, 0, datetime.now(UTC) + timedelta(1)),
    ):
        assert (await bare.execute(query, {"t": wrong})).data == {"orderByToken": None}
    payload = {"customer_id": "cus_new", "email": "New@Example.com", "order_token": token}
    await trade.hear(heard.signed_up, "customer.signed_up", payload)
    assert (await trade.order(order.id)).customer_id == "cus_new"
    await trade.hear(heard.signed_up, "customer.signed_up", {**payload, "customer_id": "cus_thief"})
    assert (await trade.order(order.id)).customer_id == "cus_new"
    assert {row.value for row in await trade.rows(ContactRow, ContactRow.customer_id == "cus_thief")} == {
        "new@example.com"
    }


async def test_a_merged_customer_keeps_the_orders(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    await trade.hear(heard.merged, "customer.merged", {"keep_id": "cus_keep", "fold_id": customer("ada").id})
    (task,) = await trade.tasks(order.id)
    assert (await trade.order(order.id)).customer_id == task.customer_id == "cus_keep"


async def test_a_customer_in_the_store_comes_first(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    payload = {"customer_id": order.customer_id, "location_id": OXFORD, "at": datetime.now(UTC).isoformat()}
    await trade.hear(heard.store_visited, "store.visited", {**payload, "location_id": ARNDALE})
    assert not (await trade.tasks(order.id))[0].customer_waiting
    await trade.hear(heard.store_visited, "store.visited", payload)
    assert (await trade.tasks(order.id))[0].customer_waiting
    assert (await trade.parts(order.id))[0].arrived_at is not None
    events = await trade.rows(OrderEventRow, OrderEventRow.kind == "CUSTOMER_ARRIVED")
    assert len(events) == 1


async def test_lead_times_names_and_goods_are_kept_as_told(bare, trade):
    told = {"variant_id": JACKET, "lead_time_days": 9}
    await trade.hear(heard.lead_time_changed, "stock.lead_time_changed", told)
    lead = "leadTimeDays"
    assert (await bare.entities("ProductVariant", [{"id": JACKET}], lead)).data == [{"leadTimeDays": 9}]
    await trade.hear(heard.lead_time_changed, "stock.lead_time_changed", {**told, "lead_time_days": None})
    assert await trade.rows(LeadTimeRow, LeadTimeRow.variant_id == JACKET) == []
    place = {"code": "loc_new", "name": "Soho", "brand_code": "velvet", "store_group_code": "uk-outlets"}
    await trade.hear(heard.named, "location.named", place)
    await trade.hear(heard.named, "brand.named", {"code": "velvet", "name": "Velvet"})
    answer = await bare.entities("Location", [{"id": "loc_new"}], "returnPolicy { scope }")
    assert answer.data == [{"returnPolicy": {"scope": "GROUP"}}]
    product = {
        "product_id": "prd_new",
        "brand": "velvet",
        "name": "Blush",
        "variants": [{"id": "var_new", "sku": "VEL-BLU", "gtins": ["9520000009998"]}],
        "category_ids": ["ctg_1"],
        "something_new": 1,
    }
    for _ in range(2):
        await trade.hear(heard.product_changed, "product.changed", product)
    assert (await bare.entities("Brand", [{"code": "velvet"}], "name")).data == [{"name": "Velvet"}]


async def test_the_sample_lead_times_are_those_the_inventory_says(shop):
    ids = [{"id": variant(sku).id} for sku in ("ALD-SOF-HAV-MOS", "ALD-TAB-LON-ASH", "VEL-FND-440", "ALD-CAN-CED")]
    answer = await shop.entities("ProductVariant", ids, "leadTimeDays")
    assert [each["leadTimeDays"] for each in answer.data] == [23, 37, 8, None]


async def test_a_person_is_found_by_the_numbers_others_tell_of(bare, trade):
    linked = {"customer_id": "cus_1", "kind": "PHONE", "value": "+44 7700 900777"}
    await trade.hear(heard.contact_known, "customer.identity_linked", linked)
    await trade.hear(heard.contact_known, "customer.identity_linked", {"customer_id": "cus_1", "kind": "DEVICE"})
    await trade.hear(heard.contact_known, "membership.changed", {"customer_id": "cus_1", "number": "M00000000007"})
    for contact in ("+447700900777", "m00000000007".upper()):
        assert await bare.database.read(lookup.customer_of, contact) == "cus_1"
