"""Spans of time that reports add up over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel.ext.asyncio.session import AsyncSession


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """Days (both included), width of a bucket, and what to split by."""

    first: date
    last: date
    grain: str
    by_channel: bool
    by_brand: bool

    @property
    def span(self) -> tuple[datetime, datetime]:
        """First instant, and the instant after the last."""
        return (
            datetime.combine(self.first, time(), UTC),
            datetime.combine(self.last + timedelta(days=1), time(), UTC),
        )

    def bucket(self, moment: datetime) -> date:
        """The first day of the bucket an instant lies in, never before the report's first day."""
        day = moment.astimezone(UTC).date()
        begins = {
            "DAY": day,
            "WEEK": day - timedelta(days=day.weekday()),
            "MONTH": day.replace(day=1),
            "TOTAL": self.first,
        }[self.grain]
        return max(self.first, begins)


def bucket_of(session: AsyncSession, moment: Any, grain: str) -> Any:
    """The first day of a bucket as the database works it out; None for one bucket over all."""
    if grain == "TOTAL":
        return None
    if session.get_bind().dialect.name == "postgresql":
        unit = {"DAY": "day", "WEEK": "week", "MONTH": "month"}[grain]
        return func.date_trunc(unit, moment, "UTC")
    if grain == "MONTH":
        return func.date(moment, "start of month")
    # `weekday 0` goes on to the next Sunday; six days before is that ISO week's Monday.
    return func.date(moment, "weekday 0", "-6 days") if grain == "WEEK" else func.date(moment)


def day_of(value: Any) -> date:
    """A bucket as the database gave it, as a day."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)
