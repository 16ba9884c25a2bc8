"""Ordering ahead: whether a store can have goods ready at the minute a customer names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a store is open: `week` (weekday 1 is Monday, opens, closes), `special` days instead; times as HH:MM.

    Overnight   a closing time that is not after the opening one is the next day's
    """

    time_zone: str
    week: Sequence[tuple[int, str, str]]
    special: Sequence[tuple[date, str | None, str | None]] = ()

    def open_at(self, moment: datetime) -> bool:
        """Whether the store is open at a moment, by its own clock."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        clock = f"{local:%H:%M}"
        today = any(
            opens <= clock < (closes if closes > opens else "24:00") for opens, closes in self._on(local.date())
        )
        night = self._on(local.date() - timedelta(days=1))
        return today or any(closes <= opens and clock < closes for opens, closes in night)

    def _on(self, day: date) -> list[tuple[str, str]]:
        special = [(opens, closes) for on, opens, closes in self.special if on == day]
        if special:
            return [(opens, closes) for opens, closes in special if opens and closes]
        return [(opens, closes) for weekday, opens, closes in self.week if weekday == day.isoweekday()]


def fault_in_minute(wanted: datetime, earliest: datetime | None, hours: Hours | None, now: datetime) -> str | None:
    """Why goods cannot be ready at the minute named; None when they can.

    earliest    when the store could have them ready; None: it cannot say
    """
    if earliest is None or hours is None:
        return "This store cannot say when it would be ready; leave the minute out."
    if wanted < earliest:
        local = earliest.astimezone(ZoneInfo(hours.time_zone))
        return f"It can be ready at {local:%H:%M} on {local:%d %B} at the earliest."
    if wanted > now + LONGEST_AHEAD:
        return f"Order at most {LONGEST_AHEAD.days} days ahead."
    return None if hours.open_at(wanted) else "The store is closed then; choose another time."
