"""Places that hold stock, the groups they form, and which brand a channel sells for."""

from sqlalchemy import Index
from sqlmodel import Field

from subgraphs.inventory.models.record import Record
from subgraphs.kit.columns import json_type


class ChannelRow(Record, table=True):
    """Brand of a channel, owned by the catalogue: it says which places the channel's promises stand on."""

    __tablename__ = "channel"

    code: str = Field(primary_key=True)
    brand_code: str | None = None


class StoreGroupRow(Record, table=True):
    """Stores that share policies."""

    __tablename__ = "store_group"

    code: str = Field(primary_key=True)
    name: str
    brand_code: str


class LocationRow(Record, table=True):
    """A shop, warehouse or pickup point.

    hours           [[weekday 1–7, opens, closes], …], minutes since midnight of the wall clock
    special_days    [[date, opens | null, closes | null, note | null], …]
    promises_online its stock stands behind the online promise
    currency        of transfer fees here
    hold_minutes    longest hold of a customer here; null leaves it to the kind of hold
    pick_minutes    open time the staff need to prepare a pickup
    """

    __tablename__ = "location"
    __table_args__ = (
        Index("ix_location_latitude_longitude", "latitude", "longitude"),
        Index("ix_location_brand_code_code", "brand_code", "code"),
        Index("ix_location_store_group_code_code", "store_group_code", "code"),
        Index("ix_location_postcode", "country", "postcode"),
    )

    id: str = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str
    kind: str
    brand_code: str | None = None
    store_group_code: str | None = None
    address_lines: list[str] = Field(sa_type=json_type())
    city: str
    region: str | None = None
    postcode: str | None = None
    country: str
    latitude: float
    longitude: float
    time_zone: str
    phone: str | None = None
    hours: list[list[int]] = Field(sa_type=json_type())
    special_days: list[list[int | str | None]] = Field(sa_type=json_type())
    services: list[str] = Field(sa_type=json_type())
    promises_online: bool = False
    currency: str
    hold_minutes: int | None = None
    pick_minutes: int = 60


class PostcodeRow(Record, table=True):
    """Where a postcode lies; spaces removed, capitals."""

    __tablename__ = "postcode"

    country: str = Field(primary_key=True)
    postcode: str = Field(primary_key=True)
    latitude: float
    longitude: float
