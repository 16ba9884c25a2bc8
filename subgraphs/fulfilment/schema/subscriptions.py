"""Subscriptions: woken by signals, told from the database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import strawberry

from subgraphs.fulfilment.service import lookup
from subgraphs.fulfilment.service.tasks import topic
from subgraphs.fulfilment.service.watching import order_news, task_news
from subgraphs.fulfilment.types.enums import OrderEventKind
from subgraphs.fulfilment.types.order import Order, OrderEvent
from subgraphs.fulfilment.types.results import OrderChange
from subgraphs.fulfilment.types.tasks import PickTask
from subgraphs.fulfilment.types.visible import visible_order
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput, Unauthenticated
from subgraphs.kit.fields import argument, subscription

OVERLAP = timedelta(minutes=1)
"""A change is stamped before it commits: looking back this far, none is missed; what was told is not told again.

What is there already is read before the first signal is waited for, so that whatever comes after is told.
"""


@strawberry.type
class Subscription:
    @subscription(
        description="Orders of the caller as they move, or one order by the token from a message.", tags=("watch",)
    )
    async def order_changed(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None, argument("Order; all open ones of the caller when left out.")
        ] = strawberry.UNSET,
        token: Annotated[str | None, argument("Token, for guests.")] = strawberry.UNSET,
    ) -> AsyncIterator[OrderChange]:
        order_id = await _watched(info, str(id) if id else None, token or None)
        customer_id = info.context.viewer.customer_id
        signal = f"order:{order_id}" if order_id else f"orders:{customer_id}"
        since = datetime.now(UTC) - OVERLAP
        before = await info.context.database.read(order_news, order_id, customer_id, since)
        told = {event.id for event, _ in before}
        async for _ in info.context.signals.listen(signal):
            info.context.forget()
            for event, row in await info.context.database.read(order_news, order_id, customer_id, since):
                if event.id in told:
                    continue
                told.add(event.id)
                since = max(since, event.at - OVERLAP)
                shown = OrderEvent(row=event, kind=OrderEventKind(event.kind), at=event.at, summary=event.summary)
                yield OrderChange(order=Order.of(row), event=shown)

    @subscription(description="Tasks of a store as they come and go.", scopes=[["staff:store"]], tags=("staff",))
    async def pick_task_changed(
        self, info: Info, location_id: Annotated[strawberry.ID, argument("Store.")]
    ) -> AsyncIterator[PickTask]:
        since = datetime.now(UTC) - OVERLAP
        told = {row.id: row.version for row in await info.context.database.read(task_news, str(location_id), since)}
        async for _ in info.context.signals.listen(topic(str(location_id))):
            info.context.forget()
            for row in await info.context.database.read(task_news, str(location_id), since):
                newer = row.version > told.get(row.id, 0)
                told[row.id] = max(row.version, told.get(row.id, 0))
                since = max(since, row.changed_at - OVERLAP)
                if newer:
                    yield PickTask.of(row)


async def _watched(info: Info, order_id: str | None, token: str | None) -> str | None:
    """The one order to watch; None for all of a signed-in caller."""
    if token is not None:
        row = await info.context.database.read(lookup.by_token, token, datetime.now(UTC))
        if row is None or order_id not in {None, row.id}:
            raise BadUserInput("There is no such order")
        return row.id
    if order_id is not None:
        if await visible_order(info, order_id) is None:
            raise BadUserInput("There is no such order")
        return order_id
    if info.context.viewer.customer_id is None:
        raise Unauthenticated("Sign in, or give the token from the message")
    return None
