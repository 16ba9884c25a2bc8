"""Marketplaces, imports, and what people searched for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from subgraphs.catalog.models.record import Record
from subgraphs.kit.columns import UtcDateTime, json_type, nothing


class ListingRow(Record, table=True):
    """A variant as listed in an outside shop; while it is PENDING, the row is what the outbox is to an event.

    sent        what was last sent: {"price", "currency"}
    attempts    times it was sent without an answer since it was queued
    due_at      not to be sent again before; None at once
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index("listing_by_place", "channel_code", "variant_id", unique=True),
        Index("listing_by_variant", "variant_id"),
        Index("listing_by_status", "channel_code", "status"),
        Index("listing_by_due", "status", "due_at"),
    )

    id: str = Field(primary_key=True)
    channel_code: str = Field(foreign_key="channel.code")
    variant_id: str = Field(foreign_key="variant.id")
    status: str = "PENDING"
    external_id: str | None = None
    external_url: str | None = None
    synced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    issues: list[dict[str, Any]] = Field(default_factory=nothing, sa_type=json_type())
    sent: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ImportJobRow(Record, table=True):
    """A run of the importer.

    claimed_until   until then some process works on it; a later one takes up what a killed one left
    attempts        how often it was taken up
    """

    __tablename__ = "import_job"
    __table_args__ = (Index("import_job_by_status", "status", "id"),)

    id: str = Field(primary_key=True)
    status: str = "QUEUED"
    source: str
    format: str
    dry_run: bool = True
    rows_read: int = 0
    created: int = 0
    updated: int = 0
    failure: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)


class RejectionRow(Record, table=True):
    """A row that an import refused."""

    __tablename__ = "import_rejection"

    job_id: str = Field(primary_key=True, foreign_key="import_job.id")
    position: int = Field(primary_key=True)
    row: int
    column: str | None = None
    reason: str


class SearchRow(Record, table=True):
    """How often words were searched for on a day in a channel, and how that went.

    empty       searches that found nothing
    known       searches of people who were signed in: of these it can be told what they looked at next
    followed    of those, how many led to a product
    """

    __tablename__ = "search"
    __table_args__ = (Index("search_by_day", "day"),)

    day: date = Field(primary_key=True)
    channel_code: str = Field(primary_key=True)
    term: str = Field(primary_key=True)
    searches: int = 0
    empty: int = 0
    known: int = 0
    followed: int = 0


class RedirectRow(Record, table=True):
    """Where a search for exactly these words goes instead of to hits; a channel's own counts before that of its parent."""

    __tablename__ = "redirect"

    words: str = Field(primary_key=True)
    channel_code: str = Field(primary_key=True, foreign_key="channel.code")
    address: str
