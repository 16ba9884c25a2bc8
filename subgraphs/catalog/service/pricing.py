"""Setting prices, and remembering what was asked before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import PastPriceRow, PriceRow
from subgraphs.catalog.rules.prices import Terms, asked
from subgraphs.catalog.service.reading import chunks
from subgraphs.kit.upsert import upsert

PriceKey = tuple[str, str, str]
"""Channel, variant id, currency."""


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A price in one channel; `offer` None means none runs."""

    channel: str
    currency: str
    regular: Decimal
    offer: Decimal | None = None
    offer_until: datetime | None = None


async def write_prices(session: AsyncSession, wanted: Mapping[PriceKey, PriceDraft], now: datetime) -> set[str]:
    """Set prices that differ, and keep in `past_price` what was asked; gives the variants whose price changed."""
    stored: dict[PriceKey, PriceRow] = {}
    for chunk in chunks(sorted({variant_id for _, variant_id, _ in wanted})):
        rows = await session.execute(select(PriceRow).where(col(PriceRow.variant_id).in_(chunk)))
        stored |= {(row.channel_code, row.variant_id, row.currency): row for row in rows.scalars()}
    changed: set[str] = set()
    past: list[dict[str, Any]] = []
    for key, price in wanted.items():
        row = stored.get(key)
        values: dict[str, Any] = {"regular": price.regular, "offer": price.offer, "offer_until": price.offer_until}
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            continue
        begins = now if price.offer is not None and (row is None or row.offer != price.offer) else None
        if row is None:
            session.add(
                PriceRow(
                    channel_code=key[0], variant_id=key[1], currency=key[2], offer_from=begins, updated_at=now, **values
                )
            )
        else:
            row.regular, row.offer, row.offer_until, row.updated_at = price.regular, price.offer, price.offer_until, now
            # An offer that only changes its end began when it began.
            row.offer_from = begins or (row.offer_from if price.offer is not None else None)
        changed.add(key[1])
        terms_now = asked(Terms(price.regular, price.offer, begins, price.offer_until), now)
        past.append(
            {"channel_code": key[0], "variant_id": key[1], "currency": key[2], "since": now, "asked": terms_now}
        )
    await session.flush()
    await upsert(session, PastPriceRow.__table__, past, update=("asked",))  # type: ignore[attr-defined]  # sqlmodel adds it
    return changed
