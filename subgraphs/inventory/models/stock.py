"""What lies where: variants as this subgraph knows them, stock records, and the ledger of every change."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from subgraphs.inventory.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class VariantRow(Record, table=True):
    """A variant that is stocked: owned by the catalogue, this is the copy that scanning and promising need.

    unit_value      what one unit is worth when it goes missing, in `currency`
    """

    __tablename__ = "variant"

    id: str = Field(primary_key=True)
    sku: str = Field(unique=True)
    product_id: str | None = Field(default=None, index=True)
    brand_code: str | None = None
    backorder: bool = False
    preorder: bool = False
    order_limit: int = 10
    restock_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lead_time_days: int | None = None
    unit_value: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    currency: str = "GBP"


class BarcodeRow(Record, table=True):
    """A code that scanners read: GTIN padded to 14 digits."""

    __tablename__ = "barcode"

    gtin: str = Field(primary_key=True)
    variant_id: str = Field(index=True)
    pack_size: int = 1


class StockLevelRow(Record, table=True):
    """The stock record of one variant at one location; only `service.shelf` writes it."""

    __tablename__ = "stock_level"
    __table_args__ = (
        UniqueConstraint("variant_id", "location_id"),
        Index("ix_stock_level_location_id_id", "location_id", "id"),
        Index("ix_stock_level_updated_at_id", "updated_at", "id"),
        CheckConstraint("on_hand >= 0", "on_hand_not_negative"),
        CheckConstraint("reserved >= 0", "reserved_not_negative"),
        CheckConstraint("inbound >= 0", "inbound_not_negative"),
        CheckConstraint("safety_stock >= 0", "safety_stock_not_negative"),
    )

    id: str = Field(primary_key=True)
    variant_id: str
    location_id: str
    on_hand: int = 0
    reserved: int = 0
    inbound: int = 0
    safety_stock: int = 0
    version: int = 1
    counted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class MovementRow(Record, table=True):
    """One line of the ledger: the changes of a stock record sum to its `on_hand`.

    day         of `at` by the clock of the place, for reports
    difference  a count: found less system; zero when both agreed
    reference   what caused it: an order's, transfer's or scan's id
    """

    __tablename__ = "movement"
    __table_args__ = (
        Index("ix_movement_kind_day", "kind", "day"),
        Index("ix_movement_variant_id_location_id_at", "variant_id", "location_id", "at"),
    )

    id: str = Field(primary_key=True)
    variant_id: str
    location_id: str
    kind: str
    change: int
    on_hand_after: int
    difference: int = 0
    day: date
    at: datetime = Field(sa_type=UtcDateTime)
    reference: str | None = None


class ScanRow(Record, table=True):
    """A scan that was applied, by its key: the device sends it again when it heard no answer."""

    __tablename__ = "scan"

    key: str = Field(primary_key=True)
    fingerprint: str
    stock_level_id: str
    discrepancy_id: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class DiscrepancyRow(Record, table=True):
    """A difference between what a channel shows and what the shelf holds."""

    __tablename__ = "discrepancy"
    __table_args__ = (
        Index("ix_discrepancy_status_detected_at_id", "status", "detected_at", "id"),
        Index("ix_discrepancy_location_id_detected_at_id", "location_id", "detected_at", "id"),
        Index("ix_discrepancy_day", "day"),
    )

    id: str = Field(primary_key=True)
    variant_id: str
    location_id: str
    system_quantity: int
    counted_quantity: int
    oversold_in: list[str] = Field(sa_type=json_type())
    cause: str = "UNKNOWN"
    status: str = "OPEN"
    day: date
    detected_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShortfallRow(Record, table=True):
    """An order line that could not be met although it was promised; told by fulfilment, counted in the report."""

    __tablename__ = "shortfall"
    __table_args__ = (Index("ix_shortfall_day", "day"),)

    order_id: str = Field(primary_key=True)
    variant_id: str = Field(primary_key=True)
    location_id: str = Field(primary_key=True)
    quantity: int
    day: date
    at: datetime = Field(sa_type=UtcDateTime)
