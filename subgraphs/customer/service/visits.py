"""Being in a store: check-ins, and orders that wait there."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.errors import ConsentMissing
from subgraphs.customer.models import ReadyOrderRow, VisitRow
from subgraphs.customer.rules.person import continues
from subgraphs.customer.service.people import caller_id, consented, ensure
from subgraphs.customer.service.touches import note
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_uuid
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit
from subgraphs.kit.tables import KIT

PURPOSE = "STORE_PRESENCE"


def arrivals(location_id: str) -> str:
    """The signal for arrivals in a store."""
    return f"arrivals:{location_id}"


async def check_in(session: AsyncSession, viewer: Viewer, location_id: str, method: str) -> VisitRow:
    """Say that the caller is in a store; being noticed again soon is the same visit.

    Raises  `ConsentMissing` unless the person agreed to be recognised, `NotFound` for a store nobody told us of.
    Event   store.visited {customer_id, location_id, method, at}
    """
    customer = await ensure(session, caller_id(viewer))
    if not await consented(session, customer.id, PURPOSE):
        raise ConsentMissing("Agree to being recognised in stores first", ("input",), purpose=PURPOSE)
    names = KIT.names
    known = await session.execute(names.select().where(names.c.kind == "location", names.c.code == location_id))
    if known.first() is None:
        raise NotFound("There is no such store", ("input", "locationId"))
    now = datetime.now(UTC)
    last = await current_visit(session, customer.id)
    if last is not None and last.location_id == location_id and continues(last.arrived_at, now):
        return last
    visit = VisitRow(
        id=str(new_uuid()), customer_id=customer.id, location_id=location_id, arrived_at=now, noticed_by=method
    )
    session.add(visit)
    await note(session, customer.id, "STORE_VISIT", viewer.channel or "store", now, location_id, "Came into a store")
    payload = {"customer_id": customer.id, "location_id": location_id, "method": method, "at": now.isoformat()}
    await emit(session, "store.visited", customer.id, payload)
    after_commit(session, arrivals(location_id))
    return visit


async def current_visit(session: AsyncSession, customer_id: str) -> VisitRow | None:
    """The person's last visit, over or not."""
    query = (
        select(VisitRow)
        .where(VisitRow.customer_id == customer_id)
        .order_by(col(VisitRow.arrived_at).desc(), col(VisitRow.id).desc())
    )
    return (await session.exec(query.limit(1))).first()


async def arrived_since(session: AsyncSession, location_id: str, since: datetime, after_id: str) -> list[VisitRow]:
    """Visits that began at or after `since`, oldest first, without those up to `after_id`."""
    query = select(VisitRow).where(
        VisitRow.location_id == location_id, VisitRow.arrived_at >= since, VisitRow.id > after_id
    )
    return list((await session.exec(query.order_by(col(VisitRow.id)).limit(200))).all())


async def orders_ready(session: AsyncSession, customer_id: str, location_id: str) -> list[str]:
    """Ids of the person's orders that wait in this store, the first ready first."""
    query = select(ReadyOrderRow.order_id).where(
        ReadyOrderRow.customer_id == customer_id, ReadyOrderRow.location_id == location_id
    )
    return list((await session.exec(query.order_by(col(ReadyOrderRow.ready_at)))).all())
