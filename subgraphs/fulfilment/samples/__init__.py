"""The sample world's orders: one in every state, told from the day the database is filled; and all that goes with them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.samples.facts import load_facts
from subgraphs.fulfilment.samples.orders import load_orders
from subgraphs.fulfilment.samples.returns import load_policies, load_returns
from subgraphs.fulfilment.samples.work import load_tasks


async def load(session: AsyncSession) -> None:
    """Fill a new database, in the caller's transaction."""
    now = datetime.now(UTC).replace(microsecond=0)
    await load_facts(session)
    await load_policies(session)
    await load_orders(session, now)
    await load_returns(session, now)
    await load_tasks(session, now)
