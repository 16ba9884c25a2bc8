"""Work in the stores: tasks come with paid orders and with goods to be pulled, are taken, and are finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderLineRow,
    OrderRow,
    PickLineRow,
    PickTaskRow,
)
from subgraphs.fulfilment.service import story
from subgraphs.kit.errors import InvalidInput, NotFound, WrongState
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

PULLED_WITHIN = timedelta(minutes=30)
"""How soon goods are pulled for someone who did not say when they come."""
AT_WORK = frozenset({"OPEN", "CLAIMED"})


async def open_for(
    session: AsyncSession, order: OrderRow, part: FulfilmentRow, lines: Sequence[OrderLineRow], now: datetime
) -> None:
    """Give the store its task: goods to be collected there, or to be sent from there. What a warehouse sends is no task."""
    if part.status != "PENDING":
        return
    if part.kind == "PICKUP" and part.from_id == part.location_id:
        kind, place = "PICKUP", part.location_id
    elif part.kind == "SHIPMENT" and any(line.location_id == part.from_id for line in lines):
        kind, place = "SHIP_FROM_STORE", part.from_id
    else:
        return
    task = PickTaskRow(
        id=new_id("PickTask"),
        kind=kind,
        location_id=place or "",
        order_id=order.id,
        fulfilment_id=part.id,
        customer_id=order.customer_id,
        due_at=part.promised_at or now,
        changed_at=now,
    )
    units: dict[str, int] = {}
    for line in lines:
        if line.variant_id:
            units[line.variant_id] = units.get(line.variant_id, 0) + line.quantity
    await _save(session, task, units)


@dataclass(frozen=True, slots=True)
class Held:
    """A hold as the inventory told of it."""

    id: str
    variant_id: str
    quantity: int
    location_id: str
    active: bool


async def pull(
    session: AsyncSession,
    customer_id: str | None,
    location_id: str,
    held: Sequence[Held],
    arrive_at: datetime | None,
    key: str,
    now: datetime,
) -> str:
    """Ask for held goods to be pulled; gives the task's id.

    Raises  NotFound for a hold nobody has, WrongState for one that ran out or lies elsewhere
    """
    if not held:
        raise NotFound("There is no such hold.", ("input", "reservationIds"))
    for index, each in enumerate(held):
        if not each.active or each.location_id != location_id:
            path = ("input", "reservationIds", str(index))
            raise WrongState("The goods are not held in this store any more; hold them again.", path)

    async def work() -> str:
        task = PickTaskRow(
            id=new_id("PickTask"),
            kind="PULL",
            location_id=location_id,
            reservation_id=held[0].id,
            customer_id=customer_id,
            due_at=max(arrive_at or now + PULLED_WITHIN, now),
            changed_at=now,
        )
        units: dict[str, int] = {}
        for each in held:
            units[each.variant_id] = units.get(each.variant_id, 0) + each.quantity
        await _save(session, task, units)
        return task.id

    arguments = [location_id, sorted(each.id for each in held)]
    scope = f"storePullRequest:{customer_id or 'staff'}"
    task_id: str = await once(session, scope, key, arguments, work)
    return task_id


async def claim(session: AsyncSession, task_id: str, who: str, now: datetime) -> str:
    """Take a task; taking one's own again changes nothing.

    Raises  NotFound, WrongState when someone else has it or it is over
    """
    task = await _locked(session, task_id)
    if task.status == "CLAIMED" and task.assignee == who:
        return task.id
    if task.status != "OPEN":
        raise WrongState("Someone else has this task, or it is over.", ("id",))
    task.status, task.assignee = "CLAIMED", who
    _changed(session, task, now)
    order = await story.locked(session, task.order_id) if task.order_id else None
    part = await session.get(FulfilmentRow, task.fulfilment_id) if task.fulfilment_id else None
    if order is not None and part is not None and part.status == "PENDING":
        part.status = "PREPARING"
        session.add(part)
        story.happened(session, order, "PICKING", now, "Being picked", part, task.location_id)
        await story.settle(session, order)
    return task.id


async def finish(
    session: AsyncSession, task_id: str, found: Sequence[tuple[str, int]], who: str, now: datetime
) -> str:
    """Finish a task with what was found; what was not found is called off the order and its money given back.

    Shape   variants that are not named were not found
    Raises  NotFound, WrongState when it is over, InvalidInput for more units than wanted
    """
    task = await _locked(session, task_id)
    if task.status not in AT_WORK:
        raise WrongState("This task is over.", ("id",))
    statement = select(PickLineRow).where(PickLineRow.task_id == task.id).order_by(col(PickLineRow.position))
    lines = (await session.exec(statement)).all()
    picked = dict(found)
    wanted = {line.variant_id: line.quantity for line in lines}
    for index, (variant_id, units) in enumerate(found):
        if not 0 <= units <= wanted.get(variant_id, -1) or len(picked) != len(found):
            path = ("lines", str(index), "picked")
            raise InvalidInput("Name each variant of the task once, with no more units than wanted.", path)
    for line in lines:
        line.picked = picked.get(line.variant_id, 0)
        session.add(line)
    short = {line.variant_id: line.quantity - line.picked for line in lines if line.picked < line.quantity}
    task.status, task.assignee = "SHORT" if short else "DONE", task.assignee or who
    _changed(session, task, now)
    if short:
        payload = {
            "task_id": task.id,
            "order_id": task.order_id,
            "location_id": task.location_id,
            "lines": [{"variant_id": variant_id, "quantity": units} for variant_id, units in sorted(short.items())],
        }
        await emit(session, "pick.short", task.id, payload)
    if task.order_id:
        await _move_order_on(session, task, short, now)
    return task.id


async def cancel_for(session: AsyncSession, fulfilment_id: str, now: datetime) -> None:
    """Call the task of a delivery or collection off, if it is not over."""
    statement = select(PickTaskRow).where(PickTaskRow.fulfilment_id == fulfilment_id)
    task = (await session.exec(statement)).first()
    if task is not None and task.status in AT_WORK:
        task.status = "CANCELLED"
        _changed(session, task, now)


async def customer_came(session: AsyncSession, customer_id: str, location_id: str, now: datetime) -> None:
    """The customer is in the store: whatever is to do for them there comes first."""
    statement = select(PickTaskRow).where(
        PickTaskRow.customer_id == customer_id,
        PickTaskRow.location_id == location_id,
        col(PickTaskRow.status).in_(sorted(AT_WORK)),
        col(PickTaskRow.customer_waiting).is_(False),
    )
    for task in (await session.exec(statement)).all():
        task.customer_waiting = True
        _changed(session, task, now)


async def _move_order_on(
    session: AsyncSession, task: PickTaskRow, short: Mapping[str, int], now: datetime
) -> None:
    from subgraphs.fulfilment.service.advancing import move  # a step on the order's side may end a task, and so on

    order = await story.locked(session, task.order_id)
    part = await session.get_one(FulfilmentRow, task.fulfilment_id)
    if part.status in {"DONE", "CANCELLED"}:
        return
    if short:
        story.happened(session, order, "SHORT_PICK", now, "Something was not found", part, task.location_id)
        await story.call_off(session, order, part, await _units_short(session, part, short), now)
    if part.status == "CANCELLED":
        story.happened(session, order, "CANCELLED", now, "Nothing of it could be found", part, task.location_id)
    elif part.kind == "PICKUP":
        await move(session, order, part, "READY", now)
    else:
        part.status = "PREPARING"
        session.add(part)
        story.happened(session, order, "PACKED", now, "Packed", part, task.location_id)
    await story.settle(session, order)


async def _units_short(session: AsyncSession, part: FulfilmentRow, short: Mapping[str, int]) -> dict[str, int]:
    """Units missing, by order line: the last lines of a variant go without first."""
    statement = (
        select(FulfilmentLineRow, OrderLineRow)
        .join(OrderLineRow, col(OrderLineRow.id) == col(FulfilmentLineRow.order_line_id))
        .where(FulfilmentLineRow.fulfilment_id == part.id)
        .order_by(col(OrderLineRow.position).desc())
    )
    left, units = dict(short), {}
    for carried, line in (await session.exec(statement)).all():
        gone = min(carried.quantity, left.get(line.variant_id or "", 0))
        if gone:
            units[line.id] = gone
            left[line.variant_id or ""] -= gone
    return units


async def _save(session: AsyncSession, task: PickTaskRow, units: Mapping[str, int]) -> None:
    session.add(task)
    await session.flush()
    session.add_all(
        PickLineRow(task_id=task.id, variant_id=variant_id, position=position, quantity=quantity)
        for position, (variant_id, quantity) in enumerate(units.items())
    )
    after_commit(session, f"tasks:{task.location_id}")


async def _locked(session: AsyncSession, task_id: str) -> PickTaskRow:
    """The task, locked after its order: every function takes the order's lock first, so that none waits in a circle."""
    seen = await session.get(PickTaskRow, task_id)
    if seen is None:
        raise NotFound("There is no such task.", ("id",))
    if seen.order_id:
        await story.locked(session, seen.order_id)
    return await session.get_one(PickTaskRow, task_id, with_for_update=story.LOCK, populate_existing=True)


def _changed(session: AsyncSession, task: PickTaskRow, now: datetime) -> None:
    task.version, task.changed_at = task.version + 1, now
    session.add(task)
    after_commit(session, f"tasks:{task.location_id}")
