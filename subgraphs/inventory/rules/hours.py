"""When a place is open, in its own time zone.

House rules:
1. Hours are wall-clock minutes; instants are aware UTC. Only this file turns one into the other.
2. Hours belong to the day they begin on. Hours that close at or before they open run past midnight.
3. A special day replaces the regular hours that begin on it; hours of the day before still run to their end.
4. A wall-clock time the zone skips (spring) means the same distance after the gap. One it repeats (autumn) opens at
   its first and closes at its second occurrence, so nobody stands before a door the website calls open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
DAYS_AHEAD = 15
"""How far `next_change` looks: two weeks of special days in a row, and one more."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Regular hours that begin on one weekday; minutes since midnight of the wall clock."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Other hours on one date; both times None means closed all day."""

    on: date
    opens: int | None = None
    closes: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """All hours of one place, and its zone."""

    time_zone: str
    openings: tuple[Opening, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()


Span = tuple[datetime, datetime]
"""Opens, closes; UTC."""


def minutes(clock: str) -> int:
    """Minutes since midnight of "HH:MM" (24:00 is midnight at the day's end).

    Raises  ValueError when it is no time of day
    """
    hour, colon, minute = clock.partition(":")
    if not (colon and hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit() and len(minute) == 2):
        raise ValueError(f"{clock!r} is no time of day; write HH:MM")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > MINUTES_A_DAY:
        raise ValueError(f"{clock!r} is no time of day; write HH:MM between 00:00 and 24:00")
    return total


def clock(minute: int) -> str:
    """Inverse of `minutes`; the end of the day is written 00:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether the place is open at the instant `at`; the closing instant itself is closed."""
    return any(start <= at < end for start, end in _spans(schedule, at, days=1))


def next_change(schedule: Schedule, at: datetime) -> datetime | None:
    """Next instant after `at` at which the place opens or closes, in UTC.

    Empty   a place that never opens or never closes within two weeks → None
    """
    horizon = at + timedelta(days=DAYS_AHEAD - 1)
    for start, end in _merged(_spans(schedule, at, days=DAYS_AHEAD)):
        if start > at:
            return start if start < horizon else None
        if end > at:
            return end if end < horizon else None
    return None


def working_instant(schedule: Schedule, at: datetime, work: timedelta) -> datetime | None:
    """When `work` begun at `at` is done, counting open time only.

    Shape   at 20:30, work 1 h, hours 9–21 and 9–21 → next day 9:30
    Empty   a place that does not open long enough within two weeks → None
    """
    left = work
    for start, end in _merged(_spans(schedule, at, days=DAYS_AHEAD)):
        begin = max(start, at)
        if end <= begin:
            continue
        if begin + left <= end:
            return begin + left
        left -= end - begin
    return None


def _spans(schedule: Schedule, at: datetime, days: int) -> list[Span]:
    """Open spans that may hold or follow `at`, by start: those of yesterday (they may run past midnight) and on."""
    zone = ZoneInfo(schedule.time_zone)
    today = at.astimezone(zone).date()
    spans: list[Span] = []
    for offset in range(-1, days):
        spans.extend(_spans_of_day(schedule, today + timedelta(days=offset)))
    return sorted(spans)


@lru_cache(maxsize=16_384)
def _spans_of_day(schedule: Schedule, day: date) -> tuple[Span, ...]:
    zone = ZoneInfo(schedule.time_zone)
    return tuple(
        (start, end)
        for opens, closes in _wall_clock(schedule, day)
        if (start := _instant(day, opens, zone, fold=0)) < (end := _instant(day, closes, zone, fold=1))
    )


def _wall_clock(schedule: Schedule, day: date) -> Iterator[tuple[int, int]]:
    """Give opening and closing minute of the hours that begin on `day`; the latter above 24 h when past midnight."""
    special = [each for each in schedule.special_days if each.on == day]
    hours = (
        [(each.opens, each.closes) for each in special]
        if special
        else [(each.opens, each.closes) for each in schedule.openings if each.weekday == day.isoweekday()]
    )
    for opens, closes in hours:
        if opens is not None and closes is not None:
            yield opens, closes if closes > opens else closes + MINUTES_A_DAY


def _instant(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    days, rest = divmod(minute, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)
    if _skipped(wall):
        # Of a skipped time, fold 0 is read with the offset before the gap: as far after it as it was written into it.
        return wall.replace(fold=0).astimezone(UTC)
    return wall.replace(fold=fold).astimezone(UTC)


def _skipped(wall: datetime) -> bool:
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) != wall.replace(tzinfo=None)


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Spans that touch or overlap joined into one: 24 hours on Monday and on Tuesday do not close at midnight."""
    pending: Span | None = None
    for start, end in spans:
        if pending is not None and start <= pending[1]:
            pending = (pending[0], max(pending[1], end))
            continue
        if pending is not None:
            yield pending
        pending = (start, end)
    if pending is not None:
        yield pending
