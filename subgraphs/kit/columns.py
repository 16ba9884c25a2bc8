"""Column types that mean the same in SQLite and in PostgreSQL."""

from __future__ import annotations

import operator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

MONEY_SCALE = Decimal(10_000)
"""Stored units in one major unit of any currency: four decimals, one more than the finest currency in use has."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, always UTC; SQLite would lose the zone, so it is put back when reading.

    Raises  ValueError for a naive datetime: it names no instant.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MoneyAmount(TypeDecorator[Decimal]):
    """An exact amount in major units, stored as a whole number of ten-thousandths.

    SQLite has no decimal; a whole number adds, sums and compares exactly in both databases.
    Raises  ValueError for an amount with more than four decimals: round it first, with `money.allocate` or `money.quantize`.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        if value is None:
            return None
        scaled = Decimal(value) * MONEY_SCALE
        if scaled != scaled.to_integral_value():
            msg = f"{value} has more than four decimals"
            raise ValueError(msg)
        return int(scaled)

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else Decimal(int(value)) / MONEY_SCALE

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:  # noqa: ARG002 - the signature is SQLAlchemy's
        # amount >= 3 means three major units. amount * 3 would multiply by 30,000 stored units: that is refused.
        if op in {operator.mul, operator.truediv, operator.floordiv, operator.mod}:
            msg = "multiply amounts in Python, or sum rows: the database holds whole ten-thousandths"
            raise TypeError(msg)
        return self


def nothing() -> list[Any]:
    """A new empty list: the `default_factory` of a column.

    Pydantic reads a factory's signature whenever a row is made; that of a builtin takes it ten times as long.
    """
    return []


def json_type() -> TypeEngine[Any]:
    """JSON that PostgreSQL can index (JSONB) and SQLite keeps as text."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
