"""What goes on in the sample world: an open question, a try-on, goods under way."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.rules.count import Scan
from subgraphs.inventory.rules.quantities import Line
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.reservation import ReservationKind
from subgraphs.inventory.rules.transfer import TransferStatus
from subgraphs.inventory.service import counts, holds, shelf, transfers
from subgraphs.kit.sample_world import customer, location, variant


async def load_doings(session: AsyncSession, now: datetime) -> None:
    """Through the same service functions that serve clients, so that every figure agrees with every other."""
    await _sold_out_while_offered(session, now)
    await _hold_to_try_on(session, now)
    await _bring_from_manchester(session, now)


async def _on_hand(session: AsyncSession, variant_id: str, location_id: str) -> int:
    statement = select(shelf.LEVELS.c.on_hand).where(shelf.LEVELS.c.id == shelf.level_id(variant_id, location_id))
    return int((await session.execute(statement)).scalar_one())


async def _sold_out_while_offered(session: AsyncSession, now: datetime) -> None:
    """Yesterday the shelf of a thing that every channel offers was found empty."""
    item, store = variant("ALD-SHO-TRL-42"), location("MAN-ARN")
    await counts.scan(session, [Scan(store.id, item.gtin, 0, None, now - timedelta(days=1), "sample-empty-shelf")], now)


async def _hold_to_try_on(session: AsyncSession, now: datetime) -> None:
    """Ada has two sizes of a jacket put aside in her store."""
    wants = [
        holds.Want(Line(variant(sku).id, 1), location("LON-OXF").id)
        for sku in ("ALD-JKT-DWN-S", "ALD-JKT-DWN-M", "ALD-SHO-CHE-40")
        if await _on_hand(session, variant(sku).id, location("LON-OXF").id) > 0
    ]
    ask = holds.Ask(
        kind=ReservationKind.TRY_ON,
        wants=tuple(wants[:2]),
        request="sample-try-on",
        customer_id=customer("ada").id,
        by_customer=True,
    )
    await holds.hold(session, ask, now)


async def _bring_from_manchester(session: AsyncSession, now: datetime) -> None:
    """A rain jacket for Ada is on its way to her store, a day ahead of what she was promised."""
    promised = (now + timedelta(days=2)).replace(hour=11, minute=0, second=0)
    offer = Offer(
        from_id=location("MAN-ARN").id,
        to_id=location("LON-OXF").id,
        variant_id=variant("ALD-JKT-RAI-M").id,
        quantity=1,
        arrives_at=promised,
        fee_minor_units=695,
        currency="GBP",
        valid_until=now + timedelta(minutes=30),
    )
    transfer_id = await transfers.ask(session, offer, customer("ada").id, None, "sample-transfer", now)
    for status in (TransferStatus.ACCEPTED, TransferStatus.PACKED, TransferStatus.IN_TRANSIT):
        step = transfers.Step(status, promised - timedelta(days=1))
        await transfers.advance(session, transfer_id, step, now)
