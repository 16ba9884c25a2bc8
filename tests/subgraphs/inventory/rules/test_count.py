from __future__ import annotations

from datetime import UTC, datetime, timedelta

from subgraphs.inventory.rules.count import Scan, apply_scan, faults_in_scans, oversold

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def scan(counted: int | None = None, change: int | None = None, at: datetime = NOON) -> Scan:
    return Scan("loc", "5012345678900", counted, change, at, "key")


def test_a_count_sets_the_shelf_and_tells_the_difference():
    assert apply_scan(3, scan(counted=0)).on_hand == 0
    assert apply_scan(3, scan(counted=0)).difference == -3
    assert apply_scan(3, scan(counted=3)).difference == 0


def test_a_receipt_adds_and_a_write_off_takes_without_disagreement():
    assert apply_scan(3, scan(change=4)).on_hand == 7
    assert apply_scan(3, scan(change=-3)).on_hand == 0
    assert apply_scan(3, scan(change=-3)).difference == 0


def test_units_taken_that_the_system_did_not_have_are_a_difference():
    outcome = apply_scan(1, scan(change=-3))
    assert (outcome.on_hand, outcome.difference) == (0, 2)


def test_a_scan_says_either_how_many_or_what_changed():
    for wrong in (scan(), scan(1, 1)):
        (fault,) = faults_in_scans([wrong], NOON)
        assert fault.path == ("scans", "0", "counted")


def test_counts_below_zero_and_beyond_reason_are_faults():
    assert faults_in_scans([scan(counted=-1)], NOON)
    assert faults_in_scans([scan(counted=10**12)], NOON)
    assert faults_in_scans([scan(change=0)], NOON)
    assert faults_in_scans([scan(change=-(10**12))], NOON)
    assert not faults_in_scans([scan(counted=0), scan(change=-5)], NOON)


def test_C15_a_scan_from_the_future_is_a_fault_beyond_the_leeway():
    assert not faults_in_scans([scan(counted=1, at=NOON + timedelta(minutes=5))], NOON)
    assert faults_in_scans([scan(counted=1, at=NOON + timedelta(minutes=6))], NOON)


def test_more_than_500_scans_are_refused_as_a_whole():
    (fault,) = faults_in_scans([scan(counted=1)] * 501, NOON)
    assert fault.path == ("scans",)


def test_channels_oversold_when_they_promised_what_the_shelf_did_not_have():
    assert oversold(available_before=3, on_hand_after=0)
    assert not oversold(available_before=0, on_hand_after=0)
    assert not oversold(available_before=3, on_hand_after=1)
