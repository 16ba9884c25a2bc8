"""Orders called off, sent otherwise, collected by someone else; steps of deliveries, and the counter."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from subgraphs.fulfilment.models import FulfilmentRow, OrderEventRow, OrderPaymentRow
from subgraphs.fulfilment.service import advancing, changing
from subgraphs.fulfilment.service.advancing import Step
from subgraphs.kit.errors import InvalidInput, NotFound, NotPermitted, Refusal, WrongState
from subgraphs.kit.identity import Viewer
from subgraphs.kit.sample_world import customer, location

ADA, BEN = Viewer(customer_id=customer("ada").id), Viewer(customer_id=customer("ben").id)
OXFORD, ARNDALE = location("LON-OXF").id, location("MAN-ARN").id


def now():
    return datetime.now(UTC)


async def advance(trade, part, status, key=None, *, carrier=None, **step):
    carriers = frozenset({carrier}) if carrier else None
    return await trade.database.write(
        advancing.advance, part.id, Step(status, **step), carriers, "someone", key or f"{part.id}-{status}", now()
    )


async def kinds(trade, order):
    rows = await trade.rows(OrderEventRow, OrderEventRow.order_id == order.id)
    return [row.kind for row in sorted(rows, key=lambda row: row.id)]


async def test_an_order_called_off_gives_all_money_back_once(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 2), delivery=Decimal("4.95"))
    for _ in range(3):
        await trade.database.write(changing.cancel, ADA, order.id, "changed my mind", now())
    after = await trade.order(order.id)
    assert (after.status, after.is_open) == ("CANCELLED", False)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert paid.refunded == paid.amount == Decimal("40.95")
    (told,) = await trade.told("order.cancelled")
    assert told["reason"] == "changed my mind"
    assert (await trade.told()).count("order.refunded") == 1
    assert (await kinds(trade, order)).count("CANCELLED") == 1


async def test_calling_off_calls_the_task_off(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 2, "PICKUP", "LON-OXF"))
    await trade.database.write(changing.cancel, ADA, order.id, None, now())
    (task,) = await trade.tasks(order.id)
    assert task.status == "CANCELLED"


async def test_what_is_on_its_way_is_not_called_off(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"))
    (part,) = await trade.parts(order.id)
    await advance(trade, part, "IN_TRANSIT")
    with pytest.raises(WrongState):
        await trade.database.write(changing.cancel, ADA, order.id, None, now())


async def test_another_customers_order_is_not_there(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    for refused in (
        trade.database.write(changing.cancel, BEN, order.id, None, now()),
        trade.database.write(changing.cancel, BEN, "ord_nobody", None, now()),
        trade.database.write(changing.deliver_otherwise, BEN, order.id, "express:GB", now()),
        trade.database.write(changing.set_collector, BEN, order.id, "Ben"),
    ):
        with pytest.raises(NotFound):
            await refused


async def test_a_delivery_is_changed_for_one_that_costs_no_more(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"), delivery_option="express:GB")
    await trade.database.write(changing.deliver_otherwise, ADA, order.id, "standard:GB", now())
    (part,) = await trade.parts(order.id)
    assert part.promised_at > order.promised_at
    assert (await trade.order(order.id)).promised_at == part.promised_at
    with pytest.raises(NotPermitted):
        await trade.database.write(changing.deliver_otherwise, ADA, order.id, "express:GB", now())
    with pytest.raises(InvalidInput):
        await trade.database.write(changing.deliver_otherwise, ADA, order.id, "standard:DE", now())
    await advance(trade, part, "IN_TRANSIT")
    with pytest.raises(WrongState):
        await trade.database.write(changing.deliver_otherwise, ADA, order.id, "standard:GB", now())


async def test_someone_else_may_collect(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    await trade.database.write(changing.set_collector, ADA, order.id, "  Grace Okafor ")
    assert (await trade.order(order.id)).collector == "Grace Okafor"
    for name in ("", "   ", "x" * 121):
        with pytest.raises(InvalidInput):
            await trade.database.write(changing.set_collector, ADA, order.id, name)
    sent = await trade.place(goods.line("ALD-CAN-CED"))
    with pytest.raises(WrongState):
        await trade.database.write(changing.set_collector, ADA, sent.id, "Grace")


async def test_a_carrier_moves_a_shipment_and_others_hear_of_it(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"))
    (part,) = await trade.parts(order.id)
    late = part.promised_at + timedelta(days=1)
    await advance(trade, part, "IN_TRANSIT", carrier="parcel", tracking_number="PP1", estimated_at=late)
    after = await trade.order(order.id)
    assert (after.status, after.estimated_at) == ("ON_THE_WAY", late)
    (told,) = await trade.told("shipment.dispatched")
    assert told["location_id"] == location("DC-DAV").id
    (eta,) = await trade.told("order.eta_changed")
    assert eta["ahead_by_seconds"] == -86_400
    await advance(trade, part, "DONE", carrier="parcel")
    assert (await trade.order(order.id)).status == "COMPLETED"
    assert await kinds(trade, order) == ["PLACED", "PAID", "ETA_CHANGED", "SHIPPED", "DELIVERED"]


async def test_the_same_step_under_one_key_is_one_step(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"))
    (part,) = await trade.parts(order.id)
    for _ in range(20):
        await advance(trade, part, "IN_TRANSIT", "k")
    assert (await trade.told()).count("shipment.dispatched") == 1


async def test_a_carrier_touches_neither_collections_nor_what_has_not_left(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"), goods.line("ALD-THR-WOO"))
    pickup, shipment = await trade.parts(order.id)
    for carrier, part, status in (("parcel", pickup, "READY"), ("courier", shipment, "IN_TRANSIT")):
        with pytest.raises(NotFound):
            await advance(trade, part, status, carrier=carrier)
    with pytest.raises(NotPermitted):
        await advance(trade, shipment, "PREPARING", carrier="parcel")
    with pytest.raises(WrongState):
        await advance(trade, shipment, "READY")
    with pytest.raises(NotFound):
        await advance(trade, SimpleNamespace(id="ful_none"), "DONE")


async def test_what_is_lost_on_the_road_is_paid_back(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED"), goods.line("ALD-THR-WOO", 1, "PICKUP", "LON-OXF"))
    shipment, _ = await trade.parts(order.id)
    await advance(trade, shipment, "IN_TRANSIT")
    await advance(trade, shipment, "CANCELLED")
    (paid,) = await trade.rows(OrderPaymentRow)
    assert paid.refunded == Decimal("18.00")
    assert (await trade.order(order.id)).status == "PLACED"


async def test_a_collection_is_handed_out_once_however_many_tills_scan_it_at_once(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    (part,) = await trade.parts(order.id)
    await advance(trade, part, "READY")
    outcomes = await asyncio.gather(
        *(trade.database.write(advancing.release, trade.qr(order), OXFORD, f"till-{n}", now()) for n in range(8)),
        return_exceptions=True,
    )
    assert outcomes.count(order.id) == 1
    assert all(isinstance(each, WrongState) for each in outcomes if each != order.id)
    assert (await trade.told()).count("pickup.collected") == 1


async def test_a_till_without_a_line_sends_its_scan_hours_later(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    (part,) = await trade.parts(order.id)
    await advance(trade, part, "READY")
    for age, good in ((timedelta(hours=25), False), (timedelta(hours=5), True)):
        work = trade.database.write(advancing.release, trade.qr(order, now() - age), OXFORD, f"k{age}", now())
        if good:
            assert await work == order.id
        else:
            with pytest.raises(NotFound):
                await work


async def test_what_is_not_ready_is_not_handed_out(trade, goods):
    order = await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF"))
    with pytest.raises(WrongState):
        await trade.database.write(advancing.release, trade.qr(order), OXFORD, "k", now())
    (part,) = await trade.rows(FulfilmentRow)
    assert part.status == "PENDING"
    with pytest.raises(Refusal):
        await trade.database.write(advancing.release, trade.qr(order), ARNDALE, "k", now())
