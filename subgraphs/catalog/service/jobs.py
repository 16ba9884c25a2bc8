"""Imports that staff start over the graph: a row that says what to fetch, a worker that does it."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ImportJobRow, RejectionRow
from subgraphs.catalog.service.intake import take_offers
from subgraphs.kit.database import Database
from subgraphs.kit.errors import Fault, InvalidInput
from subgraphs.kit.ids import new_id
from subgraphs.kit.importing.download import download
from subgraphs.kit.importing.errors import ImportStopped
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.records import OfferRecord, Refused, Tally
from subgraphs.kit.importing.source import open_feed

POLL_SECONDS = 2.0
MOST_REJECTIONS = 1_000
"""Refused rows kept of one run; all of them are counted as read."""

READERS = {"GOOGLE_MERCHANT_XML": "google-merchant", "GOOGLE_MERCHANT_TSV": "google-merchant", "SHOPIFY_CSV": "shopify"}
"""Format of the graph → reader."""

Fetch = Callable[[str, Path], Awaitable[None]]
"""Fetches an address into a file; raises `ImportStopped` with a reason fit to show."""

log = logging.getLogger("subgraphs")


async def start(session: AsyncSession, source: str, kind: str, *, dry_run: bool, now: datetime) -> str:
    """Queue an import; gives the job's id.

    Raises  `InvalidInput` for a format that is not read yet.
    """
    if kind not in READERS:
        message = f"This format is not read; known are {', '.join(sorted(READERS))}"
        raise InvalidInput(message, ("format",))
    row = ImportJobRow(id=new_id("ImportJob"), source=source, format=kind, dry_run=dry_run, created_at=now)
    session.add(row)
    return row.id


async def working(database: Database) -> None:
    """Run queued imports for as long as the application does."""
    while True:
        try:
            busy = await run_next(database, download)
        except Fault:
            log.warning("imports wait: the database cannot be reached")
            busy = False
        if not busy:
            await asyncio.sleep(POLL_SECONDS)


async def run_next(database: Database, fetch: Fetch) -> bool:
    """Run the oldest queued import to its end; False when there is none."""
    # Looked for in a read: a claim takes the only write lock of SQLite, every two seconds, for nothing.
    if await database.read(_waiting) is None:
        return False
    job_id = await database.write(_claim)
    if job_id is None:
        return False
    await run(database, job_id, fetch)
    return True


async def run(database: Database, job_id: str, fetch: Fetch) -> None:
    """Run a claimed import to its end, good or bad."""
    job = await database.read(_job, job_id)
    with tempfile.TemporaryDirectory(prefix="channelgraph-import-") as folder:
        path = Path(folder) / "feed"
        try:
            await fetch(job.source, path)
            await _run(database, job, path)
        except ImportStopped as stopped:
            await database.write(_fail, job_id, str(stopped).replace(str(path), job.source))
        except Exception:
            log.exception("import %s", job_id)
            await database.write(_fail, job_id, "The import failed; see the service's log")


async def rejections(session: AsyncSession, job_id: str, first: int) -> Sequence[RejectionRow]:
    """Refused rows of a job, in the order of the file."""
    query = select(RejectionRow).where(col(RejectionRow.job_id) == job_id).order_by(col(RejectionRow.position))
    return (await session.execute(query.limit(first))).scalars().all()


async def _run(database: Database, job: ImportJobRow, path: Path) -> None:
    reader = formats()[READERS[job.format]]
    refused = 0
    for rows in reader.read(open_feed(path)):
        records: tuple[OfferRecord, ...] = rows.records
        refused += await database.write(_take, job.id, records, rows.refused, rows.read, dry_run=job.dry_run)
        await asyncio.sleep(0)
    await database.write(_finish, job.id, refused)


async def _take(
    session: AsyncSession,
    job_id: str,
    records: Sequence[OfferRecord],
    refused: Sequence[Refused],
    read: int,
    *,
    dry_run: bool,
) -> int:
    """One batch and its count, together; gives how many rows were refused."""
    tally = Tally() if dry_run else await take_offers(session, records)
    job = await session.get_one(ImportJobRow, job_id)
    job.rows_read += read
    job.created += tally.created.get("variant", 0)
    job.updated += tally.updated.get("variant", 0)
    every = sorted([*refused, *tally.refused], key=lambda one: one.row)
    kept = select(func.count()).select_from(RejectionRow).where(col(RejectionRow.job_id) == job_id)
    place = int((await session.execute(kept)).scalar_one())
    session.add_all(
        RejectionRow(job_id=job_id, position=position, row=one.row, column=one.column, reason=one.reason)
        for position, one in enumerate(every[: MOST_REJECTIONS - place], place)
    )
    return len(every)


async def _waiting(session: AsyncSession) -> str | None:
    query = select(col(ImportJobRow.id)).where(col(ImportJobRow.status) == "QUEUED").limit(1)
    return (await session.execute(query)).scalar()


async def _claim(session: AsyncSession) -> str | None:
    query = select(ImportJobRow).where(col(ImportJobRow.status) == "QUEUED").order_by(col(ImportJobRow.id)).limit(1)
    row = (await session.execute(query.with_for_update(skip_locked=True))).scalars().first()
    if row is None:
        return None
    row.status = "RUNNING"
    return row.id


async def _job(session: AsyncSession, job_id: str) -> ImportJobRow:
    return await session.get_one(ImportJobRow, job_id)


async def _finish(session: AsyncSession, job_id: str, refused: int) -> None:
    (await session.get_one(ImportJobRow, job_id)).status = "DONE_WITH_ERRORS" if refused else "DONE"


async def _fail(session: AsyncSession, job_id: str, reason: str) -> None:
    job = await session.get_one(ImportJobRow, job_id)
    job.status, job.failure = "FAILED", reason
    session.add(RejectionRow(job_id=job_id, position=MOST_REJECTIONS, row=0, column=None, reason=reason))
