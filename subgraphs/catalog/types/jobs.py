"""Runs of the importer."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

import strawberry

from subgraphs.catalog.loaders.listing import JobById
from subgraphs.catalog.models import ImportJobRow
from subgraphs.catalog.service import jobs
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded


@strawberry.enum(description="Format of product data to import.")
class ImportFormat(Enum):
    """See the descriptions."""

    GOOGLE_MERCHANT_XML = strawberry.enum_value(
        "GOOGLE_MERCHANT_XML", description="Google Merchant feed, RSS 2.0 or Atom XML."
    )
    GOOGLE_MERCHANT_TSV = strawberry.enum_value(
        "GOOGLE_MERCHANT_TSV", description="Google Merchant feed, tab-separated."
    )
    SHOPIFY_CSV = strawberry.enum_value("SHOPIFY_CSV", description="Shopify product CSV.")
    SCHEMA_ORG_JSONLD = strawberry.enum_value(
        "SCHEMA_ORG_JSONLD", description="schema.org Product and Offer as JSON-LD."
    )
    NDJSON = strawberry.enum_value("NDJSON", description="Our own newline-delimited JSON.")


@strawberry.enum(description="State of an import.")
class ImportStatus(Enum):
    """See the descriptions."""

    QUEUED = strawberry.enum_value("QUEUED", description="Waiting to be read.")
    RUNNING = strawberry.enum_value("RUNNING", description="Being read.")
    DONE = strawberry.enum_value("DONE", description="Done, all rows taken.")
    DONE_WITH_ERRORS = strawberry.enum_value("DONE_WITH_ERRORS", description="Done, some rows refused.")
    FAILED = strawberry.enum_value(
        "FAILED", description="Given up: the file could not be had, or not be read to its end."
    )


@strawberry.federation.type(description="One refused row of an import.")
class ImportRejection:
    """Row 0 stands for the file as a whole."""

    row: int = field(
        description="Row as a spreadsheet numbers it, the header being 1; items of XML and JSON from 1; 0 for the"
        " file as a whole."
    )
    column: str | None = field(description="Column or attribute at fault; null when the row as a whole is.")
    reason: str = field(description="Why it was refused, and what to do about it.")


@strawberry.federation.type(description="A run of the product importer.", keys=["id"])
class ImportJob:
    """A run, for staff."""

    id: strawberry.ID = field(description="Global id.")
    status: ImportStatus = field(description="How far it has come.")
    rows_read: int = field(description="Rows read so far.")
    created: int = field(description="Variants created so far.")
    updated: int = field(description="Variants changed so far.")

    @field(description="Rows refused, with the reason for each.", size=list_size(slicing=["first"]))
    async def rejected(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 1,000.")] = 50
    ) -> list[ImportRejection]:
        """In the order of the file."""
        count = bounded(first, default=50, most=jobs.MOST_REJECTIONS)
        rows = await info.context.database.read(jobs.rejections, self.id, count)
        return [ImportRejection(row=one.row, column=one.column, reason=one.reason) for one in rows]

    @classmethod
    def of(cls, row: ImportJobRow) -> Self:
        """The run as stored."""
        return cls(
            id=strawberry.ID(row.id),
            status=ImportStatus[row.status],
            rows_read=row.rows_read,
            created=row.created,
            updated=row.updated,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The run, for those who may start one."""
        if not info.context.viewer.has_any("catalog:write"):
            return None
        row = await info.context.loader(JobById).load(id)
        return None if row is None else cls.of(row)
