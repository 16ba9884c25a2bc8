"""Which adapter takes which kind of payment."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from subgraphs.cart.payments.pay_in_store import PayInStore
from subgraphs.cart.payments.port import PaymentAdapter
from subgraphs.cart.payments.test_cards import TestCards
from subgraphs.kit.database import Database

_of: WeakKeyDictionary[Database, Mapping[str, PaymentAdapter]] = WeakKeyDictionary()


def adapters_of(database: Database) -> Mapping[str, PaymentAdapter]:
    """Kind → adapter, for the service with this database; the same ones as long as it is open."""
    adapters = _of.get(database)
    if adapters is None:
        cards = TestCards()
        adapters = _of[database] = {"CARD": cards, "WALLET": cards, "CASH": PayInStore()}
    return adapters
