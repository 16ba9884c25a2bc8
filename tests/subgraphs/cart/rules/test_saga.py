from __future__ import annotations

import pytest

from subgraphs.cart.rules.saga import ENDS, TRANSITIONS, Outcome, Step, next_step, step_key


def test_every_path_from_the_hold_ends():
    def walk(step: Step, seen: tuple[Step, ...]) -> None:
        assert step not in seen, f"a circle: {seen}"
        if step in ENDS:
            return
        ways = [after for (before, _), after in TRANSITIONS.items() if before is step]
        assert ways, f"{step} leads nowhere"
        for after in ways:
            walk(after, (*seen, step))

    walk(Step.HOLD, ())


def test_a_placed_order_is_never_undone():
    assert next_step(Step.PLACE, Outcome.OK) is Step.TELL
    assert next_step(Step.TELL, Outcome.REFUSED) is Step.DONE


def test_giving_money_back_is_never_given_up():
    for step in (Step.GIVE_BACK, Step.UNDO_PAY):
        with pytest.raises(KeyError):
            next_step(step, Outcome.REFUSED)


def test_money_goes_back_before_the_goods_do():
    assert next_step(Step.PLACE, Outcome.REFUSED) is Step.UNDO_PAY
    assert next_step(Step.UNDO_PAY, Outcome.OK) is Step.UNDO_HOLD
    assert next_step(Step.PAY, Outcome.REFUSED) is Step.GIVE_BACK
    assert next_step(Step.GIVE_BACK, Outcome.OK) is Step.FREE_HOLD


def test_a_step_keeps_its_key_however_often_it_is_tried():
    assert step_key("chk_1", Step.PAY) == step_key("chk_1", Step.PAY) != step_key("chk_1", Step.HOLD)
