"""Carrying listings to outside shops, batch by batch.

What speaks to a shop is a `Send`. The house has no account anywhere, so the one used unless another is given accepts
everything and gives an id made of account and SKU: the whole way there and back works, with nobody at the other end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from subgraphs.catalog.service import listings
from subgraphs.catalog.service.listings import Outgoing, Send, Sent
from subgraphs.kit.database import Database
from subgraphs.kit.errors import Fault

POLL_SECONDS = 2.0

log = logging.getLogger("subgraphs")


async def accept(outgoing: Sequence[Outgoing]) -> Sequence[Sent]:
    """A shop that takes everything."""
    return [Sent(external_id=f"{one.provider}:{one.account}:{one.sku}") for one in outgoing]


async def send_pending(database: Database, send: Send = accept) -> int:
    """Send what waits, one batch; gives how many were sent."""
    now = datetime.now(UTC)
    waiting = await database.read(listings.pending, now)
    if not waiting:
        return 0
    sent = await send([outgoing for _, outgoing in waiting])
    answers = {one: (outgoing, answer) for (one, outgoing), answer in zip(waiting, sent, strict=True)}
    await database.write(listings.record, answers, now)
    return len(waiting)


async def sending(database: Database) -> None:
    """Send for as long as the application runs."""
    while True:
        try:
            busy = await send_pending(database)
        except Fault:
            log.warning("listings wait: the database cannot be reached")
            busy = 0
        if not busy:
            await asyncio.sleep(POLL_SECONDS)
