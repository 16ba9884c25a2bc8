"""What is sold where, and for how much."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.catalog.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime


class AssortmentRow(Record, table=True):
    """What a channel does with a product: SOLD, SHOWN (to be seen, not bought) or HIDDEN.

    A channel without a row for a product does what the channel does from which it inherits.
    """

    __tablename__ = "assortment"
    __table_args__ = (Index("assortment_by_product", "product_id"),)

    channel_code: str = Field(primary_key=True, foreign_key="channel.code")
    product_id: str = Field(primary_key=True, foreign_key="product.id")
    state: str = "SOLD"


class PriceRow(Record, table=True):
    """The price of a variant in one channel and currency; the nearest channel of the inheritance that has one decides.

    offer       asked instead of `regular` from `offer_from` (or at once) until `offer_until` (or until changed)
    """

    __tablename__ = "price"
    __table_args__ = (
        CheckConstraint("regular >= 0", name="not_negative"),
        Index("price_by_variant", "variant_id"),
    )

    channel_code: str = Field(primary_key=True, foreign_key="channel.code")
    variant_id: str = Field(primary_key=True, foreign_key="variant.id")
    currency: str = Field(primary_key=True)
    regular: Decimal = Field(sa_type=MoneyAmount)
    offer: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    offer_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    offer_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    member: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class PastPriceRow(Record, table=True):
    """What was asked from an instant on: read for the lowest price of the last thirty days."""

    __tablename__ = "past_price"

    channel_code: str = Field(primary_key=True)
    variant_id: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    asked: Decimal = Field(sa_type=MoneyAmount)
