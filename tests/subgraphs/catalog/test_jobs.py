"""Imports that staff start over the graph."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

from subgraphs.catalog.models import ImportJobRow
from subgraphs.catalog.service import jobs
from subgraphs.kit.importing.errors import ImportStopped
from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.source import open_feed
from tests.subgraphs.catalog.conftest import STAFF

NOW = datetime(2026, 11, 24, tzinfo=UTC)
START = """mutation ($source: URL!, $format: ImportFormat!, $dry: Boolean) { productsImport(source: $source, format: $format, dryRun: $dry) {
  __typename ... on ProductsImportSuccess { job { id status } } ... on BusinessError { code path } } }"""
JOB = "query ($id: ID!) { importJob(id: $id) { status rowsRead created updated rejected { row column reason } } }"
FEED = "id\ttitle\tprice\tgtin\tbrand\nMUG-1\tMug\t9.00 GBP\t4006381333931\tAcme\nMUG-2\tCup\t9.00 GBP\t123\tAcme\nMUG-3\tJug\t9.00 GBP\t4006381333931\tAcme\n"


async def job(shop, fetch, dry=False, kind="GOOGLE_MERCHANT_TSV"):
    """A job queued and claimed in one transaction, so that the application's own worker does not take it."""

    async def start_and_claim(session):
        job_id = await jobs.start(session, "https://feeds.example/feed.tsv", kind, dry_run=dry, now=NOW)
        await session.flush()
        return job_id, await jobs.claim(session, datetime.now(UTC))

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
            {
                "row": 3,
                "column": "gtin",
                "reason": "not a GTIN; correct the number as it is printed under the barcode, or leave it out",
            },
            {
                "row": 4,
                "column": "gtin",
                "reason": "belongs to another variant; take the code away from the other variant first, or leave it out",
            },
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
    assert (found["created"], [one["row"] for one in found["rejected"]]) == (0, [3, 4])
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


async def test_our_own_lines_are_checked_as_the_mutation_checks(shop):
    price = {"channel": "web", "regular": {"amount": "79.00", "currency": "GBP"}}
    stool = {
        "slug": "oak-stool",
        "brandCode": "alder",
        "name": "Oak stool",
        "categorySlug": "chairs",
        "soldIn": ["web"],
        "variants": [{"sku": "STL-1", "options": [{"name": "Wood", "value": "Oak"}], "prices": [price]}],
    }
    yen = {**price, "regular": {"amount": "79", "currency": "JPY"}}
    lines = [
        stool,
        {**stool, "slug": "a", "brandCode": "nobody"},
        {**stool, "slug": "b", "categorySlug": "nowhere"},
        {**stool, "slug": "c", "variants": [{"sku": "STL-1", "prices": [price]}]},
        {**stool, "slug": "d", "variants": [{"sku": "STL-2", "prices": [yen]}]},
        {**stool, "slug": "e", "variants": [{"sku": "STL-3"}]},
    ]

    async def send(_, path):
        await asyncio.to_thread(path.write_text, "".join(json.dumps(one) + "\n" for one in lines))

    found = await job(shop, send, kind="NDJSON")
    assert (found["status"], found["rowsRead"], found["created"]) == ("DONE_WITH_ERRORS", 6, 1)
    assert [(one["row"], one["column"]) for one in found["rejected"]] == [
        (2, "brandCode"),
        (3, "categorySlug"),
        (4, "variants[0].sku"),
        (5, "variants[0].prices[0].regular.currency"),
        (6, "soldIn[0]"),
    ]
    assert all(";" in one["reason"] for one in found["rejected"])
    made = await shop.execute('{ productBySlug(slug: "oak-stool") { name defaultVariant { sku name } } }')
    assert made.data["productBySlug"]["defaultVariant"] == {"sku": "STL-1", "name": "Oak stool - Oak"}


async def test_a_price_in_a_currency_the_channel_does_not_take_is_refused(shop):
    async def send(_, path):
        await asyncio.to_thread(path.write_text, "id\ttitle\tprice\nMUG-1\tMug\t900 JPY\nMUG-2\tMug\t-9 GBP\n")

    rejected = (await job(shop, send))["rejected"]
    assert [(one["row"], one["column"]) for one in rejected] == [(2, "price"), (3, "price")]
    assert "JPY is no currency of the channel web" in rejected[0]["reason"]
    assert "negative" in rejected[1]["reason"]


async def test_a_job_left_by_a_killed_process_goes_on_where_it_was(shop):
    feed = "id\ttitle\tprice\n" + "".join(f"NEW-{number}\tMug {number}\t9.00 GBP\n" for number in range(2_500))

    async def send(_, path):
        await asyncio.to_thread(path.write_text, feed)

    async def leave(session):
        """What a process leaves that was killed after its first batch: claimed, and silent since."""
        job_id = await jobs.start(session, "https://feeds.example/x", "GOOGLE_MERCHANT_TSV", dry_run=False, now=NOW)
        await session.flush()
        assert await jobs.claim(session, datetime.now(UTC)) == job_id
        return job_id

    job_id = await shop.database.write(leave)
    batches = formats()["google-merchant"].rows(open_feed(written(shop, feed)))
    await shop.database.write(jobs._take, job_id, next(batches), dry_run=False)

    async def silent(session):
        (await session.get_one(ImportJobRow, job_id)).claimed_until = NOW
        await session.flush()
        return await jobs.claim(session, datetime.now(UTC))

    assert await shop.database.write(jobs.claim, datetime.now(UTC)) is None, "it is claimed"
    assert await shop.database.write(silent) == job_id
    await jobs.run(shop.database, job_id, send)
    found = (await shop.execute(JOB, {"id": job_id}, scopes=STAFF)).data["importJob"]
    assert (found["status"], found["rowsRead"], found["created"]) == ("DONE", 2_500, 2_500)


def written(shop, text):
    path = shop.settings.data_dir / "feed.tsv"
    path.write_text(text)
    return path


async def test_a_job_that_always_breaks_off_is_given_up(shop):
    async def left_five_times(session):
        job_id = await jobs.start(session, "https://feeds.example/x", "NDJSON", dry_run=False, now=NOW)
        await session.flush()
        for _ in range(jobs.MOST_ATTEMPTS):
            assert await jobs.claim(session, NOW) == job_id
            (await session.get_one(ImportJobRow, job_id)).claimed_until = NOW - timedelta(seconds=1)
            await session.flush()
        assert await jobs.claim(session, NOW) is None
        return job_id

    job_id = await shop.database.write(left_five_times)
    found = (await shop.execute(JOB, {"id": job_id}, scopes=STAFF)).data["importJob"]
    assert found["status"] == "FAILED"
    assert "broken off 5 times" in found["rejected"][0]["reason"]
