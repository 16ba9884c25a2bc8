"""Work in the stores: tasks come with paid orders and with goods to be pulled, are taken, and are finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    FulfilmentRow,
    OrderRow,
    PickLineRow,
    PickTaskRow,
)
from subgraphs.fulfilment.service import story
from subgraphs.kit.errors import NotFound, WrongState
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id
from subgraphs.kit.signals import after_commit

PULLED_WITHIN = timedelta(minutes=30)
"""How soon goods are pulled for someone who did not say when they come."""
PACKED_WITHIN = timedelta(hours=24)
"""How soon a store packs what is sent from it."""
AT_WORK = frozenset({"OPEN", "CLAIMED"})


def topic(location_id: str) -> str:
    """Signal that some task of the store changed."""
    return f"tasks:{location_id}"


def kind_of(part: FulfilmentRow, *, in_store: bool, ahead: bool) -> str | None:
    """What the store has to do for a delivery or collection; None for what is no store's work, or done."""
    if part.status != "PENDING" or not in_store:
        return None
    if part.kind == "SHIPMENT":
        return "SHIP_FROM_STORE"
    return "ORDER_AHEAD" if ahead else "PICKUP"


async def open_for(
    session: AsyncSession,
    order: OrderRow,
    part: FulfilmentRow,
    kind: str,
    wanted: Sequence[tuple[str | None, int]],
    now: datetime,
) -> None:
    """Give the store its task: goods to be collected there, or to be sent from there; `wanted`: variants and units."""
    promised = part.promised_at or now
    task = PickTaskRow(
        id=new_id("PickTask"),
        kind=kind,
        location_id=part.from_id,
        order_id=order.id,
        fulfilment_id=part.id,
        customer_id=order.customer_id,
        due_at=min(promised, now + PACKED_WITHIN) if kind == "SHIP_FROM_STORE" else promised,
        changed_at=now,
    )
    units: dict[str, int] = {}
    for variant_id, quantity in wanted:
        if variant_id:
            units[variant_id] = units.get(variant_id, 0) + quantity
    await save(session, task, units)


async def sold_from_hold(session: AsyncSession, hold_ids: Sequence[str], now: datetime) -> None:
    """Goods on hold were sold: what was to be pulled or set out for them is with the customer."""
    if not hold_ids:
        return
    statement = select(PickTaskRow).where(col(PickTaskRow.reservation_id).in_(hold_ids))
    for task in (await session.exec(statement.order_by(col(PickTaskRow.id)))).all():
        if task.status in AT_WORK:
            task.status = "DONE"
            changed(session, task, now)


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
        await save(session, task, units)
        return task.id

    arguments = [location_id, sorted(each.id for each in held)]
    scope = f"storePullRequest:{customer_id or 'staff'}"
    task_id: str = await once(session, scope, key, arguments, work)
    return task_id


async def cancel_for(session: AsyncSession, fulfilment_id: str, now: datetime) -> None:
    """Call the task of a delivery or collection off, if it is not over."""
    statement = select(PickTaskRow).where(PickTaskRow.fulfilment_id == fulfilment_id)
    task = (await session.exec(statement)).first()
    if task is not None and task.status in AT_WORK:
        task.status = "CANCELLED"
        changed(session, task, now)


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
        changed(session, task, now)


async def save(session: AsyncSession, task: PickTaskRow, units: Mapping[str, int]) -> None:
    """Store a new task with the units of each variant, and tell the store."""
    session.add(task)
    await session.flush()
    session.add_all(
        PickLineRow(task_id=task.id, variant_id=variant_id, position=position, quantity=quantity)
        for position, (variant_id, quantity) in enumerate(units.items())
    )
    after_commit(session, topic(task.location_id))


async def locked(session: AsyncSession, task_id: str) -> PickTaskRow:
    """The task, locked after its order: every function takes the order's lock first, so that none waits in a circle."""
    seen = await session.get(PickTaskRow, task_id)
    if seen is None:
        raise NotFound("There is no such task.", ("id",))
    if seen.order_id:
        await story.locked(session, seen.order_id)
    return await session.get_one(PickTaskRow, task_id, with_for_update=story.LOCK, populate_existing=True)


def changed(session: AsyncSession, task: PickTaskRow, now: datetime) -> None:
    """Store a task that changed, and tell the store."""
    task.version, task.changed_at = task.version + 1, now
    session.add(task)
    after_commit(session, topic(task.location_id))
