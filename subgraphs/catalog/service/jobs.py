"""Imports that staff start over the graph: a row that says what to fetch, a worker that does it.

A batch and its count are one transaction, so a job whose process was killed is taken up by the next one after its claim
has run out: it fetches the file again and goes on behind the rows that were counted.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ImportJobRow, RejectionRow
from subgraphs.catalog.service.lines import take_products
from subgraphs.catalog.service.offers import take_offers
from subgraphs.kit.database import Database
from subgraphs.kit.errors import Fault
from subgraphs.kit.ids import new_id
from subgraphs.kit.importing.download import download
from subgraphs.kit.importing.errors import ImportStopped
from subgraphs.kit.importing.formats import Rows, formats
from subgraphs.kit.importing.source import open_feed
from subgraphs.kit.signals import after_commit

WAKE = "import jobs"
"""Signalled when a job was queued."""
POLL_SECONDS = 2.0
MOST_REJECTIONS = 1_000
"""Refused rows kept of one run; all of them are counted as read."""

MOST_ATTEMPTS = 5
"""Times a job is taken up; one that kills its process each time is given up."""
CLAIM = timedelta(minutes=5)
"""How long a process may be silent about a job before another takes it up: a batch, or the file's download, ends sooner."""

READERS = {
    "GOOGLE_MERCHANT_XML": "google-merchant",
    "GOOGLE_MERCHANT_TSV": "google-merchant",
    "SHOPIFY_CSV": "shopify",
    "SCHEMA_ORG_JSONLD": "schema-org",
    "NDJSON": "ndjson",
}
"""Format of the graph → reader."""

Fetch = Callable[[str, Path], Awaitable[None]]
"""Fetches an address into a file; raises `ImportStopped` with a reason fit to show."""

log = logging.getLogger("subgraphs")


async def start(session: AsyncSession, source: str, kind: str, *, dry_run: bool, now: datetime) -> str:
    """Queue an import; gives the job's id."""
    row = ImportJobRow(id=new_id("ImportJob"), source=source, format=kind, dry_run=dry_run, created_at=now)
    session.add(row)
    after_commit(session, WAKE)
    return row.id


async def working(database: Database) -> None:
    """Run queued imports for as long as the application does: at once what this process queued, soon what others did."""
    async for _ in database.signals.listen(WAKE, POLL_SECONDS):
        try:
            while await run_next(database, download):
                pass
        except Fault:
            log.warning("imports wait: the database cannot be reached")


async def run_next(database: Database, fetch: Fetch) -> bool:
    """Run the oldest queued import to its end; False when there is none."""
    # Looked for in a read: a claim takes the only write lock of SQLite, every two seconds, for nothing.
    if await database.read(_waiting, datetime.now(UTC)) is None:
        return False
    job_id = await database.write(claim, datetime.now(UTC))
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
    done, read = job.rows_read, 0
    batches = formats()[READERS[job.format]].rows(open_feed(path))
    while (rows := await asyncio.to_thread(next, batches, None)) is not None:
        read += rows.read
        if read > done:
            await database.write(_take, job.id, rows, dry_run=job.dry_run)
    await database.write(_finish, job.id)


async def _take(session: AsyncSession, job_id: str, rows: Rows, *, dry_run: bool) -> None:
    """One batch and its count, together."""
    job = await session.get_one(ImportJobRow, job_id)
    records: tuple[Any, ...] = rows.records
    if READERS[job.format] == "ndjson":
        tally = await take_products(session, records, checking=dry_run)
    else:
        tally = await take_offers(session, records, checking=dry_run)
    job.rows_read += rows.read
    job.created += tally.created.get("variant", 0)
    job.updated += tally.updated.get("variant", 0)
    job.claimed_until = datetime.now(UTC) + CLAIM
    every = sorted([*rows.refused, *tally.refused], key=lambda one: one.row)
    kept = select(func.count()).select_from(RejectionRow).where(col(RejectionRow.job_id) == job_id)
    place = int((await session.execute(kept)).scalar_one())
    session.add_all(
        RejectionRow(job_id=job_id, position=position, row=one.row, column=one.column, reason=one.explained)
        for position, one in enumerate(every[: MOST_REJECTIONS - place], place)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    """A job nobody works on: queued, or left by a process that is gone."""
    left = and_(col(ImportJobRow.status) == "RUNNING", col(ImportJobRow.claimed_until) < now)
    return or_(col(ImportJobRow.status) == "QUEUED", left)


async def _waiting(session: AsyncSession, now: datetime) -> str | None:
    return (await session.execute(select(col(ImportJobRow.id)).where(_free(now)).limit(1))).scalar()


async def claim(session: AsyncSession, now: datetime) -> str | None:
    """Take up the oldest job that nobody works on; None when there is none, or it had to be given up."""
    query = select(ImportJobRow).where(_free(now)).order_by(col(ImportJobRow.id)).limit(1)
    row = (await session.execute(query.with_for_update(skip_locked=True))).scalars().first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        await _fail(session, row.id, f"The import was broken off {MOST_ATTEMPTS} times; see the service's log")
        return None
    row.status, row.claimed_until, row.attempts = "RUNNING", now + CLAIM, row.attempts + 1
    return row.id


async def _job(session: AsyncSession, job_id: str) -> ImportJobRow:
    return await session.get_one(ImportJobRow, job_id)


async def _finish(session: AsyncSession, job_id: str) -> None:
    refused = select(col(RejectionRow.position)).where(col(RejectionRow.job_id) == job_id).limit(1)
    some = (await session.execute(refused)).first() is not None
    (await session.get_one(ImportJobRow, job_id)).status = "DONE_WITH_ERRORS" if some else "DONE"


async def _fail(session: AsyncSession, job_id: str, reason: str) -> None:
    job = await session.get_one(ImportJobRow, job_id)
    job.status, job.failure = "FAILED", reason
    session.add(RejectionRow(job_id=job_id, position=MOST_REJECTIONS, row=0, column=None, reason=reason))
