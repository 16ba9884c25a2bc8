"""The sample world's catalogue: what only this service knows of the goods that `subgraphs.kit.sample_world` names.

Nothing is random and nothing asks the clock, so two databases filled on different days hold the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import Record
from subgraphs.catalog.samples.content import content_rows
from subgraphs.catalog.samples.goods import goods_rows
from subgraphs.catalog.samples.shop import shop_rows
from subgraphs.kit import names
from subgraphs.kit.sample_world import BRANDS, CHANNELS, CUSTOMERS, LOCATIONS


async def load(session: AsyncSession) -> None:
    """Fill a new database, in the caller's transaction."""
    for rows in (*shop_rows(), *goods_rows(), *content_rows()):
        await _add(session, rows)
    await names.remember(session, "brand", BRANDS)
    await names.remember(session, "channel", CHANNELS)
    shown = {person.id: f"{person.given_name} {person.family_name[0]}." for person in CUSTOMERS}
    await names.remember(session, "customer", shown)
    await names.remember(session, "location", {place.id: place.name for place in LOCATIONS})


async def _add(session: AsyncSession, rows: Sequence[Record]) -> None:
    """Write rows of one table before those of the next, which may point at them."""
    session.add_all(rows)
    await session.flush()
