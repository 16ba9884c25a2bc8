"""Money and goods of layaways: moved outside transactions, finished by whoever comes along after a crash."""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal

from subgraphs.cart.models import LayawayPaymentRow
from subgraphs.cart.payments.port import Charge, Declined, PaymentUnanswered
from subgraphs.cart.service import layaways
from subgraphs.cart.service.carts import now
from subgraphs.cart.service.partners import Partners, Refused
from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.peers import PeerRefused

log = logging.getLogger("subgraphs.cart")

RESUME_SECONDS = 30.0


async def pay(database: Database, partners: Partners, payment_id: str) -> LayawayPaymentRow:
    """Take a payment that was stored, and note how it went.

    Raises  ServiceUnavailable when there is no answer: it is tried again later under the same key
    """
    row, layaway = await database.read(layaways.payment, payment_id)
    if row.state == "PENDING" and not layaway.due_back:
        adapter = partners.adapter(row.kind)
        try:
            answer = (
                await adapter.take(_charge(row, layaway.currency))
                if adapter
                else Declined("We do not take this means of payment here.", retryable=False)
            )
        except PaymentUnanswered as error:
            raise ServiceUnavailable("Your payment is being finished; look again in a moment.") from error
        declined = None
        if isinstance(answer, Declined):
            declined = {"message": answer.message, "retryable": answer.retryable}
        await database.write(layaways.settle, payment_id, declined, now())
        row, _ = await database.read(layaways.payment, payment_id)
    return row


async def give_back(database: Database, partners: Partners, layaway_id: str) -> None:
    """Give back what was paid for a layaway that ended, and free its goods; safe to do again.

    Raises  ServiceUnavailable, PaymentUnanswered, PeerRefused: it is tried again later
    """
    layaway, payments = await database.read(layaways.to_give_back, layaway_id)
    for row in payments:
        adapter = partners.adapter(row.kind)
        if adapter is not None:
            await adapter.give_back(_charge(row, layaway.currency), row.amount)
    await partners.release(layaway.hold_key, {"customerId": layaway.customer_id, "channel": layaway.channel})
    await database.write(layaways.given_back, layaway_id, [row.id for row in payments])


async def try_to_give_back(database: Database, partners: Partners, layaway_id: str) -> None:
    """Give back now if that can be done now; what is left is tried again by `resume_for_ever`."""
    try:
        await give_back(database, partners, layaway_id)
    except (ServiceUnavailable, PaymentUnanswered, PeerRefused) as error:
        log.error("layaway %s: money or goods could not go back yet: %s", layaway_id, error)  # noqa: TRY400 - the partner's text is the news


async def place_order(database: Database, partners: Partners, layaway_id: str) -> None:
    """Place the order of a layaway that is paid, with the goods held for it; safe to do again.

    Raises  ServiceUnavailable, PeerRefused: it is tried again later
    """
    layaway, agreed, sources = await database.read(layaways.to_order, layaway_id)
    if layaway.status != "PAID" or layaway.order_id is not None:
        return
    placed = await partners.place(f"{layaway_id}:order", agreed, sources)
    if isinstance(placed, Refused):
        log.error("layaway %s is paid, and its order was refused: %s", layaway_id, placed.message)
        return
    await partners.assign(layaway.hold_key, agreed, placed)
    await database.write(layaways.ordered, layaway_id, placed)


async def try_to_place_order(database: Database, partners: Partners, layaway_id: str) -> None:
    """Place it now if that can be done now; otherwise `resume_for_ever` does."""
    try:
        await place_order(database, partners, layaway_id)
    except (ServiceUnavailable, PeerRefused) as error:
        log.warning("layaway %s is paid, and its order waits: %s", layaway_id, error)


async def resume_for_ever(database: Database, partners: Partners) -> None:
    """Finish what stands still and end what was missed for too long, until cancelled."""
    while True:
        try:
            await resume(database, partners)
        except Exception:
            log.exception("resuming layaways failed; it is tried again")
        await asyncio.sleep(RESUME_SECONDS)


async def resume(database: Database, partners: Partners) -> None:
    """One round."""
    await database.write(layaways.missed, now())
    left = await database.read(layaways.unfinished, now())
    for layaway_id in left.due_back:
        await try_to_give_back(database, partners, layaway_id)
    for payment_id in left.payments:
        try:
            await pay(database, partners, payment_id)
        except ServiceUnavailable as error:
            log.warning("layaway payment %s waits: %s", payment_id, error)
    for layaway_id in (await database.read(layaways.unfinished, now())).to_order:
        await try_to_place_order(database, partners, layaway_id)


def _charge(row: LayawayPaymentRow, currency: str) -> Charge:
    return Charge(row.charge_key, row.kind, Decimal(row.amount), currency, row.token)
