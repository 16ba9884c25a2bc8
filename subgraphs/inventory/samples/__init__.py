"""A small believable world: eight places, every variant of the sample catalogue, and a few things going on."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.samples.doings import load_doings
from subgraphs.inventory.samples.places import load_places
from subgraphs.inventory.samples.stock import load_stock


async def load_samples(session: AsyncSession) -> None:
    """Fill a new database, in one transaction; what goes on is told relative to now."""
    now = datetime.now(UTC).replace(microsecond=0)
    await load_places(session)
    await load_stock(session, now)
    await load_doings(session, now)
