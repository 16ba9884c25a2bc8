"""Buckets of a report, and the accuracy of counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

LONGEST_SPAN = timedelta(days=366 * 3)


class Grain(StrEnum):
    """Width of one bucket."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    TOTAL = "TOTAL"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """What happened on one day, among variants valued in one currency; `missing` is the value of missing units."""

    day: date
    currency: str
    counted: int = 0
    agreed: int = 0
    discrepancies: int = 0
    failed_orders: int = 0
    missing: Decimal = field(default=Decimal(0))


@dataclass(frozen=True, slots=True)
class AccuracyPoint:
    """One bucket, in one currency; `bucket` is its first day."""

    bucket: date
    currency: str
    counted: int
    agreed: int
    discrepancies: int
    failed_orders: int
    missing: Decimal

    @property
    def accuracy(self) -> float:
        """Share of counted records that agreed, 0 to 1; 1 when nothing was counted."""
        return self.agreed / self.counted if self.counted else 1.0


def bucket_of(day: date, grain: Grain, first_day: date) -> date:
    """First day of the bucket that holds `day`; the first bucket of a report may begin before its first day."""
    if grain is Grain.WEEK:
        return day - timedelta(days=day.isoweekday() - 1)
    if grain is Grain.MONTH:
        return day.replace(day=1)
    return day if grain is Grain.DAY else first_day


def accuracy(days: Iterable[CountedDay], grain: Grain, first_day: date) -> tuple[AccuracyPoint, ...]:
    """Days summed into buckets, by day and then currency; buckets without any figure are left out."""
    points: dict[tuple[date, str], AccuracyPoint] = {}
    for day in days:
        key = bucket_of(day.day, grain, first_day), day.currency
        before = points.get(key) or AccuracyPoint(*key, 0, 0, 0, 0, Decimal(0))
        points[key] = replace(
            before,
            counted=before.counted + day.counted,
            agreed=before.agreed + day.agreed,
            discrepancies=before.discrepancies + day.discrepancies,
            failed_orders=before.failed_orders + day.failed_orders,
            missing=before.missing + day.missing,
        )
    return tuple(points[key] for key in sorted(points))
