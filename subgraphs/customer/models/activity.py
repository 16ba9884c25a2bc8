"""What people do: touches of any channel, products looked at, wishes, try-ons."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from subgraphs.customer.models.record import Record
from subgraphs.kit.columns import UtcDateTime


class TouchRow(Record, table=True):
    """One thing that happened, the timeline's item.

    customer_id     None while only the visitor is known; filled in when the visitor's device is linked to a person
    fingerprint     of who, what, where and when: the same touch sent twice is one
    """

    __tablename__ = "touch"
    __table_args__ = (
        Index("ix_touch_customer_id_at_id", "customer_id", "at", "id"),
        Index("ix_touch_visitor_id", "visitor_id"),
    )
    id: str = Field(primary_key=True, max_length=36)
    customer_id: str | None = Field(default=None, foreign_key="customer.id", max_length=80)
    visitor_id: str | None = Field(default=None, max_length=128)
    kind: str = Field(max_length=12)
    channel: str = Field(max_length=63)
    at: datetime = Field(sa_type=UtcDateTime)
    summary: str = Field(max_length=300)
    subject_id: str | None = Field(default=None, max_length=80)
    source: str | None = Field(default=None, max_length=300)
    fingerprint: str = Field(unique=True, max_length=64)


class BrowsedRow(Record, table=True):
    """A product looked at, once per person and product."""

    __tablename__ = "browsed_product"
    __table_args__ = (Index("ix_browsed_product_customer_id_at", "customer_id", "at"),)
    customer_id: str = Field(foreign_key="customer.id", primary_key=True, max_length=80)
    product_id: str = Field(primary_key=True, max_length=80)
    channel: str = Field(max_length=63)
    at: datetime = Field(sa_type=UtcDateTime)
    views: int


class WishlistRow(Record, table=True):
    """A wish list."""

    __tablename__ = "wishlist"
    id: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=80)
    name: str = Field(max_length=100)
    created_at: datetime = Field(sa_type=UtcDateTime)


class WishRow(Record, table=True):
    """One wish."""

    __tablename__ = "wishlist_item"
    wishlist_id: str = Field(foreign_key="wishlist.id", primary_key=True, max_length=80)
    variant_id: str = Field(primary_key=True, max_length=80)
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_in: str = Field(max_length=63)


class TryOnRow(Record, table=True):
    """A saved virtual try-on."""

    __tablename__ = "try_on"
    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=80)
    variant_id: str = Field(max_length=80)
    channel: str = Field(max_length=63)
    image_url: str | None = Field(default=None, max_length=2048)
    at: datetime = Field(sa_type=UtcDateTime)
