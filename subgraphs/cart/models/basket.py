"""Baskets: lines, things put aside, codes, means of payment."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from subgraphs.cart.models.record import Record
from subgraphs.cart.rules.quantities import MOST_UNITS
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class CartRow(Record, table=True):
    """A basket.

    channels    every channel that touched it, first to last
    version     rises by one with every change
    noticed     rises when something others decide changed for it: a price, what can be had
    promised    the delivery option taken: {"id", "label", "amount"}; a change of the goods takes it off
    handoff     code by which another device takes it over, with its end
    changed_*   the last change: why, in which channel, by which device
    served_by   the associate who rang it up, who is credited with the sale
    left_at     when it was first abandoned, and the value it had then; kept when it comes back, for reports
    """

    __tablename__ = "cart"
    __table_args__ = (
        # At most one basket in use per customer and brand: two devices that start one at once meet here.
        Index(
            "cart_in_use",
            "customer_id",
            "brand_code",
            unique=True,
            sqlite_where=text("in_use"),
            postgresql_where=text("in_use"),
        ),
        Index("cart_by_customer", "customer_id", "updated_at"),
        Index("cart_by_status", "status", "updated_at"),
        Index("cart_by_abandoned", "abandoned_at", "id"),
        Index("cart_by_handoff", "handoff_code"),
        Index("cart_by_started", "created_at"),
    )

    id: str = Field(primary_key=True)
    version: int = 1
    noticed: int = 0
    status: str = "ACTIVE"
    in_use: bool = False
    """True while it is the customer's basket in use; guests' baskets are found by id only."""
    mode: str = "BASKET"
    brand_code: str
    started_in: str
    channels: list[str] = Field(sa_type=json_type())
    customer_id: str | None = None
    currency: str
    email: str | None = None
    phone: str | None = None
    shipping_address: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    billing_address: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    promised: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    register_code: str | None = None
    register_location_id: str | None = None
    served_by: str | None = None
    handoff_code: str | None = None
    handoff_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    order_id: str | None = None
    ordered_in: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    abandoned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_why: str = "LINES"
    changed_in: str | None = None
    changed_by: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_value: Decimal | None = Field(default=None, sa_type=MoneyAmount)


class CartLineRow(Record, table=True):
    """One line.

    price_added     what one unit cost when it was added, catalogue offers included
    fee             what bringing the line's goods to its store costs, for SHIP_TO_STORE
    ready_at        the minute it is ordered ahead for; None: as soon as the store has it ready
    reservation_id  the hold it is sold from, instead of one made at checkout; held_until: when that runs out
    """

    __tablename__ = "cart_line"
    __table_args__ = (
        CheckConstraint(f"quantity BETWEEN 1 AND {MOST_UNITS}", name="quantity"),
        Index("cart_line_by_cart", "cart_id", "added_at"),
        Index("cart_line_by_variant", "variant_id"),
    )

    id: str = Field(primary_key=True)
    cart_id: str = Field(foreign_key="cart.id")
    variant_id: str
    quantity: int
    price_added: Decimal = Field(sa_type=MoneyAmount)
    method: str
    location_id: str | None = None
    transfer_quote_id: str | None = None
    fee: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reservation_id: str | None = None
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    added_in: str
    added_at: datetime = Field(sa_type=UtcDateTime)


class SavedItemRow(Record, table=True):
    """Something put aside for later; it stays with the customer when the cart is ordered."""

    __tablename__ = "saved_item"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        Index("saved_item_by_cart", "cart_id", "saved_at"),
    )

    id: str = Field(primary_key=True)
    cart_id: str = Field(foreign_key="cart.id")
    variant_id: str
    quantity: int
    price_saved: Decimal = Field(sa_type=MoneyAmount)
    saved_at: datetime = Field(sa_type=UtcDateTime)


class CartVoucherRow(Record, table=True):
    """A voucher code put to a cart."""

    __tablename__ = "cart_voucher"

    cart_id: str = Field(primary_key=True, foreign_key="cart.id")
    code: str = Field(primary_key=True)


class CartPaymentRow(Record, table=True):
    """A means of payment put to a cart; the token is the provider's, never a card number."""

    __tablename__ = "cart_payment"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    cart_id: str = Field(primary_key=True, foreign_key="cart.id")
    position: int = Field(primary_key=True)
    kind: str
    token: str | None = None
    amount: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    """None: whatever is still due."""
    label: str
