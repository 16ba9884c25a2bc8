"""Goods moved from one location to another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.inventory.models.record import Record
from subgraphs.kit.columns import UtcDateTime


class TransferRow(Record, table=True):
    """A transfer; its arrival was promised when it was asked for."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("ix_transfer_to_id_status_estimated_at", "to_id", "status", "estimated_at"),
        Index("ix_transfer_order_id", "order_id"),
        Index("ix_transfer_customer_id", "customer_id"),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    from_id: str
    to_id: str
    status: str
    customer_id: str | None = None
    order_id: str | None = None
    promised_at: datetime = Field(sa_type=UtcDateTime)
    estimated_at: datetime = Field(sa_type=UtcDateTime)
    arrived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class TransferLineRow(Record, table=True):
    """One line; while the goods lie at the sender they are held there by `reservation_id`."""

    __tablename__ = "transfer_line"
    __table_args__ = (CheckConstraint("quantity > 0", "quantity_positive"),)

    transfer_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    variant_id: str
    quantity: int
    reservation_id: str


class TransferEventRow(Record, table=True):
    """One step, oldest first by `position`."""

    __tablename__ = "transfer_event"

    transfer_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    status: str
    at: datetime = Field(sa_type=UtcDateTime)
    note: str | None = None
