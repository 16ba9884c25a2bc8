"""Units held for someone until a set time."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.inventory.models.record import Record
from subgraphs.kit.columns import UtcDateTime, json_type


class ReservationRow(Record, table=True):
    """A hold: while ACTIVE, its quantity is part of `reserved` of its stock record.

    request     what asked for it: holds made together are given back, sold and found together
    holder      the cart, layaway or order they serve, when there is one
    transfer    for goods to be brought to another place: {"to_id", "arrives_at"} as the offer promised
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("quantity > 0", "quantity_positive"),
        Index("ix_reservation_status_expires_at", "status", "expires_at"),
        Index("ix_reservation_customer_id_id", "customer_id", "id"),
        Index("ix_reservation_request", "request"),
        Index("ix_reservation_holder", "holder"),
        Index("ix_reservation_stock_level_id_status", "stock_level_id", "status"),
    )

    id: str = Field(primary_key=True)
    kind: str
    status: str = "ACTIVE"
    stock_level_id: str
    variant_id: str
    location_id: str
    quantity: int
    customer_id: str | None = None
    holder: str | None = None
    request: str
    transfer: dict[str, str] | None = Field(default=None, sa_type=json_type())
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
