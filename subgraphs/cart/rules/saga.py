"""The checkout as a table of steps: what follows what, what undoes what, and where a restart goes on.

    HOLD ──ok──→ PAY ──ok──→ PLACE ──ok──→ TELL ──ok──→ DONE
      │ refused    │ refused    │ refused    │ refused
      ↓            ↓            ↓            └──→ DONE
    BLOCKED    GIVE_BACK     UNDO_PAY ──→ UNDO_HOLD ──→ FAILED
                   ↓
               FREE_HOLD
                   ↓
               DECLINED

The state is stored before a step is tried, and every step is an idempotent call under a key made of the checkout's
id and the step's name. So a process that dies anywhere is resumed by trying the stored step again: either it had
happened, and the same answer comes back, or it had not, and happens now.

A step is not tried for ever. A partner that answers "wrong question" (`MOST_REFUSED` times) is taken for a no: what
was done before is undone. Nothing is undone once there is an order: it stands, and people are told by the log. A
payment that stays unanswered (`MOST_UNANSWERED` times) is given back, whether it was taken or not.
"""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """What a checkout is about to do, as stored; the last four are ends.

    GIVE_BACK   a split payment of which a later part was declined: give the earlier parts back
    FREE_HOLD   a payment was declined: let go of the goods. Another card is another checkout with a hold of its own,
                and were the last unit held by the declined one, its own shopper could not have it
    """

    HOLD = "HOLD"
    PAY = "PAY"
    PLACE = "PLACE"
    TELL = "TELL"
    GIVE_BACK = "GIVE_BACK"
    FREE_HOLD = "FREE_HOLD"
    UNDO_PAY = "UNDO_PAY"
    UNDO_HOLD = "UNDO_HOLD"
    DONE = "DONE"
    BLOCKED = "BLOCKED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"


class Outcome(StrEnum):
    """How a step went. A fault (no answer) is no outcome: the step is tried again."""

    OK = "OK"
    REFUSED = "REFUSED"


MOST_REFUSED = 3
"""Times a step is tried whose partner says that the question is wrong."""
MOST_UNANSWERED = 8
"""Times a payment is tried that is never answered."""


TRANSITIONS: dict[tuple[Step, Outcome], Step] = {
    (Step.HOLD, Outcome.OK): Step.PAY,
    (Step.HOLD, Outcome.REFUSED): Step.BLOCKED,
    (Step.PAY, Outcome.OK): Step.PLACE,
    (Step.PAY, Outcome.REFUSED): Step.GIVE_BACK,
    (Step.GIVE_BACK, Outcome.OK): Step.FREE_HOLD,
    (Step.FREE_HOLD, Outcome.OK): Step.DECLINED,
    (Step.FREE_HOLD, Outcome.REFUSED): Step.DECLINED,  # holds run out by themselves
    (Step.PLACE, Outcome.OK): Step.TELL,
    (Step.PLACE, Outcome.REFUSED): Step.UNDO_PAY,
    (Step.UNDO_PAY, Outcome.OK): Step.UNDO_HOLD,
    (Step.UNDO_HOLD, Outcome.OK): Step.FAILED,
    (Step.UNDO_HOLD, Outcome.REFUSED): Step.FAILED,  # holds of a cart run out by themselves
    (Step.TELL, Outcome.OK): Step.DONE,
    (Step.TELL, Outcome.REFUSED): Step.DONE,
}
"""(step, outcome) → next step. A pair that is absent cannot happen: giving back is never refused, it is tried again."""

ENDS = frozenset({Step.DONE, Step.BLOCKED, Step.DECLINED, Step.FAILED})
UNDER_WAY = tuple(step for step in Step if step not in ENDS)
"""Steps at which a checkout is not over; asked for by name, so that an index finds the few."""


def next_step(step: Step, outcome: Outcome) -> Step:
    """Where the checkout goes from here; KeyError for a pair the table does not hold."""
    return TRANSITIONS[step, outcome]


def step_key(checkout_id: str, step: Step) -> str:
    """The idempotency key of a step: the same however often it is tried."""
    return f"{checkout_id}:{step.value.lower()}"
