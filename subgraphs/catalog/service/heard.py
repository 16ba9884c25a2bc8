"""What the catalogue does with events of others: who is a member, who bought what, which promotions run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BoughtRow, BrandRow, MemberRow, ProductRow, PromotionRow, SegmentedRow, VariantRow
from subgraphs.kit.bus import Event
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.upsert import upsert


async def membership_changed(session: AsyncSession, event: Event) -> None:
    """Keep the tier of a member: it decides who may buy what is held back for members."""
    payload = event.payload
    customer, program, tier = payload.get("customer_id"), payload.get("program"), payload.get("tier")
    brands = await session.execute(select(col(BrandRow.code)).where(col(BrandRow.program_code) == program))
    rows = [
        {"customer_id": customer, "brand_code": code, "tier": tier} for code in brands.scalars() if customer and tier
    ]
    await upsert(session, MemberRow.__table__, rows, update=("tier",))  # type: ignore[attr-defined]  # sqlmodel adds it


async def segments_changed(session: AsyncSession, event: Event) -> None:
    """Keep the segments of a customer: pages are chosen by them."""
    customer = event.payload.get("customer_id")
    if not customer:
        return
    old = (await session.execute(select(SegmentedRow).where(col(SegmentedRow.customer_id) == customer))).scalars()
    wanted = {str(code) for code in event.payload.get("segments", ())}
    for row in old:
        if row.segment_code in wanted:
            wanted.discard(row.segment_code)
        else:
            await session.delete(row)
    session.add_all(SegmentedRow(customer_id=str(customer), segment_code=code) for code in sorted(wanted))


async def order_placed(session: AsyncSession, event: Event) -> None:
    """Remember what was bought, for the mark on reviews and to leave it out of recommendations; count units sold."""
    lines = [line for line in event.payload.get("lines", ()) if isinstance(line, dict)]
    units: dict[str, int] = {}
    for line in lines:
        variant = str(line.get("variant_id", ""))
        units[variant] = units.get(variant, 0) + int(line.get("quantity", 1))
    rows = (await session.execute(select(VariantRow).where(col(VariantRow.id).in_(list(units))))).scalars().all()
    sold: dict[str, int] = {}
    for row in rows:
        sold[row.product_id] = sold.get(row.product_id, 0) + units[row.id]
    # In the order of keys: two orders with the same products wait for each other instead of locking each other out.
    products = (
        select(ProductRow).where(col(ProductRow.id).in_(list(sold))).order_by(col(ProductRow.id)).with_for_update()
    )
    for product in (await session.execute(products)).scalars():
        product.units_sold += sold[product.id]
    customer = event.payload.get("customer_id")
    if customer:
        at = _instant(event.payload.get("placed_at"), event.at)
        bought = [{"customer_id": customer, "product_id": product_id, "bought_at": at} for product_id in sorted(sold)]
        await upsert(session, BoughtRow.__table__, bought, update=("bought_at",))  # type: ignore[attr-defined]  # sqlmodel adds it


async def promotion_changed(session: AsyncSession, event: Event) -> None:
    """Keep when a promotion runs: its banners come and go with it."""
    identity = event.payload.get("promotion_id")
    if not identity:
        return
    times = {name: _known_instant(event.payload.get(name)) for name in ("starts_at", "ends_at")}
    row = {"id": str(identity), **times}
    await upsert(session, PromotionRow.__table__, [row], update=("starts_at", "ends_at"))  # type: ignore[attr-defined]  # sqlmodel adds it


def _known_instant(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _instant(text: Any, otherwise: datetime) -> datetime:
    return _known_instant(text) or otherwise


CONSUMERS = (
    Consumer("members", ("membership.changed",), membership_changed),
    Consumer("segments", ("customer.segmented",), segments_changed),
    Consumer("orders", ("order.placed",), order_placed),
    Consumer("promotions", ("promotion.changed",), promotion_changed),
)
