"""What others tell, each event once. Tolerant: unknown members are ignored.

order.placed            order_id, customer_id, channel, brand, placed_at, grand_total{amount currency}
order.refunded          order_id, refund{amount currency}           its points go with the money
order.cancelled         order_id                                    all that are left
order.eta_changed       order_id, customer_id, promised_at, estimated_at, ahead_by_seconds
pickup.ready            order_id, customer_id, location_id, at
pickup.collected        order_id
stored_value.moved      number, change{amount currency}
channel.named, brand.named, location.named      code, name
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import (
    CardRow,
    CustomerRow,
    KnownOrderRow,
    MembershipRow,
    OccasionRow,
    PointsClaimRow,
    ProgramRow,
    ReadyOrderRow,
)
from subgraphs.customer.service.people import ensure
from subgraphs.customer.service.points import credit, take_back
from subgraphs.customer.service.touches import note
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_id
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.names import remember


async def order_placed(session: AsyncSession, event: Event) -> None:
    """Remember the order, put it on the timeline, and credit its points: to who claimed them at a till, else to the buyer."""
    payload = event.payload
    order = KnownOrderRow(
        order_id=payload.get("order_id", event.aggregate_id),
        customer_id=payload.get("customer_id"),
        total=Decimal(_total(payload)[0]),
        currency=_total(payload)[1],
        channel=payload.get("channel") or "web",
        brand=payload.get("brand"),
        placed_at=_instant(payload.get("placed_at"), event.at),
    )
    await session.merge(order)
    if order.customer_id is not None:
        await ensure(session, order.customer_id)
        await note(
            session, order.customer_id, "PURCHASE", order.channel, order.placed_at, order.order_id, "Placed an order"
        )
    claim = await session.get(PointsClaimRow, order.order_id)
    if claim is not None:
        await credit(session, claim.membership_id, order, claim.tender)
        await session.delete(claim)
        return
    membership = await _membership_of(session, order) or await _join(session, order)
    if membership is not None:
        await credit(session, membership.id, order, None)


async def pickup_ready(session: AsyncSession, event: Event) -> None:
    """An order waits in a store for its customer."""
    payload = event.payload
    if payload.get("customer_id") and payload.get("location_id"):
        row = ReadyOrderRow(
            order_id=payload.get("order_id", event.aggregate_id),
            customer_id=payload["customer_id"],
            location_id=payload["location_id"],
            ready_at=_instant(payload.get("at"), event.at),
        )
        await session.merge(row)


async def pickup_over(session: AsyncSession, event: Event) -> None:
    """An order waits no longer: collected, or called off."""
    order_id = event.payload.get("order_id", event.aggregate_id)
    await session.execute(delete(ReadyOrderRow).where(col(ReadyOrderRow.order_id) == order_id))


async def order_refunded(session: AsyncSession, event: Event) -> None:
    """Money was given back: the points it earned go with it."""
    refund = event.payload.get("refund") or {}
    amount = Decimal(str(refund.get("amount", 0)))
    if amount > 0:
        await take_back(session, event.payload.get("order_id", event.aggregate_id), amount, event.id)


async def order_cancelled(session: AsyncSession, event: Event) -> None:
    """An order was called off, paid or not: it earned nothing."""
    await take_back(session, event.payload.get("order_id", event.aggregate_id), None, event.id)


async def order_expected(session: AsyncSession, event: Event) -> None:
    """An order comes earlier or later than promised: worth one message, however often the time changes until it is sent.

    As promised after all: nothing to tell any more.
    """
    payload = event.payload
    order_id, ahead = payload.get("order_id", event.aggregate_id), payload.get("ahead_by_seconds")
    known = await session.get(OccasionRow, (ETA_CHANGED, order_id))
    if payload.get("customer_id") and ahead:
        detail = {name: payload.get(name) for name in ("number", "promised_at", "estimated_at", "ahead_by_seconds")}
        row = OccasionRow(
            kind=ETA_CHANGED, subject_id=order_id, customer_id=payload["customer_id"], detail=detail, at=event.at
        )
        await session.merge(row)
    elif known is not None:
        await session.delete(known)


async def named(session: AsyncSession, event: Event) -> None:
    """A channel, brand or location has a name, perhaps a new one."""
    kind = event.topic.partition(".")[0]
    await remember(session, kind, {str(event.payload["code"]): str(event.payload["name"])})


async def stored_value_moved(session: AsyncSession, event: Event) -> None:
    """Something was paid with a card, or given back to it: the balance that is shown follows the book of the carts."""
    change = Decimal(event.payload["change"]["amount"])
    statement = select(CardRow).where(CardRow.number == event.payload["number"]).with_for_update()
    card = (await session.exec(statement)).first()
    if card is not None and card.currency == event.payload["change"]["currency"]:
        card.balance = max(Decimal(0), card.balance + change)
        session.add(card)


ETA_CHANGED = "TRANSFER_ETA_CHANGED"

CONSUMERS = (
    Consumer("orders", ("order.placed",), order_placed),
    Consumer("refunds", ("order.refunded",), order_refunded),
    Consumer("cancellations", ("order.cancelled",), order_cancelled),
    Consumer("arrivals", ("order.eta_changed",), order_expected),
    Consumer("pickups", ("pickup.ready",), pickup_ready),
    Consumer("pickups-over", ("pickup.collected", "order.cancelled"), pickup_over),
    Consumer("names", ("channel.named", "brand.named", "location.named"), named),
    Consumer("stored-value", ("stored_value.moved",), stored_value_moved),
)


async def _membership_of(session: AsyncSession, order: KnownOrderRow) -> MembershipRow | None:
    """The buyer's membership of the brand's programme; of any programme when the order names no brand."""
    query = (
        select(MembershipRow, ProgramRow)
        .where(MembershipRow.customer_id == order.customer_id, MembershipRow.program_code == ProgramRow.code)
        .order_by(MembershipRow.program_code)
    )
    rows = (await session.exec(query)).all() if order.customer_id else []
    return next(
        (membership for membership, program in rows if order.brand is None or order.brand in program.brands), None
    )


async def _join(session: AsyncSession, order: KnownOrderRow) -> MembershipRow | None:
    """Make a buyer with an account a member of the brand's programme; the first purchase there is how one joins."""
    customer = await session.get(CustomerRow, order.customer_id) if order.customer_id else None
    if customer is None or customer.is_guest or order.brand is None:
        return None
    programs = (await session.exec(select(ProgramRow).order_by(col(ProgramRow.code)))).all()
    program = next((program for program in programs if order.brand in program.brands), None)
    if program is None:
        return None
    row = MembershipRow(
        id=new_id("Membership"),
        customer_id=customer.id,
        program_code=program.code,
        number=f"M{secrets.randbelow(10**11):011}",
        tier_code=program.tiers[0]["code"],
    )
    session.add(row)
    await session.flush()
    return row


def _total(payload: Any) -> tuple[str, str]:
    """Amount and currency, given as `grand_total` {amount, currency} or as two members."""
    total = payload.get("grand_total", 0)
    if isinstance(total, dict):
        return str(total.get("amount", 0)), str(total.get("currency", "GBP"))
    return str(total), str(payload.get("currency", "GBP"))


def _instant(text: Any, otherwise: datetime) -> datetime:
    if not isinstance(text, str):
        return otherwise
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
