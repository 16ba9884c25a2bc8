"""Work that no order makes: goods set out to try on, goods packed for another store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import PickTaskRow
from subgraphs.fulfilment.service import tasks
from subgraphs.kit.ids import stable_id

SET_OUT_WITHIN = timedelta(minutes=15)
"""How soon goods lie in the fitting room."""
PACKED_WITHIN = timedelta(hours=2)
"""How soon goods for another store are packed."""
PACKED = frozenset({"PACKED", "IN_TRANSIT", "ARRIVED"})
"""States of a transfer whose goods its sender has packed."""


async def set_out(session: AsyncSession, hold: Mapping[str, Any], now: datetime) -> None:
    """A task for goods to try on; goods to be pulled wait until the customer asks for it."""
    if hold.get("kind") != "TRY_ON" or not hold.get("location_id") or not hold.get("variant_id"):
        return
    task = PickTaskRow(
        id=stable_id("PickTask", "hold", str(hold["reservation_id"])),
        kind="TRY_ON",
        location_id=str(hold["location_id"]),
        reservation_id=str(hold["reservation_id"]),
        customer_id=hold.get("customer_id"),
        due_at=now + SET_OUT_WITHIN,
        changed_at=now,
    )
    await tasks.save(session, task, {str(hold["variant_id"]): int(hold.get("quantity") or 1)})


async def hold_ended(session: AsyncSession, hold: Mapping[str, Any], now: datetime) -> None:
    """What is still to be done for a hold that ended is called off; sold, it is done."""
    statement = select(PickTaskRow).where(PickTaskRow.reservation_id == str(hold.get("reservation_id")))
    for task in (await session.exec(statement)).all():
        if task.status in tasks.AT_WORK:
            task.status = "DONE" if hold.get("status") == "CONSUMED" else "CANCELLED"
            tasks.changed(session, task, now)


async def transfer_moved(session: AsyncSession, transfer: Mapping[str, Any], now: datetime) -> None:
    """A task to pack goods for another store, done or called off as the transfer moves on."""
    transfer_id, place = str(transfer.get("transfer_id")), transfer.get("from_location_id")
    known = (await session.exec(select(PickTaskRow).where(PickTaskRow.transfer_id == transfer_id))).first()
    status = transfer.get("status")
    if known is None:
        units: dict[str, int] = {}
        for line in transfer.get("lines") or ():
            units[str(line["variant_id"])] = units.get(str(line["variant_id"]), 0) + int(line["quantity"])
        if place and units and status not in {*PACKED, "CANCELLED"}:
            task = PickTaskRow(
                id=stable_id("PickTask", "transfer", transfer_id),
                kind="TRANSFER",
                location_id=str(place),
                transfer_id=transfer_id,
                customer_id=transfer.get("customer_id"),
                due_at=now + PACKED_WITHIN,
                changed_at=now,
            )
            await tasks.save(session, task, units)
        return
    if known.status in tasks.AT_WORK and status in {*PACKED, "CANCELLED"}:
        known.status = "DONE" if status in PACKED else "CANCELLED"
        tasks.changed(session, known, now)
