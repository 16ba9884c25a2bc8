"""Holds on both databases: never more than is there, ended once, in one order of locks."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from subgraphs.inventory.errors import InsufficientStock, LocationUnavailable
from subgraphs.inventory.rules.reservation import ReservationKind
from subgraphs.inventory.service import holds, shelf
from subgraphs.kit.errors import InvalidInput, NotFound, NotPermitted


async def test_a_hold_takes_units_from_what_can_be_promised(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 10, safety=2)
    await town.hold((thing, 3), at=store)
    level = await town.level(record)
    assert (level.on_hand, level.reserved, level.safety_stock) == (10, 3, 2)
    with pytest.raises(InsufficientStock) as refusal:
        await town.hold((thing, 6), at=store)
    assert refusal.value.path == ("input", "items", "0", "quantity")
    assert refusal.value.detail == {"available_quantity": 5}


async def test_C1_of_the_last_hundred_units_four_hundred_asks_at_once_get_exactly_a_hundred(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 100)
    results = await asyncio.gather(*(town.hold((thing, 1), at=store) for _ in range(400)), return_exceptions=True)
    refused = [each for each in results if isinstance(each, InsufficientStock)]
    assert (len(results) - len(refused), len(refused)) == (100, 300)
    assert {each.detail["available_quantity"] for each in refused} == {0}
    level = await town.level(record)
    assert (level.on_hand, level.reserved) == (100, 100)
    assert await town.held(record) == 100


async def test_C2_two_lines_of_one_variant_are_summed_before_the_shelf_is_asked(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 5)
    with pytest.raises(InsufficientStock):
        await town.hold((thing, 3), (thing, 3), at=store)
    assert (await town.level(record)).reserved == 0
    assert len(await town.hold((thing, 3), (thing, 2), at=store)) == 2
    assert (await town.level(record)).reserved == 5


async def test_when_one_line_is_short_nothing_is_held(town):
    store, plenty, scarce = await town.place("store"), await town.variant(), await town.variant()
    record = await town.stock(plenty, store, 10)
    await town.stock(scarce, store, 1)
    with pytest.raises(InsufficientStock) as refusal:
        await town.hold((plenty, 1), (scarce, 2), at=store)
    assert refusal.value.path == ("input", "items", "1", "quantity")
    assert (await town.level(record)).reserved == 0


async def test_C2_records_are_locked_in_primary_key_order_whatever_the_order_of_the_lines(town):
    store = await town.place("store")
    things = [await town.variant() for _ in range(6)]
    for thing in things:
        await town.stock(thing, store, 10)
    locked: list[str] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if re.match(r"UPDATE stock_level", statement):
            values = parameters.values() if isinstance(parameters, dict) else parameters
            locked.extend(value for value in values if str(value).startswith("stk_"))

    engine = town.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    for order in (things, things[::-1]):
        locked.clear()
        await town.hold(*((thing, 1) for thing in order), at=store)
        assert locked == sorted(locked)
        assert len(locked) == 6
    event.remove(engine, "before_cursor_execute", note)


async def test_C2_asks_for_the_same_things_in_opposite_orders_never_deadlock(town):
    store = await town.place("store")
    things = [await town.variant() for _ in range(4)]
    for thing in things:
        await town.stock(thing, store, 100)
    asks = [
        town.hold(*((thing, 1) for thing in (things if turn % 2 else things[::-1])), at=store) for turn in range(60)
    ]
    assert all(len(ids) == 4 for ids in await asyncio.gather(*asks))


async def test_C2_an_ask_without_a_place_is_met_from_the_places_behind_the_online_promise(town):
    near, far = await town.warehouse("a"), await town.warehouse("b")
    store, thing = await town.place("store"), await town.variant()
    records = [await town.stock(thing, each, 3) for each in (near, far)]
    await town.stock(thing, store, 50)
    assert len(await town.hold((thing, 5))) == 2  # no warehouse has five
    with pytest.raises(InsufficientStock) as refusal:
        await town.hold((thing, 2))
    assert refusal.value.detail == {"available_quantity": 1}
    assert sum([(await town.level(record)).reserved for record in records]) == 5


async def test_C2_asks_split_over_stores_take_each_unit_once_and_never_deadlock(town):
    houses = [await town.warehouse(f"house-{number}") for number in range(3)]
    things = [await town.variant() for _ in range(2)]
    records = {thing: [await town.stock(thing, house, 10) for house in houses] for thing in things}
    asks = [town.hold(*((thing, 4) for thing in (things if turn % 2 else things[::-1]))) for turn in range(20)]
    results = await asyncio.gather(*asks, return_exceptions=True)
    assert {type(each) for each in results if isinstance(each, BaseException)} == {InsufficientStock}
    served = sum(isinstance(each, list) for each in results)
    assert served == 30 // 4
    for mine in records.values():
        assert sum([(await town.level(record)).reserved for record in mine]) == served * 4


async def test_C2_lines_with_and_without_a_place_do_not_draw_on_the_same_units(town):
    warehouse, thing = await town.warehouse(), await town.variant()
    record = await town.stock(thing, warehouse, 4)
    ask = town.ask((thing, 3), (thing, 2))
    ask = holds.Ask(
        kind=ask.kind,
        wants=(holds.Want(ask.wants[0].line, warehouse), ask.wants[1]),
        request="mixed",
    )
    with pytest.raises(InsufficientStock):
        await town.database.write(holds.hold, ask, town.now)
    assert (await town.level(record)).reserved == 0


async def test_places_of_another_brand_do_not_send(town):
    theirs, thing = await town.warehouse("theirs", brand_code="velvet"), await town.variant()
    await town.stock(thing, theirs, 10)
    with pytest.raises(InsufficientStock):
        await town.hold((thing, 1), brand_code="alder")
    assert len(await town.hold((thing, 1), brand_code="velvet")) == 1


async def test_C3_a_hold_that_ran_out_gives_its_units_back_by_itself(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 2)
    (hold,) = await town.hold((thing, 2), at=store, kind=ReservationKind.TRY_ON, customer_id="cus_a", by_customer=True)
    assert await town.database.write(holds.expire_due, town.later(hours=1, minutes=59)) == 0
    assert await town.database.write(holds.expire_due, town.later(hours=2)) == 1
    assert await town.statuses(hold) == ["EXPIRED"]
    assert (await town.level(record)).reserved == 0


async def test_C3_of_expiry_and_checkout_at_once_one_wins(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 50)
    ids = [(await town.hold((thing, 1), at=store))[0] for _ in range(50)]
    # By the seller's clock the holds still stand, by the sweep's they do not: both try every hold.
    sales = [town.database.write(holds.sell, [each], "ord_1", town.later(minutes=14)) for each in ids]
    sweeps = [town.database.write(holds.expire_due, town.later(minutes=15)) for _ in range(5)]
    await asyncio.gather(*sales[:25], *sweeps, *sales[25:])
    statuses = await town.statuses(*ids)
    assert set(statuses) <= {"CONSUMED", "EXPIRED"}
    sold = statuses.count("CONSUMED")
    level = await town.level(record)
    assert (level.on_hand, level.reserved) == (50 - sold, 0)
    assert await town.ledger(thing, "SALE") == -sold


async def test_C3_a_hold_past_its_end_cannot_be_sold_even_before_the_sweep(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 1)
    (hold,) = await town.hold((thing, 1), at=store)
    assert await town.database.write(holds.sell, [hold], "ord_1", town.later(minutes=15)) == []
    assert (await town.level(record)).on_hand == 1


async def test_giving_back_twice_gives_back_once(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 5)
    (mine,), _ = await town.hold((thing, 2), at=store), await town.hold((thing, 2), at=store)
    for _ in range(2):
        await town.database.write(holds.release, [mine], town.now)
    assert (await town.level(record)).reserved == 2
    assert await town.statuses(mine) == ["RELEASED"]


async def test_selling_twice_sells_once(town):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 5)
    (hold,) = await town.hold((thing, 2), at=store)
    assert await town.database.write(holds.sell, [hold], "ord_1", town.now) == [hold]
    assert await town.database.write(holds.sell, [hold], "ord_1", town.now) == []
    level = await town.level(record)
    assert (level.on_hand, level.reserved) == (3, 0)


async def test_a_customer_who_asks_at_night_has_two_hours_from_opening(town):
    shop = await town.place("day-shop", hours=[[day, 9 * 60, 18 * 60] for day in range(1, 8)])
    thing = await town.variant()
    await town.stock(thing, shop, 2)
    night = town.later(hours=10)
    (hold,) = await town.hold(
        (thing, 1), at=shop, kind=ReservationKind.TRY_ON, customer_id="cus_a", by_customer=True, now=night
    )
    nine = night.replace(day=25, hour=9)
    assert await town.database.write(holds.expire_due, nine + timedelta(minutes=119)) == 0
    assert await town.database.write(holds.expire_due, nine + timedelta(minutes=120)) == 1
    assert await town.statuses(hold) == ["EXPIRED"]


async def test_a_store_that_does_not_let_people_try_on_names_the_nearest_that_does(town):
    lacking = await town.place("lacking", services=["PICKUP"])
    near = await town.place("near", latitude=51.6)
    await town.place("nearer-but-empty", latitude=51.55)
    thing = await town.variant()
    for each in (lacking, near):
        await town.stock(thing, each, 2)
    with pytest.raises(LocationUnavailable) as refusal:
        await town.hold((thing, 1), at=lacking, kind=ReservationKind.TRY_ON)
    assert refusal.value.detail == {"alternative_id": near}


async def test_a_store_of_another_brand_is_unavailable(town):
    velvet, thing = await town.place("velvet", brand_code="velvet"), await town.variant("alder")
    await town.stock(thing, velvet, 2)
    with pytest.raises(LocationUnavailable, match="brand"):
        await town.hold((thing, 1), at=velvet, kind=ReservationKind.PULL)


async def test_a_customer_cannot_empty_a_shelf_by_holding_it(town):
    store, thing = await town.place("store"), await town.variant()
    await town.stock(thing, store, 50)
    mine = {"at": store, "kind": ReservationKind.TRY_ON, "customer_id": "cus_a", "by_customer": True}
    await town.hold((thing, 4), **mine)
    with pytest.raises(InvalidInput):
        await town.hold((thing, 3), **mine)
    await town.hold((thing, 2), **mine)


@pytest.mark.parametrize("kind", [ReservationKind.CART, ReservationKind.ORDER, ReservationKind.LAYAWAY])
async def test_customers_make_no_holds_that_are_the_systems(town, kind):
    store, thing = await town.place("store"), await town.variant()
    await town.stock(thing, store, 5)
    with pytest.raises(NotPermitted):
        await town.hold((thing, 1), at=store, kind=kind, customer_id="cus_a", by_customer=True)


@pytest.mark.parametrize("quantity", [0, -1, -(10**12), 10**12])
async def test_quantities_outside_the_limits_are_refused_with_their_path(town, quantity):
    store, thing = await town.place("store"), await town.variant()
    await town.stock(thing, store, 5)
    with pytest.raises(InvalidInput) as refusal:
        await town.hold((thing, 1), (thing, quantity), at=store)
    assert refusal.value.path == ("input", "items", "1", "quantity")


async def test_an_unknown_item_is_not_found_and_an_unknown_place_has_nothing(town):
    store = await town.place("store")
    with pytest.raises(NotFound):
        await town.hold(("var_none", 1), at=store)
    thing = await town.variant()
    with pytest.raises(InsufficientStock):
        await town.hold((thing, 1), at="loc_none")


@pytest.mark.parametrize("column", ["on_hand", "reserved", "inbound", "safety_stock"])
async def test_the_database_itself_refuses_a_figure_below_zero(town, column):
    store, thing = await town.place("store"), await town.variant()
    record = await town.stock(thing, store, 1)

    async def break_it(session):
        await session.execute(text(f"UPDATE stock_level SET {column} = -1 WHERE id = :id"), {"id": record})

    with pytest.raises(IntegrityError):
        await town.database.write(break_it)


async def test_the_record_of_a_variant_at_a_place_has_one_id_wherever_it_is_made(town):
    assert shelf.level_id("var_a", "loc_b") == shelf.level_id("var_a", "loc_b")
    assert shelf.level_id("var_a", "loc_b") != shelf.level_id("loc_b", "var_a")
