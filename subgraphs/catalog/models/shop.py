"""Brands and the channels they sell through."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from subgraphs.catalog.models.record import Record
from subgraphs.kit.columns import UtcDateTime, json_type


class BrandRow(Record, table=True):
    """A brand with its voice and visual identity.

    logo            a picture, as `rules.media` reads it
    program_code    its loyalty programme, owned by the customer service
    """

    __tablename__ = "brand"

    code: str = Field(primary_key=True)
    name: str
    group_name: str
    tagline: str | None = None
    voice: str | None = None
    logo: dict[str, Any] = Field(sa_type=json_type())
    primary_colour: str
    accent_colour: str | None = None
    typeface: str | None = None
    program_code: str | None = None
    position: int = 0


class ChannelRow(Record, table=True):
    """A touchpoint. What it does not say itself (assortment, prices, content) is said by `inherits_from`.

    address     where its pages live; product pages are `<address>/p/<slug>`
    secret_ref  name under which the account's secret is kept elsewhere; never the secret
    """

    __tablename__ = "channel"
    __table_args__ = (Index("channel_by_brand", "brand_code"),)

    code: str = Field(primary_key=True)
    name: str
    kind: str
    status: str = "LIVE"
    brand_code: str = Field(foreign_key="brand.code")
    inherits_from: str | None = Field(default=None, foreign_key="channel.code")
    capabilities: list[str] = Field(sa_type=json_type())
    currencies: list[str] = Field(sa_type=json_type())
    locales: list[str] = Field(sa_type=json_type())
    countries: list[str] = Field(sa_type=json_type())
    address: str
    provider: str | None = None
    account: str | None = None
    secret_ref: str | None = None
    healthy: bool = False
    last_contact_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    launched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    position: int = 0


class MemberRow(Record, table=True):
    """Who is a member of a brand's loyalty programme: a copy of what the customer service tells."""

    __tablename__ = "member"

    customer_id: str = Field(primary_key=True)
    brand_code: str = Field(primary_key=True)
    tier: str


class SegmentedRow(Record, table=True):
    """Who is in which segment: a copy of what the customer service tells."""

    __tablename__ = "segmented"

    customer_id: str = Field(primary_key=True)
    segment_code: str = Field(primary_key=True)


class PromotionRow(Record, table=True):
    """When a promotion runs: a copy of what the cart service tells. Without a row, nothing is known against it."""

    __tablename__ = "promotion"

    id: str = Field(primary_key=True)
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BoughtRow(Record, table=True):
    """Which products a customer bought in any channel: a copy of what the fulfilment service tells."""

    __tablename__ = "bought"

    customer_id: str = Field(primary_key=True)
    product_id: str = Field(primary_key=True)
    bought_at: datetime = Field(sa_type=UtcDateTime)
