"""Imports that staff start over the graph."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from subgraphs.catalog.service import jobs
from subgraphs.kit.importing.errors import ImportStopped
from tests.subgraphs.catalog.conftest import STAFF

NOW = datetime(2026, 11, 24, tzinfo=UTC)
START = """mutation ($source: URL!, $format: ImportFormat!, $dry: Boolean) { productsImport(source: $source, format: $format, dryRun: $dry) {
  __typename ... on ProductsImportSuccess { job { id status } } ... on BusinessError { code path } } }"""
JOB = "query ($id: ID!) { importJob(id: $id) { status rowsRead created updated rejected { row column reason } } }"
FEED = "id\ttitle\tprice\tgtin\tbrand\nMUG-1\tMug\t9.00 GBP\t4006381333931\tAcme\nMUG-2\tCup\t9.00 GBP\t123\tAcme\nMUG-3\tJug\t9.00 GBP\t4006381333931\tAcme\n"


async def job(shop, fetch, dry=False):
    """A job queued and claimed in one transaction, so that the application's own worker does not take it."""

    async def start_and_claim(session):
        job_id = await jobs.start(
            session, "https://feeds.example/feed.tsv", "GOOGLE_MERCHANT_TSV", dry_run=dry, now=NOW
        )
        await session.flush()
        return job_id, await jobs._claim(session)

    job_id, claimed = await shop.database.write(start_and_claim)
    assert claimed == job_id
    await jobs.run(shop.database, job_id, fetch)
    return (await shop.execute(JOB, {"id": job_id}, scopes=STAFF)).data["importJob"]


async def give(_, path):
    await asyncio.to_thread(path.write_text, FEED)


async def test_a_feed_is_fetched_taken_and_each_refused_row_explained(shop):
    assert await job(shop, give) == {
        "status": "DONE_WITH_ERRORS",
        "rowsRead": 3,
        "created": 1,
        "updated": 0,
        "rejected": [
            {"row": 2, "column": "gtin", "reason": "not a GTIN"},
            {"row": 3, "column": "gtin", "reason": "belongs to another variant"},
        ],
    }
    scan = await shop.execute(
        '{ variantByBarcode(code: "4006381333931") { ... on BarcodeMatch { variant { sku product { brand { name } } } } } }'
    )
    assert scan.data["variantByBarcode"]["variant"] == {"sku": "MUG-1", "product": {"brand": {"name": "Acme"}}}
    again = await job(shop, give)
    assert (again["created"], again["updated"]) == (0, 0)


async def test_a_dry_run_checks_and_writes_nothing(shop):
    found = await job(shop, give, dry=True)
    assert (found["created"], found["rejected"][0]["row"]) == (0, 2)
    assert (await shop.execute('{ variantBySku(sku: "MUG-1") { id } }')).data["variantBySku"] is None


async def test_a_feed_that_cannot_be_fetched_says_why(shop):
    async def refuse(address, _):
        message = f"{address}: answered with status 404"
        raise ImportStopped(message)

    found = await job(shop, refuse)
    assert found["status"] == "FAILED"
    assert found["rejected"] == [
        {"row": 0, "column": None, "reason": "https://feeds.example/feed.tsv: answered with status 404"}
    ]


async def test_an_import_is_started_by_staff_in_a_format_that_is_read(shop):
    variables = {"source": "https://feeds.invalid/a.xml", "format": "GOOGLE_MERCHANT_XML"}
    assert (await shop.execute(START, variables)).codes == ["FORBIDDEN"]
    made = (await shop.execute(START, variables, scopes=STAFF)).data["productsImport"]["job"]
    assert (await shop.execute(JOB, {"id": made["id"]})).codes == ["FORBIDDEN"]
    refused = await shop.execute(START, {**variables, "format": "NDJSON"}, scopes=STAFF)
    assert refused.data["productsImport"] == {
        "__typename": "InvalidInputError",
        "code": "INVALID_INPUT",
        "path": ["format"],
    }
