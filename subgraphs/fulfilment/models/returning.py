"""Returns and the policies they follow, as stored."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.fulfilment.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class ReturnPolicyRow(Record, table=True):
    """Rules for handing goods back.

    id      follows from the reach, so that there is one policy for each: the whole group, a brand, a store group or a
            store (of one brand's goods, when it names one)
    """

    __tablename__ = "return_policy"
    __table_args__ = (CheckConstraint("window_days >= 0", name="window_days"),)

    id: str = Field(primary_key=True)
    scope: str
    brand_code: str | None = None
    group_code: str | None = None
    location_id: str | None = None
    window_days: int
    requirements: list[str] = Field(sa_type=json_type())
    restocking_fee_percent: float = 0
    online_returns_in_store: bool = True
    accepts_sister_brands: bool = False
    wording: str


class ReturnRow(Record, table=True):
    """Goods handed back, or on their way.

    policy_id       policy applied; it may have changed since, the decision stands
    received_at     when the goods were there: what reports count
    """

    __tablename__ = "return"
    __table_args__ = (
        Index("return_by_order", "order_id", "id"),
        Index("return_by_number", "number", unique=True),
        Index("return_by_day", "received_at"),
    )

    id: str = Field(primary_key=True)
    number: str
    order_id: str = Field(foreign_key="order.id")
    status: str
    channel: str
    location_id: str | None = None
    policy_id: str
    currency: str
    refund: Decimal = Field(sa_type=MoneyAmount)
    exchange_order_id: str | None = Field(default=None, foreign_key="order.id")
    decline_reason: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReturnLineRow(Record, table=True):
    """Units of an order line handed back for one reason; `disposition` is SHELF, REPAIR or SCRAP once they are there."""

    __tablename__ = "return_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    return_id: str = Field(primary_key=True, foreign_key="return.id")
    position: int = Field(primary_key=True)
    order_line_id: str = Field(foreign_key="order_line.id", index=True)
    quantity: int
    reason: str
    evidence_urls: list[str] = Field(default_factory=list, sa_type=json_type())
    disposition: str | None = None
    refund: Decimal = Field(sa_type=MoneyAmount)
    exchange_variant_id: str | None = None
