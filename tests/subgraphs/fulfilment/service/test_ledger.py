"""A retail ledger becomes orders: nothing dropped, nothing doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.fulfilment.feeds import RetailOrders
from subgraphs.fulfilment.models import OrderLineRow, OrderRow, VariantFactRow
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import InvoiceKind, LineKind, RetailInvoice, RetailLine

START = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def _line(ordinal, sku, quantity, price, kind=LineKind.GOODS):
    amount = Decimal(price)
    return RetailLine(ordinal + 2, ordinal, sku, kind, sku.title(), quantity, amount, quantity > 0 and amount > 0)


@pytest.fixture
def batch():
    light, post = _line(0, "85123A", 6, "2.5501"), _line(1, "POST", 1, "18.00", LineKind.POSTAGE)
    twin, gift = _line(2, "85123A", 6, "2.5501"), _line(3, "GIFT", 1, "0")

    def invoice(number, customer, kind, days, *lines):
        return RetailInvoice(number, kind, START + timedelta(days=days), customer, "GB", "GBP", lines)

    return [
        invoice("536365", "17850", InvoiceKind.SALE, 3, light, post, twin, gift),
        invoice("536366", "17850", InvoiceKind.SALE, 0, light),
        invoice("C536379", "17850", InvoiceKind.CANCELLATION, 5, _line(0, "85123A", -2, "2.5501")),
        invoice("536414", None, InvoiceKind.SALE, 1, light),
        invoice("536415", "13047", InvoiceKind.ADJUSTMENT, 1, _line(0, "85123A", -9, "0")),
    ]


async def test_taking_a_ledger_twice_changes_nothing(bare, trade, batch):
    settings = bare.settings
    async with RetailOrders(settings) as sink:
        first, again = await sink.take(batch), await sink.take(batch)
        await sink.finish()
        await sink.finish()
    assert first.created == {"order": 3, "cancellation": 1, "adjustment": 1, "order line": 8}
    assert (again.created, again.unchanged) == ({}, {"order": 3, "cancellation": 1, "adjustment": 1})
    assert len(await trade.rows(OrderRow)) == 5
    assert len(await trade.rows(OrderLineRow)) == 8


async def test_sums_are_exact_and_only_what_was_sold_counts(bare, trade, batch):
    async with RetailOrders(bare.settings) as sink:
        await sink.take(batch)
        await sink.finish()
    order = await trade.order(stable_id("Order", "retail", "536365"))
    assert (order.total, order.delivery, order.sold_units) == (Decimal("48.6012"), Decimal("18.00"), 13)
    assert (order.status, order.is_open, order.first_of_customer) == ("COMPLETED", False, False)
    assert (await trade.order(stable_id("Order", "retail", "536366"))).first_of_customer
    assert len(await trade.lines(order.id)) == 4  # equal lines are two lines, and the gift is kept
    (fact,) = await trade.rows(VariantFactRow, VariantFactRow.sku == "85123A")
    assert fact.product_id == stable_id("Product", "online-retail", "85123a")


async def test_a_customer_sees_sales_and_no_cancellations(bare, batch):
    async with RetailOrders(bare.settings) as sink:
        await sink.take(batch)
    person = stable_id("Customer", "retail", "17850")
    answer = await bare.execute(
        "{ me { orders { totalCount nodes { number receiptUrl lines { variant { sku } quantity } totalQuantity } } purchasedItems { times variant { sku } } } }",
        customer=person,
    )
    assert answer.errors == []
    orders = answer.data["me"]["orders"]
    assert orders["totalCount"] == 2
    assert [node["number"] for node in orders["nodes"]] == ["536365", "536366"]
    assert orders["nodes"][0]["receiptUrl"] is None
    assert answer.data["me"]["purchasedItems"] == [{"times": 2, "variant": {"sku": "85123A"}}]
    cancellation = await bare.execute(
        "query ($id: ID!) { order(id: $id) { id } }", {"id": stable_id("Order", "retail", "C536379")}, customer=person
    )
    assert cancellation.data == {"order": None}
