"""Work in the stores, as stored."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.fulfilment.models.record import Record
from subgraphs.kit.columns import UtcDateTime


class PickTaskRow(Record, table=True):
    """Something an associate has to fetch or prepare.

    version     grows with every change: what a subscription has told already
    reservation_id, transfer_id     the hold it is pulled or set out for, the transfer it is packed for
    """

    __tablename__ = "pick_task"
    __table_args__ = (
        Index("pick_task_by_place", "location_id", "status", "due_at"),
        Index("pick_task_by_change", "location_id", "changed_at"),
        Index("pick_task_by_fulfilment", "fulfilment_id", unique=True),
        Index("pick_task_by_customer", "customer_id", "location_id"),
        Index("pick_task_by_hold", "reservation_id"),
        Index("pick_task_by_transfer", "transfer_id", unique=True),
    )

    id: str = Field(primary_key=True)
    kind: str
    status: str = "OPEN"
    location_id: str
    order_id: str | None = Field(default=None, foreign_key="order.id")
    fulfilment_id: str | None = Field(default=None, foreign_key="fulfilment.id")
    reservation_id: str | None = None
    transfer_id: str | None = None
    customer_id: str | None = None
    assignee: str | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    customer_waiting: bool = False
    version: int = 1
    changed_at: datetime = Field(sa_type=UtcDateTime)


class PickLineRow(Record, table=True):
    """One thing to fetch."""

    __tablename__ = "pick_line"
    __table_args__ = (CheckConstraint("picked >= 0 AND picked <= quantity", name="picked"),)

    task_id: str = Field(primary_key=True, foreign_key="pick_task.id")
    variant_id: str = Field(primary_key=True)
    position: int
    quantity: int
    picked: int = 0
