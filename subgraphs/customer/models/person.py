"""A person and what belongs to the record of one: identities, addresses, consents, sessions, facts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from subgraphs.customer.models.record import Record
from subgraphs.kit.columns import UtcDateTime, json_type


class CustomerRow(Record, table=True):
    """A person, known or guest.

    segment_codes       codes of the segments the person is in, in order
    contact             how the person likes to be reached: `preferred`, `quiet_from`, `quiet_to`, `weekly_cap`
    """

    __tablename__ = "customer"
    id: str = Field(primary_key=True, max_length=80)
    first_name: str | None = Field(default=None, max_length=100)
    last_name: str | None = Field(default=None, max_length=100)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=20)
    birth_date: date | None = None
    locale: str | None = Field(default=None, max_length=35)
    is_guest: bool = True
    preferred_store_id: str | None = Field(default=None, max_length=80)
    segment_codes: list[str] = Field(default_factory=list, sa_type=json_type())
    contact: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())
    created_at: datetime = Field(sa_type=UtcDateTime)


class AddressRow(Record, table=True):
    """An address of a customer."""

    __tablename__ = "customer_address"
    id: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=80)
    recipient: str = Field(max_length=200)
    lines: list[str] = Field(sa_type=json_type())
    city: str = Field(max_length=100)
    region: str | None = Field(default=None, max_length=100)
    postcode: str | None = Field(default=None, max_length=20)
    country: str = Field(max_length=2)
    is_default_shipping: bool = False
    is_default_billing: bool = False


class IdentityRow(Record, table=True):
    """One way in which a channel knows a person.

    Until it is proved, an e-mail or number is a claim, and any number of people may make the same one: whether it is
    someone else's is nobody's business. Proved it is one person's.

    sole    proved, or of a kind whose values nobody else can know: one person's
    """

    __tablename__ = "customer_identity"
    __table_args__ = (
        UniqueConstraint("kind", "value", "customer_id"),
        Index(
            "uq_customer_identity_sole",
            "kind",
            "value",
            unique=True,
            sqlite_where=text("sole"),
            postgresql_where=text("sole"),
        ),
    )
    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=80)
    kind: str = Field(max_length=20)
    value: str = Field(max_length=254)
    channel: str = Field(max_length=63)
    verified: bool = False
    sole: bool = False
    linked_at: datetime = Field(sa_type=UtcDateTime)


class SessionRow(Record, table=True):
    """A place where the person is signed in: one per device."""

    __tablename__ = "customer_session"
    __table_args__ = (UniqueConstraint("customer_id", "device"),)
    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customer.id", max_length=80)
    channel: str = Field(max_length=63)
    device: str = Field(max_length=128)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)


class ConsentRow(Record, table=True):
    """The last word on one purpose."""

    __tablename__ = "consent"
    customer_id: str = Field(foreign_key="customer.id", primary_key=True, max_length=80)
    purpose: str = Field(primary_key=True, max_length=20)
    granted: bool
    channel: str = Field(max_length=63)
    at: datetime = Field(sa_type=UtcDateTime)


class FactRow(Record, table=True):
    """A fact worth remembering about a person."""

    __tablename__ = "profile_fact"
    customer_id: str = Field(foreign_key="customer.id", primary_key=True, max_length=80)
    code: str = Field(primary_key=True, max_length=60)
    label: str = Field(max_length=100)
    value: str = Field(max_length=200)
    source: str = Field(max_length=10)
    variant_id: str | None = Field(default=None, max_length=80)
    at: datetime = Field(sa_type=UtcDateTime)


class VisitRow(Record, table=True):
    """A visit to a store; the person counts as present for a while after arriving or being seen again."""

    __tablename__ = "store_visit"
    __table_args__ = (Index("ix_store_visit_location_id_arrived_at", "location_id", "arrived_at"),)
    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=80)
    location_id: str = Field(max_length=80)
    arrived_at: datetime = Field(sa_type=UtcDateTime)
    noticed_by: str = Field(max_length=10)


class ReadyOrderRow(Record, table=True):
    """An order that waits for its customer in a store; known from fulfilment's events."""

    __tablename__ = "ready_order"
    order_id: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(index=True, max_length=80)
    location_id: str = Field(max_length=80)
    ready_at: datetime = Field(sa_type=UtcDateTime)


class OccasionRow(Record, table=True):
    """Something the person may be told of: one for each kind of occasion and thing, however often the thing changes.

    kind        a TriggerEvent of the schema, e.g. TRANSFER_ETA_CHANGED
    detail      what a message would say of it, by name
    """

    __tablename__ = "occasion"
    kind: str = Field(primary_key=True, max_length=40)
    subject_id: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(index=True, max_length=80)
    detail: dict[str, Any] = Field(sa_type=json_type())
    at: datetime = Field(sa_type=UtcDateTime)
