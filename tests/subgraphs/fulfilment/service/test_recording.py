"""Sales made elsewhere are taken once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.fulfilment.errors import UnknownCodes
from subgraphs.fulfilment.models import OrderRow
from subgraphs.fulfilment.service.recording import CodeSold, SaleTold, record
from subgraphs.kit.errors import IdempotencyConflict, InvalidInput
from subgraphs.kit.sample_world import customer, location, variant

CANDLE = variant("ALD-CAN-CED")
OXFORD = location("LON-OXF").id
NOW = datetime.now(UTC)
SALE = SaleTold(
    external_number="T-1",
    channel="store",
    location_id=OXFORD,
    placed_at=NOW - timedelta(days=2),
    contact="+44 7700 900101",
    lines=(CodeSold(CANDLE.gtin, 2, Decimal("18.00"), "GBP"),),
    total=Decimal("36.00"),
    currency="GBP",
    carried_out=True,
)


async def test_twenty_tellings_at_once_under_keys_of_their_own_are_one_sale(trade):
    ids = await asyncio.gather(*(trade.database.write(record, SALE, f"till {n}", f"k{n}", NOW) for n in range(20)))
    assert len(set(ids)) == 1
    assert len(await trade.rows(OrderRow)) == 1
    topics = await trade.told()
    assert (topics.count("order.recorded"), topics.count("order.placed")) == (1, 1)


async def test_stock_and_points_are_told_of(trade):
    await trade.database.write(record, SALE, "till", "k", NOW)
    (placed,), (recorded,) = await trade.told("order.placed"), await trade.told("order.recorded")
    assert placed["customer_id"] == customer("ada").id
    assert recorded["location_id"] == OXFORD
    assert recorded["lines"] == [{"variant_id": CANDLE.id, "quantity": 2}]


async def test_the_same_number_in_another_channel_is_another_sale(trade):
    first = await trade.database.write(record, SALE, "till", "a", NOW)
    other = replace(SALE, channel="marketplace", location_id=None, carried_out=False, contact=None)
    second = await trade.database.write(record, other, "till", "b", NOW)
    assert first != second
    order = await trade.order(second)
    assert (order.status, order.sold_at_id, order.customer_id) == ("PLACED", None, None)
    assert (await trade.told("order.recorded"))[1]["location_id"] == location("DC-DAV").id


async def test_a_channel_called_shop_does_not_pass_for_this_shop(trade):
    sale = replace(SALE, channel="shop", location_id=None, carried_out=False)
    order = await trade.order(await trade.database.write(record, sale, "x", "k", NOW))
    assert (order.external_number, order.source) == ("T-1", "channel:shop")


async def test_codes_are_skus_or_barcodes_of_any_length(trade):
    lines = tuple(
        CodeSold(code, 1, Decimal("18.00"), "GBP") for code in (CANDLE.sku, CANDLE.gtin, CANDLE.gtin.lstrip("0"))
    )
    order_id = await trade.database.write(record, replace(SALE, lines=lines, total=Decimal(50)), "till", "k", NOW)
    assert {line.variant_id for line in await trade.lines(order_id)} == {CANDLE.id}
    assert (await trade.order(order_id)).discount == Decimal("4.00")


async def test_unknown_codes_are_all_named_and_nothing_is_kept(trade):
    lines = (*SALE.lines, CodeSold("NOPE-2", 1, Decimal(1), "GBP"), CodeSold("NOPE-1", 1, Decimal(1), "GBP"))
    with pytest.raises(UnknownCodes) as refused:
        await trade.database.write(record, replace(SALE, lines=lines), "till", "k", NOW)
    assert refused.value.detail["codes"] == ["NOPE-1", "NOPE-2"]
    assert await trade.rows(OrderRow) == []
    await trade.database.write(record, SALE, "till", "k", NOW)  # the key was not used up


async def test_a_key_used_for_another_sale_is_refused(trade):
    await trade.database.write(record, SALE, "till", "k", NOW)
    with pytest.raises(IdempotencyConflict):
        await trade.database.write(record, replace(SALE, external_number="T-2"), "till", "k", NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"external_number": " "},
        {"external_number": "x" * 129},
        {"lines": ()},
        {"lines": (CodeSold("a", 0, Decimal(1), "GBP"),)},
        {"lines": (CodeSold("a", 10**12, Decimal(1), "GBP"),)},
        {"lines": (CodeSold("a", 1, Decimal(-1), "GBP"),)},
        {"lines": (CodeSold("a", 1, Decimal("0.001"), "GBP"),)},
        {"lines": (CodeSold("a", 1, Decimal(1), "EUR"),)},
        {"total": Decimal("-0.01")},
        {"total": Decimal("0.001")},
        {"placed_at": NOW + timedelta(hours=2)},
        {"location_id": None},
    ],
)
async def test_what_makes_no_sense_is_refused(trade, wrong):
    with pytest.raises(InvalidInput):
        await trade.database.write(record, replace(SALE, **wrong), "till", "k", NOW)
