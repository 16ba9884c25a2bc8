"""Scans and counts: once each, in order of their time, and what disagrees is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from subgraphs.inventory.models import Record
from subgraphs.inventory.rules.count import DiscrepancyCause, Scan
from subgraphs.inventory.service import catalogue, counts, holds
from subgraphs.kit.errors import IdempotencyConflict, InvalidInput, NotFound, WrongState

GTIN = "4006381333931"
DISCREPANCIES = Record.metadata.tables["discrepancy"]


@pytest.fixture
async def shelf_of_three(town):
    """A store whose shelf holds three of a thing that scanners know."""
    store, thing = await town.place("store", brand_code="alder"), await town.variant("alder")
    record = await town.stock(thing, store, 3)
    await town.database.write(catalogue.know_barcodes, [(GTIN.zfill(14), thing, 1), ("05012345678900", thing, 6)])
    await town.database.write(catalogue.know_channels, [("web", "alder"), ("mirror", "velvet")])
    return town, store, thing, record


def scanned(town, store, key, counted=None, change=None, minutes=-1, code=GTIN):
    return Scan(store, code, counted, change, town.later(minutes=minutes), key)


async def apply(town, *scans):
    return await town.database.write(counts.scan, scans, town.now)


async def discrepancy(town, discrepancy_id):
    async def read(session):
        return (await session.execute(select(DISCREPANCIES).where(DISCREPANCIES.c.id == discrepancy_id))).one()

    return await town.database.read(read)


async def test_a_count_of_none_where_the_system_had_three_names_the_channels_that_offered_it(shelf_of_three):
    town, store, _, record = shelf_of_three
    found = await apply(town, scanned(town, store, "a", counted=0))
    row = await discrepancy(town, found.discrepancy_ids[0])
    assert (row.system_quantity, row.counted_quantity, row.oversold_in) == (3, 0, ["web"])
    assert (await town.level(record)).on_hand == 0


async def test_a_count_that_agrees_opens_nothing(shelf_of_three):
    town, store, _, record = shelf_of_three
    found = await apply(town, scanned(town, store, "a", counted=3))
    assert found.discrepancy_ids == ()
    assert (await town.level(record)).counted_at == town.later(minutes=-1)


async def test_a_scan_sent_twice_is_applied_once_and_answers_the_same(shelf_of_three):
    town, store, _, record = shelf_of_three
    scan = scanned(town, store, "a", change=2)
    first = await apply(town, scan)
    assert await apply(town, scan) == first
    assert await apply(town, scan, scan) == first
    assert (await town.level(record)).on_hand == 5


async def test_a_key_with_another_content_is_refused(shelf_of_three):
    town, store, _, _ = shelf_of_three
    await apply(town, scanned(town, store, "a", change=2))
    with pytest.raises(IdempotencyConflict):
        await apply(town, scanned(town, store, "a", change=3))
    with pytest.raises(IdempotencyConflict):
        await apply(town, scanned(town, store, "b", change=1), scanned(town, store, "b", change=2))


async def test_C15_scans_of_an_offline_device_are_applied_in_order_of_their_time(shelf_of_three):
    town, store, _, record = shelf_of_three
    late, early = scanned(town, store, "b", change=4, minutes=-1), scanned(town, store, "a", counted=0, minutes=-9)
    found = await apply(town, late, early)
    assert (await town.level(record)).on_hand == 4
    assert len(found.discrepancy_ids) == 1


async def test_what_was_sold_after_an_old_count_is_taken_off_its_figure(shelf_of_three):
    town, store, thing, record = shelf_of_three
    (hold,) = await town.hold((thing, 1), at=store)
    await town.database.write(holds.sell, [hold], "ord_1", town.now)
    found = await apply(town, scanned(town, store, "a", counted=3, minutes=-30))
    assert found.discrepancy_ids == ()
    assert (await town.level(record)).on_hand == 2


async def test_a_pack_counts_its_units(shelf_of_three):
    town, store, _, record = shelf_of_three
    await apply(town, scanned(town, store, "a", change=2, code="5012345678900"))
    assert (await town.level(record)).on_hand == 15


@pytest.mark.parametrize("code", ["4006381333932", "nothing", ""])
async def test_an_unknown_code_is_not_found_by_its_place_in_the_batch(shelf_of_three, code):
    town, store, _, record = shelf_of_three
    with pytest.raises(NotFound) as refusal:
        await apply(town, scanned(town, store, "a", change=1), scanned(town, store, "b", change=1, code=code))
    assert refusal.value.path == ("scans", "1", "code")
    assert (await town.level(record)).on_hand == 3


async def test_a_count_below_what_is_held_is_called_oversold(shelf_of_three):
    town, store, thing, _ = shelf_of_three
    await town.hold((thing, 3), at=store)
    found = await apply(town, scanned(town, store, "a", counted=1))
    assert (await discrepancy(town, found.discrepancy_ids[0])).cause == "OVERSOLD"


async def test_putting_right_corrects_the_counts_own_error_only(shelf_of_three):
    town, store, _, record = shelf_of_three
    found = await apply(town, scanned(town, store, "a", counted=0))
    await apply(town, scanned(town, store, "b", change=5))
    await town.database.write(counts.resolve, found.discrepancy_ids[0], DiscrepancyCause.MISPLACED, 2, town.now)
    assert (await town.level(record)).on_hand == 7
    row = await discrepancy(town, found.discrepancy_ids[0])
    assert (row.status, row.cause, row.counted_quantity) == ("RESOLVED", "MISPLACED", 2)


async def test_putting_right_twice_the_same_is_fine_and_otherwise_refused(shelf_of_three):
    town, store, _, _ = shelf_of_three
    (row,) = (await apply(town, scanned(town, store, "a", counted=0))).discrepancy_ids
    for _ in range(2):
        await town.database.write(counts.resolve, row, DiscrepancyCause.SHRINKAGE, 0, town.now)
    with pytest.raises(WrongState):
        await town.database.write(counts.resolve, row, DiscrepancyCause.DAMAGE, 0, town.now)
    with pytest.raises(InvalidInput):
        await town.database.write(counts.resolve, row, DiscrepancyCause.DAMAGE, -1, town.now)
    with pytest.raises(NotFound):
        await town.database.write(counts.resolve, "dis_none", DiscrepancyCause.DAMAGE, 1, town.now)
