"""Pages that marketing publishes, and reviews that customers write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.catalog.samples.content import collection_id, content_id
from subgraphs.catalog.service.heard import order_placed
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import customer, promotion_id, variant
from tests.subgraphs.catalog.conftest import STAFF

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # its answer is the same on both

PUBLISH = """mutation ($input: ExperiencePublishInput!) { experiencePublish(input: $input) { __typename
  ... on ExperienceSuccess { experiences { id code channel { code } publishedAt slots { __typename } } }
  ... on BusinessError { code message path } } }"""
HOME = """query ($preview: Boolean) { experience(code: "home", preview: $preview) { publishedAt
  slots { __typename ... on HeroBanner { headline callToAction } ... on ProductRow { id title products(first: 1) { nodes { slug } } }
          ... on PromotionBanner { promotion { id } } ... on EditorialBlock { body } ... on VideoBlock { title featured { slug } } } } }"""
SLOTS = [
    {"kind": "HERO", "title": "New home", "sourceId": content_id("hero-autumn")},
    {"kind": "PRODUCT_ROW", "title": "Slow food", "sourceId": collection_id("cook-slow")},
    {"kind": "PROMOTION", "title": "15 % off", "sourceId": promotion_id("autumn-home")},
    {"kind": "EDITORIAL", "title": "Rush", "sourceId": content_id("story-rush"), "segmentCodes": ["home-makers"]},
    {"kind": "VIDEO", "title": "Film", "sourceId": content_id("film-kettle"), "experimentArm": "film:on"},
    {"kind": "PRODUCT_ROW", "title": "Best sellers"},
]


def page(**changes):
    return {"code": "home", "channels": ["web", "tv", "kiosk"], "slots": SLOTS, "idempotencyKey": "p1", **changes}


async def publish(shop, **changes):
    answer = await shop.execute(PUBLISH, {"input": page(**changes)}, scopes=STAFF)
    assert answer.errors == []
    return answer.data["experiencePublish"]


async def home(shop, *, preview=False, **who):
    return (await shop.execute(HOME, {"preview": preview}, **who)).data["experience"]


async def test_a_page_goes_live_in_three_channels_and_nowhere_else(shop):
    velvet = await home(shop, channel="velvet-web")
    made = await publish(shop)
    assert [one["channel"]["code"] for one in made["experiences"]] == ["web", "tv", "kiosk"]
    for channel in ("web", "tv", "kiosk", "voice"):  # voice inherits the page of the web
        slots = (await home(shop, channel=channel))["slots"]
        assert [slot["__typename"] for slot in slots] == ["HeroBanner", "ProductRow", "PromotionBanner", "ProductRow"]
        assert slots[0] == {"__typename": "HeroBanner", "headline": "New home", "callToAction": "See the living room"}
    assert await home(shop, channel="velvet-web") == velvet


@on_sqlite
async def test_people_of_a_segment_see_its_blocks_and_staff_preview_all(shop):
    await publish(shop)
    ada = (await home(shop, channel="web", customer=customer("ada").id))["slots"]
    assert "EditorialBlock" in [slot["__typename"] for slot in ada]
    everything = (await home(shop, preview=True, channel="web", scopes=STAFF))["slots"]
    assert [slot["__typename"] for slot in everything] == ["HeroBanner", "ProductRow", "PromotionBanner", "EditorialBlock", "VideoBlock", "ProductRow"]  # fmt: skip
    assert everything[4]["featured"][0] == {"slug": "pour-over-kettle"}


async def test_a_draft_is_seen_in_preview_until_its_time_comes(shop):
    before = await home(shop, channel="web")
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    await publish(shop, publishAt=later, slots=SLOTS[:1])
    assert await home(shop, channel="web") == before
    draft = await home(shop, preview=True, channel="web", scopes=STAFF)
    assert draft["publishedAt"] is None
    assert len(draft["slots"]) == 1
    refused = await shop.execute(HOME, {"preview": True}, channel="web")
    assert refused.codes == ["FORBIDDEN"]


@on_sqlite
async def test_a_row_keeps_its_id_when_it_moves(shop):
    await publish(shop)
    first = (await home(shop, channel="tv"))["slots"]
    await publish(shop, slots=list(reversed(SLOTS)), idempotencyKey="p2")
    second = (await home(shop, channel="tv"))["slots"]

    def ids(slots):
        return {slot["title"]: slot["id"] for slot in slots if slot["__typename"] == "ProductRow"}

    assert ids(first)["Slow food"] == ids(second)["Slow food"]


@on_sqlite
async def test_a_page_that_cannot_be_shown_is_refused_and_the_place_named(shop):
    wrong = [
        ({"channels": ["web", "nowhere"]}, "UNKNOWN_CHANNEL", ["input", "channels", "1"]),
        ({"channels": []}, "INVALID_INPUT", ["input", "channels"]),
        ({"code": "Home!"}, "INVALID_INPUT", ["input", "code"]),
        ({"slots": SLOTS * 7}, "INVALID_INPUT", ["input", "slots"]),
        ({"slots": [{"kind": "VIDEO", "title": "x"}]}, "INVALID_INPUT", ["input", "slots", "0", "sourceId"]),
        ({"slots": [{"kind": "HERO", "title": " "}]}, "INVALID_INPUT", ["input", "slots", "0", "title"]),
        ({"slots": [{"kind": "HERO", "title": "x", "sourceId": collection_id("cook-slow")}]}, "INVALID_INPUT", ["input", "slots", "0", "sourceId"]),
        ({"slots": [{"kind": "PRODUCT_ROW", "title": "x", "sourceId": stable_id("Collection", "none")}]}, "NOT_FOUND", ["input", "slots", "0", "sourceId"]),
        ({"slots": [{"kind": "HERO", "title": "x", "experimentArm": "A"}]}, "INVALID_INPUT", ["input", "slots", "0", "experimentArm"]),
        ({"slots": [{"kind": "HERO", "title": "x", "segmentCodes": ["No Code"]}]}, "INVALID_INPUT", ["input", "slots", "0", "segmentCodes"]),
    ]  # fmt: skip
    for place, (changes, code, path) in enumerate(wrong):
        found = await publish(shop, idempotencyKey=f"w{place}", **changes)
        assert (found.get("code"), found.get("path")) == (code, path)


async def test_publishing_twice_with_one_key_makes_one_edition(shop):
    assert await publish(shop) == await publish(shop)


REVIEW = """mutation ($input: ReviewSubmitInput!) { reviewSubmit(input: $input) { __typename
  ... on ReviewSuccess { review { id stars verifiedPurchase channel { code } authorName product { slug rating { count average histogram } } } }
  ... on BusinessError { code path } } }"""


def review(**changes):
    return {
        "productId": variant("ALD-GRI-COF").product_id,
        "stars": 5,
        "body": "Quiet.",
        "idempotencyKey": "r1",
        **changes,
    }


async def submit(shop, who="ada", channel="app", **changes):
    answer = await shop.execute(REVIEW, {"input": review(**changes)}, customer=customer(who).id, channel=channel)
    assert answer.errors == []
    return answer.data["reviewSubmit"]


async def test_a_review_written_in_the_app_is_read_at_the_kiosk_with_its_mark(shop):
    bought = {
        "order_id": "o",
        "customer_id": customer("chiara").id,
        "lines": [{"variant_id": variant("ALD-GRI-COF").id, "quantity": 1}],
    }
    event = Event("0", "order.placed", "o", 1, bought, datetime.now(UTC))
    await shop.database.write(order_placed, event)
    text = '{ productBySlug(slug: "burr-grinder") { rating { count } reviews(first: 50, sort: NEWEST) { totalCount nodes { body verifiedPurchase channel { code } author { id } } } } }'
    before = (await shop.execute(text, channel="kiosk")).data["productBySlug"]
    reviewers = {node["author"]["id"] for node in before["reviews"]["nodes"] if node["author"]}
    writer = next(key for key in ("chiara", "ada", "ben", "deniz", "emil") if customer(key).id not in reviewers)
    await shop.database.write(order_placed, Event("1", "order.placed", "p", 1, {**bought, "customer_id": customer(writer).id}, datetime.now(UTC)))  # fmt: skip
    made = (await submit(shop, writer))["review"]
    assert made["verifiedPurchase"]
    assert made["authorName"] == f"{customer(writer).given_name} {customer(writer).family_name[0]}."
    after = (await shop.execute(text, channel="kiosk")).data["productBySlug"]
    assert after["rating"]["count"] == before["rating"]["count"] + 1
    assert after["reviews"]["nodes"][0] == {"body": "Quiet.", "verifiedPurchase": True, "channel": {"code": "app"}, "author": {"id": customer(writer).id}}  # fmt: skip
    again = await submit(shop, writer, idempotencyKey="r2")
    assert again["path"] == ["input", "productId"]


@on_sqlite
async def test_a_review_of_the_wrong_form_is_refused(shop):
    wrong = [
        ({"stars": 0}, "INVALID_INPUT", ["input", "stars"]),
        ({"stars": 6}, "INVALID_INPUT", ["input", "stars"]),
        ({"body": " "}, "INVALID_INPUT", ["input", "body"]),
        ({"body": "x" * 5001}, "INVALID_INPUT", ["input", "body"]),
        ({"title": "x" * 121}, "INVALID_INPUT", ["input", "title"]),
        ({"productId": stable_id("Product", "none")}, "NOT_FOUND", ["input", "productId"]),
    ]
    for place, (changes, code, path) in enumerate(wrong):
        found = await submit(shop, idempotencyKey=f"w{place}", **changes)
        assert (found["code"], found["path"]) == (code, path)


@on_sqlite
async def test_guests_do_not_review(shop):
    answer = await shop.execute(REVIEW, {"input": review()})
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_a_customers_reviews_come_newest_first(shop):
    text = "reviews(first: 3) { totalCount nodes { createdAt } pageInfo { hasNextPage endCursor } }"
    answer = await shop.entities("Customer", [{"id": customer("ada").id}], text)
    found = answer.data[0]["reviews"]
    times = [node["createdAt"] for node in found["nodes"]]
    assert times == sorted(times, reverse=True)
    assert found["totalCount"] > 3
    after = f'reviews(first: 3, after: "{found["pageInfo"]["endCursor"]}") {{ nodes {{ createdAt }} }}'
    rest = (await shop.entities("Customer", [{"id": customer("ada").id}], after)).data[0]["reviews"]["nodes"]
    assert rest[0]["createdAt"] <= times[-1]


async def test_reviews_are_sorted_filtered_and_paged(shop):
    text = """query ($sort: ReviewSort, $min: Int, $after: String) { productBySlug(slug: "haven-sofa") {
      reviews(first: 2, sort: $sort, minStars: $min, after: $after) { totalCount nodes { id stars helpfulCount createdAt } pageInfo { endCursor hasNextPage } } } }"""
    for sort in ("HELPFUL", "NEWEST", "LOWEST"):
        seen, after = [], None
        for _ in range(10):
            found = (await shop.execute(text, {"sort": sort, "after": after})).data["productBySlug"]["reviews"]
            seen += [node["id"] for node in found["nodes"]]
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert len(seen) == len(set(seen)) == found["totalCount"]
    good = (await shop.execute(text, {"min": 5})).data["productBySlug"]["reviews"]
    assert all(node["stars"] == 5 for node in good["nodes"])
    assert (await shop.execute(text, {"min": 9})).codes == ["BAD_USER_INPUT"]
