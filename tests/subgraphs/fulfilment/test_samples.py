"""The sample world shows an order, a return and a task in every state."""

from __future__ import annotations

from sqlmodel import select

from subgraphs.fulfilment.models import OrderPaymentRow, OrderRow, PickTaskRow, ReturnPolicyRow, ReturnRow
from subgraphs.fulfilment.types.enums import (
    OrderStatus,
    PickTaskKind,
    PickTaskStatus,
    PolicyScope,
    ReturnStatus,
)


async def states(shop, column):
    async def read(session):
        return set((await session.exec(select(column))).all())

    return await shop.database.read(read)


async def test_every_state_is_there(shop):
    for column, kind in (
        (OrderRow.status, OrderStatus),
        (ReturnRow.status, ReturnStatus),
        (PickTaskRow.status, PickTaskStatus),
        (PickTaskRow.kind, PickTaskKind),
        (ReturnPolicyRow.scope, PolicyScope),
    ):
        assert await states(shop, column) == {each.value for each in kind}


async def test_the_books_are_in_order(shop):
    async def read(session):
        orders = (await session.exec(select(OrderRow))).all()
        paid = {row.order_id: row.amount for row in await session.exec(select(OrderPaymentRow))}
        return orders, paid

    orders, paid = await shop.database.read(read)
    for order in orders:
        assert order.subtotal - order.discount + order.delivery == order.total == paid[order.id]
        assert order.pickup_code
    first = [order.customer_id for order in orders if order.first_of_customer]
    assert len(first) == len(set(first)) == len({order.customer_id for order in orders})
