"""The state of an order and the line that says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.fulfilment.rules.status import Part, order_status, status_line

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STATES = ("PENDING", "PREPARING", "IN_TRANSIT", "READY", "DONE", "CANCELLED")
part = st.builds(
    Part,
    st.sampled_from(["SHIPMENT", "PICKUP", "CARRY_OUT"]),
    st.sampled_from(STATES),
    st.none() | st.text(max_size=90),
    st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
)


def of(*statuses, kind="SHIPMENT", place=None, at=None):
    return [Part(kind, status, place, at) for status in statuses]


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (("PENDING",), "PLACED"),
        (("PENDING", "PREPARING"), "PREPARING"),
        (("PREPARING", "IN_TRANSIT"), "ON_THE_WAY"),
        (("READY", "IN_TRANSIT"), "READY_FOR_PICKUP"),
        (("DONE", "PENDING"), "PARTLY_COMPLETED"),
        (("DONE", "CANCELLED"), "COMPLETED"),
        (("CANCELLED", "CANCELLED"), "CANCELLED"),
        ((), "CANCELLED"),
    ],
)
def test_the_state_is_told_from_the_parts(statuses, told):
    assert order_status(of(*statuses)) == told


@given(st.lists(part, max_size=6), st.randoms())
def test_the_order_of_the_parts_does_not_matter(parts, random):
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert order_status(shuffled) == order_status(parts)


@given(
    st.lists(part, max_size=6),
    st.sampled_from([*(order_status(of(s)) for s in STATES), "RETURNED", "PARTLY_COMPLETED"]),
)
def test_the_line_is_one_short_line(parts, status):
    line = status_line(status, parts, NOW)
    assert 0 < len(line) <= 60


def test_a_line_names_the_store_and_the_day():
    tomorrow = NOW + timedelta(days=1)
    assert (
        status_line("READY_FOR_PICKUP", of("READY", kind="PICKUP", place="Oxford Street"), NOW)
        == "Ready to collect at Oxford Street"
    )
    assert (
        status_line("PLACED", of("PENDING", kind="PICKUP", place="Oxford Street", at=tomorrow), NOW)
        == "Ordered, to collect at Oxford Street tomorrow"
    )
    assert status_line("ON_THE_WAY", of("IN_TRANSIT", at=NOW), NOW) == "On its way, arrives today"
    assert (
        status_line("ON_THE_WAY", of("IN_TRANSIT", at=NOW + timedelta(days=4)), NOW) == "On its way, arrives Sat 28 Nov"
    )
    assert status_line("RETURNED", of("DONE"), NOW) == "Sent back"
