"""Section C: catalogue, content and experience."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from subgraphs.cart.models import PromotionRow
from subgraphs.catalog.service import jobs
from subgraphs.kit.outbox import emit
from subgraphs.kit.sample_world import CUSTOMERS, promotion_id, variant

from ..buying import CANDLE, MANAGER, complete, eventually, key, ready
from ..registry import feature

PROMOTIONS = PromotionRow.__table__
UPSERT = "mutation U($input: [ProductUpsertInput!]!, $key: IdempotencyKey!) { productsUpsert(input: $input, idempotencyKey: $key) { __typename ... on BusinessError { message path } } }"
PUBLISH = """
mutation P($input: ExperiencePublishInput!) { experiencePublish(input: $input) { __typename
  ... on ExperienceSuccess { experiences { channel { code } } } ... on BusinessError { code message path } } }
"""
HOME = """
query Home($preview: Boolean, $segments: [String!]) { experience(code: "home", preview: $preview, segmentCodes: $segments) { slots { __typename
  ... on HeroBanner { headline } ... on EditorialBlock { headline body }
  ... on ProductRow { title products(first: 4) { nodes { id priceRange { min { amount } } availability } } }
  ... on PromotionBanner { promotion { id name endsAt } } } } }
"""


@feature("C1")
async def test_C1_the_tree_loads_by_level_and_products_know_their_path(window):
    top = (await window.ask("{ categories { id slug children { id slug } } }")).data["categories"]
    parent = next(it for it in top if it["children"])
    below = await window.ask("query C($id: ID!) { categories(parentId: $id) { slug } }", {"id": parent["id"]})
    assert {it["slug"] for it in below.data["categories"]} == {it["slug"] for it in parent["children"]}
    path = await window.ask('{ productBySlug(slug: "willow-armchair") { category { path { slug } } } }')
    assert [it["slug"] for it in path.data["productBySlug"]["category"]["path"]][-1] == "chairs"


@feature("C2")
async def test_C2_one_change_is_seen_in_every_channel(shop):
    known = (await shop.ask('{ productBySlug(slug: "cedar-candle") { name category { slug } } }')).data["productBySlug"]
    text = "Burns for forty hours."
    change = {
        "slug": "cedar-candle", "brandCode": "alder", "name": known["name"], "categorySlug": known["category"]["slug"],
        "descriptionHtml": f"<p>{text}</p>", "variants": [{"sku": "ALD-CAN-CED"}],
    }  # fmt: skip
    done = await shop.ask(UPSERT, {"input": [change], "key": key()}, **MANAGER)
    assert done.data["productsUpsert"]["__typename"] == "ProductsUpsertSuccess", done
    for channel in ("web", "kiosk", "store"):
        seen = await shop.ask('{ productBySlug(slug: "cedar-candle") { description } }', channel=channel)
        assert seen.data["productBySlug"]["description"] == text
    after = None
    while True:
        feed = (await shop.run("25-feed-google", {"channel": "marketplace", "after": after})).data["feedItems"]
        told = [it for it in feed["nodes"] if it["variant"]["sku"] == "ALD-CAN-CED"]
        if told or not feed["pageInfo"]["hasNextPage"]:
            break
        after = feed["pageInfo"]["endCursor"]
    assert told[0]["variant"]["product"]["description"] == text


@feature("C3")
@feature("C5")
async def test_C3_editors_text_and_live_products_come_as_one_ordered_list(window):
    slots = (await window.ask(HOME, channel="web", who="ada")).data["experience"]["slots"]
    kinds = [slot["__typename"] for slot in slots]
    assert {"ProductRow", "EditorialBlock"} <= set(kinds)
    row = next(slot for slot in slots if slot["__typename"] == "ProductRow")
    assert all(node["priceRange"]["min"]["amount"] and node["availability"] for node in row["products"]["nodes"])


@feature("C4")
async def test_C4_one_picture_comes_in_every_size(window):
    text = "query M($id: ID!) { variant(id: $id) { image { watch: url(width: 120) tv: url(width: 1920, height: 1080, fit: COVER, format: WEBP) } } }"
    image = (await window.ask(text, {"id": CANDLE})).data["variant"]["image"]
    assert "120" in image["watch"]
    assert "1920" in image["tv"]
    assert image["watch"].partition("?")[0].partition("120")[0][:20] == image["tv"][:20]


@feature("C6")
async def test_C6_a_banner_resolves_to_its_running_offer_and_goes_when_it_ends(shop):
    async def banner():
        answer = await shop.ask(HOME, channel="web")
        assert answer.errors == []
        slots = answer.data["experience"]["slots"]
        return next((slot for slot in slots if slot["__typename"] == "PromotionBanner"), None)

    running = await banner()
    assert running["promotion"]["id"] == promotion_id("autumn-home")
    assert running["promotion"]["name"]
    now = datetime.now(UTC)

    async def end(session):
        """What the promotions engine does when an offer is ended, and tells."""
        await session.execute(
            update(PROMOTIONS).where(PROMOTIONS.c.id == promotion_id("autumn-home")).values(ends_at=now)
        )
        payload = {"promotion_id": promotion_id("autumn-home"), "ends_at": now.isoformat()}
        await emit(session, "promotion.changed", promotion_id("autumn-home"), payload)

    await shop.applications["cart"].state.database.write(end)

    async def gone():
        return await banner() is None

    await eventually(gone)


@feature("C7")
async def test_C7_marketing_publishes_to_three_channels_and_previews_for_a_segment(shop):
    slots = [
        {"kind": "PRODUCT_ROW", "title": "For everyone"},
        {"kind": "PRODUCT_ROW", "title": "For home makers", "segmentCodes": ["home-makers"]},
    ]

    async def publish(slots, **more):
        given = {"code": "home", "channels": ["web", "tv", "kiosk"], "slots": slots, "idempotencyKey": key(), **more}
        done = await shop.ask(PUBLISH, {"input": given}, **MANAGER)
        codes = [it["channel"]["code"] for it in done.data["experiencePublish"]["experiences"]]
        assert codes == ["web", "tv", "kiosk"], done

    async def titles(preview=None, segments=None, **who):
        answer = await shop.ask(HOME, {"preview": preview, "segments": segments}, **who)
        assert answer.errors == [], answer
        return [slot["title"] for slot in answer.data["experience"]["slots"]]

    await publish(slots)
    assert await titles(channel="tv") == ["For everyone"]
    assert await titles(channel="web", who="ada") == ["For everyone", "For home makers"]
    assert await titles(channel="web", who="ben") == ["For everyone"]
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await publish([*slots, {"kind": "PRODUCT_ROW", "title": "Soon", "segmentCodes": ["deal-hunters"]}], publishAt=later)
    assert await titles(channel="web", who="ada") == ["For everyone", "For home makers"], "tomorrow is not yet"
    marketing = {"scopes": ("marketing:read",), "channel": "web"}
    assert await titles(preview=True, **marketing) == ["For everyone", "For home makers", "Soon"]
    assert await titles(preview=True, segments=["deal-hunters"], **marketing) == ["For everyone", "Soon"]
    assert await titles(preview=True, segments=[], **marketing) == ["For everyone"]
    refused = await shop.ask(HOME, {"preview": True, "segments": ["deal-hunters"]}, who="ada", channel="web")
    assert refused.codes == ["FORBIDDEN"]


@feature("C8")
async def test_C8_a_stub_of_the_same_sdl_answers_in_a_subgraphs_place(shop):
    async def stub(scope, receive, send):
        body = b'{"data":{"me":{"orders":{"nodes":[{"statusLine":"Told by the stub"}]}}}}'
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": body})

    shop.applications["fulfilment"].router.routes[0].app = stub
    answer = await shop.run("30-voice-order-status", {}, who="ada")
    assert answer.data["me"]["orders"]["nodes"] == [{"statusLine": "Told by the stub"}]
    assert (await shop.run("12-tv-browse")).errors == []


@feature("C9")
async def test_C9_a_review_from_the_app_is_read_at_the_kiosk_with_its_mark(shop):
    review = """mutation R($input: ReviewSubmitInput!) { reviewSubmit(input: $input) { __typename
      ... on ReviewSuccess { review { id } } ... on BusinessError { code message } } }"""
    given = {
        "productId": variant("ALD-KNF-CHE").product_id,
        "stars": 4,
        "body": "Keeps its edge.",
        "idempotencyKey": key(),
    }
    authors = "query A($id: ID!) { product(id: $id) { reviews(first: 50) { nodes { author { id } } } } }"
    said = (await shop.ask(authors, {"id": given["productId"]})).data["product"]["reviews"]["nodes"]
    silent = next(it.key for it in CUSTOMERS if {"id": it.id} not in [node["author"] for node in said])
    wrote = await shop.ask(review, {"input": given}, who=silent, channel="app")
    assert wrote.data["reviewSubmit"]["__typename"] == "ReviewSuccess", wrote
    read = "query R($id: ID!) { product(id: $id) { reviews(first: 5, sort: NEWEST) { nodes { id body channel { code } verifiedPurchase } } } }"
    seen = await shop.ask(read, {"id": given["productId"]}, channel="kiosk")
    known = await shop.ask(read, {"id": variant("ALD-CAN-CED").product_id}, channel="kiosk")
    assert True in {it["verifiedPurchase"] for it in known.data["product"]["reviews"]["nodes"]}
    mine = next(
        it for it in seen.data["product"]["reviews"]["nodes"] if it["id"] == wrote.data["reviewSubmit"]["review"]["id"]
    )
    assert (mine["body"], mine["channel"]["code"], mine["verifiedPurchase"]) == ("Keeps its edge.", "app", False)


@feature("C10")
async def test_C10_four_products_are_compared_by_id(window):
    ids = [variant(sku).product_id for sku in ("ALD-CAN-CED", "ALD-LMP-PEN", "ALD-LMP-GLO-WHT", "ALD-VAS-STE-WHT")]
    text = "query C($ids: [ID!]!) { nodes(ids: $ids) { id ... on Product { name defaultVariant { pricesByChannel { channel { code } current { amount } } } } } }"
    nodes = (await window.ask(text, {"ids": ids})).data["nodes"]
    assert [node["id"] for node in nodes] == ids
    assert all(node["defaultVariant"]["pricesByChannel"] for node in nodes)


@feature("C11")
async def test_C11_every_channel_reads_one_voice_and_identity(window):
    text = '{ brand(code: "velvet") { voice identity { primaryColour typeface logo { url(width: 200) } } } }'
    answers = [(await window.ask(text, channel=channel)).data for channel in ("web", "tv", "store")]
    assert answers[0]["brand"]["voice"]
    assert answers[0]["brand"]["identity"]["primaryColour"].startswith("#")
    assert answers[0] == answers[1] == answers[2]


@feature("C12")
async def test_C12_two_brands_with_channels_and_stores_of_their_own_share_the_catalogue(window):
    brands = (
        await window.ask(
            "{ brands { code channels { code } locations(first: 9) { nodes { name } } } me { memberships { program { brands { code } } } } }",
            who="ada",
        )
    ).data
    alder, velvet = (next(it for it in brands["brands"] if it["code"] == code) for code in ("alder", "velvet"))
    assert not {it["code"] for it in alder["channels"]} & {it["code"] for it in velvet["channels"]}
    assert "Oxford Street" in {it["name"] for it in alder["locations"]["nodes"]}
    assert "King's Cross" in {it["name"] for it in velvet["locations"]["nodes"]}
    assert len(brands["me"]["memberships"]) == 2


@feature("C13")
async def test_C13_a_sofa_has_its_true_size_and_a_try_on_is_found_again(shop):
    text = "query S($id: ID!) { variant(id: $id) { dimensions { widthMm } spatialModels { use glbUrl size { widthMm heightMm depthMm } } } }"
    sofa = (await shop.ask(text, {"id": variant("ALD-SOF-HAV-SND").id})).data["variant"]
    model = next(it for it in sofa["spatialModels"] if it["use"] == "IN_ROOM")
    assert 1500 < model["size"]["widthMm"] < 3000
    save = "mutation T($id: ID!) { tryOnSave(variantId: $id) { __typename } }"
    await shop.ask(save, {"id": variant("VEL-LIP-MAT-ROS").id}, who="chiara", channel="app")
    found = await shop.ask(
        "{ me { tryOns(first: 1) { variant { id } channel { code } } } }", who="chiara", channel="mirror"
    )
    assert found.data["me"]["tryOns"] == [
        {"variant": {"id": variant("VEL-LIP-MAT-ROS").id}, "channel": {"code": "app"}}
    ]


@feature("C14")
async def test_C14_recommendations_follow_the_customer_and_change_after_a_purchase(shop):
    text = "{ me { recommendedProducts(first: 8) { id soldIn { code } defaultVariant { id purchasable { allowed } availability { online } } } } }"

    async def picks(who):
        answer = await shop.ask(text, who=who, channel="web")
        assert answer.errors == []
        goods = answer.data["me"]["recommendedProducts"]
        assert goods
        assert all("web" in {channel["code"] for channel in it["soldIn"]} for it in goods)
        assert all(it["defaultVariant"]["purchasable"]["allowed"] for it in goods)
        return goods

    ada, chiara = await picks("ada"), await picks("chiara")
    assert [it["id"] for it in ada] != [it["id"] for it in chiara]
    bought = next(it for it in chiara if it["defaultVariant"]["availability"]["online"] == "IN_STOCK")
    lines = [{"variantId": bought["defaultVariant"]["id"], "quantity": 1}]
    done = await complete(shop, await ready(shop, lines, who="chiara"), who="chiara")
    assert done["__typename"] == "CheckoutSuccess", done

    async def changed():
        return bought["id"] not in [it["id"] for it in await picks("chiara")]

    await eventually(changed)


MERCHANT = """<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><g:id>ACME-CUP-RED</g:id><title>Tea cup - Red</title><description>Holds tea.</description><g:item_group_id>cup</g:item_group_id>
<g:price>12.00 GBP</g:price><g:brand>Acme</g:brand><g:gtin>9506000134352</g:gtin><g:color>Red</g:color><g:product_type>Kitchen &gt; Cups</g:product_type></item>
<item><g:id>ACME-BAD</g:id><title>No price</title><g:price>-1.00 GBP</g:price></item></channel></rss>"""
SHOPIFY = """Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode
cup,Tea cup,Acme,Kitchen > Cups,Color,Blue,ACME-CUP-BLU,12.50,
jug,"Jug, large",Acme,Kitchen > Jugs,,,ACME-JUG,30.00,9506000134352
"""
JSON_LD = """{"@context": "https://schema.org", "@graph": [{"@type": "Product", "sku": "ACME-PLATE", "name": "Plate", "brand": "Acme",
"category": "Kitchen", "offers": {"price": "8.00", "priceCurrency": "GBP"}}, {"@type": "Product", "sku": "ACME-YEN", "name": "Bowl",
"offers": {"price": "8", "priceCurrency": "JPY"}}]}"""
LINES = """{"slug": "oak-stool", "brandCode": "alder", "name": "Oak stool", "categorySlug": "chairs", "soldIn": ["web"], "variants": [{"sku": "ALD-STL", "prices": [{"channel": "web", "regular": {"amount": "79.00", "currency": "GBP"}}]}]}
{"slug": "lost", "brandCode": "nobody", "name": "Lost", "categorySlug": "chairs", "variants": []}
"""
FEEDS = {
    "GOOGLE_MERCHANT_XML": (MERCHANT, [(2, "price")]),
    "SHOPIFY_CSV": (SHOPIFY, [(3, "gtin")]),
    "SCHEMA_ORG_JSONLD": (JSON_LD, [(2, "price")]),
    "NDJSON": (LINES, [(2, "brandCode")]),
}
START = """mutation I($source: URL!, $format: ImportFormat!) { productsImport(source: $source, format: $format, dryRun: false) {
  ... on ProductsImportSuccess { job { id status } } ... on BusinessError { message } } }"""
JOB = "query J($id: ID!) { importJob(id: $id) { status rowsRead created rejected { row column reason } } }"


async def run_import(shop, kind, content):
    """What the service's worker does with a job, but for the download: feeds are fetched from public addresses only."""
    database = shop.applications["catalog"].state.database

    async def claimed(session):
        job_id = await jobs.start(session, "https://feeds.example/feed", kind, dry_run=False, now=datetime.now(UTC))
        await session.flush()
        assert await jobs.claim(session, datetime.now(UTC)) == job_id
        return job_id

    async def give(_, path):
        await asyncio.to_thread(path.write_text, content, "utf-8")

    job_id = await database.write(claimed)
    await jobs.run(database, job_id, give)
    return (await shop.ask(JOB, {"id": job_id}, **MANAGER)).data["importJob"]


@feature("C15")
async def test_C15_feeds_of_several_platforms_make_one_catalogue_and_refused_rows_are_explained(shop):
    for kind, (content, refused) in FEEDS.items():
        job = await run_import(shop, kind, content)
        assert (job["status"], job["created"]) == ("DONE_WITH_ERRORS", 1), (kind, job)
        assert [(one["row"], one["column"]) for one in job["rejected"]] == refused, kind
        assert all("; " in one["reason"] for one in job["rejected"])
    found = await shop.ask(
        '{ searchProducts(query: "tea cup", first: 5) { nodes { name brand { name } category { path { name } } variants(first: 5) { nodes { sku price { current { amount } } options { name value } } } } } }'
    )
    (cup,) = found.data["searchProducts"]["nodes"]
    assert (cup["name"], cup["brand"]["name"]) == ("Tea cup", "Acme")
    assert [step["name"] for step in cup["category"]["path"]] == ["Home", "Kitchen", "Cups"]
    assert {one["sku"]: one["price"]["current"]["amount"] for one in cup["variants"]["nodes"]} == {
        "ACME-CUP-RED": "12.00",
        "ACME-CUP-BLU": "12.50",
    }
    skus = await shop.ask('{ a: variantBySku(sku: "ACME-PLATE") { id } b: variantBySku(sku: "ALD-STL") { id } }')
    assert all(skus.data.values())
    started = await shop.ask(START, {"source": "http://127.0.0.1/feed", "format": "SHOPIFY_CSV"}, **MANAGER)
    job_id = started.data["productsImport"]["job"]["id"]

    async def ended():
        job = (await shop.ask(JOB, {"id": job_id}, **MANAGER)).data["importJob"]
        return job if job["status"] not in {"QUEUED", "RUNNING"} else None

    job = await eventually(ended)
    assert (job["status"], "public addresses only" in job["rejected"][0]["reason"]) == ("FAILED", True)


@feature("C16")
async def test_C16_a_guest_is_told_when_and_a_member_may_buy_first(window):
    text = "query A($id: ID!) { variant(id: $id) { purchasable { allowed bar liftsAt } product { access { membersOnly memberReleaseAt publicReleaseAt } } } }"
    member_shoe = {"id": variant("ALD-SHO-MEM-42").id}
    guest = (await window.ask(text, member_shoe, channel="web")).data["variant"]
    assert (guest["purchasable"]["allowed"], guest["purchasable"]["bar"]) == (False, "MEMBERS_ONLY")
    assert guest["purchasable"]["liftsAt"] == guest["product"]["access"]["publicReleaseAt"]
    member = (await window.ask(text, member_shoe, who="ada", channel="web")).data["variant"]
    assert member["purchasable"]["allowed"]
