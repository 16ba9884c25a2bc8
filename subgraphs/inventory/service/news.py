"""What this subgraph tells: events of the outbox, and signals for its own subscriptions; both leave with the commit.

stock.changed           what shoppers see of a variant at a place changed: status and rough amount, never the count
discrepancy.found       a count disagreed with the system
discrepancy.resolved    … and was put right
transfer.requested      goods (`lines`) were asked for from another place
transfer.advanced       … and moved on; `ahead_by_seconds` is negative when late
reservation.made        a customer had goods set aside in a store, to try on or to be pulled
reservation.ended       … which was given back, ran out or was sold (`status`)
location.named          the name of a place, its brand and group, for the copies others keep
stock.shortfall         units of an order cannot be had after all
stock.lead_time_changed days until a backorder of a variant leaves; None: it cannot be ordered ahead any more
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import DiscrepancyRow, ReservationRow, TransferLineRow, TransferRow
from subgraphs.inventory.rules.availability import band, status
from subgraphs.inventory.rules.transfer import ahead_by
from subgraphs.inventory.service.shelf import Step
from subgraphs.kit.outbox import emit, emit_many
from subgraphs.kit.signals import after_commit


def stock_topic(variant_id: str) -> str:
    """Signal that some record of the variant changed."""
    return f"stock:{variant_id}"


def transfer_topic(transfer_id: str) -> str:
    """Signal that a transfer moved."""
    return f"transfer:{transfer_id}"


async def stock_changed(session: AsyncSession, steps: Sequence[Step]) -> None:
    """Wake who watches these variants; tell other services where what shoppers see has changed."""
    for step in steps:
        after = step.after
        after_commit(session, stock_topic(after.variant_id))
        if (band(step.before.available), step.before.available > 0) == (band(after.available), after.available > 0):
            continue
        payload = {
            "variant_id": after.variant_id,
            "location_id": after.location_id,
            "status": status(after.available),
            "band": band(after.available),
            "version": after.version,
        }
        await emit(session, "stock.changed", after.id, payload)


async def discrepancy_found(session: AsyncSession, row: DiscrepancyRow) -> None:
    """A count disagreed with the system."""
    await emit(session, "discrepancy.found", row.id, _discrepancy(row))


async def discrepancy_resolved(session: AsyncSession, row: DiscrepancyRow) -> None:
    """A discrepancy was put right."""
    await emit(session, "discrepancy.resolved", row.id, _discrepancy(row))


async def transfer_moved(session: AsyncSession, row: TransferRow, topic: str) -> None:
    """A transfer was asked for, or moved on."""
    after_commit(session, transfer_topic(row.id))
    payload: dict[str, Any] = {
        "transfer_id": row.id,
        "number": row.number,
        "status": row.status,
        "from_location_id": row.from_id,
        "to_location_id": row.to_id,
        "order_id": row.order_id,
        "customer_id": row.customer_id,
        "promised_at": row.promised_at.isoformat(),
        "estimated_at": row.estimated_at.isoformat(),
        "arrived_at": row.arrived_at.isoformat() if row.arrived_at else None,
        "ahead_by_seconds": round(ahead_by(row.promised_at, row.estimated_at, row.arrived_at).total_seconds()),
    }
    if topic == "transfer.requested":
        lines = await session.exec(select(TransferLineRow).where(TransferLineRow.transfer_id == row.id))
        payload["lines"] = [{"variant_id": line.variant_id, "quantity": line.quantity} for line in lines]
    await emit(session, topic, row.id, payload)


async def held_for_customer(session: AsyncSession, holds: Sequence[Mapping[str, Any]]) -> None:
    """A customer had goods set aside in a store, to try on or to be pulled: its people hear of each."""
    for hold in holds:
        payload = {
            "reservation_id": hold["id"],
            "kind": hold["kind"],
            "variant_id": hold["variant_id"],
            "quantity": hold["quantity"],
            "location_id": hold["location_id"],
            "customer_id": hold["customer_id"],
            "expires_at": hold["expires_at"].isoformat() if hold["expires_at"] else None,
        }
        await emit(session, "reservation.made", hold["id"], payload)


async def hold_ended(session: AsyncSession, row: ReservationRow, status: str) -> None:
    """What a customer had set aside was given back, ran out or was sold."""
    await emit(session, "reservation.ended", row.id, {"reservation_id": row.id, "kind": row.kind, "status": status})


async def shortfall(session: AsyncSession, order_id: str, hold: ReservationRow) -> None:
    """Units of an order cannot be had after all; fulfilment tells the customer."""
    payload = {
        "order_id": order_id,
        "variant_id": hold.variant_id,
        "location_id": hold.location_id,
        "quantity": hold.quantity,
    }
    await emit(session, "stock.shortfall", order_id, payload)


async def locations_named(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Places, as columns of `LocationRow`, got their names, or other ones."""
    told = [
        (
            row["id"],
            {
                "code": row["id"],
                "location_code": row["code"],
                "name": row["name"],
                "brand_code": row["brand_code"],
                "store_group_code": row["store_group_code"],
            },
        )
        for row in rows
    ]
    await emit_many(session, "location.named", told)


async def lead_times_changed(session: AsyncSession, days: Mapping[str, int | None]) -> None:
    """Backorders of these variants leave after another time than before."""
    told = [(one, {"variant_id": one, "lead_time_days": length}) for one, length in sorted(days.items())]
    await emit_many(session, "stock.lead_time_changed", told)


def _discrepancy(row: DiscrepancyRow) -> dict[str, Any]:
    return {
        "discrepancy_id": row.id,
        "variant_id": row.variant_id,
        "location_id": row.location_id,
        "system_quantity": row.system_quantity,
        "counted_quantity": row.counted_quantity,
        "oversold_in": list(row.oversold_in),
        "cause": row.cause,
        "status": row.status,
    }
