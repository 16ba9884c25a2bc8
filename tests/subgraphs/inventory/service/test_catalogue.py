"""What the inventory keeps of the catalogue, and what it tells of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from subgraphs.inventory.service.catalogue import Variant, know_variants
from subgraphs.kit.ids import new_id
from subgraphs.kit.tables import KIT


async def test_a_lead_time_is_told_when_it_is_new_another_or_gone_and_only_then(town):
    slow = Variant(new_id("ProductVariant"), "SLOW", None, None, Decimal(1), "GBP", lead_time_days=9)
    plain = Variant(new_id("ProductVariant"), "PLAIN", None, None, Decimal(1), "GBP")
    told = ("sku", "lead_time_days")
    for variants, columns in (
        ([slow, plain], ()),
        ([slow, plain], told),
        ([replace(slow, lead_time_days=4)], ("sku",)),
        ([replace(slow, lead_time_days=4)], told),
        ([replace(slow, lead_time_days=None)], told),
    ):
        await town.database.write(know_variants, variants, told=columns)

    async def events(session):
        query = select(KIT.outbox.c.payload).where(KIT.outbox.c.topic == "stock.lead_time_changed")
        return (await session.execute(query.order_by(KIT.outbox.c.id))).scalars().all()

    assert await town.database.read(events) == [
        {"variant_id": slow.id, "lead_time_days": days} for days in (9, 4, None)
    ]
