"""What customers bought before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderLineRow, OrderRow
from subgraphs.kit.loaders import Loader


@dataclass(frozen=True, slots=True)
class Bought:
    """A variant bought before; name and SKU as of the last time."""

    variant_id: str
    sku: str
    name: str
    times: int
    at: datetime
    channel: str


class LastBought(Loader[tuple[str, str], Bought]):
    """(customer, product) → what the customer bought of it last."""

    async def fetch(self, session: AsyncSession, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Bought]:
        """Read the purchases of all products asked for, the newest first; the first of each product is its last."""
        customers, products = sorted({key[0] for key in keys}), sorted({key[1] for key in keys})
        statement = (
            select(OrderLineRow, OrderRow)
            .join(OrderRow, col(OrderRow.id) == col(OrderLineRow.order_id))
            .where(
                col(OrderRow.customer_id).in_(customers),
                col(OrderLineRow.product_id).in_(products),
                OrderRow.kind == "ORDER",
                col(OrderLineRow.sold).is_(True),
            )
            .order_by(col(OrderRow.placed_at).desc(), col(OrderLineRow.position))
        )
        found: dict[tuple[str, str], tuple[OrderLineRow, OrderRow]] = {}
        orders: dict[tuple[str, str], set[str]] = {}
        for line, order in (await session.exec(statement)).all():
            if line.product_id is None or order.customer_id is None or line.variant_id is None:
                continue
            key = order.customer_id, line.product_id
            found.setdefault(key, (line, order))
            if found[key][0].variant_id == line.variant_id:
                orders.setdefault(key, set()).add(order.id)
        return {
            key: Bought(line.variant_id or "", line.sku, line.name, len(orders[key]), order.placed_at, order.channel)
            for key, (line, order) in found.items()
        }
