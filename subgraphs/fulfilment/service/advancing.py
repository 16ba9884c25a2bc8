"""Deliveries and collections move on: by staff, warehouse, carrier, and at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import FulfilmentRow, OrderRow
from subgraphs.fulfilment.rules import passes, steps
from subgraphs.fulfilment.rules.access import carries
from subgraphs.fulfilment.service import lookup, story, tasks
from subgraphs.kit.errors import NotFound, NotPermitted, WrongState
from subgraphs.kit.idempotency import once
from subgraphs.kit.outbox import emit


@dataclass(frozen=True, slots=True)
class Step:
    """A step taken: the state reached, the time expected now and the tracking number, where known."""

    status: str
    estimated_at: datetime | None = None
    tracking_number: str | None = None


async def advance(
    session: AsyncSession,
    fulfilment_id: str,
    step: Step,
    carriers: frozenset[str] | None,
    caller: str,
    key: str,
    now: datetime,
) -> str:
    """Move a delivery or collection on; gives the order's id. The same key does it once.

    carriers    codes of the carriers the caller reports for: of their shipments, and what happens on the road; None: staff
    Raises  NotFound (what another carries is not there), NotPermitted, WrongState
    """

    async def work() -> str:
        seen = await session.get(FulfilmentRow, fulfilment_id)
        if seen is None or (carriers is not None and not carries(carriers, seen.kind, seen.carrier_code)):
            raise NotFound("There is no such delivery or collection.", ("id",))
        order = await story.locked(session, seen.order_id)
        part = await session.get_one(FulfilmentRow, fulfilment_id, populate_existing=True)
        if carriers is not None and step.status not in steps.CARRIERS_STEPS:
            raise NotPermitted("A carrier reports what happens to shipments on the road.", ("status",))
        if not steps.may_follow(part.kind, part.status, step.status):
            raise WrongState(f"It is {part.status}: {step.status} cannot follow.", ("status",))
        if step.tracking_number:
            part.tracking_number = step.tracking_number
        if step.estimated_at is not None:
            await expect(session, order, part, step.estimated_at, now)
        if step.status != part.status:
            await move(session, order, part, step.status, now)
        await story.settle(session, order)
        return order.id

    arguments = [fulfilment_id, step.status, str(step.estimated_at), step.tracking_number]
    order_id: str = await once(session, f"fulfilmentAdvance:{caller}", key, arguments, work)
    return order_id


async def move(session: AsyncSession, order: OrderRow, part: FulfilmentRow, status: str, now: datetime) -> None:
    """Take a step that is allowed: store it, write it down, tell the others. The caller settles the order."""
    told = steps.told(part.kind, status)
    if status == "CANCELLED":
        units = {line.id: line.quantity for line in await story.lines_of(session, order.id)}
        story.happened(session, order, told.kind, now, told.summary, part)
        await story.call_off(session, order, part, units, now)
        part.status = "CANCELLED"
    else:
        part.status = status
        story.happened(session, order, told.kind, now, told.summary, part)
    if status == "IN_TRANSIT" and part.kind == "SHIPMENT":
        part.sent_at = now
    elif status == "READY":
        part.ready_at = part.estimated_at = now
    elif status == "DONE":
        part.done_at = part.estimated_at = now
    session.add(part)
    if status in {"READY", "DONE", "CANCELLED", "IN_TRANSIT"}:
        await tasks.cancel_for(session, part.id, now)
    if told.topic:
        await emit(session, told.topic, order.id, _payload(order, part, now))


async def expect(
    session: AsyncSession, order: OrderRow, part: FulfilmentRow, estimated_at: datetime, now: datetime
) -> None:
    """Take over another expected time, and tell of it: once, and not when nothing changed."""
    if part.estimated_at == estimated_at:
        return
    part.estimated_at = estimated_at
    session.add(part)
    story.happened(session, order, "ETA_CHANGED", now, "Expected at another time", part)
    ahead = part.promised_at - estimated_at if part.promised_at else None
    payload = {
        **_payload(order, part, now),
        "promised_at": part.promised_at.isoformat() if part.promised_at else None,
        "estimated_at": estimated_at.isoformat(),
        "ahead_by_seconds": round(ahead.total_seconds()) if ahead is not None else None,
    }
    await emit(session, "order.eta_changed", order.id, payload)


async def release(session: AsyncSession, payload: str, location_id: str, key: str, now: datetime) -> str:
    """Hand a collection out; gives the order's id. The same key does it once, whenever the till sends it again.

    Raises  NotFound for a text that is no pass, NotPermitted in another store, WrongState when it is not ready or gone
    """

    async def work() -> str:
        found = await lookup.by_pass(session, payload)
        if found is None or found.pickup_secret is None:
            raise NotFound("This is no pass for an order.", ("payload",))
        if lookup.is_signed(payload) and not passes.was_good(payload, found.id, found.pickup_secret, now):
            raise NotFound("This is no pass for an order.", ("payload",))
        order = await story.locked(session, found.id)
        waiting = [part for part in await story.parts_of(session, order.id) if part.kind == "PICKUP"]
        here = [part for part in waiting if part.location_id == location_id]
        ready = [part for part in here if part.status == "READY"]
        if not ready:
            elsewhere = next((part for part in waiting if part.status == "READY"), None)
            if elsewhere is not None:
                place = elsewhere.location_name or "another store"
                raise NotPermitted(f"It waits at {place}.", ("locationId",))
            done = any(part.status == "DONE" for part in waiting)
            raise WrongState("It was collected already." if done else "It is not ready to collect.", ("payload",))
        for part in ready:
            await move(session, order, part, "DONE", now)
        await story.settle(session, order)
        return order.id

    order_id: str = await once(session, f"pickupRelease:{location_id}", key, [payload], work)
    return order_id


async def check_out(session: AsyncSession, payload: str, location_id: str, key: str, now: datetime) -> str:
    """Check at the door what leaves the store; gives the order's id. The same key does it once, and a pass is good once.

    Raises  NotFound for a text that is no pass, NotPermitted in another store, WrongState when it was checked already
    """

    async def work() -> str:
        found = await lookup.by_pass(session, payload)
        good = found is not None and lookup.is_signed(payload) and found.pickup_secret is not None
        if found is None or not good or not passes.is_good(payload, found.id, found.pickup_secret or "", now):
            raise NotFound("This is no pass to leave with.", ("payload",))
        order = await story.locked(session, found.id)
        carried = [part for part in await story.parts_of(session, order.id) if part.kind == "CARRY_OUT"]
        here = [part for part in carried if part.from_id == location_id]
        if not carried:
            raise NotFound("This is no pass to leave with.", ("payload",))
        if not here:
            raise NotPermitted("It was bought in another store.", ("locationId",))
        if all(part.checked_at is not None for part in here):
            raise WrongState("This pass was checked already.", ("payload",))
        for part in here:
            part.checked_at = now
            session.add(part)
            story.happened(session, order, "COLLECTED", now, "Checked at the door", part, location_id)
        return order.id

    order_id: str = await once(session, f"exitPassCheck:{location_id}", key, [payload], work)
    return order_id


def _payload(order: OrderRow, part: FulfilmentRow, now: datetime) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "fulfilment_id": part.id,
        "location_id": part.location_id if part.kind == "PICKUP" else part.from_id,
        "carrier": part.carrier_code,
        "hold_until": part.hold_until.isoformat() if part.hold_until else None,
        "at": now.isoformat(),
    }
