"""Moves a checkout on, one step after the other, until it ends or a partner gives no answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from subgraphs.cart.models import CheckoutRow
from subgraphs.cart.payments.port import Charge, Declined, PaymentUnanswered
from subgraphs.cart.rules.layaway import charged_for
from subgraphs.cart.rules.saga import (
    ENDS,
    MOST_REFUSED,
    MOST_UNANSWERED,
    TRANSITIONS,
    Outcome,
    Step,
    next_step,
    step_key,
)
from subgraphs.cart.service import checkout
from subgraphs.cart.service.carts import now
from subgraphs.cart.service.partners import Partners, Refused
from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.ids import new_uuid, stable_id
from subgraphs.kit.peers import PeerRefused

log = logging.getLogger("subgraphs.cart")

Result = tuple[Outcome, Mapping[str, Any]]
RESUME_SECONDS = 5.0
WAIT_SECONDS = 0.05
WAITS = 400
"""How often a caller looks whether another has finished the checkout, before it is told to look again later."""
FINISHING = "Your order is being finished; we tell you as soon as it is done."


async def drive(
    database: Database, partners: Partners, checkout_id: str, clock: Callable[[], datetime] = now
) -> CheckoutRow:
    """Move a checkout to its end; safe to call from any number of places at once: one of them does, the others wait.

    Raises  ServiceUnavailable when a partner gives no answer: the checkout stands where it is and is resumed later
    """
    driver = str(new_uuid())
    for _ in range(WAITS):
        row = await database.read(checkout.get, checkout_id)
        if Step(row.step) in ENDS:
            return row
        if await database.write(checkout.lease, checkout_id, driver, clock()):
            try:
                return await _drive(database, partners, checkout_id, driver, clock)
            finally:
                await database.write(checkout.let_go, checkout_id, driver)
        await asyncio.sleep(WAIT_SECONDS)
    raise ServiceUnavailable(FINISHING)


async def _drive(
    database: Database, partners: Partners, checkout_id: str, driver: str, clock: Callable[[], datetime]
) -> CheckoutRow:
    """Step after step, as long as the lease is ours."""
    while True:
        row = await database.read(checkout.get, checkout_id)
        step = Step(row.step)
        if step in ENDS:
            return row
        if not await database.write(checkout.lease, checkout_id, driver, clock()):
            raise ServiceUnavailable(FINISHING)
        try:
            outcome, answers = await _try(step, row, partners)
        except (ServiceUnavailable, PaymentUnanswered, PeerRefused) as error:
            given_up = _given_up(step, row, error)
            if given_up is None:
                await database.write(checkout.note_attempt, checkout_id, step, clock())
                log.warning("checkout %s waits at %s: %s", checkout_id, step, error)
                raise ServiceUnavailable(FINISHING) from error
            log.error("checkout %s gives up at %s after %d attempts: %s", checkout_id, step, row.attempts + 1, error)  # noqa: TRY400 - the partner's text is the news, not where it was raised
            outcome, answers = given_up
        await database.write(checkout.advance, checkout_id, step, next_step(step, outcome), answers, clock())


async def resume_for_ever(database: Database, partners: Partners) -> None:
    """Take up every checkout that stands still, until cancelled."""
    while True:
        try:
            for checkout_id in await database.read(checkout.stalled, now()):
                await _resume(database, partners, checkout_id)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("resuming checkouts failed; it is tried again")
        await asyncio.sleep(RESUME_SECONDS)


async def _resume(database: Database, partners: Partners, checkout_id: str) -> None:
    """Go on with one checkout; whatever goes wrong with it does not keep the others."""
    try:
        await drive(database, partners, checkout_id)
    except ServiceUnavailable:
        return  # noted with the checkout; its turn comes again
    except Exception:
        log.exception("checkout %s cannot be resumed; it is tried again", checkout_id)
        await database.write(checkout.note_attempt, checkout_id, None, now())


def _given_up(step: Step, row: CheckoutRow, error: Exception) -> Result | None:
    """What a step that got no answer counts as; None: try it again."""
    attempts = row.attempts + 1
    if step is Step.FREE_HOLD and row.purpose != "LAYAWAY":
        # Nobody waits for that to hear that the card was declined: a cart's holds run out in minutes, a layaway's in weeks.
        return Outcome.REFUSED, {"alarm": str(error)[:500]}
    if isinstance(error, PeerRefused) and attempts >= MOST_REFUSED and (step, Outcome.REFUSED) in TRANSITIONS:
        refused = {
            "code": "CHECKOUT_INCOMPLETE",
            "message": "We could not finish your order. You have not been charged.",
        }
        return Outcome.REFUSED, {"refused": refused, "alarm": str(error)[:500]}
    if isinstance(error, PaymentUnanswered) and attempts >= MOST_UNANSWERED and step is Step.PAY:
        declined = {"message": "The payment service does not answer. You have not been charged.", "retryable": True}
        return Outcome.REFUSED, {"declined": {**declined, "payment": 0}, "alarm": str(error)[:500]}
    return None


async def _try(step: Step, row: CheckoutRow, partners: Partners) -> Result:
    """Do one step; the same result however often it is done."""
    agreed, hold_key = row.agreed, step_key(row.id, Step.HOLD)
    match step:
        case Step.HOLD:
            held = await partners.hold(hold_key, agreed)
            if isinstance(held, Refused):
                return Outcome.REFUSED, {
                    "refused": {"code": held.code, "message": held.message, "available": held.available}
                }
            return Outcome.OK, {"holds": [each.id for each in held], "sources": [each.stored() for each in held]}
        case Step.PAY:
            return await _pay(row, partners)
        case Step.PLACE:
            if row.purpose == "LAYAWAY":
                return Outcome.OK, {"layaway": stable_id("Layaway", row.id)}  # its row is made when the checkout ends
            placed = await partners.place(step_key(row.id, step), agreed, row.answers["sources"])
            if isinstance(placed, Refused):
                return Outcome.REFUSED, {"refused": {"code": placed.code, "message": placed.message}}
            return Outcome.OK, {"order": placed}
        case Step.TELL:
            if row.purpose != "LAYAWAY":  # what is kept for a layaway was held for one from the start
                await partners.assign(hold_key, agreed, row.answers["order"])
                if agreed.get("opensAccount"):
                    await partners.open_account(step_key(row.id, step), agreed)
            return Outcome.OK, {}
        case Step.GIVE_BACK | Step.UNDO_PAY:
            await _give_back(row, partners)
            return Outcome.OK, {}
        case Step.UNDO_HOLD | Step.FREE_HOLD:
            await partners.release(hold_key, agreed)
            return Outcome.OK, {}
        case _:
            msg = f"{step} is an end"
            raise ValueError(msg)


async def _pay(row: CheckoutRow, partners: Partners) -> Result:
    """Take every payment in turn; the first that is declined ends it."""
    references: list[str] = []
    for index, charge in enumerate(_charges(row)):
        adapter = partners.adapter(charge.kind)
        answer = (
            await adapter.take(charge)
            if adapter
            else Declined("We do not take this means of payment here.", retryable=False)
        )
        if isinstance(answer, Declined):
            declined = {"message": answer.message, "retryable": answer.retryable, "payment": index}
            return Outcome.REFUSED, {"declined": declined, "references": references}
        references.append(answer.reference)
    return Outcome.OK, {"references": references}


async def _give_back(row: CheckoutRow, partners: Partners) -> None:
    """Give back every payment, taken or perhaps taken; adapters give back a key once, and void one that was not taken."""
    for charge in _charges(row):
        adapter = partners.adapter(charge.kind)
        if adapter is not None:
            await adapter.give_back(charge, charge.amount)


def _charges(row: CheckoutRow) -> list[Charge]:
    return [
        Charge(
            key=charged_for(step_key(row.id, Step.PAY), index),
            kind=payment["kind"],
            amount=Decimal(payment["amount"]),
            currency=row.agreed["currency"],
            token=payment["token"],
        )
        for index, payment in enumerate(row.agreed["payments"])
    ]
