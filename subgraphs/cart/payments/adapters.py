"""Which adapter takes which kind of payment."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from subgraphs.cart.payments.pay_in_store import PayInStore
from subgraphs.cart.payments.port import PaymentAdapter
from subgraphs.cart.payments.store_value import StoreValue
from subgraphs.cart.payments.test_cards import TestCards
from subgraphs.kit.database import Database

_cards: WeakKeyDictionary[Database, TestCards] = WeakKeyDictionary()


def adapters_of(database: Database) -> Mapping[str, PaymentAdapter]:
    """Kind → adapter, for the service with this database; the card processor keeps its books as long as it is open."""
    cards = _cards.setdefault(database, TestCards())
    stored = StoreValue(database)
    return {
        "CARD": cards,
        "WALLET": cards,
        "LAYAWAY_DEPOSIT": cards,
        "STORED_VALUE": stored,
        "GIFT_CARD": stored,
        "CASH": PayInStore(),
    }
