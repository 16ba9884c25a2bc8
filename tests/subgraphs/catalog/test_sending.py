"""Listings carried to a marketplace that takes them, complains, is away, busy or broken."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import update

from subgraphs.catalog.app import DOMAIN
from subgraphs.catalog.models import ChannelRow, ListingRow
from subgraphs.catalog.service import listings, sending
from subgraphs.kit.app import create_subgraph
from subgraphs.kit.sample_world import variant
from tests.subgraphs.catalog.conftest import STAFF

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here is about the database

SYNC = 'mutation ($ids: [ID!]) { listingsSync(channel: "marketplace", variantIds: $ids) { ... on ListingsSyncSuccess { queued } } }'
STATES = '{ productBySlug(slug: "cedar-candle") { listings { status externalId externalUrl issues { attribute message } } } }'
CANDLE = variant("ALD-CAN-CED").id


class Marketplace:
    """A marketplace on a port of its own; `answers` says what comes next (the last one stays), `asked` what came."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], dict]] = []
        self.answers: list = [self.take]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                status, headers, content = answer(body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/listings"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        if self.thread.is_alive():
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()

    @staticmethod
    def take(body: dict) -> tuple[int, dict, bytes]:
        taken = [
            {"sku": one["sku"], "id": f"ext-{one['sku']}", "url": "https://m.example/1"} for one in body["listings"]
        ]
        return 200, {}, json.dumps({"listings": taken}).encode()

    @staticmethod
    def complain(body: dict) -> tuple[int, dict, bytes]:
        issues = [{"attribute": "title", "message": "too short"}]
        said = [{"sku": one["sku"], "url": "javascript:x", "issues": issues} for one in body["listings"]]
        return 200, {}, json.dumps({"listings": said}).encode()


def status(code: int, content: bytes = b"", **headers: str):
    return lambda _: (code, {name.replace("_", "-"): value for name, value in headers.items()}, content)


@pytest.fixture
def marketplace():
    opened = Marketplace()
    yield opened
    opened.close()


def without_sender(settings):
    """The catalogue without its own sender: the tests send when they want to."""
    return create_subgraph(DOMAIN, settings)


@pytest.fixture
async def shop(subgraph, marketplace, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "google").write_text("s3cret\n")
    started = await subgraph(
        without_sender,
        sample_data=True,
        marketplaces={"google-merchant": marketplace.address},
        secrets_dir=tmp_path / "secrets",
    )
    connect = 'mutation { channelConnect(code: "marketplace", provider: "google-merchant", account: "fernhill-gb", secretRef: "google") { __typename } }'
    assert (await started.execute(connect, scopes=STAFF)).errors == []
    return started


async def sent(shop):
    """Queue the candle, send what waits, and give its listing."""
    await shop.execute(SYNC, {"ids": [CANDLE]}, scopes=STAFF)
    await sending.send_pending(shop.database, sending.sender(shop.settings))
    return await listing(shop)


async def listing(shop):
    found = (await shop.execute(STATES, scopes=STAFF)).data["productBySlug"]["listings"]
    return found[0]


async def make_due(shop):
    async def work(session):
        await session.execute(update(ListingRow).values(due_at=None))

    await shop.database.write(work)


async def test_a_listing_is_posted_with_the_accounts_secret_and_kept_as_answered(shop, marketplace):
    found = await sent(shop)
    assert found == {
        "status": "SYNCED",
        "externalId": "ext-ALD-CAN-CED",
        "externalUrl": "https://m.example/1",
        "issues": [],
    }
    headers, body = marketplace.asked[0]
    assert headers["authorization"] == "Bearer s3cret"
    assert body["account"] == "fernhill-gb"
    assert body["listings"][0]["price"] == {"amount": body["listings"][0]["price"]["amount"], "currency": "GBP"}
    await sent(shop)
    assert marketplace.asked[1][0]["idempotency-key"] == headers["idempotency-key"], "the same is known to be the same"


async def test_a_complaint_refuses_the_listing_and_no_address_of_its_is_believed(shop, marketplace):
    marketplace.answers = [marketplace.complain]
    found = await sent(shop)
    assert (found["status"], found["issues"]) == ("REJECTED", [{"attribute": "title", "message": "too short"}])
    assert found["externalUrl"] != "javascript:x"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (status(503, retry_after="120"), "status 503"),
        (status(429), "status 429"),
        (status(401), "status 401"),
        (status(302, location="http://127.0.0.1:1/"), "status 302"),
        (status(200, b"<html>"), "says nothing of ALD-CAN-CED"),
        (status(200, b'{"listings": {}}'), "says nothing of ALD-CAN-CED"),
        (status(200, b'{"listings": [{"sku": "OTHER"}, 5]}'), "says nothing of ALD-CAN-CED"),
    ],
    ids=["away", "busy", "locked", "moved", "page", "odd", "other"],
)
async def test_a_marketplace_without_an_answer_is_asked_again_later(shop, marketplace, answer, says):
    marketplace.answers = [answer, marketplace.take]
    found = await sent(shop)
    assert found["status"] == "PENDING"
    assert says in found["issues"][0]["message"]
    assert await sending.send_pending(shop.database, sending.sender(shop.settings)) == 0, "it is left alone for a while"
    await make_due(shop)
    await sending.send_pending(shop.database, sending.sender(shop.settings))
    assert (await listing(shop))["status"] == "SYNCED"
    assert (await listing(shop))["issues"] == []


async def test_a_batch_that_is_refused_is_not_sent_again(shop, marketplace):
    marketplace.answers = [status(422)]
    assert (await sent(shop))["status"] == "REJECTED"
    assert await sending.send_pending(shop.database, sending.sender(shop.settings)) == 0


async def test_a_marketplace_that_stays_away_is_given_up(shop, marketplace):
    marketplace.close()
    await shop.execute(SYNC, {"ids": [CANDLE]}, scopes=STAFF)
    for _ in range(listings.ATTEMPTS):
        await make_due(shop)
        await sending.send_pending(shop.database, sending.sender(shop.settings))
    found = await listing(shop)
    assert (found["status"], "cannot be reached" in found["issues"][0]["message"]) == ("REJECTED", True)


async def test_a_secret_that_is_missing_or_elsewhere_sends_nothing(shop, marketplace, tmp_path):
    (tmp_path / "outside").write_text("not yours")
    for name in ("lost", "a/../../outside"):

        async def rename(session, name=name):
            await session.execute(update(ChannelRow).values(secret_ref=name))

        await shop.database.write(rename)
        found = await sent(shop)
        assert (found["status"], "There is no secret" in found["issues"][0]["message"]) == ("PENDING", True)
        await make_due(shop)
    assert marketplace.asked == []


async def test_a_price_that_changes_while_it_is_sent_leaves_the_listing_behind(shop):
    now = datetime.now(UTC)
    await shop.execute(SYNC, {"ids": [CANDLE]}, scopes=STAFF)
    waiting = await shop.database.read(listings.pending, now)
    price = {"channel": "web", "regular": {"amount": "99.00", "currency": "GBP"}}
    change = {"slug": "cedar-candle", "brandCode": "alder", "name": "Cedar Candle", "categorySlug": "lighting", "variants": [{"sku": "ALD-CAN-CED", "prices": [price]}]}  # fmt: skip
    text = 'mutation ($input: [ProductUpsertInput!]!) { productsUpsert(input: $input, idempotencyKey: "key-1") { __typename ... on BusinessError { message path } } }'
    done = await shop.execute(text, {"input": [change]}, scopes=STAFF)
    assert done.data["productsUpsert"]["__typename"] == "ProductsUpsertSuccess", done.data
    answers = {one: (what, listings.Sent("ext")) for one, what in waiting.items()}
    await shop.database.write(listings.record, answers, now + timedelta(seconds=1))
    assert (await listing(shop))["status"] == "STALE"


async def test_without_sample_world_and_address_listings_wait(shop):
    settings = shop.settings.model_copy(update={"sample_data": False, "marketplaces": {}})
    await shop.execute(SYNC, {"ids": [CANDLE]}, scopes=STAFF)
    await sending.send_pending(shop.database, sending.sender(settings))
    found = await listing(shop)
    assert (found["status"], "name it in the setting marketplaces" in found["issues"][0]["message"]) == (
        "PENDING",
        True,
    )
