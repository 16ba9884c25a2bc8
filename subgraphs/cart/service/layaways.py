"""Layaways: goods kept while they are paid in parts.

Opening one is a checkout that ends here instead of with an order. Every payment is stored before it is tried, and
calling off is stored before money and goods go back, so that a process that dies anywhere is resumed.
The last part paid places the order, which is collected like any other; from then on it is the order that is called off.
House rules: the deposit is at least a tenth; parts are due every thirty days; a part missed for two weeks ends the
layaway; what was paid is given back whole, whoever called it off.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CheckoutRow, InstalmentRow, LayawayPaymentRow, LayawayRow
from subgraphs.cart.rules.layaway import PATIENCE, charged_for, due_days, paid_parts
from subgraphs.cart.rules.saga import Step, step_key
from subgraphs.cart.service.carts import Caller
from subgraphs.cart.service.details import label_of
from subgraphs.kit.errors import NotFound, WrongState
from subgraphs.kit.ids import new_uuid
from subgraphs.kit.money import allocate, formatted
from subgraphs.kit.outbox import emit

STAFF = ("staff:store", "staff:agent")
STALLED = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class PartPaid:
    """A payment of a part; `amount` None: the next part that is open."""

    kind: str
    token: str | None
    amount: Decimal | None
    currency: str | None


async def opened(session: AsyncSession, row: CheckoutRow, now: datetime) -> None:
    """Keep what a checkout of this purpose has held and paid."""
    agreed, asked = row.agreed, row.agreed["layaway"]
    total, currency = Decimal(agreed["total"]), agreed["currency"]
    deposit = Decimal(agreed["payments"][0]["amount"])
    layaway = LayawayRow(
        id=row.answers["layaway"],
        number=f"L{secrets.randbelow(10**9):09d}",
        customer_id=agreed["customerId"],
        location_id=asked["locationId"],
        brand_code=agreed["brandCode"],
        channel=agreed["channel"],
        currency=currency,
        total=total,
        paid=deposit,
        lines=[
            {"variantId": line["variantId"], "quantity": line["quantity"], "unitPrice": line["netUnitPrice"]}
            for line in agreed["lines"]
        ],
        reservations=list(row.answers["holds"]),
        hold_key=step_key(row.id, Step.HOLD),
        opened_at=now,
    )
    session.add(layaway)
    await session.flush()
    session.add(InstalmentRow(layaway_id=layaway.id, number=0, due_on=now.date(), amount=deposit, paid_at=now))
    parts = allocate(total - deposit, [1] * asked["instalments"], currency)
    for number, (due_on, amount) in enumerate(zip(due_days(now.date(), len(parts)), parts, strict=True), start=1):
        session.add(InstalmentRow(layaway_id=layaway.id, number=number, due_on=due_on, amount=amount))
    session.add(
        LayawayPaymentRow(
            id=str(new_uuid()),
            layaway_id=layaway.id,
            idempotency_key=row.idempotency_key,
            kind=agreed["payments"][0]["kind"],
            amount=deposit,
            charge_key=charged_for(step_key(row.id, Step.PAY), 0),
            state="TAKEN",
            at=now,
        )
    )
    await emit(session, "layaway.opened", layaway.id, _payload(layaway))


async def ask_payment(session: AsyncSession, caller: Caller, layaway_id: str, asked: PartPaid, key: str) -> str:
    """Store a payment to be tried; the id of the one this key stored before, if it did.

    Raises  NotFound, WrongState when it is not open, or more is offered than is left
    """
    layaway = await mine(session, caller, layaway_id, ("id",))
    known = await session.exec(
        select(LayawayPaymentRow).where(
            LayawayPaymentRow.layaway_id == layaway_id, LayawayPaymentRow.idempotency_key == key
        )
    )
    before = known.first()
    if before is not None:
        return before.id
    if layaway.status != "OPEN":
        raise WrongState("This layaway is not being paid any more.", ("id",))
    pending = await session.exec(
        select(col(LayawayPaymentRow.amount)).where(
            LayawayPaymentRow.layaway_id == layaway_id, LayawayPaymentRow.state == "PENDING"
        )
    )
    left = layaway.total - layaway.paid - sum(pending.all(), Decimal(0))
    amount = asked.amount if asked.amount is not None else await _next_part(session, layaway, left)
    if asked.currency not in {None, layaway.currency} or not 0 < amount <= left:
        text = f"At most {formatted(left, layaway.currency)} can be paid now."
        raise WrongState(text, ("payment", "amount"))
    row = LayawayPaymentRow(
        id=str(new_uuid()),
        layaway_id=layaway_id,
        idempotency_key=key,
        kind=asked.kind,
        token=asked.token,
        amount=amount,
        charge_key=f"{layaway_id}:{key}",
        at=caller.now,
    )
    session.add(row)
    return row.id


async def settle(session: AsyncSession, payment_id: str, answer: dict[str, Any] | None, now: datetime) -> None:
    """Note how a payment went: `answer` None when it was taken, else why it was declined.

    Taken after the layaway was called off: it is still PENDING then, and goes back with the others.
    """
    payment = await session.get_one(LayawayPaymentRow, payment_id)
    layaway = await _locked(session, payment.layaway_id)
    payment = await session.get_one(LayawayPaymentRow, payment_id, populate_existing=True)
    if payment.state != "PENDING" or layaway is None or layaway.status not in {"OPEN", "PAID"}:
        return
    payment.token, payment.answer = None, answer
    payment.state = "TAKEN" if answer is None else "DECLINED"
    session.add(payment)
    if answer is not None:
        return
    layaway.paid += payment.amount
    parts = await instalments_of(session, layaway.id)
    covered = paid_parts([part.amount for part in parts], layaway.paid)
    for part in parts[:covered]:
        part.paid_at = part.paid_at or now
        session.add(part)
    if layaway.paid >= layaway.total:
        layaway.status = "PAID"
        await emit(session, "layaway.paid", layaway.id, _payload(layaway))
    session.add(layaway)


async def call_off(session: AsyncSession, caller: Caller, layaway_id: str) -> str:
    """Call a layaway off; twice changes nothing. What was paid goes back afterwards.

    Raises  NotFound, WrongState when the goods are collected or it ended otherwise
    """
    layaway = await mine(session, caller, layaway_id, ("id",))
    if layaway.status == "CANCELLED":
        return layaway.id
    if layaway.status == "PAID":
        raise WrongState("It is paid whole, and ordered: call the order off instead.", ("id",))
    if layaway.status != "OPEN":
        raise WrongState("This layaway has ended.", ("id",))
    await _end(session, layaway, "CANCELLED")
    return layaway.id


async def missed(session: AsyncSession, now: datetime) -> Sequence[str]:
    """End the layaways of which a part was missed for too long; up to 50, their ids."""
    statement = (
        select(LayawayRow)
        .join(InstalmentRow, col(InstalmentRow.layaway_id) == col(LayawayRow.id))
        .where(
            LayawayRow.status == "OPEN",
            col(InstalmentRow.paid_at).is_(None),
            InstalmentRow.due_on < (now - PATIENCE).date(),
        )
        .order_by(col(LayawayRow.id))
        .distinct()
        .limit(50)
    )
    ids = [row.id for row in await session.exec(statement)]
    for layaway_id in ids:
        layaway = await _locked(session, layaway_id)
        if layaway is not None and layaway.status == "OPEN":
            await _end(session, layaway, "DEFAULTED")
    return ids


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a process that died left behind, up to 50 each: ids.

    payments    got no answer
    due_back    layaways of which money or goods are still to go back
    to_order    layaways that are paid, and not ordered yet
    """

    payments: Sequence[str]
    due_back: Sequence[str]
    to_order: Sequence[str]


async def unfinished(session: AsyncSession, now: datetime) -> Unfinished:
    """What is still to be done."""
    pending = select(LayawayPaymentRow.id).where(
        LayawayPaymentRow.state == "PENDING", col(LayawayPaymentRow.at) < now - STALLED
    )
    due_back = select(LayawayRow.id).where(LayawayRow.due_back)
    to_order = select(LayawayRow.id).where(LayawayRow.status == "PAID", col(LayawayRow.order_id).is_(None))
    found = [(await session.exec(statement.limit(50))).all() for statement in (pending, due_back, to_order)]
    return Unfinished(*found)


async def to_order(session: AsyncSession, layaway_id: str) -> tuple[LayawayRow, dict[str, Any], list[dict[str, Any]]]:
    """A layaway that is paid, what its order is to be, and what is held for it."""
    layaway = await session.get_one(LayawayRow, layaway_id)
    checkout = await session.get_one(CheckoutRow, layaway.hold_key.rpartition(":")[0])
    taken = select(LayawayPaymentRow).where(
        LayawayPaymentRow.layaway_id == layaway_id, LayawayPaymentRow.state == "TAKEN"
    )
    payments = [
        {"kind": row.kind, "label": label_of(row.kind, None), "amount": str(row.amount)}
        for row in await session.exec(taken.order_by(col(LayawayPaymentRow.at), col(LayawayPaymentRow.id)))
    ]
    total = str(layaway.total)
    agreed = {**checkout.agreed, "delivery": "0", "total": total, "due": total, "payments": payments}
    return layaway, agreed, list(checkout.answers["sources"])


async def ordered(session: AsyncSession, layaway_id: str, order_id: str) -> None:
    """Remember the order of a layaway that is paid."""
    layaway = await _locked(session, layaway_id)
    if layaway is not None and layaway.order_id is None:
        layaway.order_id = order_id
        session.add(layaway)
        await emit(session, "layaway.ordered", layaway.id, {**_payload(layaway), "order_id": order_id})


async def collected(session: AsyncSession, order_id: str) -> None:
    """The goods of an order were collected: of a layaway's, it is over."""
    found = (await session.exec(select(LayawayRow.id).where(LayawayRow.order_id == order_id))).first()
    layaway = await _locked(session, found) if found else None
    if layaway is not None and layaway.status == "PAID":
        layaway.status = "COLLECTED"
        session.add(layaway)


async def payment(session: AsyncSession, payment_id: str) -> tuple[LayawayPaymentRow, LayawayRow]:
    """A payment with its layaway."""
    row = await session.get_one(LayawayPaymentRow, payment_id)
    return row, await session.get_one(LayawayRow, row.layaway_id)


async def to_give_back(session: AsyncSession, layaway_id: str) -> tuple[LayawayRow, Sequence[LayawayPaymentRow]]:
    """A layaway that ended, and its payments that were taken or perhaps taken."""
    rows = await session.exec(
        select(LayawayPaymentRow).where(
            LayawayPaymentRow.layaway_id == layaway_id, col(LayawayPaymentRow.state).in_(("TAKEN", "PENDING"))
        )
    )
    return await session.get_one(LayawayRow, layaway_id), rows.all()


async def given_back(session: AsyncSession, layaway_id: str, payment_ids: Sequence[str]) -> None:
    """Everything of an ended layaway went back."""
    await session.exec(
        update(LayawayPaymentRow).where(col(LayawayPaymentRow.id).in_(payment_ids)).values(state="RETURNED", token=None)
    )
    await session.exec(update(LayawayRow).where(col(LayawayRow.id) == layaway_id).values(due_back=False))


async def instalments_of(session: AsyncSession, layaway_id: str) -> Sequence[InstalmentRow]:
    """The parts, the deposit first."""
    statement = select(InstalmentRow).where(InstalmentRow.layaway_id == layaway_id)
    return (await session.exec(statement.order_by(col(InstalmentRow.number)))).all()


async def mine(session: AsyncSession, caller: Caller, layaway_id: str, path: tuple[str, ...]) -> LayawayRow:
    """The caller's layaway, locked; any for staff. NotFound otherwise."""
    layaway = await _locked(session, layaway_id)
    if layaway is None or not (caller.viewer.is_customer(layaway.customer_id) or caller.viewer.has_any(*STAFF)):
        raise NotFound("There is no such layaway.", path)
    return layaway


async def _locked(session: AsyncSession, layaway_id: str) -> LayawayRow | None:
    return await session.get(LayawayRow, layaway_id, with_for_update={"key_share": True}, populate_existing=True)


async def _next_part(session: AsyncSession, layaway: LayawayRow, left: Decimal) -> Decimal:
    """What is still open of the first part that is not paid whole."""
    due = Decimal(0)
    for part in await instalments_of(session, layaway.id):
        due += part.amount
        if due > layaway.paid:
            return min(due - layaway.paid, left)
    return left


async def _end(session: AsyncSession, layaway: LayawayRow, status: str) -> None:
    layaway.status, layaway.due_back = status, True
    session.add(layaway)
    await emit(session, f"layaway.{status.lower()}", layaway.id, _payload(layaway))


def _payload(layaway: LayawayRow) -> dict[str, Any]:
    return {
        "layaway_id": layaway.id,
        "customer_id": layaway.customer_id,
        "location_id": layaway.location_id,
        "total": {"amount": str(layaway.total), "currency": layaway.currency},
        "paid": {"amount": str(layaway.paid), "currency": layaway.currency},
    }
