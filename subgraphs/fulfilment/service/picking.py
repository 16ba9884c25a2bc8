"""Tasks taken and finished, and what that does to the order behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import FulfilmentLineRow, FulfilmentRow, OrderLineRow, PickLineRow, PickTaskRow
from subgraphs.fulfilment.rules.steps import OVER
from subgraphs.fulfilment.service import story, tasks
from subgraphs.fulfilment.service.advancing import move
from subgraphs.kit.errors import InvalidInput, WrongState
from subgraphs.kit.outbox import emit


async def claim(session: AsyncSession, task_id: str, who: str, now: datetime) -> str:
    """Take a task; taking one's own again changes nothing.

    Raises  NotFound, WrongState when someone else has it or it is over
    """
    task = await tasks.locked(session, task_id)
    if task.status == "CLAIMED" and task.assignee == who:
        return task.id
    if task.status != "OPEN":
        raise WrongState("Someone else has this task, or it is over.", ("id",))
    task.status, task.assignee = "CLAIMED", who
    tasks.changed(session, task, now)
    order = await story.locked(session, task.order_id) if task.order_id else None
    part = await session.get(FulfilmentRow, task.fulfilment_id) if task.fulfilment_id else None
    if order is not None and part is not None and part.status == "PENDING":
        part.status = "PREPARING"
        session.add(part)
        story.happened(session, order, "PICKING", now, "Being picked", part, task.location_id)
        await story.settle(session, order)
    return task.id


async def finish(session: AsyncSession, task_id: str, found: Sequence[tuple[str, int]], who: str, now: datetime) -> str:
    """Finish a task with what was found; what was not found is called off the order and its money given back.

    Shape   variants that are not named were not found
    Raises  NotFound, WrongState when it is over, InvalidInput for more units than wanted
    """
    task = await tasks.locked(session, task_id)
    if task.status not in tasks.AT_WORK:
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
    tasks.changed(session, task, now)
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


async def _move_order_on(session: AsyncSession, task: PickTaskRow, short: Mapping[str, int], now: datetime) -> None:
    order = await story.locked(session, task.order_id)
    part = await session.get_one(FulfilmentRow, task.fulfilment_id)
    if part.status in OVER:
        return
    if short:
        story.happened(session, order, "SHORT_PICK", now, "Something was not found", part, task.location_id)
        await story.call_off(session, order, part, await units_short(session, part, short), now)
    if part.status == "CANCELLED":
        story.happened(session, order, "CANCELLED", now, "Nothing of it could be found", part, task.location_id)
    elif part.kind == "PICKUP":
        await move(session, order, part, "READY", now)
    else:
        part.status = "PREPARING"
        session.add(part)
        story.happened(session, order, "PACKED", now, "Packed", part, task.location_id)
    await story.settle(session, order)


async def units_short(session: AsyncSession, part: FulfilmentRow, short: Mapping[str, int]) -> dict[str, int]:
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
