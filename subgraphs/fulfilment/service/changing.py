"""What customers change about an order that is under way: call it off, another way of delivery, another collector."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow
from subgraphs.fulfilment.rules.access import may_see
from subgraphs.fulfilment.rules.delivery import promise, service_of
from subgraphs.fulfilment.rules.steps import OVER
from subgraphs.fulfilment.service import story, tasks
from subgraphs.kit.errors import InvalidInput, NotFound, NotPermitted, WrongState
from subgraphs.kit.identity import Viewer
from subgraphs.kit.outbox import emit

LONGEST_NAME = 120
LONGEST_REASON = 500


async def own(session: AsyncSession, viewer: Viewer, order_id: str, path: str = "id") -> OrderRow:
    """The order, locked, if the caller may see it: one answer for what is not there and what is another's.

    Raises  NotFound
    """
    order = await story.locked(session, order_id)
    if not may_see(viewer, order.customer_id):
        raise NotFound("There is no such order.", (path,))
    return order


async def cancel(session: AsyncSession, viewer: Viewer, order_id: str, reason: str | None, now: datetime) -> str:
    """Call an order off and give its money back; one that is called off already stays so.

    Raises  NotFound, WrongState once some of it is on the road or with the customer
    """
    order = await own(session, viewer, order_id)
    parts = await story.parts_of(session, order.id)
    if order.status == "CANCELLED":
        return order.id
    if not parts or any(part.status in {"IN_TRANSIT", "DONE"} for part in parts):
        raise WrongState("It is on its way or with you; send it back instead.", ("id",))
    text = (reason or "").strip()[:LONGEST_REASON]
    story.happened(session, order, "CANCELLED", now, f"Called off: {text}" if text else "Called off")
    for part in parts:
        if part.status not in OVER:
            units = {line.id: line.quantity for line in await story.lines_of(session, order.id)}
            await story.call_off(session, order, part, units, now)
            await tasks.cancel_for(session, part.id, now)
    await story.settle(session, order)
    payload = {
        "order_id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "channel": order.channel,
        "brand": order.brand_code,
        "reason": text or None,
        "at": now.isoformat(),
    }
    await emit(session, "order.cancelled", order.id, payload)
    return order.id


async def deliver_otherwise(session: AsyncSession, viewer: Viewer, order_id: str, option: str, now: datetime) -> str:
    """Send what has not left yet by another service, which must not cost more: nothing is paid a second time.

    Raises  NotFound, WrongState, InvalidInput for no option of ours, NotPermitted for a dearer one
    """
    order = await own(session, viewer, order_id)
    service, before = service_of(option, order.currency), service_of(order.delivery_option, order.currency)
    if service is None or service.currency != order.currency:
        raise InvalidInput("There is no such way of delivery; ask for options again.", ("deliveryOptionId",))
    waiting = [
        part
        for part in await story.parts_of(session, order.id)
        if part.kind == "SHIPMENT" and part.status in {"PENDING", "PREPARING"}
    ]
    if not waiting:
        raise WrongState("Nothing of it waits to be sent.", ("id",))
    if before is not None and (service.base > before.base or service.bulky != before.bulky):
        raise NotPermitted(
            "That way costs more or does not suit the goods; call it off and order anew.", ("deliveryOptionId",)
        )
    if order.delivery_option == option:
        return order.id
    order.delivery_option = option
    for part in waiting:
        part.carrier_code, part.cost = service.carrier, service.base
        part.promised_at = part.estimated_at = promise(now, service.days)
        session.add(part)
        story.happened(session, order, "ETA_CHANGED", now, f"Comes by {service.label}", part)
    await story.settle(session, order)
    order.promised_at = max(
        (part.promised_at for part in await story.parts_of(session, order.id) if part.promised_at), default=None
    )
    session.add(order)
    return order.id


async def set_collector(session: AsyncSession, viewer: Viewer, order_id: str, name: str) -> str:
    """Say who else may collect.

    Raises  NotFound, InvalidInput for a name that is none, WrongState when nothing waits
    """
    order = await own(session, viewer, order_id, "orderId")
    person = name.strip()
    if not 0 < len(person) <= LONGEST_NAME:
        raise InvalidInput(f"A name has 1 to {LONGEST_NAME} letters.", ("name",))
    parts = await story.parts_of(session, order.id)
    if not any(part.kind == "PICKUP" and part.status not in OVER for part in parts):
        raise WrongState("Nothing of it waits to be collected.", ("orderId",))
    if order.collector != person:
        order.collector = person
        session.add(order)
        story.wake(session, order)
    return order.id
