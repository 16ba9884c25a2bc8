"""Touches of any channel: kept once each, joined to a person as soon as one is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import BrowsedRow, CustomerRow, IdentityRow, SessionRow, TouchRow
from subgraphs.customer.rules.touch import Touch, checked, fingerprint, summary
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.idempotency import once
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_uuid, type_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many touches were new, and how many known before."""

    recorded: int
    duplicates: int


async def record(session: AsyncSession, viewer: Viewer, touches: list[Touch], key: str) -> Recorded:
    """Keep touches of the caller, or of visitors nobody knows yet; one seen before is not kept twice."""
    trusted = viewer.has_any("system:write", "staff:store", "staff:agent")
    checked(touches, datetime.now(UTC), trusted=trusted)
    owners = await _owners(session, viewer, touches)

    async def work() -> dict[str, int]:
        kept = [await _keep(session, owner, touch) for owner, touch in zip(owners, touches, strict=True)]
        await _browsed(session, [row for row in kept if row is not None and row.customer_id is not None])
        await _seen(session, viewer, touches)
        new = sum(row is not None for row in kept)
        return {"recorded": new, "duplicates": len(touches) - new}

    who = viewer.customer_id or touches[0].visitor_id or "anonymous"
    answer = await once(session, f"touchpointsRecord:{who}"[:120], key, [_json(touch) for touch in touches], work)
    return Recorded(**answer)


async def adopt_visitor(session: AsyncSession, customer_id: str, visitor_id: str) -> None:
    """Give the person what the visitor did before anyone knew who it was; a second time finds nothing left to give."""
    orphans = select(TouchRow).where(TouchRow.visitor_id == visitor_id, col(TouchRow.customer_id).is_(None))
    rows = (await session.exec(orphans.order_by(col(TouchRow.at)))).all()
    ids = [row.id for row in rows]
    await session.execute(update(TouchRow).where(col(TouchRow.id).in_(ids)).values(customer_id=customer_id))
    for row in rows:
        row.customer_id = customer_id
    await _browsed(session, rows)


async def note(
    session: AsyncSession, customer_id: str, kind: str, channel: str, at: datetime, subject_id: str | None, about: str
) -> None:
    """Put something our own services tell onto the timeline; the same cause twice is one."""
    await _keep(session, customer_id, Touch(kind, channel, at, subject_id, None, None), about)


async def _owners(session: AsyncSession, viewer: Viewer, touches: list[Touch]) -> list[str | None]:
    """Whom each touch belongs to: the owner of the visitor's device, else the caller, else nobody yet."""
    visitors = sorted({touch.visitor_id for touch in touches if touch.visitor_id})
    query = select(IdentityRow.value, IdentityRow.customer_id).where(
        IdentityRow.kind == "DEVICE", col(IdentityRow.value).in_(visitors)
    )
    devices = dict((await session.exec(query)).all()) if visitors else {}
    caller = viewer.customer_id
    if caller is not None and await session.get(CustomerRow, caller) is None:
        from subgraphs.customer.service.people import ensure

        await ensure(session, caller)
    owners = [devices.get(touch.visitor_id or "", caller) for touch in touches]
    for index, (owner, touch) in enumerate(zip(owners, touches, strict=True)):
        if owner is None and touch.visitor_id is None:
            raise InvalidInput("Sign in or name a visitorId", ("touchpoints", str(index), "visitorId"))
    return owners


async def _keep(session: AsyncSession, owner: str | None, touch: Touch, about: str | None = None) -> TouchRow | None:
    """Store one touch; None when it is there already."""
    row = TouchRow(
        id=str(new_uuid()),
        customer_id=owner,
        visitor_id=touch.visitor_id,
        kind=touch.kind,
        channel=touch.channel,
        at=touch.at,
        summary=about or summary(touch.kind, touch.subject_id),
        subject_id=touch.subject_id,
        source=touch.source,
        # By visitor where there is one: a touch sent before and after sign-in is the same touch.
        fingerprint=fingerprint(touch.visitor_id or owner or "", touch),
    )
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(TouchRow).values(row.model_dump()).on_conflict_do_nothing(index_elements=["fingerprint"])
    result = await session.execute(statement)
    return row if result.rowcount else None  # type: ignore[attr-defined]  # an INSERT's result is a cursor result


async def _browsed(session: AsyncSession, rows: Sequence[TouchRow]) -> None:
    """Count looks at products for the browsing history."""
    for row in rows:
        if row.kind != "VIEW" or row.subject_id is None or type_of(row.subject_id) != "Product":
            continue
        seen = await session.get(BrowsedRow, (row.customer_id, row.subject_id), with_for_update={"key_share": True})
        if seen is None:
            seen = BrowsedRow(
                customer_id=row.customer_id or "", product_id=row.subject_id, channel=row.channel, at=row.at, views=0
            )
        if row.at >= seen.at:
            seen.channel, seen.at = row.channel, row.at
        seen.views += 1
        session.add(seen)
        await session.flush()


async def _seen(session: AsyncSession, viewer: Viewer, touches: list[Touch]) -> None:
    """Opening the app signed in shows where the person is signed in."""
    opened = [touch for touch in touches if touch.kind == "APP_OPEN" and touch.visitor_id]
    if viewer.customer_id is None or not opened:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for touch in opened:
        values: dict[str, Any] = {
            "id": str(new_uuid()),
            "customer_id": viewer.customer_id,
            "channel": touch.channel,
            "device": touch.visitor_id,
            "last_seen_at": touch.at,
        }
        statement = insert(SessionRow).values(values)
        changes = {"channel": statement.excluded.channel, "last_seen_at": statement.excluded.last_seen_at}
        await session.execute(statement.on_conflict_do_update(index_elements=["customer_id", "device"], set_=changes))


def _json(touch: Touch) -> list[Any]:
    return [touch.kind, touch.channel, touch.at.isoformat(), touch.subject_id, touch.source, touch.visitor_id]
