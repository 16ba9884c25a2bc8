"""Goods handed back: asked for, decided on, received, paid back or exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.errors import EvidenceRequired, ReturnNotAllowed
from subgraphs.fulfilment.models import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderLineRow,
    OrderRow,
    ReturnLineRow,
    ReturnRow,
    VariantFactRow,
)
from subgraphs.fulfilment.rules import returning
from subgraphs.fulfilment.rules.returning import Bought, Policy
from subgraphs.fulfilment.service import policies, story
from subgraphs.fulfilment.service.building import warehouse_of
from subgraphs.fulfilment.service.changing import LONGEST_REASON, own
from subgraphs.fulfilment.service.exchanging import send_in_exchange
from subgraphs.kit.errors import InvalidInput, NotFound, NotPermitted, WrongState
from subgraphs.kit.idempotency import once
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit

MOST_LINES = 100
MOST_PICTURES = 10


@dataclass(frozen=True, slots=True)
class LineAsked:
    """Units of an order line to hand back, and why; a variant of the same product where they are exchanged."""

    order_line_id: str
    quantity: int
    reason: str
    evidence: tuple[str, ...] = ()
    exchange_for: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnAsked:
    """A return to ask for; `received` when the goods are in the associate's hand."""

    order_id: str
    lines: tuple[LineAsked, ...]
    location_id: str | None
    received: bool
    channel: str


def received_on(order: OrderRow, parts: Sequence[FulfilmentRow]) -> date | None:
    """The day goods were with the customer; an imported sale has no parts and was finished when it was made."""
    if not parts:
        return order.placed_at.date() if order.status in {"COMPLETED", "RETURNED"} else None
    days = [part.done_at.date() for part in parts if part.status == "DONE" and part.done_at]
    return max(days, default=None)


def bought(order: OrderRow, line: OrderLineRow, received: date | None, spoken_for: int) -> Bought:
    """An order line as the rules see it."""
    return Bought(
        net=line.unit_price * line.quantity - line.discount,
        quantity=line.quantity,
        returned=line.returned_quantity,
        called_off=line.called_off_quantity,
        open=spoken_for,
        received=received,
        brand=order.brand_code,
        online=order.sold_at_id is None,
    )


async def create(session: AsyncSession, viewer: Viewer, ask: ReturnAsked, key: str, now: datetime) -> str:
    """Ask for a return, or take goods in at a counter; gives its id. The same key does it once.

    Raises  NotFound, InvalidInput, NotPermitted (taking in is for staff), WrongState (more units than are left),
            ReturnNotAllowed and EvidenceRequired, each with the policy that decided
    """
    _check(viewer, ask)

    async def work() -> str:
        order = await own(session, viewer, ask.order_id, "input")
        policy, lines = await _judge(session, order, ask, now)
        row = ReturnRow(
            id=new_id("Return"),
            number=f"R{order.number}-{await _count(session, order.id) + 1}",
            order_id=order.id,
            status="REQUESTED" if "DEFECT_EVIDENCE" in policy.requirements and not ask.received else "APPROVED",
            channel=ask.channel,
            location_id=ask.location_id,
            policy_id=policy.reach.id,
            currency=order.currency,
            refund=sum((line.refund for line in lines if line.exchange_variant_id is None), Decimal(0)),
            created_at=now,
        )
        session.add(row)
        await session.flush()
        for position, line in enumerate(lines):
            line.return_id, line.position = row.id, position
        session.add_all(lines)
        story.happened(session, order, "RETURN_REQUESTED", now, "Return asked for", place=ask.location_id)
        await emit(session, "return.requested", order.id, _payload(order, row))
        if ask.received:
            await _take_in(session, order, row, lines, now)
        return row.id

    lines = [[each.order_line_id, each.quantity, each.reason, each.exchange_for] for each in ask.lines]
    arguments = [ask.order_id, lines, ask.location_id, ask.received]
    return_id: str = await once(session, f"returnCreate:{viewer.customer_id or 'staff'}", key, arguments, work)
    return return_id


async def decide(session: AsyncSession, return_id: str, approve: bool, reason: str | None, now: datetime) -> str:
    """Decide on a return: one that was asked for is agreed to; one that was agreed to has come back and is good.

    Raises  NotFound, WrongState when it is over
    """
    seen = await session.get(ReturnRow, return_id)
    if seen is None:
        raise NotFound("There is no such return.", ("id",))
    order = await story.locked(session, seen.order_id)
    row = await session.get_one(ReturnRow, return_id, populate_existing=True)
    if row.status not in returning.OPEN:
        raise WrongState("This return is over.", ("id",))
    if not approve:
        row.status = "DECLINED"
        row.decline_reason = (reason or "").strip()[:LONGEST_REASON] or "It does not follow the policy."
        await emit(session, "return.declined", order.id, _payload(order, row))
    elif row.status == "REQUESTED":
        row.status = "APPROVED"
        await emit(session, "return.approved", order.id, _payload(order, row))
    else:
        statement = select(ReturnLineRow).where(ReturnLineRow.return_id == row.id)
        lines = (await session.exec(statement.order_by(col(ReturnLineRow.position)))).all()
        await _take_in(session, order, row, lines, now)
    session.add(row)
    story.wake(session, order)
    return row.id


def _check(viewer: Viewer, ask: ReturnAsked) -> None:
    if not 0 < len(ask.lines) <= MOST_LINES:
        raise InvalidInput(f"A return has 1 to {MOST_LINES} lines.", ("input", "lines"))
    for index, line in enumerate(ask.lines):
        if line.quantity < 1:
            raise InvalidInput("At least one unit goes back.", ("input", "lines", str(index), "quantity"))
        if len(line.evidence) > MOST_PICTURES:
            path = ("input", "lines", str(index), "evidenceUrls")
            raise InvalidInput(f"At most {MOST_PICTURES} pictures.", path)
    if ask.received and not viewer.has_any("staff:store", "system:write"):
        raise NotPermitted("Only staff take goods in.", ("input", "receivedNow"))
    if ask.received and ask.location_id is None:
        raise InvalidInput("Say in which store the goods are.", ("input", "locationId"))


async def _judge(
    session: AsyncSession, order: OrderRow, ask: ReturnAsked, now: datetime
) -> tuple[Policy, list[ReturnLineRow]]:
    policy, place = await policies.in_force(session, order.brand_code, ask.location_id)
    known = {line.id: line for line in await story.lines_of(session, order.id)}
    reception = await _receptions(session, order)
    spoken_for = await _open_units(session, list(known))
    found: list[ReturnLineRow] = []
    for index, asked in enumerate(ask.lines):
        path = ("input", "lines", str(index))
        line = known.get(asked.order_line_id)
        if line is None:
            raise NotFound("The order has no such line.", (*path, "orderLineId"))
        mine = bought(order, line, reception.get(line.id), spoken_for.get(line.id, 0))
        refused = returning.why_not(mine, policy, place, now.date())
        if refused is not None:
            raise ReturnNotAllowed(refused, path, policy=policy)
        if asked.quantity > mine.left:
            raise WrongState(f"Only {mine.left} of it may still go back.", (*path, "quantity"))
        missing = returning.missing(policy, asked.reason, asked.evidence)
        if missing:
            raise EvidenceRequired(policy.wording, (*path, "evidenceUrls"), policy=policy, missing=missing)
        if asked.exchange_for is not None:
            await _check_exchange(session, order, line, asked.exchange_for, ask)
        money = returning.refund(mine, asked.quantity, policy, order.currency, asked.reason)
        spoken_for[line.id] = mine.open + asked.quantity
        found.append(
            ReturnLineRow(
                return_id="",
                position=index,
                order_line_id=line.id,
                quantity=asked.quantity,
                reason=asked.reason,
                evidence_urls=list(asked.evidence),
                refund=money,
                exchange_variant_id=asked.exchange_for,
            )
        )
    return policy, found


async def _check_exchange(
    session: AsyncSession, order: OrderRow, line: OrderLineRow, variant_id: str, ask: ReturnAsked
) -> None:
    """Only another size or colour of the same product: it was paid for already, whatever its price is today."""
    path = ("input", "exchangeForVariantIds")
    fact = await session.get(VariantFactRow, variant_id)
    if fact is None or line.product_id is None or fact.product_id != line.product_id:
        raise InvalidInput("Only another variant of the same product is given in exchange.", path)
    if order.shipping_address is None and not ask.received:
        raise InvalidInput("There is no address to send the exchange to; exchange it in a store.", path)


async def _take_in(
    session: AsyncSession, order: OrderRow, row: ReturnRow, lines: Sequence[ReturnLineRow], now: datetime
) -> None:
    """The goods are there: count them as returned, give money or other goods, tell the inventory."""
    known = {line.id: line for line in await story.lines_of(session, order.id)}
    told: list[dict[str, Any]] = []
    for line in lines:
        goods = known[line.order_line_id]
        goods.returned_quantity += line.quantity
        line.disposition = "REPAIR" if line.reason == "DEFECTIVE" else "SHELF"
        session.add_all([goods, line])
        told.append(
            {
                "variant_id": goods.variant_id,
                "quantity": line.quantity,
                "resellable": line.disposition == "SHELF",
                "reason": line.reason,
            }
        )
    story.happened(session, order, "RETURN_RECEIVED", now, "Return received", place=row.location_id)
    row.received_at = now
    swapped = [(known[line.order_line_id], line) for line in lines if line.exchange_variant_id]
    row.status = "EXCHANGED" if swapped else "REFUNDED"
    if swapped:
        row.exchange_order_id = await send_in_exchange(session, order, row.location_id, swapped, now)
    session.add(row)
    if row.refund > 0:
        await story.give_back(session, order, row.refund, now)
    await story.settle(session, order)
    place = row.location_id or warehouse_of(order.currency)
    await emit(session, "return.received", order.id, {**_payload(order, row), "location_id": place, "lines": told})


async def _receptions(session: AsyncSession, order: OrderRow) -> dict[str, date | None]:
    """Order line → the day it was with the customer."""
    parts = {part.id: part for part in await story.parts_of(session, order.id)}
    lines = await story.lines_of(session, order.id)
    carried = await session.exec(select(FulfilmentLineRow).where(col(FulfilmentLineRow.fulfilment_id).in_(list(parts))))
    by_line: dict[str, list[FulfilmentRow]] = {}
    for each in carried:
        by_line.setdefault(each.order_line_id, []).append(parts[each.fulfilment_id])
    if not parts:
        return {line.id: received_on(order, ()) for line in lines}
    return {line_id: received_on(order, mine) for line_id, mine in by_line.items()}


async def _open_units(session: AsyncSession, line_ids: Sequence[str]) -> dict[str, int]:
    statement = (
        select(ReturnLineRow.order_line_id, func.sum(ReturnLineRow.quantity))
        .join(ReturnRow, col(ReturnRow.id) == col(ReturnLineRow.return_id))
        .where(col(ReturnLineRow.order_line_id).in_(line_ids), col(ReturnRow.status).in_(sorted(returning.OPEN)))
        .group_by(col(ReturnLineRow.order_line_id))
    )
    return {line_id: int(units) for line_id, units in (await session.exec(statement)).all()}


async def _count(session: AsyncSession, order_id: str) -> int:
    return (await session.exec(select(func.count()).select_from(ReturnRow).where(ReturnRow.order_id == order_id))).one()


def _payload(order: OrderRow, row: ReturnRow) -> dict[str, Any]:
    return {
        "return_id": row.id,
        "number": row.number,
        "order_id": order.id,
        "customer_id": order.customer_id,
        "location_id": row.location_id,
        "status": row.status,
        "refund": {"amount": str(row.refund), "currency": row.currency},
    }
