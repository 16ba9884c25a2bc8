"""Offers, the codes that open them, and how they did."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from subgraphs.cart.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class PromotionRow(Record, table=True):
    """An offer. `goods` names variants, products and categories by id; empty: the basket.

    gift_variant_id     of GIFT: the variant of which one unit in the basket is given
    reward_id           the loyalty reward whose vouchers open it
    """

    __tablename__ = "promotion"
    __table_args__ = (Index("promotion_by_start", "starts_at"), Index("promotion_by_reward", "reward_id"))

    id: str = Field(primary_key=True)
    name: str
    description: str = Field(sa_type=Text)
    terms: str | None = Field(default=None, sa_type=Text)
    kind: str
    channels: list[str] = Field(sa_type=json_type())
    brand_code: str | None = None
    percent: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    amount: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    buy: int = 0
    pay: int = 0
    factor: int = 1
    currency: str | None = None
    least_subtotal: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    goods: list[str] = Field(default_factory=list, sa_type=json_type())
    gift_variant_id: str | None = None
    reward_id: str | None = None
    members_only: bool = False
    automatic: bool = True
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VoucherRow(Record, table=True):
    """A code that opens a promotion. `used` rises by a conditional update, so a single-use code is used once.

    customer_id     whose code it is; None: anyone's
    ends_at         when the code itself runs out; None: with its promotion
    """

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("used <= most_uses", name="uses"),
        Index("voucher_by_promotion", "promotion_id"),
    )

    code: str = Field(primary_key=True)
    promotion_id: str = Field(foreign_key="promotion.id")
    most_uses: int = 1
    used: int = 0
    customer_id: str | None = None
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PromotionDayRow(Record, table=True):
    """How an offer did on one day in one channel and currency.

    shown       times a client was shown it
    redeemed    purchases it lowered
    refused     times its code was refused where the offer names the channel and runs
    cost        given away; sales: purchases it was part of
    """

    __tablename__ = "promotion_day"
    __table_args__ = (Index("promotion_day_by_day", "day"),)

    promotion_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    shown: int = 0
    redeemed: int = 0
    refused: int = 0
    cost: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    sales: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
