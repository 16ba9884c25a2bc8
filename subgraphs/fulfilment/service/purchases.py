"""Things bought before, once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.loaders.bought import Bought
from subgraphs.fulfilment.models import CategoryFactRow, OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True)
class PurchasesAsked:
    """Whose purchases, and which: within a category, of a product; None keeps all."""

    customer_id: str
    category_id: str | None
    product_id: str | None


async def purchases(session: AsyncSession, asked: PurchasesAsked, most: int) -> Sequence[Bought]:
    """Variants a customer bought, the last bought first; name, SKU and channel as of the last time. Two queries."""
    last = func.max(OrderRow.placed_at).label("last")
    conditions = [
        col(OrderRow.customer_id) == asked.customer_id,
        col(OrderRow.kind) == "ORDER",
        col(OrderLineRow.sold).is_(True),
        col(OrderLineRow.variant_id).is_not(None),
    ]
    if asked.product_id is not None:
        conditions.append(col(OrderLineRow.product_id) == asked.product_id)
    if asked.category_id is not None:
        within = select(CategoryFactRow.variant_id).where(CategoryFactRow.category_id == asked.category_id)
        conditions.append(col(OrderLineRow.variant_id).in_(within))
    counted = (
        select(OrderLineRow.variant_id, func.count(func.distinct(OrderRow.id)), last)
        .join(OrderRow, col(OrderRow.id) == col(OrderLineRow.order_id))
        .where(*conditions)
        .group_by(col(OrderLineRow.variant_id))
        .order_by(last.desc(), col(OrderLineRow.variant_id))
        .limit(most)
    )
    times = {variant_id: count for variant_id, count, _ in (await session.exec(counted)).all()}
    newest = (
        select(OrderLineRow, OrderRow)
        .join(OrderRow, col(OrderRow.id) == col(OrderLineRow.order_id))
        .where(*conditions, col(OrderLineRow.variant_id).in_(list(times)))
        .order_by(col(OrderRow.placed_at).desc(), col(OrderLineRow.position))
    )
    found: dict[str, Bought] = {}
    for line, order in (await session.exec(newest)).all() if times else ():
        variant_id = line.variant_id or ""
        if variant_id not in found:
            found[variant_id] = Bought(
                variant_id, line.sku, line.name, times[variant_id], order.placed_at, order.channel
            )
    return [found[variant_id] for variant_id in times if variant_id]
