"""What others told: goods, places, people, carriers. Copies, kept to answer without asking anyone."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from decimal import Decimal

from sqlalchemy import Index
from sqlmodel import Field

from subgraphs.fulfilment.models.record import Record
from subgraphs.kit.columns import MoneyAmount


class CarrierRow(Record, table=True):
    """A carrier or delivery partner."""

    __tablename__ = "carrier"

    code: str = Field(primary_key=True)
    name: str


class VariantFactRow(Record, table=True):
    """What the catalogue told of a variant, to know it again when a sale made elsewhere names its SKU.

    unit_cost   what one unit costs the shop, in `unit_cost_currency`: an order's cost is the sum of its goods'
    """

    __tablename__ = "variant_fact"
    __table_args__ = (Index("variant_fact_by_sku", "sku"),)

    variant_id: str = Field(primary_key=True)
    product_id: str
    sku: str
    name: str
    brand_code: str | None = None
    unit_cost: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    unit_cost_currency: str | None = None


class BarcodeFactRow(Record, table=True):
    """A barcode (GTIN in 14 digits) of a variant."""

    __tablename__ = "barcode_fact"

    gtin: str = Field(primary_key=True)
    variant_id: str


class CategoryFactRow(Record, table=True):
    """A category a variant lies in; `purchasedItems` stays within one."""

    __tablename__ = "category_fact"

    category_id: str = Field(primary_key=True)
    variant_id: str = Field(primary_key=True)


class LeadTimeRow(Record, table=True):
    """Days until a backorder of a variant leaves; no row: it cannot be ordered ahead, or nobody told."""

    __tablename__ = "lead_time"

    variant_id: str = Field(primary_key=True)
    days: int


class PlaceFactRow(Record, table=True):
    """Whose a location is: its brand (None: both), and the store group whose policies it shares."""

    __tablename__ = "place_fact"

    location_id: str = Field(primary_key=True)
    brand_code: str | None = None
    group_code: str | None = None


class ContactRow(Record, table=True):
    """How a customer is found at a till: EMAIL in small letters, PHONE in E.164, LOYALTY number."""

    __tablename__ = "contact"
    __table_args__ = (Index("contact_by_customer", "customer_id"),)

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    customer_id: str
