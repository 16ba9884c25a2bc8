from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subgraphs.inventory.rules.hours import (
    Opening,
    Schedule,
    SpecialDay,
    clock,
    is_open,
    minutes,
    next_change,
    working_instant,
)

LONDON = "Europe/London"


def hours(text: str, zone: str = LONDON, days: range = range(1, 8), special: tuple[SpecialDay, ...] = ()) -> Schedule:
    opens, closes = text.split("-")
    return Schedule(zone, tuple(Opening(day, minutes(opens), minutes(closes)) for day in days), special)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_open_from_the_first_minute_to_before_the_last():
    shop = hours("09:00-18:00")
    assert not is_open(shop, utc("2026-11-24T08:59:59"))
    assert is_open(shop, utc("2026-11-24T09:00"))
    assert is_open(shop, utc("2026-11-24T17:59:59"))
    assert not is_open(shop, utc("2026-11-24T18:00"))


def test_C15_hours_are_read_in_the_zone_of_the_store():
    assert is_open(hours("09:00-18:00", "America/New_York"), utc("2026-11-24T14:00"))
    assert not is_open(hours("09:00-18:00", "America/New_York"), utc("2026-11-24T13:59"))
    assert is_open(hours("09:00-18:00", "Pacific/Auckland"), utc("2026-11-24T21:00"))


def test_C15_hours_past_midnight_belong_to_the_day_they_begin_on():
    friday_night = hours("20:00-02:00", days=range(5, 6))
    assert is_open(friday_night, utc("2026-11-28T01:59"))  # Saturday morning
    assert not is_open(friday_night, utc("2026-11-28T02:00"))
    assert not is_open(friday_night, utc("2026-11-27T01:00"))  # Friday morning
    assert next_change(friday_night, utc("2026-11-28T00:30")) == utc("2026-11-28T02:00")


def test_C15_closing_at_midnight_is_the_end_of_the_day():
    late = hours("10:00-00:00")
    assert is_open(late, utc("2026-11-24T23:59"))
    assert not is_open(late, utc("2026-11-25T00:00"))


def test_a_place_open_round_the_clock_never_changes():
    always = hours("00:00-24:00")
    assert is_open(always, utc("2026-11-24T00:00"))
    assert next_change(always, utc("2026-11-24T12:00")) is None


def test_a_place_without_hours_is_closed_and_never_changes():
    closed = Schedule(LONDON)
    assert not is_open(closed, utc("2026-11-24T12:00"))
    assert next_change(closed, utc("2026-11-24T12:00")) is None
    assert working_instant(closed, utc("2026-11-24T12:00"), timedelta(hours=1)) is None


def test_the_next_change_skips_closed_days():
    weekdays = hours("09:00-18:00", days=range(1, 6))
    assert next_change(weekdays, utc("2026-11-27T18:00")) == utc("2026-11-30T09:00")


def test_a_special_day_replaces_the_hours_that_begin_on_it():
    christmas = date(2026, 12, 25)
    shop = hours("09:00-02:00", special=(SpecialDay(christmas, note="Christmas"),))
    assert is_open(shop, utc("2026-12-25T01:00"))  # still the evening before
    assert not is_open(shop, utc("2026-12-25T12:00"))
    late = hours("09:00-18:00", special=(SpecialDay(christmas, minutes("12:00"), minutes("15:00")),))
    assert not is_open(late, utc("2026-12-25T11:59"))
    assert is_open(late, utc("2026-12-25T14:59"))
    assert not is_open(late, utc("2026-12-25T15:00"))


def test_C15_when_clocks_go_forward_skipped_opening_hours_begin_after_the_gap():
    # Sunday 2026-03-29: 01:00 GMT becomes 02:00 BST in London; 01:30 does not happen.
    shop = hours("01:30-05:00")
    assert not is_open(shop, utc("2026-03-29T01:29"))
    assert is_open(shop, utc("2026-03-29T01:30"))  # 02:30 on the wall: as far after the gap as it was in it
    assert not is_open(shop, utc("2026-03-29T04:00"))  # 05:00 BST


def test_C15_when_clocks_go_back_the_place_stays_open_through_the_repeated_hour():
    # Sunday 2026-10-25: 02:00 BST becomes 01:00 GMT in London; 01:30 happens twice.
    bar = hours("20:00-01:30", days=range(6, 7))
    assert is_open(bar, utc("2026-10-25T00:45"))  # 01:45 BST, between the two
    assert is_open(bar, utc("2026-10-25T01:29"))
    assert not is_open(bar, utc("2026-10-25T01:30"))
    early = hours("01:30-03:00", days=range(7, 8))
    assert is_open(early, utc("2026-10-25T00:30"))


def test_C15_a_day_of_23_hours_and_one_of_25_keep_the_wall_clock():
    shop = hours("09:00-18:00")
    assert next_change(shop, utc("2026-03-28T18:00")) == utc("2026-03-29T08:00")
    assert next_change(shop, utc("2026-10-24T17:00")) == utc("2026-10-25T09:00")


def test_work_that_does_not_fit_before_closing_goes_on_at_the_next_opening():
    shop = hours("09:00-21:00")
    assert working_instant(shop, utc("2026-11-24T20:30"), timedelta(hours=1)) == utc("2026-11-25T09:30")
    assert working_instant(shop, utc("2026-11-24T03:00"), timedelta(hours=1)) == utc("2026-11-24T10:00")
    assert working_instant(shop, utc("2026-11-24T20:00"), timedelta(hours=1)) == utc("2026-11-24T21:00")


@pytest.mark.parametrize("text", ["", "9", "9:5", "25:00", "24:01", "12:60", "-1:00", "٩:00", "12:00:00"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match="no time of day"):
        minutes(text)


def test_clock_and_minutes_are_inverse():
    assert clock(minutes("09:05")) == "09:05"
    assert clock(minutes("24:00")) == "00:00"


schedules = st.builds(
    Schedule,
    st.sampled_from([LONDON, "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
    st.lists(st.builds(Opening, st.integers(1, 7), st.integers(0, 1439), st.integers(0, 1440)), max_size=9).map(tuple),
)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone is given


@settings(max_examples=300, deadline=None)
@given(schedules, instants)
def test_between_now_and_the_next_change_nothing_changes(schedule, at):
    change = next_change(schedule, at)
    state = is_open(schedule, at)
    end = change or at + timedelta(days=13)
    step = (end - at) / 17
    assert all(is_open(schedule, at + step * n) == state for n in range(17))
    if change is not None:
        assert change > at
        assert is_open(schedule, change) != state
