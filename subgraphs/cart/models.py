"""What the cart service stores. Amounts are exact decimals in major units; instants are UTC."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from subgraphs.cart.rules.quantities import MOST_UNITS
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type
from subgraphs.kit.tables import NAMING


class Record(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of this subgraph's tables."""


class CartRow(Record, table=True):
    """A basket.

    channels    every channel that touched it, first to last
    version     rises by one with every change
    promised    the delivery option taken: {"id", "label", "amount"}
    handoff     code by which another device takes it over, with its end
    """

    __tablename__ = "cart"
    __table_args__ = (
        # At most one basket in use per customer and brand: two devices that start one at once meet here.
        Index(
            "cart_in_use",
            "customer_id",
            "brand_code",
            unique=True,
            sqlite_where=Column("in_use"),
            postgresql_where=Column("in_use"),
        ),
        Index("cart_by_customer", "customer_id", "updated_at"),
        Index("cart_by_status", "status", "updated_at"),
        Index("cart_by_handoff", "handoff_code"),
        Index("cart_by_started", "created_at"),
    )

    id: str = Field(primary_key=True)
    version: int = 1
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
    handoff_code: str | None = None
    handoff_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    order_id: str | None = None
    ordered_in: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    abandoned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CartLineRow(Record, table=True):
    """One line; `price_added` is what one unit cost when it was added, catalogue offers included."""

    __tablename__ = "cart_line"
    __table_args__ = (
        CheckConstraint(f"quantity BETWEEN 1 AND {MOST_UNITS}", name="quantity"),
        Index("cart_line_by_cart", "cart_id", "added_at"),
    )

    id: str = Field(primary_key=True)
    cart_id: str = Field(foreign_key="cart.id")
    variant_id: str
    quantity: int
    price_added: Decimal = Field(sa_type=MoneyAmount)
    method: str
    location_id: str | None = None
    transfer_quote_id: str | None = None
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reservation_id: str | None = None
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


class PromotionRow(Record, table=True):
    """An offer. `goods` names variants, products and categories by id; empty: the basket."""

    __tablename__ = "promotion"
    __table_args__ = (Index("promotion_by_start", "starts_at"),)

    id: str = Field(primary_key=True)
    name: str
    description: str = Field(sa_type=Text)
    terms: str | None = Field(default=None, sa_type=Text)
    kind: str
    channels: list[str] = Field(sa_type=json_type())
    brand_code: str | None = None
    percent: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    amount: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    buy: int = 0
    pay: int = 0
    factor: int = 1
    currency: str | None = None
    least_subtotal: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    goods: list[str] = Field(default_factory=list, sa_type=json_type())
    members_only: bool = False
    automatic: bool = True
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VoucherRow(Record, table=True):
    """A code that opens a promotion. `used` rises by a conditional update, so a single-use code is used once."""

    __tablename__ = "voucher"
    __table_args__ = (CheckConstraint("used <= most_uses", name="uses"),)

    code: str = Field(primary_key=True)
    promotion_id: str = Field(foreign_key="promotion.id")
    most_uses: int = 1
    used: int = 0


class MemberRow(Record, table=True):
    """A customer who is in a brand's loyalty programme, as the customer service tells by its events."""

    __tablename__ = "member"

    customer_id: str = Field(primary_key=True)
    brand_code: str = Field(primary_key=True)


class VariantFactRow(Record, table=True):
    """What the catalogue last said of a variant in a channel.

    price           what one unit costs there now; None: not sold there
    groups          ids by which an offer can name it: variant, product, categories
    """

    __tablename__ = "variant_fact"

    variant_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    sku: str
    name: str
    brand_code: str
    currency: str | None = None
    price: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    bar: str = "NONE"
    groups: list[str] = Field(default_factory=list, sa_type=json_type())
    seen_at: datetime = Field(sa_type=UtcDateTime)


class CheckoutRow(Record, table=True):
    """A checkout under way or ended: the saga's memory.

    step        what is to be done next, stored before it is tried
    agreed      what the shopper agreed to: lines, totals, address, payments, as placed
    answers     step → what it answered: hold ids, payment references, the order
    """

    __tablename__ = "checkout"
    __table_args__ = (
        Index("checkout_by_key", "idempotency_key", unique=True),
        Index("checkout_by_step", "step", "updated_at"),
        Index("checkout_by_cart", "cart_id"),
    )

    id: str = Field(primary_key=True)
    cart_id: str = Field(foreign_key="cart.id")
    idempotency_key: str
    step: str
    agreed: dict[str, Any] = Field(sa_type=json_type())
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
