"""The sample world, asked as the channels ask."""

from __future__ import annotations

from subgraphs.kit.ids import new_id
from subgraphs.kit.sample_world import customer, location, variant

EVERYTHING = """
{ me {
  id displayName firstName lastName email phone birthDate locale isGuest createdAt segmentCodes
  addresses { id recipient address { lines city postcode country } isDefaultShipping }
  identities { kind value channel { code name } verified linkedAt }
  sessions { id device current channel { name } lastSeenAt }
  consents { purpose granted channel { code } at }
  contactPreferences { preferred quietFrom quietTo weeklyCap }
  preferredStore { id }
  presence { location { id } arrivedAt noticedBy }
  memberships { id number barcode points pendingPoints version pointsToNextTier
    program { code name brands { code name } tiers { code name threshold perks { kind description } } }
    tier { code name } rewards { id name points } movements { points reason tender channel { code } at } }
  storedValueCards { id label balance { amount currency formatted } barcode autoReload { amount } }
  profileFacts { code label value source variant { id } at }
  timeline(first: 3) { nodes { id kind at summary subject { __typename } channel { code } } pageInfo { hasNextPage endCursor } }
  browsingHistory { product { id } channel { code } at views }
  wishlists { id name items { variant { id } addedAt addedIn { name } } }
  tryOns { id }
} }
"""


async def test_one_query_reads_everything_of_the_caller_in_a_bounded_number_of_statements(shop, ada):
    with shop.statements() as count:
        answer = await shop.execute(EVERYTHING, customer=ada, channel="app")
    assert answer.errors == []
    me = answer.data["me"]
    assert me["displayName"] == "Ada Okafor"
    assert me["preferredStore"] == {"id": location("LON-OXF").id}
    assert [membership["tier"]["code"] for membership in me["memberships"]] == ["gold", "silver"]
    assert me["sessions"][0]["current"] != me["sessions"][1]["current"]
    assert me["profileFacts"][0]["variant"]["id"] == variant("VEL-FND-240").id
    assert me["timeline"]["pageInfo"]["hasNextPage"]
    assert count.sql <= 24


async def test_the_watch_card_is_one_small_query(shop, ada):
    query = (
        "query ($p: String!) { me { membership(programCode: $p) { barcode points tier { name } pointsToNextTier } } }"
    )
    answer = await shop.execute(query, {"p": "velvet-circle"}, customer=ada, channel="watch")
    member = answer.data["me"]["membership"]
    assert member == {"barcode": member["barcode"], "points": 780, "tier": {"name": "Silver"}, "pointsToNextTier": 720}
    assert len(answer.response.content) < 256


async def test_me_depends_on_the_token_alone(shop):
    assert (await shop.execute("{ me { id } }")).data == {"me": None}
    nobody = new_id("Customer")
    answer = await shop.execute("{ me { id displayName isGuest memberships { id } segmentCodes } }", customer=nobody)
    assert answer.data["me"] == {
        "id": nobody,
        "displayName": "Guest",
        "isGuest": True,
        "memberships": [],
        "segmentCodes": [],
    }


async def test_a_till_finds_a_customer_by_what_they_give(shop):
    query = """query ($by: IdentityKind!, $value: String!) { customerLookup(by: $by, value: $value) {
      id displayName memberships { id number tier { name perks { kind } } points rewards { id name points } }
      profileFacts { label value } identities { kind value } } }"""
    staff = {"scopes": ("staff:store",), "channel": "store"}
    answer = await shop.execute(query, {"by": "PHONE", "value": "+44 7700 900-101"}, **staff)
    found = answer.data["customerLookup"]
    assert found["displayName"] == "Ada Okafor"
    assert {identity["kind"]: identity["value"] for identity in found["identities"]}["EMAIL"] == "a•••@example.com"
    unknown = await shop.execute(query, {"by": "EMAIL", "value": "not an address"}, **staff)
    assert unknown.data == {"customerLookup": None}
    assert unknown.errors == []


async def test_a_timeline_is_paged_without_gap_or_repeat(shop, ada):
    query = "query ($a: String) { me { timeline(first: 2, after: $a) { nodes { id } pageInfo { hasNextPage endCursor } } } }"
    seen, after = [], None
    while True:
        answer = await shop.execute(query, {"a": after}, customer=ada)
        page = answer.data["me"]["timeline"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) >= 3
    wrong = await shop.execute(query, {"a": "!!"}, customer=ada)
    assert wrong.codes == ["BAD_USER_INPUT"]


async def test_an_order_says_what_points_it_earns(shop):
    total = {"amount": "19.99", "currency": "GBP"}
    order = new_id("Order")
    answer = await shop.entities("Order", [{"id": order, "grandTotal": total}], "pointsEarned")
    assert answer.data == [{"pointsEarned": 19}]
    without = await shop.entities("Order", [{"id": order}], "pointsEarned")
    assert without.codes == ["BAD_USER_INPUT"]


async def test_personalisation_reads_segment_codes_through_entities(shop, ada):
    answer = await shop.entities("Customer", [{"id": ada}], "segmentCodes", customer=ada)
    assert answer.data == [{"segmentCodes": sorted(customer("ada").segments)}]
