"""Purchases under way, layaways, and the book of stored value."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from subgraphs.cart.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class CheckoutRow(Record, table=True):
    """A checkout under way or ended: the saga's memory.

    scope       whose key it is: the customer's, or a guest's cart
    purpose     ORDER, or LAYAWAY: what the goods are held and paid for
    step        what is to be done next, stored before it is tried
    agreed      what the shopper agreed to: lines, totals, address, payments, as placed
    answers     step → what it answered: hold ids, payment references, the order
    leased_by, leased_until     who drives it now; nobody else does until the lease runs out
    """

    __tablename__ = "checkout"
    __table_args__ = (
        Index("checkout_by_key", "scope", "idempotency_key", unique=True),
        Index("checkout_by_step", "step", "updated_at"),
        Index("checkout_by_cart", "cart_id"),
    )

    id: str = Field(primary_key=True)
    cart_id: str = Field(foreign_key="cart.id")
    scope: str
    idempotency_key: str
    purpose: str = "ORDER"
    step: str
    agreed: dict[str, Any] = Field(sa_type=json_type())
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())
    attempts: int = 0
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class LayawayRow(Record, table=True):
    """Goods kept while they are paid in parts; its id follows from the checkout that opened it.

    hold_key    what the goods are held under
    due_back    called off, and what was paid is to be given back and the goods freed
    order_id    placed when the last part is paid: it is collected like any other
    """

    __tablename__ = "layaway"
    __table_args__ = (
        Index("layaway_by_customer", "customer_id"),
        Index("layaway_by_status", "status"),
        Index("layaway_by_order", "order_id"),
        Index("layaway_due_back", "id", sqlite_where=text("due_back"), postgresql_where=text("due_back")),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    status: str = "OPEN"
    customer_id: str
    location_id: str
    brand_code: str
    channel: str
    currency: str
    total: Decimal = Field(sa_type=MoneyAmount)
    paid: Decimal = Field(sa_type=MoneyAmount)
    lines: list[dict[str, Any]] = Field(sa_type=json_type())
    reservations: list[str] = Field(sa_type=json_type())
    hold_key: str
    due_back: bool = False
    order_id: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)


class InstalmentRow(Record, table=True):
    """One part of a layaway; the deposit is number 0."""

    __tablename__ = "layaway_instalment"
    __table_args__ = (Index("layaway_instalment_by_due", "due_on"),)

    layaway_id: str = Field(primary_key=True, foreign_key="layaway.id")
    number: int = Field(primary_key=True)
    due_on: date
    amount: Decimal = Field(sa_type=MoneyAmount)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LayawayPaymentRow(Record, table=True):
    """A payment of a layaway: stored before it is tried, so that it is finished or undone after a crash.

    state   PENDING, TAKEN, DECLINED, RETURNED
    token   the provider's, forgotten once it is of no use
    """

    __tablename__ = "layaway_payment"
    __table_args__ = (
        Index("layaway_payment_by_key", "layaway_id", "idempotency_key", unique=True),
        Index("layaway_payment_by_state", "state", "at"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: str = Field(primary_key=True)
    layaway_id: str = Field(foreign_key="layaway.id")
    idempotency_key: str
    kind: str
    token: str | None = None
    amount: Decimal = Field(sa_type=MoneyAmount)
    charge_key: str
    state: str = "PENDING"
    answer: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    at: datetime = Field(sa_type=UtcDateTime)


class StoredValueRow(Record, table=True):
    """A store card or gift card and what is left on it, by the token it is paid with."""

    __tablename__ = "stored_value"
    __table_args__ = (CheckConstraint("balance >= 0", name="balance"),)

    token: str = Field(primary_key=True)
    kind: str
    currency: str
    balance: Decimal = Field(sa_type=MoneyAmount)


class StoredValueMoveRow(Record, table=True):
    """What was taken from a card under a key, and how much of it was given back; taken 0: the key is void."""

    __tablename__ = "stored_value_move"
    __table_args__ = (CheckConstraint("given_back BETWEEN 0 AND taken", name="given_back"),)

    key: str = Field(primary_key=True)
    token: str
    taken: Decimal = Field(sa_type=MoneyAmount)
    given_back: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
