"""Channels are rows: opened, connected and closed without touching any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.kit.sample_world import variant
from tests.subgraphs.catalog.conftest import STAFF, own_part

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # its answer is the same on both

LAUNCH = {
    "code": "fridge",
    "name": "Kitchen fridge",
    "kind": "IOT",
    "brandCode": "alder",
    "inheritsFrom": "app",
    "currencies": ["GBP"],
    "locales": ["en-GB"],
    "capabilities": ["CHECKOUT"],
    "idempotencyKey": "k1",
}
RETIRE = """mutation ($code: ChannelCode!, $at: DateTime) { channelRetire(code: $code, at: $at) { __typename
  ... on ChannelSuccess { channel { code status retiresAt } } ... on BusinessError { code message path } } }"""
CONNECT = """mutation ($code: ChannelCode!, $ref: String!) {
  channelConnect(code: $code, provider: "ebay", account: "alder", secretRef: $ref) { __typename
  ... on ChannelSuccess { channel { connection { provider account healthy } } } ... on BusinessError { code path } } }"""
PAGE = """{ productBySlug(slug: "stoneware-mug") { priceRange { min { amount } } soldIn { code }
  variants { nodes { sku price { current { amount } } purchasable { allowed } } } } }"""
LAUNCHING = """mutation ($input: ChannelLaunchInput!) { channelLaunch(input: $input) { __typename
  ... on ChannelSuccess { channel { code status inheritsFrom { code } productCount } }
  ... on BusinessError { code message path } } }"""


async def launch(shop, **changes):
    answer = await shop.execute(LAUNCHING, {"input": {**LAUNCH, **changes}}, scopes=STAFF)
    assert answer.errors == []
    return answer.data["channelLaunch"]


async def test_a_channel_sells_what_it_inherits_the_moment_it_opens(shop):
    before = await shop.execute(own_part("12-tv-browse"), channel="tv")
    opened = await launch(shop)
    assert opened["channel"] == {
        "code": "fridge",
        "status": "LIVE",
        "inheritsFrom": {"code": "app"},
        "productCount": 59,
    }
    page = (await shop.execute(PAGE, channel="fridge")).data["productBySlug"]
    assert page["variants"]["nodes"][0]["price"]["current"]["amount"] == "9.00"
    assert page["variants"]["nodes"][0]["purchasable"]["allowed"]
    # An app price is inherited by what inherits from the app.
    text = '{ variantBySku(sku: "ALD-SHO-CAN-40") { price { current { amount } } } }'
    assert (await shop.execute(text, channel="fridge")).data["variantBySku"]["price"]["current"]["amount"] == "59.00"
    after = await shop.execute(own_part("12-tv-browse"), channel="tv")
    assert after.response.content == before.response.content


async def test_launching_twice_with_one_key_opens_one_channel(shop):
    assert await launch(shop) == await launch(shop)
    conflict = await launch(shop, name="Another name")
    assert (conflict["__typename"], conflict["code"]) == ("InvalidInputError", "IDEMPOTENCY_CONFLICT")
    taken = await launch(shop, idempotencyKey="k2")
    assert (taken["code"], taken["path"]) == ("INVALID_INPUT", ["input", "code"])


@on_sqlite
async def test_what_a_channel_cannot_stand_on_is_refused_and_named(shop):
    wrong = [
        ({"brandCode": "nobody"}, "NOT_FOUND", ["input", "brandCode"]),
        ({"inheritsFrom": "nowhere"}, "UNKNOWN_CHANNEL", ["input", "inheritsFrom"]),
        ({"name": " "}, "INVALID_INPUT", ["input", "name"]),
        ({"currencies": []}, "INVALID_INPUT", ["input", "currencies"]),
        ({"locales": []}, "INVALID_INPUT", ["input", "locales"]),
    ]
    for place, (changes, code, path) in enumerate(wrong):
        found = await launch(shop, idempotencyKey=f"w{place}", **changes)
        assert (found["code"], found["path"]) == (code, path)


@on_sqlite
async def test_only_so_many_channels_inherit_in_a_line(shop):
    above = "watch"  # watch, app, web
    for depth in range(4):
        found = await launch(shop, code=f"deep-{depth}", inheritsFrom=above, idempotencyKey=f"d{depth}")
        above = f"deep-{depth}"
    assert found["path"] == ["input", "inheritsFrom"]


@on_sqlite
async def test_opening_a_channel_needs_the_scope(shop):
    answer = await shop.execute(LAUNCHING, {"input": LAUNCH})
    assert answer.codes == ["FORBIDDEN"]


async def test_a_closed_channel_sells_nothing_and_no_other_notices(shop):
    before = await shop.execute(own_part("02-web-pdp"), {"slug": "haven-sofa"}, channel="web")
    answer = await shop.execute(RETIRE, {"code": "social"}, scopes=STAFF)
    assert answer.data["channelRetire"]["channel"]["status"] == "RETIRING"
    page = (await shop.execute(PAGE, channel="social")).data["productBySlug"]
    assert page["variants"]["nodes"][0] == {"sku": "ALD-MUG-STO-SND", "price": None, "purchasable": {"allowed": False}}
    after = await shop.execute(own_part("02-web-pdp"), {"slug": "haven-sofa"}, channel="web")
    assert after.response.content == before.response.content
    live = await shop.execute("{ channels { code } all: channels(status: [LIVE, RETIRING]) { code } }")
    assert "social" not in {one["code"] for one in live.data["channels"]}
    assert "social" in {one["code"] for one in live.data["all"]}
    again = await shop.execute(RETIRE, {"code": "social"}, scopes=STAFF)
    assert again.data["channelRetire"]["__typename"] == "WrongStateError"


@on_sqlite
async def test_a_channel_may_close_later_but_not_earlier(shop):
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    answer = await shop.execute(RETIRE, {"code": "social", "at": later}, scopes=STAFF)
    assert answer.data["channelRetire"]["channel"]["status"] == "LIVE"
    answer = await shop.execute(RETIRE, {"code": "voice", "at": "2020-01-01T00:00:00Z"}, scopes=STAFF)
    assert answer.data["channelRetire"]["path"] == ["at"]
    answer = await shop.execute(RETIRE, {"code": "nowhere"}, scopes=STAFF)
    assert answer.data["channelRetire"]["code"] == "UNKNOWN_CHANNEL"


@on_sqlite
async def test_an_outside_shop_is_tied_by_the_name_of_a_secret(shop):
    answer = await shop.execute(CONNECT, {"code": "social", "ref": "social/ebay"}, scopes=STAFF)
    assert answer.data["channelConnect"]["channel"]["connection"] == {
        "provider": "ebay",
        "account": "alder",
        "healthy": False,
    }
    refused = await shop.execute(CONNECT, {"code": "social", "ref": "hunter2 !"}, scopes=STAFF)
    assert refused.data["channelConnect"]["path"] == ["secretRef"]
    own = await shop.execute(CONNECT, {"code": "web", "ref": "x"}, scopes=STAFF)
    assert own.data["channelConnect"]["__typename"] == "WrongStateError"


@on_sqlite
async def test_the_connection_is_for_staff(shop):
    answer = await shop.execute('{ channel(code: "social") { name connection { account } } }')
    assert answer.codes == ["FORBIDDEN"]
    assert answer.data["channel"] == {"name": "Instagram shop", "connection": None}


@on_sqlite
async def test_every_screen_reads_one_identity_of_a_brand(shop):
    text = "{ brands { code name identity { logo { url(width: 200) alt } primaryColour } voice channels { code } } }"
    answers = [await shop.execute(text, channel=channel) for channel in ("web", "tv", "store")]
    assert len({answer.response.content for answer in answers}) == 1
    assert [brand["code"] for brand in answers[0].data["brands"]] == ["alder", "velvet"]
    assert {one["code"] for one in answers[0].data["brands"][1]["channels"]} == {"velvet-web", "velvet-store", "mirror"}


@on_sqlite
async def test_a_brand_and_a_channel_are_found_by_their_keys(shop):
    brands = await shop.entities("Brand", [{"code": "alder"}, {"code": "nobody"}], "name groupName")
    assert brands.data == [{"name": "Alder & Ash", "groupName": "Fernhill Group"}, None]
    channels = await shop.entities("Channel", [{"code": "store"}], "kind brand { code } productCount")
    assert channels.data == [{"kind": "POS", "brand": {"code": "alder"}, "productCount": 60}]


async def test_a_watch_of_the_stores_is_no_part_of_the_marketplace(shop):
    text = '{ searchProducts(query: "vintage diver", channel: "marketplace") { totalCount } }'
    assert (await shop.execute(text)).data["searchProducts"]["totalCount"] == 0
    assert variant("ALD-WAT-VIN").name == "Vintage Diver 1968"
