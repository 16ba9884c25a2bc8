"""What others told: members, goods and their prices, tills."""

# No `from __future__ import annotations`: sqlmodel reads annotations when the class is made.

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from subgraphs.cart.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class MemberRow(Record, table=True):
    """A customer who is in a brand's loyalty programme, as the customer service tells by its events."""

    __tablename__ = "member"

    customer_id: str = Field(primary_key=True)
    brand_code: str = Field(primary_key=True)


class VariantFactRow(Record, table=True):
    """What the catalogue last said of a variant in a channel.

    price           what one unit costs there now; None: not sold there
    reduced         whether that is less than the regular price: offers on goods leave it as it is
    online_only     no store keeps it: it can only be sent
    groups          ids by which an offer can name it: variant, product, categories
    """

    __tablename__ = "variant_fact"

    variant_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    sku: str
    name: str
    brand_code: str
    currency: str | None = None
    price: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    reduced: bool = False
    bar: str = "NONE"
    online_only: bool = False
    groups: list[str] = Field(default_factory=list, sa_type=json_type())
    seen_at: datetime = Field(sa_type=UtcDateTime)


class RegisterRow(Record, table=True):
    """A till: its code, and the store and channel it stands in."""

    __tablename__ = "register"

    code: str = Field(primary_key=True)
    location_id: str
    channel: str
