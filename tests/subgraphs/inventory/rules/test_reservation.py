from __future__ import annotations

from datetime import UTC, datetime, timedelta

from subgraphs.inventory.rules.reservation import ReservationKind, ReservationStatus, has_run_out, lasts, seen_status

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_try_on_lasts_two_hours_unless_more_is_asked_and_never_over_four():
    assert lasts(ReservationKind.TRY_ON, None) == timedelta(hours=2)
    assert lasts(ReservationKind.TRY_ON, timedelta(hours=3)) == timedelta(hours=3)
    assert lasts(ReservationKind.TRY_ON, timedelta(hours=9)) == timedelta(hours=4)


def test_a_store_may_cap_what_customers_hold_but_not_what_a_cart_holds():
    assert lasts(ReservationKind.PULL, None, timedelta(minutes=90)) == timedelta(minutes=90)
    assert lasts(ReservationKind.CART, None, timedelta(minutes=5)) == timedelta(minutes=15)


def test_an_order_never_runs_out():
    assert lasts(ReservationKind.ORDER, timedelta(hours=1)) is None
    assert not has_run_out(ReservationStatus.ACTIVE, None, NOON)


def test_a_hold_runs_out_at_the_instant_of_its_end():
    assert not has_run_out(ReservationStatus.ACTIVE, NOON, NOON - timedelta(microseconds=1))
    assert has_run_out(ReservationStatus.ACTIVE, NOON, NOON)


def test_a_hold_past_its_end_reads_as_expired_before_the_sweep_and_an_ended_one_stays_as_it_ended():
    assert seen_status(ReservationStatus.ACTIVE, NOON, NOON) is ReservationStatus.EXPIRED
    assert seen_status(ReservationStatus.CONSUMED, NOON, NOON) is ReservationStatus.CONSUMED
