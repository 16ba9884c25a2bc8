"""Products are entered once and seen in every channel; listings and feeds follow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

from subgraphs.catalog.service import listings
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import variant
from tests.subgraphs.catalog.conftest import STAFF
from tests.waiting import PATIENCE_SECONDS

UPSERT = """mutation ($input: [ProductUpsertInput!]!, $key: IdempotencyKey!) {
  productsUpsert(input: $input, idempotencyKey: $key) { __typename
    ... on ProductsUpsertSuccess { products { id slug name description
      options { name values { value } }
      variants { nodes { id sku name gtins weightGrams price(channel: "web") { current { amount } regular { amount } savingPercent lowestLast30Days { amount } } } }
      soldIn { code } } }
    ... on BusinessError { code message path } } }"""


def pounds(channel, regular, offer=None):
    price = {"channel": channel, "regular": {"amount": regular, "currency": "GBP"}}
    return {**price, "offer": {"amount": offer, "currency": "GBP"}} if offer else price


def teapot(**changes):
    variants = [
        {"sku": "POT-S", "options": [{"name": "Size", "value": "S"}], "gtins": ["4006381333931"], "weightGrams": 900, "prices": [pounds("web", "40.00")]},
        {"sku": "POT-L", "options": [{"name": "Size", "value": "L"}], "prices": [pounds("web", "55.00")]},
    ]  # fmt: skip
    return {
        "slug": "clay-teapot",
        "brandCode": "alder",
        "name": "Clay Teapot",
        "descriptionHtml": "<p>Pours well.</p><script>x()</script>",
        "categorySlug": "tableware",
        "soldIn": ["web"],
        "variants": variants,
        **changes,
    }


async def upsert(shop, *products, key="k"):
    answer = await shop.execute(UPSERT, {"input": list(products), "key": key}, scopes=STAFF)
    assert answer.errors == []
    return answer.data["productsUpsert"]


async def test_a_new_product_is_sold_searched_scanned_and_fed_at_once(shop):
    made = (await upsert(shop, teapot()))["products"][0]
    assert made["options"] == [{"name": "Size", "values": [{"value": "S"}, {"value": "L"}]}]
    assert made["description"] == "Pours well."
    assert made["variants"]["nodes"][0]["name"] == "Clay Teapot - S"
    assert made["variants"]["nodes"][0]["id"] == stable_id("ProductVariant", "POT-S")
    assert {"web", "app", "store", "kiosk"} <= {one["code"] for one in made["soldIn"]}
    found = await shop.execute('{ searchProducts(query: "clay teapot") { nodes { slug } } }', channel="kiosk")
    assert found.data["searchProducts"]["nodes"] == [{"slug": "clay-teapot"}]
    scan = await shop.execute('{ variantByBarcode(code: "4006381333931") { ... on BarcodeMatch { variant { sku } } } }')
    assert scan.data["variantByBarcode"] == {"variant": {"sku": "POT-S"}}


async def test_a_changed_description_is_seen_in_every_channel_after_one_call(shop):
    await upsert(shop, teapot())
    await upsert(shop, teapot(descriptionHtml="<p>Never drips.</p>"), key="k2")
    for channel in ("web", "kiosk", "store", "tv"):
        text = '{ productBySlug(slug: "clay-teapot") { description } }'
        assert (await shop.execute(text, channel=channel)).data["productBySlug"]["description"] == "Never drips."


async def test_what_is_left_out_stays_as_it_is(shop):
    await upsert(shop, teapot())
    entry = teapot()
    del entry["descriptionHtml"], entry["soldIn"]
    entry["variants"] = [{"sku": "POT-S"}]
    made = (await upsert(shop, entry, key="k2"))["products"][0]
    assert made["description"] == "Pours well."
    small = next(one for one in made["variants"]["nodes"] if one["sku"] == "POT-S")
    assert small["gtins"] == ["04006381333931"]
    assert small["weightGrams"] == 900
    assert small["price"]["current"]["amount"] == "40.00"


async def test_the_same_key_gives_the_same_answer_and_writes_once(shop):
    first = await upsert(shop, teapot())
    assert await upsert(shop, teapot()) == first
    assert (await upsert(shop, teapot(name="Other")))["code"] == "IDEMPOTENCY_CONFLICT"


async def test_sold_in_is_the_whole_list(shop):
    await upsert(shop, teapot())
    entry = teapot(soldIn=["store"])
    entry["variants"][0]["prices"] = [pounds("store", "42.00")]
    made = (await upsert(shop, entry, key="k2"))["products"][0]
    assert {one["code"] for one in made["soldIn"]} == {"store", "kiosk"}


async def test_one_wrong_entry_refuses_all_and_says_where(shop):
    def with_variant(**changes):
        entry = teapot()
        entry["variants"][0] = {**entry["variants"][0], **changes}
        return entry

    wrong = [
        (teapot(brandCode="nobody"), "NOT_FOUND", ["input", "1", "brandCode"]),
        (teapot(categorySlug="nowhere"), "NOT_FOUND", ["input", "1", "categorySlug"]),
        (teapot(slug="Clay Teapot"), "INVALID_INPUT", ["input", "1", "slug"]),
        (teapot(name=" "), "INVALID_INPUT", ["input", "1", "name"]),
        (teapot(variants=[]), "INVALID_INPUT", ["input", "1", "variants"]),
        (teapot(soldIn=["nowhere"]), "UNKNOWN_CHANNEL", ["input", "1", "soldIn", "0"]),
        (teapot(soldIn=["velvet-web"]), "INVALID_INPUT", ["input", "1", "soldIn", "0"]),
        (with_variant(sku="A B"), "INVALID_INPUT", ["input", "1", "variants", "0", "sku"]),
        (with_variant(sku="VEL-FND-240"), "INVALID_INPUT", ["input", "1", "variants", "0", "sku"]),
        (with_variant(sku="POT-L"), "INVALID_INPUT", ["input", "1", "variants", "1", "sku"]),
        (with_variant(gtins=[variant("VEL-FND-240").gtin]), "INVALID_INPUT", ["input", "1", "variants", "0", "gtins"]),
        (with_variant(weightGrams=0), "INVALID_INPUT", ["input", "1", "variants", "0", "weightGrams"]),
        (with_variant(prices=[pounds("web", "9.999")]), "INVALID_INPUT", ["input", "1", "variants", "0", "prices", "0", "regular", "amount"]),
        (with_variant(prices=[pounds("web", "-1")]), "INVALID_INPUT", ["input", "1", "variants", "0", "prices", "0", "regular", "amount"]),
        (with_variant(prices=[pounds("web", "9", "9")]), "INVALID_INPUT", ["input", "1", "variants", "0", "prices", "0", "offer"]),
    ]  # fmt: skip
    good = teapot(slug="good-pot", variants=[{"sku": "GOOD", "prices": [pounds("web", "1.00")]}])
    for place, (entry, code, path) in enumerate(wrong):
        found = await upsert(shop, good, entry, key=f"w{place}")
        assert (found.get("code"), found.get("path")) == (code, path), entry
    assert (await shop.execute('{ variantBySku(sku: "GOOD") { id } }')).data["variantBySku"] is None


async def test_at_most_a_hundred_products_at_a_time(shop):
    answer = await shop.execute(UPSERT, {"input": [teapot()] * 101, "key": "k"}, scopes=STAFF)
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_a_new_offer_remembers_the_price_before(shop):
    await upsert(shop, teapot())
    entry = teapot()
    entry["variants"][0]["prices"] = [pounds("web", "40.00", "30.00")]
    made = (await upsert(shop, entry, key="k2"))["products"][0]
    price = made["variants"]["nodes"][0]["price"]
    assert price == {"current": {"amount": "30.00"}, "regular": {"amount": "40.00"}, "savingPercent": 25, "lowestLast30Days": {"amount": "40.00"}}  # fmt: skip


SYNC = 'mutation ($ids: [ID!]) { listingsSync(channel: "marketplace", variantIds: $ids) { __typename ... on ListingsSyncSuccess { queued } ... on BusinessError { code path } } }'
STATES = '{ productBySlug(slug: "clay-teapot") { listings { status externalId channel { code } variant { sku } issues { message } } } }'
HEALTH = "{ listingHealthReport { channel { code } synced stale rejected priceMismatches } }"


async def test_a_listing_is_stale_after_a_price_change_until_a_sync(shop):
    mismatches = (await shop.execute(HEALTH, scopes=STAFF)).data["listingHealthReport"][0]["priceMismatches"]
    await upsert(shop, teapot())
    ids = [stable_id("ProductVariant", sku) for sku in ("POT-S", "POT-L")]
    assert (await shop.execute(SYNC, {"ids": ids}, scopes=STAFF)).data["listingsSync"]["queued"] == 2

    async def states():
        listings = (await shop.execute(STATES, scopes=STAFF)).data["productBySlug"]["listings"]
        return {one["variant"]["sku"]: one["status"] for one in listings}

    await _until(states, {"POT-S": "SYNCED", "POT-L": "SYNCED"})
    entry = teapot()
    entry["variants"][0]["prices"] = [pounds("web", "44.00")]
    await upsert(shop, entry, key="k2")
    assert await states() == {"POT-S": "STALE", "POT-L": "SYNCED"}
    health = (await shop.execute(HEALTH, scopes=STAFF)).data["listingHealthReport"][0]
    assert health["channel"] == {"code": "marketplace"}
    assert health["priceMismatches"] == mismatches + 1
    feed = '{ feedItems(channel: "marketplace", first: 500) { nodes { variant { sku price(channel: "marketplace") { current { amount } } } } } }'
    lines = (await shop.execute(feed, scopes=STAFF)).data["feedItems"]["nodes"]
    assert {one["variant"]["sku"]: one["variant"]["price"]["current"]["amount"] for one in lines}["POT-S"] == "44.00"
    await shop.execute(SYNC, {"ids": ids[:1]}, scopes=STAFF)
    await _until(states, {"POT-S": "SYNCED", "POT-L": "SYNCED"})
    assert (await shop.execute(HEALTH, scopes=STAFF)).data["listingHealthReport"][0]["priceMismatches"] == mismatches


async def _until(read, wanted):
    """The worker beside the application sends within a few seconds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await read() != wanted:
            await asyncio.sleep(0.05)


async def test_a_shop_that_complains_refuses_the_listing(shop):
    """The steps of `send_pending` in one transaction each, so that the worker beside cannot come between."""
    await upsert(shop, teapot())
    listing = stable_id("ChannelListing", "marketplace", stable_id("ProductVariant", "POT-S"))
    outgoing = listings.Outgoing(
        "marketplace", "google-merchant", "fernhill-gb", "", "POT-S", "Clay Teapot - S", Decimal("40.00"), "GBP", ""
    )
    refusal = listings.Sent(issues=(("title", "POT-S: too short"),))

    async def queue_and_refuse(session):
        await listings.queue(session, "marketplace", [stable_id("ProductVariant", "POT-S")], datetime.now(UTC))
        await session.flush()
        await listings.record(session, {listing: (outgoing, refusal)}, datetime.now(UTC))

    await shop.database.write(queue_and_refuse)
    found = (await shop.execute(STATES, scopes=STAFF)).data["productBySlug"]["listings"][0]
    assert found["status"] == "REJECTED"
    assert found["issues"] == [{"message": "POT-S: too short"}]


async def test_only_what_is_sold_in_a_connected_shop_is_sent(shop):
    watch = await shop.execute(SYNC, {"ids": [variant("ALD-WAT-VIN").id]}, scopes=STAFF)
    assert watch.data["listingsSync"]["path"] == ["variantIds"]
    own = SYNC.replace("marketplace", "web")
    assert (await shop.execute(own, scopes=STAFF)).data["listingsSync"]["code"] == "NOT_FOUND"


async def test_a_feed_shows_only_what_changed_since(shop):
    text = 'query ($since: DateTime) { feedItems(channel: "marketplace", updatedSince: $since) { totalCount nodes { variant { sku } } } }'
    assert (await shop.execute(text, {"since": "2026-01-01T00:00:00Z"}, scopes=STAFF)).data["feedItems"][
        "totalCount"
    ] == 0
    await upsert(shop, teapot())
    changed = (await shop.execute(text, {"since": "2026-01-01T00:00:00Z"}, scopes=STAFF)).data["feedItems"]
    assert {one["variant"]["sku"] for one in changed["nodes"]} == {"POT-S", "POT-L"}


async def test_writing_products_needs_the_scope(shop):
    answer = await shop.execute(UPSERT, {"input": [teapot()], "key": "k"}, customer="cus_x")
    assert answer.codes == ["FORBIDDEN"]
