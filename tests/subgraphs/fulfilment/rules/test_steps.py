"""Steps of deliveries and collections."""

from __future__ import annotations

import itertools

from subgraphs.fulfilment.rules import steps

STATES = ("PENDING", "PREPARING", "IN_TRANSIT", "READY", "DONE", "CANCELLED")


def test_nothing_follows_the_end():
    for kind, over, after in itertools.product(steps.FOLLOWERS, steps.OVER, STATES):
        assert not steps.may_follow(kind, over, after)


def test_no_way_leads_in_a_circle():
    for kind, following in steps.FOLLOWERS.items():
        seen, ahead = set(), {"PENDING"}
        while ahead:
            state = ahead.pop()
            assert (kind, state) not in seen or state in steps.OVER
            seen.add((kind, state))
            ahead |= {after for after in following.get(state, ()) if (kind, after) not in seen}
        assert all(before not in following.get(after, ()) for before in following for after in following[before])


def test_every_step_has_its_words():
    for kind, following in steps.FOLLOWERS.items():
        for after in set().union(*following.values()) if following else ():
            assert steps.told(kind, after).summary


def test_what_was_carried_out_moves_no_more_and_what_waits_may_wait_on():
    assert not any(
        steps.may_follow("CARRY_OUT", before, after) for before in STATES for after in STATES if before != after
    )
    assert steps.may_follow("PICKUP", "READY", "READY")
    assert not steps.may_follow("SHIPMENT", "IN_TRANSIT", "PREPARING")
