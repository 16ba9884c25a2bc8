"""Customers out of a retail ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.customer.app import create_app
from subgraphs.customer.feeds import RetailCustomers
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import InvoiceKind, LineKind, RetailInvoice, RetailLine

START = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def _invoice(number, customer, kind=InvoiceKind.SALE, days=0):
    line = RetailLine(2, 0, "85123A", LineKind.GOODS, "LIGHT", 6, Decimal("2.5501"), kind is InvoiceKind.SALE)
    return RetailInvoice(number, kind, START + timedelta(days=days), customer, "GB", "GBP", (line,))


@pytest.fixture
def batch():
    return [
        _invoice("536365", "17850", days=3),
        _invoice("536366", "17850"),
        _invoice("C536379", "17850", InvoiceKind.CANCELLATION, 5),
        _invoice("536414", None),
        _invoice("536415", "13047", InvoiceKind.ADJUSTMENT),
    ]


async def test_a_batch_gives_customers_and_their_timelines_and_again_changes_nothing(subgraph, batch):
    shop = await subgraph(create_app)
    async with RetailCustomers(shop.settings) as sink:
        first, again, end = await sink.take(batch), await sink.take(batch), await sink.finish()
    assert (first.created, first.unchanged) == ({"customer": 2}, {})
    assert (again.created, again.unchanged) == ({}, {"customer": 2})
    assert (end.created, end.refused) == ({}, [])
    known = stable_id("Customer", "retail", "17850")
    lookup = '{ customerLookup(by: EXTERNAL, value: "retail:17850") { id createdAt isGuest timeline { nodes { kind at subject { __typename } } } } }'
    answer = await shop.execute(lookup, scopes=("staff:agent",))
    found = answer.data["customerLookup"]
    assert (found["id"], found["createdAt"], found["isGuest"]) == (known, "2010-12-01T08:26:00Z", False)
    assert [node["kind"] for node in found["timeline"]["nodes"]] == ["RETURN", "PURCHASE", "PURCHASE"]
