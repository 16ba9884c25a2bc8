"""What the carts tell of cards."""

from __future__ import annotations

from datetime import UTC, datetime

from subgraphs.customer.service.news import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.inbox import consume


async def test_a_cards_balance_follows_what_is_paid_with_it(shop, ada):
    query = "{ me { storedValueCards { barcode balance { amount } } } }"
    [card] = (await shop.execute(query, customer=ada)).data["me"]["storedValueCards"]
    consumer = next(each for each in CONSUMERS if "stored_value.moved" in each.topics)
    for event_id, change, currency in (
        ("1", "-10.00", "GBP"),
        ("1", "-10.00", "GBP"),
        ("2", "-1.00", "EUR"),
        ("3", "4.50", "GBP"),
    ):
        payload = {"number": card["barcode"], "change": {"amount": change, "currency": currency}}
        await consume(
            shop.database, consumer, Event(event_id, "stored_value.moved", "x", 1, payload, datetime.now(UTC))
        )
    [after] = (await shop.execute(query, customer=ada)).data["me"]["storedValueCards"]
    assert (card["balance"]["amount"], after["balance"]["amount"]) == ("35.50", "30.00")
