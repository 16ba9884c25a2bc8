"""From a cart's holds to an order's: never refused, never counted twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.quantities import Line
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.reservation import ReservationKind
from subgraphs.inventory.service import holds, orders
from subgraphs.kit.errors import NotFound
from subgraphs.kit.tables import KIT


async def rows_of(town, table):
    async def read(session):
        return (await session.execute(select(table))).all()

    return await town.database.read(read)


async def test_an_orders_holds_do_not_run_out(town):
    home, thing = await town.warehouse(), await town.variant()
    record = await town.stock(thing, home, 3)
    await town.hold((thing, 2), request="checkout")
    assert await town.database.write(orders.assign, "checkout", "ord_1", town.later(minutes=5)) is True
    assert await town.database.write(holds.expire_due, town.later(days=900)) == 0
    assert (await town.level(record)).reserved == 2


async def test_assigning_twice_changes_nothing(town):
    home, thing = await town.warehouse(), await town.variant()
    record = await town.stock(thing, home, 3)
    await town.hold((thing, 2), request="checkout")
    for _ in range(2):
        assert await town.database.write(orders.assign, "checkout", "ord_1", town.now) is True
    assert (await town.level(record)).reserved == 2


async def test_a_hold_that_ran_out_during_payment_is_made_again_while_its_units_are_there(town):
    home, thing = await town.warehouse(), await town.variant()
    record = await town.stock(thing, home, 3)
    ids = await town.hold((thing, 2), request="checkout")
    await town.database.write(holds.expire_due, town.later(minutes=20))
    assert await town.database.write(orders.assign, "checkout", "ord_1", town.later(minutes=21)) is True
    assert (await town.level(record)).reserved == 2
    assert await town.statuses(*ids) == ["ACTIVE"]


async def test_when_others_took_the_units_fulfilment_is_told(town):
    home, thing = await town.warehouse(), await town.variant()
    record = await town.stock(thing, home, 2)
    await town.hold((thing, 2), request="checkout")
    await town.database.write(holds.expire_due, town.later(minutes=20))
    await town.hold((thing, 1), now=town.later(minutes=20))
    for _ in range(2):
        assert await town.database.write(orders.assign, "checkout", "ord_1", town.later(minutes=21)) is False
    assert (await town.level(record)).reserved == 1
    (shortfall,) = await rows_of(town, Record.metadata.tables["shortfall"])
    assert (shortfall.order_id, shortfall.quantity) == ("ord_1", 2)
    assert [row.topic for row in await rows_of(town, KIT.outbox)].count("stock.shortfall") == 1


async def test_a_promised_transfer_begins_with_the_order(town):
    home, away, thing = await town.warehouse(), await town.place("away"), await town.variant()
    await town.stock(thing, home, 2)
    offer = Offer(home, away, thing, 1, town.later(days=1), 0, "GBP", town.later(minutes=30))
    ask = holds.Ask(
        kind=ReservationKind.CART,
        wants=(holds.Want(Line(thing, 1), away, offer),),
        request="checkout",
        customer_id="cus_a",
    )
    await town.database.write(holds.hold, ask, town.now)
    await town.database.write(orders.assign, "checkout", "ord_1", town.now)
    (transfer,) = await rows_of(town, Record.metadata.tables["transfer"])
    assert (transfer.from_id, transfer.to_id, transfer.order_id) == (home, away, "ord_1")
    assert transfer.promised_at == offer.arrives_at


async def test_an_unknown_key_is_not_found(town):
    with pytest.raises(NotFound):
        await town.database.write(orders.assign, "never", "ord_1", town.now)
