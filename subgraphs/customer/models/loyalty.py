"""Loyalty: programmes with tiers and rewards, memberships with points, and stored value."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from subgraphs.customer.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type


class ProgramRow(Record, table=True):
    """A loyalty programme.

    brands      codes of the brands taking part
    tiers       the lowest first: each `code`, `name`, `threshold`, and `perks` of `kind` and `description`
    """

    __tablename__ = "loyalty_program"
    code: str = Field(primary_key=True, max_length=60)
    name: str = Field(max_length=100)
    brands: list[str] = Field(sa_type=json_type())
    tiers: list[dict[str, Any]] = Field(sa_type=json_type())


class RewardRow(Record, table=True):
    """Something points of a programme can be spent on."""

    __tablename__ = "reward"
    id: str = Field(primary_key=True, max_length=80)
    program_code: str = Field(foreign_key="loyalty_program.code", index=True, max_length=60)
    name: str = Field(max_length=100)
    points: int
    valid_days: int


class MembershipRow(Record, table=True):
    """A person's membership. `version` rises by one with every movement; points never fall below zero."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("customer_id", "program_code"),
        CheckConstraint("points >= 0", name="points_not_negative"),
    )
    id: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(foreign_key="customer.id", max_length=80)
    program_code: str = Field(foreign_key="loyalty_program.code", max_length=60)
    number: str = Field(unique=True, max_length=40)
    tier_code: str = Field(max_length=40)
    points: int = 0
    pending_points: int = 0
    version: int = 1


class MovementRow(Record, table=True):
    """Points coming or going. `once` keeps one movement per cause, e.g. `earn:ord_…`."""

    __tablename__ = "points_movement"
    __table_args__ = (
        UniqueConstraint("membership_id", "once"),
        Index("ix_points_movement_membership_id_at", "membership_id", "at"),
        Index("ix_points_movement_order_id", "order_id"),
    )
    id: str = Field(primary_key=True, max_length=36)
    membership_id: str = Field(foreign_key="membership.id", max_length=80)
    points: int
    reason: str = Field(max_length=200)
    tender: str | None = Field(default=None, max_length=20)
    order_id: str | None = Field(default=None, max_length=80)
    channel: str = Field(max_length=63)
    at: datetime = Field(sa_type=UtcDateTime)
    once: str = Field(max_length=160)


class TakenRewardRow(Record, table=True):
    """A reward taken: a voucher for the till."""

    __tablename__ = "taken_reward"
    id: str = Field(primary_key=True, max_length=80)
    membership_id: str = Field(foreign_key="membership.id", index=True, max_length=80)
    reward_id: str = Field(foreign_key="reward.id", max_length=80)
    name: str = Field(max_length=100)
    points: int
    voucher_code: str = Field(unique=True, max_length=40)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class KnownOrderRow(Record, table=True):
    """What loyalty needs to know of an order; from fulfilment's events, in any order with claims for its points.

    refunded    how much of the total was given back so far; points are for what is left
    """

    __tablename__ = "known_order"
    order_id: str = Field(primary_key=True, max_length=80)
    customer_id: str | None = Field(default=None, index=True, max_length=80)
    total: Decimal = Field(sa_type=MoneyAmount)
    refunded: Decimal = Field(default=Decimal(0), sa_type=MoneyAmount)
    currency: str = Field(max_length=3)
    channel: str = Field(max_length=63)
    brand: str | None = Field(default=None, max_length=60)
    placed_at: datetime = Field(sa_type=UtcDateTime)


class PointsClaimRow(Record, table=True):
    """A membership named at a till for an order whose total is not known here yet."""

    __tablename__ = "points_claim"
    order_id: str = Field(primary_key=True, max_length=80)
    membership_id: str = Field(foreign_key="membership.id", max_length=80)
    tender: str = Field(max_length=20)
    channel: str = Field(max_length=63)


class CardRow(Record, table=True):
    """A stored-value card."""

    __tablename__ = "stored_value_card"
    __table_args__ = (CheckConstraint("balance >= 0", name="balance_not_negative"),)
    id: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=80)
    number: str = Field(unique=True, max_length=40)
    balance: Decimal = Field(sa_type=MoneyAmount)
    currency: str = Field(max_length=3)
    auto_reload: Decimal | None = Field(default=None, sa_type=MoneyAmount)
