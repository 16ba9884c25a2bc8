"""Goods from place to place: held, on the road, arrived, or called off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from subgraphs.inventory.errors import InsufficientStock, TransferQuoteExpired
from subgraphs.inventory.models import TransferRow
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.transfer import TransferStatus
from subgraphs.inventory.service import holds, transfers
from subgraphs.kit.errors import NotFound, WrongState


@pytest.fixture
async def road(town):
    """A warehouse with five units, a store without, and an offer to bring two."""
    home, away = await town.warehouse("home"), await town.place("away")
    thing = await town.variant()
    records = await town.stock(thing, home, 5), await town.stock(thing, away, 0)
    offer = Offer(home, away, thing, 2, town.later(days=1), 395, "GBP", town.later(minutes=30))
    return town, offer, records


async def figures(town, records):
    levels = [await town.level(record) for record in records]
    return [(level.on_hand, level.reserved, level.inbound) for level in levels]


async def ask(town, offer, order="ord_1", now=None):
    return await town.database.write(transfers.ask, offer, "cus_a", order, "key", now or town.now)


async def advance(town, transfer, status, **more):
    return await town.database.write(transfers.advance, transfer, transfers.Step(status, **more), town.now)


async def test_goods_asked_for_are_held_where_they_lie(road):
    town, offer, records = road
    await ask(town, offer)
    assert await figures(town, records) == [(5, 2, 0), (0, 0, 0)]


async def test_on_the_road_they_are_inbound_and_on_arrival_held_for_the_order(road):
    town, offer, records = road
    transfer = await ask(town, offer)
    await advance(town, transfer, TransferStatus.PACKED)
    await advance(town, transfer, TransferStatus.IN_TRANSIT)
    assert await figures(town, records) == [(3, 0, 0), (0, 0, 2)]
    await advance(town, transfer, TransferStatus.ARRIVED)
    assert await figures(town, records) == [(3, 0, 0), (2, 2, 0)]


async def test_a_step_that_no_scanner_saw_is_made_up_for(road):
    town, offer, records = road
    transfer = await ask(town, offer)
    await advance(town, transfer, TransferStatus.ARRIVED)
    assert await figures(town, records) == [(3, 0, 0), (2, 2, 0)]


async def test_called_off_they_are_free_again(road):
    town, offer, records = road
    transfer = await ask(town, offer)
    await advance(town, transfer, TransferStatus.CANCELLED)
    assert await figures(town, records) == [(5, 0, 0), (0, 0, 0)]
    with pytest.raises(WrongState):
        await advance(town, transfer, TransferStatus.IN_TRANSIT)


async def test_what_is_on_the_road_cannot_be_called_off(road):
    town, offer, _ = road
    transfer = await ask(town, offer)
    await advance(town, transfer, TransferStatus.IN_TRANSIT)
    with pytest.raises(WrongState):
        await advance(town, transfer, TransferStatus.CANCELLED)


async def test_goods_whose_hold_was_given_back_cannot_leave(road):
    town, offer, records = road
    transfer = await ask(town, offer)
    await town.database.write(holds.release_request, "transfer:key", town.now)
    with pytest.raises(WrongState):
        await advance(town, transfer, TransferStatus.IN_TRANSIT)
    assert await figures(town, records) == [(5, 0, 0), (0, 0, 0)]


async def test_an_offer_that_ran_out_is_refused(road):
    town, offer, _ = road
    with pytest.raises(TransferQuoteExpired):
        await ask(town, offer, now=offer.valid_until)
    assert await ask(town, offer, now=offer.valid_until - timedelta(seconds=1))


async def test_goods_sold_since_the_offer_are_short(road):
    town, offer, _ = road
    await town.hold((offer.variant_id, 4), at=offer.from_id)
    with pytest.raises(InsufficientStock) as refusal:
        await ask(town, offer)
    assert refusal.value.detail == {"available_quantity": 1}


async def test_an_unknown_transfer_is_not_found(road):
    town, _, _ = road
    with pytest.raises(NotFound):
        await advance(town, "trf_none", TransferStatus.PACKED)


async def test_what_is_on_the_road_may_be_expected_at_another_time_and_what_is_there_may_not(road):
    town, offer, _ = road
    transfer = await ask(town, offer)

    async def expected(session):
        return (await session.get_one(TransferRow, transfer)).estimated_at

    await advance(town, transfer, TransferStatus.IN_TRANSIT)
    await advance(town, transfer, TransferStatus.IN_TRANSIT, estimated_at=town.later(hours=2))
    assert await town.database.read(expected) == town.later(hours=2)
    with pytest.raises(WrongState):
        await advance(town, transfer, TransferStatus.IN_TRANSIT)
    await advance(town, transfer, TransferStatus.ARRIVED)
    with pytest.raises(WrongState):
        await advance(town, transfer, TransferStatus.ARRIVED, estimated_at=town.later(days=1))
