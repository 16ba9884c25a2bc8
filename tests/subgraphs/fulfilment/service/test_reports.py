"""Reports: the same figures from both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.fulfilment.models import FulfilmentRow
from subgraphs.fulfilment.service import advancing, returns
from subgraphs.fulfilment.service.advancing import Step
from subgraphs.fulfilment.service.returns import LineAsked, ReturnAsked
from subgraphs.kit.identity import Viewer
from subgraphs.kit.sample_world import customer, location

ANALYST = ("analytics:read",)
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
OXFORD = location("LON-OXF").id
SALES = """query ($from: Date!, $to: Date!, $grain: ReportGrain, $channel: Boolean, $brand: Boolean) {
  salesReport(range: { from: $from, to: $to }, grain: $grain, byChannel: $channel, byBrand: $brand) {
    bucket channel { code } brand { code } orders units sales { amount currency } averageOrderValue { amount }
    contribution { amount } newCustomerOrders } }"""
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}


@pytest.fixture
async def month(trade, goods):
    """Orders on the edges of weeks: Sunday's last second, Monday's first, and a euro order."""
    for moment, changes in (
        (MONDAY - timedelta(seconds=1), {}),
        (MONDAY, {"channel": "app"}),
        (MONDAY + timedelta(days=6, hours=23, minutes=59), {}),
        (MONDAY + timedelta(days=7), {"currency": "EUR"}),
        (datetime(2026, 12, 1, tzinfo=UTC), {}),
    ):
        await trade.place(goods.line("ALD-CAN-CED", 2), now=moment, **changes)
    return trade


async def ask(shop, query, variables, scopes=ANALYST):
    answer = await shop.execute(query, variables, scopes=scopes)
    assert answer.errors == []
    return next(iter(answer.data.values()))


async def test_weeks_begin_on_monday_and_the_first_bucket_with_the_range(bare, month):
    assert month
    rows = await ask(bare, SALES, {**NOVEMBER, "grain": "WEEK", "channel": False, "brand": False})
    assert [(row["bucket"], row["orders"], row["sales"]) for row in rows] == [
        ("2026-11-01", 1, {"amount": "36.00", "currency": "GBP"}),
        ("2026-11-02", 2, {"amount": "72.00", "currency": "GBP"}),
        ("2026-11-09", 1, {"amount": "36.00", "currency": "EUR"}),
    ]
    assert all((row["channel"], row["brand"]) == (None, None) for row in rows)
    assert [row["newCustomerOrders"] for row in rows] == [1, 0, 0]


@pytest.mark.parametrize(
    ("grain", "buckets"),
    [
        ("DAY", ["2026-11-01", "2026-11-02", "2026-11-08", "2026-11-09"]),
        ("MONTH", ["2026-11-01", "2026-11-01"]),
        ("TOTAL", ["2026-11-01", "2026-11-01"]),
    ],
)
async def test_days_months_and_the_whole_span(bare, month, grain, buckets):
    assert month
    rows = await ask(bare, SALES, {**NOVEMBER, "grain": grain, "channel": False, "brand": False})
    assert [row["bucket"] for row in rows] == buckets
    assert sum(row["units"] for row in rows) == 8


async def test_sales_are_split_by_channel_and_brand(bare, month):
    assert month
    rows = await ask(bare, SALES, {**NOVEMBER, "grain": "TOTAL", "channel": True, "brand": True})
    assert [(row["channel"]["code"], row["brand"]["code"], row["orders"]) for row in rows] == [
        ("app", "alder", 1),
        ("web", "alder", 1),
        ("web", "alder", 2),
    ]
    assert {row["averageOrderValue"]["amount"] for row in rows} == {"36.00"}


async def test_reports_are_for_analysts_and_for_spans_that_make_sense(bare):
    for scopes in ((), ("staff:store",)):
        assert (await bare.execute(SALES, NOVEMBER, scopes=scopes)).codes == ["FORBIDDEN"]
    for wrong in ({"from": "2026-11-30", "to": "2026-11-01"}, {"from": "1990-01-01", "to": "2026-11-01"}):
        assert (await bare.execute(SALES, wrong, scopes=ANALYST)).codes == ["BAD_USER_INPUT"]


async def test_a_second_purchase_in_the_same_visit_is_attached_to_the_collection(bare, trade, goods):
    ready, late = [await trade.place(goods.line("ALD-CAN-CED", 1, "PICKUP", "LON-OXF")) for _ in range(2)]
    now = datetime.now(UTC)
    for order, delay in ((ready, timedelta(0)), (late, timedelta(hours=-5))):
        (part,) = await trade.parts(order.id)
        for status in ("READY", "DONE"):
            step = Step(status)
            await trade.database.write(advancing.advance, part.id, step, None, "x", f"{part.id}{status}", now)
        await trade.set(
            FulfilmentRow, part.id, promised_at=now + delay, arrived_at=now - timedelta(minutes=4), done_at=now + delay
        )
    await trade.place(goods.line("ALD-MUG-STO-SND", 1, "CARRY_OUT"), sold_at_id=OXFORD, now=now + timedelta(minutes=9))
    await trade.place(goods.line("ALD-THR-WOO", 1, "CARRY_OUT"), sold_at_id=OXFORD, customer_id=customer("ben").id)
    query = """query ($from: Date!, $to: Date!) { pickupReport(range: { from: $from, to: $to }, grain: TOTAL, byLocation: true) {
      location { id } pickups readyOnTime medianWait attachRate averageAttachValue { amount } } }"""
    span = {"from": str(date.today() - timedelta(days=1)), "to": str(date.today() + timedelta(days=1))}  # noqa: DTZ011 - a day either way
    (row,) = await ask(bare, query, span)
    assert row == {
        "location": {"id": OXFORD},
        "pickups": 2,
        "readyOnTime": 0.5,
        "medianWait": "PT4M",
        "attachRate": 0.5,
        "averageAttachValue": {"amount": str(goods.line("ALD-MUG-STO-SND").unit_price)},
    }


async def test_a_scan_counts_for_or_against_the_carrier(bare, trade, goods):
    now = datetime.now(UTC)
    for number, last in enumerate(("DONE", "DONE", "CANCELLED")):
        order = await trade.place(goods.line("ALD-CAN-CED"), delivery_option="express:GB")
        (part,) = await trade.parts(order.id)
        for status in ("IN_TRANSIT", last):
            step = Step(status)
            await trade.database.write(
                advancing.advance, part.id, step, frozenset({"parcel"}), "x", f"{part.id}{status}", now
            )
        if number == 1:
            await trade.set(FulfilmentRow, part.id, done_at=part.promised_at + timedelta(hours=1))
    query = """query ($from: Date!, $to: Date!) { carrierReport(range: { from: $from, to: $to }) {
      carrier { code name } shipments onTime lossRate averageCost { amount currency } } }"""
    (row,) = await ask(bare, query, {"from": str(now.date()), "to": str(now.date())})
    assert row == {
        "carrier": {"code": "parcel", "name": "Parcel Post"},
        "shipments": 3,
        "onTime": 0.5,
        "lossRate": pytest.approx(1 / 3),
        "averageCost": {"amount": "7.95", "currency": "GBP"},
    }


async def test_what_came_back_is_told_by_channel_of_purchase_and_return(bare, trade, goods):
    now = datetime.now(UTC)
    till = Viewer(customer_id="till", scopes=frozenset({"staff:store"}))
    order = await trade.place(goods.line("ALD-CAN-CED", 4, "CARRY_OUT"), sold_at_id=OXFORD)
    await trade.place(goods.line("ALD-CAN-CED", 2), channel="app")
    (line,) = await trade.lines(order.id)
    for number, reason in enumerate(("UNWANTED", "TOO_LATE", "UNWANTED")):
        asked = ReturnAsked(order.id, (LineAsked(line.id, 1, reason),), OXFORD, received=True, channel="store")
        await trade.database.write(returns.create, till, asked, f"k{number}", now)
    query = """query ($from: Date!, $to: Date!, $grain: ReportGrain) { returnsReport(range: { from: $from, to: $to }, grain: $grain) {
      boughtIn { code } returnedIn { code } unitsSold unitsReturned rate topReason } }"""
    span = {"from": str(now.date() - timedelta(days=1)), "to": str(now.date() + timedelta(days=1))}
    for grain in ("TOTAL", "DAY"):
        rows = await ask(bare, query, {**span, "grain": grain})
        assert rows == [
            {
                "boughtIn": {"code": "app"},
                "returnedIn": None,
                "unitsSold": 2,
                "unitsReturned": 0,
                "rate": 0.0,
                "topReason": None,
            },
            {
                "boughtIn": {"code": "web"},
                "returnedIn": {"code": "store"},
                "unitsSold": 4,
                "unitsReturned": 3,
                "rate": 0.75,
                "topReason": "UNWANTED",
            },
        ]
    assert Decimal(str(rows[1]["rate"])) == Decimal("0.75")
