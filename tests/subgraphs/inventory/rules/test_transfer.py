from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from subgraphs.inventory.rules.hours import Opening, Schedule
from subgraphs.inventory.rules.transfer import (
    TransferStatus,
    ahead_by,
    arrival,
    fee_minor_units,
    may_advance,
    pickup_ready,
)

DAILY = Schedule("Europe/London", tuple(Opening(day, 9 * 60, 18 * 60) for day in range(1, 8)))
TUESDAY_TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_a_transfer_goes_forward_only_and_may_leave_steps_out():
    forward = list(itertools.combinations(list(TransferStatus)[:5], 2))
    assert all(may_advance(here, there) for here, there in forward)
    assert not any(may_advance(there, here) for here, there in forward)
    assert not any(may_advance(each, each) for each in TransferStatus)


def test_it_can_be_called_off_until_it_is_on_the_road():
    assert [each for each in TransferStatus if may_advance(each, TransferStatus.CANCELLED)] == [
        TransferStatus.REQUESTED,
        TransferStatus.ACCEPTED,
        TransferStatus.PACKED,
    ]


@pytest.mark.parametrize("end", [TransferStatus.ARRIVED, TransferStatus.CANCELLED])
def test_both_ends_are_final(end):
    assert not any(may_advance(end, each) for each in TransferStatus)


def test_near_goods_come_the_same_day():
    # packed 12:00, driven 20 km in half an hour, booked in by 13:00
    assert arrival(DAILY, DAILY, 20_000, TUESDAY_TEN) == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_goods_asked_for_late_are_packed_the_next_morning():
    late = TUESDAY_TEN + timedelta(hours=7)  # one hour of packing left today
    assert arrival(DAILY, DAILY, 0, late) == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


def test_arrival_is_rounded_up_to_the_quarter_hour():
    assert arrival(DAILY, DAILY, 20_001, TUESDAY_TEN) == datetime(2026, 11, 24, 13, 15, tzinfo=UTC)


def test_too_far_or_never_open_has_no_arrival():
    assert arrival(DAILY, DAILY, 300_001, TUESDAY_TEN) is None
    assert arrival(DAILY, Schedule("Europe/London"), 0, TUESDAY_TEN) is None
    assert arrival(Schedule("Europe/London"), DAILY, 0, TUESDAY_TEN) is None


def test_the_fee_rises_with_the_distance():
    assert [fee_minor_units(m) for m in (0, 25_000, 25_001, 100_000, 100_001)] == [0, 0, 395, 395, 695]


def test_ahead_by_reads_the_arrival_once_there_is_one():
    promised = TUESDAY_TEN + timedelta(days=2)
    assert ahead_by(promised, promised, None) == timedelta(0)
    assert ahead_by(promised, promised, promised - timedelta(days=1)) == timedelta(days=1)
    assert ahead_by(promised, promised + timedelta(hours=3), None) == timedelta(hours=-3)


def test_pickup_is_ready_after_an_hour_of_open_time():
    assert pickup_ready(DAILY, TUESDAY_TEN, timedelta(hours=1)) == TUESDAY_TEN + timedelta(hours=1)
    assert pickup_ready(DAILY, TUESDAY_TEN + timedelta(hours=7, minutes=31), timedelta(hours=1)) == datetime(
        2026, 11, 25, 9, 45, tzinfo=UTC
    )


def test_C15_a_collection_is_never_promised_for_a_time_that_does_not_happen_or_the_place_is_closed():
    # Sunday 2026-03-29: in London 01:00 to 02:00 is left out. A bar that is open over midnight, until 03:00.
    bar = Schedule("Europe/London", tuple(Opening(day, 20 * 60, 3 * 60) for day in range(1, 8)))
    asked = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before the gap
    ready = pickup_ready(bar, asked, timedelta(hours=1))
    assert ready == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert ready.astimezone(ZoneInfo("Europe/London")).strftime("%H:%M") == "02:30"
    # An hour more would end after closing at 03:00, which comes an hour of work earlier than on other nights.
    later = pickup_ready(bar, asked, timedelta(hours=2))
    assert later == datetime(2026, 3, 29, 19, 30, tzinfo=UTC)


def test_C15_in_the_hour_that_happens_twice_a_collection_takes_as_long_as_ever():
    # Sunday 2026-10-25: in London 01:00 to 02:00 happens twice.
    bar = Schedule("Europe/London", tuple(Opening(day, 20 * 60, 3 * 60) for day in range(1, 8)))
    asked = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30 for the first time
    assert pickup_ready(bar, asked, timedelta(hours=2)) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
