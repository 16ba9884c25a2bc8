"""Orders and how they reach people, as stored. Amounts are exact decimals in major units; instants are UTC."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.fulfilment.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class OrderRow(Record, table=True):
    """A purchase from any channel.

    kind            ORDER; CANCELLATION for goods handed back or charges undone in an imported ledger, with negative
                    amounts; ADJUSTMENT for stock written off there. Only ORDERs are orders to a shopper.
    sales           what counts as sold, not rounded: an imported ledger has amounts of four decimals
    sold_units      units that count as sold
    source          `shop` for orders placed here, else where they came from; with the number there it is unique
    by_guest            placed by someone who was not signed in; the account may have been opened with it
    first_of_customer   True when the customer had not bought before
    email       in small letters
    card_last_four  of the card it was paid with: staff find a purchase by it and the day
    pickup_secret   what passes, tokens and links of the order are signed with; never shown
    link_round      rises when the links sent so far are revoked: those of earlier rounds open nothing
    pickup_code     what is read out at the counter; follows from the secret, kept to be found by
    delivery_option service taken at checkout, e.g. `express:GB`
    promised_at, estimated_at, is_open   kept with the order, so that a glance reads one table
    """

    __tablename__ = "order"
    __table_args__ = (
        Index("order_by_number", "number", unique=True),
        Index("order_by_source", "source", "external_number", unique=True),
        Index("order_by_customer", "customer_id", "placed_at", "id"),
        Index("order_by_day", "kind", "placed_at"),
        Index("order_by_cart", "cart_id"),
        Index("order_by_email", "email", "placed_at"),
        Index("order_by_phone", "phone", "placed_at"),
        Index("order_by_pickup_code", "pickup_code"),
        Index("order_by_external_number", "external_number"),
        Index("order_by_card", "card_last_four", "placed_at"),
        Index("order_by_store", "sold_at_id", "placed_at"),
    )

    id: str = Field(primary_key=True)
    number: str
    kind: str = "ORDER"
    status: str = "PLACED"
    is_open: bool = True
    placed_at: datetime = Field(sa_type=UtcDateTime)
    brand_code: str
    channel: str
    source: str = "shop"
    external_number: str | None = None
    sold_at_id: str | None = None
    sold_by: str | None = None
    cart_id: str | None = None
    customer_id: str | None = None
    email: str | None = None
    phone: str | None = None
    currency: str
    subtotal: Decimal = Field(sa_type=MoneyAmount)
    discount: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    delivery: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    tax: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    total: Decimal = Field(sa_type=MoneyAmount)
    sales: Decimal = Field(sa_type=MoneyAmount)
    sold_units: int
    cost: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    by_guest: bool = False
    first_of_customer: bool = False
    shipping_address: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    collector: str | None = None
    pickup_secret: str | None = None
    pickup_code: str | None = None
    link_round: int = 0
    card_last_four: str | None = None
    delivery_option: str | None = None
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    estimated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OrderLineRow(Record, table=True):
    """One line; name and SKU as they were when sold.

    kind        GOODS, or POSTAGE, FEE, DISCOUNT, MANUAL, SAMPLE, VOUCHER from an imported ledger
    variant_id  None for what is no goods of the catalogue
    sold        it counts as a sale: quantity and price are both positive
    called_off_quantity     units that will not come: called off, or not found
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("returned_quantity >= 0 AND called_off_quantity >= 0", name="returned"),
        Index("order_line_by_order", "order_id", "position"),
        Index("order_line_by_variant", "variant_id"),
        Index("order_line_by_product", "product_id"),
    )

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id")
    position: int
    kind: str = "GOODS"
    variant_id: str | None = None
    product_id: str | None = None
    sku: str
    name: str
    quantity: int
    returned_quantity: int = 0
    called_off_quantity: int = 0
    unit_price: Decimal = Field(sa_type=MoneyAmount)
    discount: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    sold: bool = True
    method: str = "SHIP"
    location_id: str | None = None
    reservation_id: str | None = None


class OrderPaymentRow(Record, table=True):
    """How an order was paid."""

    __tablename__ = "order_payment"
    __table_args__ = (CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded"),)

    order_id: str = Field(primary_key=True, foreign_key="order.id")
    position: int = Field(primary_key=True)
    kind: str
    label: str
    amount: Decimal = Field(sa_type=MoneyAmount)
    refunded: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)


class FulfilmentRow(Record, table=True):
    """Part of an order that reaches the customer in one go.

    kind        SHIPMENT, PICKUP or CARRY_OUT
    from_id     location the goods come from
    location_id where they are collected, for PICKUP
    cost        what bringing it costs, by the price list of its service
    sent_at     handed to the carrier
    arrived_at  the customer came into the store for it
    checked_at  goods taken along were checked at the door
    """

    __tablename__ = "fulfilment"
    __table_args__ = (
        Index("fulfilment_by_order", "order_id", "position"),
        Index("fulfilment_by_place", "location_id", "status"),
        Index("fulfilment_by_done", "kind", "done_at"),
        Index("fulfilment_by_sent", "kind", "sent_at"),
    )

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id")
    position: int
    kind: str
    status: str = "PENDING"
    from_id: str
    location_id: str | None = None
    location_name: str | None = None
    carrier_code: str | None = None
    tracking_number: str | None = None
    transfer_id: str | None = None
    kerbside: bool = False
    cost: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    estimated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    hold_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    arrived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FulfilmentLineRow(Record, table=True):
    """Units of an order line in a fulfilment."""

    __tablename__ = "fulfilment_line"

    fulfilment_id: str = Field(primary_key=True, foreign_key="fulfilment.id")
    order_line_id: str = Field(primary_key=True, foreign_key="order_line.id")
    quantity: int


class OrderEventRow(Record, table=True):
    """One thing that happened to an order."""

    __tablename__ = "order_event"
    __table_args__ = (Index("order_event_by_order", "order_id", "at", "id"),)

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id")
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    summary: str
    location_id: str | None = None
    fulfilment_id: str | None = None
