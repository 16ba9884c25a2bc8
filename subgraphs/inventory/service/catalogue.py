"""The copies this subgraph keeps of what the catalogue owns: variants with their codes, channels with their brands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import Record
from subgraphs.inventory.service import news
from subgraphs.kit.upsert import upsert

VARIANTS = Record.metadata.tables["variant"]
BARCODES = Record.metadata.tables["barcode"]
CHANNELS = Record.metadata.tables["channel"]


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant as the catalogue tells of it; `unit_value` is what a missing unit is worth in `currency`."""

    id: str
    sku: str
    product_id: str | None
    brand_code: str | None
    unit_value: Decimal
    currency: str
    backorder: bool = False
    preorder: bool = False
    order_limit: int = 10
    restock_at: datetime | None = None
    lead_time_days: int | None = None


async def know_variants(session: AsyncSession, variants: Sequence[Variant], *, told: Sequence[str]) -> None:
    """Keep variants; of those known already only the columns `told` change. Other lead times are told to others."""
    waits = await _other_waits(session, variants, told)
    await upsert(session, VARIANTS, [asdict(each) for each in variants], update=told)
    await news.lead_times_changed(session, waits)


async def _other_waits(
    session: AsyncSession, variants: Sequence[Variant], told: Sequence[str]
) -> dict[str, int | None]:
    """Variant → its lead time, where keeping these variants makes it another than it was."""
    changes = "lead_time_days" in told
    waits = {each.id: each.lead_time_days for each in variants if changes or each.lead_time_days is not None}
    if not waits:
        return {}
    known = await session.execute(
        select(VARIANTS.c.id, VARIANTS.c.lead_time_days).where(VARIANTS.c.id.in_(sorted(waits)))
    )
    before = {row.id: row.lead_time_days for row in known}
    return {
        one: days
        for one, days in waits.items()
        if (before[one] != days and changes if one in before else days is not None)
    }


async def know_barcodes(session: AsyncSession, codes: Sequence[tuple[str, str, int]]) -> None:
    """Keep codes as (GTIN-14, variant id, pack size); the latest word wins."""
    rows = [{"gtin": gtin, "variant_id": variant, "pack_size": size} for gtin, variant, size in dict.fromkeys(codes)]
    await upsert(session, BARCODES, rows, update=("variant_id", "pack_size"))


async def know_channels(session: AsyncSession, brands: Sequence[tuple[str, str | None]]) -> None:
    """Keep channels as (code, brand code)."""
    rows = [{"code": code, "brand_code": brand} for code, brand in brands]
    await upsert(session, CHANNELS, rows, update=("brand_code",))
