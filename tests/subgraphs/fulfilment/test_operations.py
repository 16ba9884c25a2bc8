"""The fulfilment parts of the channels' operations answer on the sample world."""

from __future__ import annotations

from datetime import UTC, datetime

from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.samples.returns import FLAGSHIP, OUTLETS, VELVET
from subgraphs.fulfilment.samples.stories import story
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import customer, location, variant

ADA, BEN, CHIARA = (customer(key).id for key in ("ada", "ben", "chiara"))
OXFORD, KINGS_CROSS, ARNDALE, OUTLET = (location(code).id for code in ("LON-OXF", "LON-KGX", "MAN-ARN", "BHM-BUL"))
STORE = ("staff:store",)
LOOKUP = """query ($payload: String!, $store: ID!) { orderByPickupCode(payload: $payload, locationId: $store) {
  __typename
  ... on PickupReady {
    order { id number customer { id } payments { label amount { formatted } } }
    fulfilment { id status holdUntil kerbside lines { quantity orderLine { id variant { name sku } } } }
  }
  ... on PickupRefusedError { code message readyAt waitsAt { id } }
  ... on BusinessError { code message }
} }"""
RELEASE = """mutation ($payload: String!, $store: ID!, $key: IdempotencyKey!) {
  pickupRelease(payload: $payload, locationId: $store, idempotencyKey: $key) {
    __typename ... on OrderSuccess { order { id number status } } ... on BusinessError { code message } } }"""
RETURN_LOOKUP = """query ($number: String, $contact: String, $card: CardLookupInput, $store: ID) {
  orderLookup(number: $number, contact: $contact, card: $card, first: 5) { totalCount nodes {
    id number placedAt grandTotal { formatted } channel { name } brand { name }
    returnOptions(locationId: $store) {
      allowed quantity requirements until refund { amount currency } reason
      line { id variant { id } unitPrice { amount currency } } policy { scope wording } } } } }"""
RETURN = """mutation ($input: ReturnCreateInput!) { returnCreate(input: $input) {
  __typename
  ... on ReturnSuccess { return { id number status refund { amount currency } exchangeOrder { number } policy { scope windowDays } labelUrl } }
  ... on EvidenceRequiredError { message missing policy { scope wording } }
  ... on ReturnNotAllowedError { message policy { scope wording windowDays } }
  ... on BusinessError { code message path }
} }"""


def secret(number):
    return stable_id("OrderEvent", "secret", number)


def qr(number, at=None):
    return passes.payload(story(number).id, secret(number), at or datetime.now(UTC))


async def test_09_the_glance_tells_of_the_order_that_waits(shop):
    answer = await shop.execute(
        """{ me { orders(openOnly: true, first: 3) { nodes { number statusLine estimatedAt aheadBy
          pickupPass { code qrPayload refreshAt }
          fulfilments { __typename status ... on PickupFulfilment { location { name } holdUntil } } } } } }""",
        customer=ADA,
    )
    assert answer.errors == []
    first = answer.data["me"]["orders"]["nodes"][0]
    assert first["statusLine"] == "Ready to collect at Oxford Street"
    assert first["fulfilments"][0]["location"]["name"] == "Oxford Street"
    assert first["aheadBy"] == "PT3H"


async def test_15_a_till_gets_the_order_by_qr_by_barcode_and_by_the_code_read_out(shop):
    code = passes.short_code(story("A10000001").id, secret("A10000001"))
    for payload in (qr("A10000001"), f"P{code}", code, code.lower()):
        answer = await shop.execute(LOOKUP, {"payload": payload, "store": OXFORD}, scopes=STORE)
        assert answer.errors == []
        found = answer.data["orderByPickupCode"]
        assert found["order"]["number"] == "A10000001"
        assert found["fulfilment"]["status"] == "READY"
        assert sorted(each["quantity"] for each in found["fulfilment"]["lines"]) == [1, 4]


async def test_15_a_till_in_the_wrong_store_is_told_where_it_waits(shop):
    answer = await shop.execute(LOOKUP, {"payload": qr("A10000001"), "store": ARNDALE}, scopes=STORE)
    refused = answer.data["orderByPickupCode"]
    assert (refused["code"], refused["waitsAt"]) == ("LOCATION_UNAVAILABLE", {"id": OXFORD})
    assert refused["message"] == "It waits at Oxford Street."


async def test_15_what_is_not_ready_says_when_it_will_be(shop):
    answer = await shop.execute(LOOKUP, {"payload": qr("A10000007"), "store": KINGS_CROSS}, scopes=STORE)
    refused = answer.data["orderByPickupCode"]
    assert refused["code"] == "WRONG_STATE"
    assert refused["readyAt"]


async def test_15_a_photograph_of_an_old_pass_is_of_no_use(shop):
    then = datetime.fromtimestamp(datetime.now(UTC).timestamp() - 3600, UTC)
    answer = await shop.execute(LOOKUP, {"payload": qr("A10000001", then), "store": OXFORD}, scopes=STORE)
    assert answer.data["orderByPickupCode"]["code"] == "EXPIRED"


async def test_15_a_forged_pass_is_no_pass(shop):
    for payload in (qr("A10000001")[:-2] + "xy", f"{story('A10000001').id}.9.x", "ABCDEF", "", "é" * 40, "a.b.c"):
        answer = await shop.execute(LOOKUP, {"payload": payload, "store": OXFORD}, scopes=STORE)
        assert answer.errors == []
        assert answer.data["orderByPickupCode"]["__typename"] == "NotFoundError"


async def test_16_release_works_once_and_a_second_scan_says_already_collected(shop):
    first = {"payload": qr("A10000001"), "store": OXFORD, "key": "till-7-0001"}
    for _ in range(3):  # the till was offline and sends it again
        answer = await shop.execute(RELEASE, first, scopes=STORE)
        assert answer.errors == []
        assert answer.data["pickupRelease"]["order"]["status"] == "COMPLETED"
    again = await shop.execute(RELEASE, {**first, "key": "till-8-0001"}, scopes=STORE)
    assert again.data["pickupRelease"]["code"] == "WRONG_STATE"
    assert again.data["pickupRelease"]["message"] == "It was collected already."
    shown = await shop.execute(LOOKUP, {"payload": qr("A10000001"), "store": OXFORD}, scopes=STORE)
    assert shown.data["orderByPickupCode"]["message"] == "It was collected already."


async def test_16_release_in_the_wrong_store_says_where_it_waits(shop):
    answer = await shop.execute(RELEASE, {"payload": qr("A10000001"), "store": ARNDALE, "key": "k1"}, scopes=STORE)
    assert answer.data["pickupRelease"]["code"] == "NOT_PERMITTED"
    assert "Oxford Street" in answer.data["pickupRelease"]["message"]


async def test_17_staff_find_an_order_by_number_contact_or_card_and_see_what_may_go_back(shop):
    day = (
        await shop.execute(
            "query ($n: String) { orderLookup(number: $n) { nodes { placedAt } } }", {"n": "A10000004"}, scopes=STORE
        )
    ).data["orderLookup"]["nodes"][0]["placedAt"][:10]
    for clues in (
        {"number": "A10000004"},
        {"number": "a10000004", "contact": "ADA@example.com"},
        {"contact": "+44 7700 900101", "number": "A10000004"},
        {"card": {"lastFour": "4242", "date": day}},
    ):
        answer = await shop.execute(RETURN_LOOKUP, {**clues, "store": OXFORD}, scopes=STORE)
        assert answer.errors == []
        (order,) = answer.data["orderLookup"]["nodes"]
        assert order["number"] == "A10000004"
        option = order["returnOptions"][0]
        assert (option["allowed"], option["policy"]["scope"]) == (True, "LOCATION")
        assert option["policy"]["wording"] == FLAGSHIP.wording


async def test_17_the_policy_of_the_outlets_says_no_to_what_was_bought_online(shop):
    answer = await shop.execute(RETURN_LOOKUP, {"number": "A10000013", "store": OUTLET}, scopes=STORE)
    (order,) = answer.data["orderLookup"]["nodes"]
    shoes, beanie = order["returnOptions"]
    assert not shoes["allowed"]
    assert shoes["reason"] == "Nothing of it is left to send back."  # they are in a return that is open
    assert not beanie["allowed"]
    assert beanie["policy"] == {"scope": "STORE_GROUP", "wording": OUTLETS.wording}
    assert beanie["reason"] == "Goods bought online are not taken back in this store."
    assert (beanie["quantity"], beanie["refund"]["amount"]) == (0, "0.00")


async def test_17_looking_for_nothing_is_refused(shop):
    answer = await shop.execute(RETURN_LOOKUP, {}, scopes=STORE)
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_18_an_online_order_is_refunded_at_the_counter(shop):
    given = {
        "orderId": story("A10000004").id,
        "lines": [{"orderLineId": story("A10000004").line_id(1), "quantity": 1, "reason": "UNWANTED"}],
        "locationId": OXFORD,
        "receivedNow": True,
        "idempotencyKey": "till-1",
    }
    for _ in range(2):
        answer = await shop.execute(RETURN, {"input": given}, scopes=STORE, channel="store")
        assert answer.errors == []
        made = answer.data["returnCreate"]["return"]
        assert (made["status"], made["policy"]) == ("REFUNDED", {"scope": "LOCATION", "windowDays": 60})
        assert made["refund"] == {"amount": str(variant("ALD-LIN-TOW-WHT").gbp), "currency": "GBP"}
        assert made["number"] == "RA10000004-1"


async def test_18_one_brand_takes_it_the_other_wants_to_see_the_fault(shop):
    towel = {
        "orderId": story("A10000013").id,
        "lines": [{"orderLineId": story("A10000013").line_id(1), "reason": "UNWANTED"}],
        "idempotencyKey": "1",
    }
    taken = await shop.execute(RETURN, {"input": towel}, customer=BEN)
    assert taken.data["returnCreate"]["return"]["status"] == "APPROVED"
    assert taken.data["returnCreate"]["return"]["labelUrl"].startswith("https://")
    liner = {
        "orderId": story("A10000014").id,
        "lines": [{"orderLineId": story("A10000014").line_id(1), "reason": "UNWANTED"}],
        "idempotencyKey": "1",
    }
    refused = (await shop.execute(RETURN, {"input": liner}, customer=CHIARA)).data["returnCreate"]
    assert refused["__typename"] == "EvidenceRequiredError"
    assert refused["missing"] == ["DEFECT_EVIDENCE"]
    assert refused["policy"] == {"scope": "BRAND", "wording": VELVET.wording}
    liner["lines"][0] |= {"reason": "DEFECTIVE", "evidenceUrls": ["https://media.example/1.jpg"]}
    asked = await shop.execute(RETURN, {"input": {**liner, "idempotencyKey": "2"}}, customer=CHIARA)
    assert asked.data["returnCreate"]["return"]["status"] == "REQUESTED"


async def test_18_too_late_is_told_with_the_policy(shop):
    given = {
        "orderId": story("A10000004").id,
        "lines": [{"orderLineId": story("A10000004").line_id(0), "reason": "UNWANTED"}],
        "idempotencyKey": "1",
    }
    refused = (await shop.execute(RETURN, {"input": given}, customer=ADA)).data["returnCreate"]
    assert refused["__typename"] == "ReturnNotAllowedError"
    assert refused["policy"]["windowDays"] == 30


async def test_21_the_store_sees_its_tasks_who_waits_first(shop):
    answer = await shop.entities(
        "Location",
        [{"id": OXFORD}],
        """pickTasks(first: 30) { id kind status dueAt customerWaiting assignee order { number } customer { id }
           lines { quantity picked variant { id } } }""",
        scopes=STORE,
    )
    assert answer.errors == []
    tasks = answer.data[0]["pickTasks"]
    assert [(task["kind"], task["customerWaiting"]) for task in tasks] == [
        ("PULL", True),
        ("PICKUP", True),
        ("TRANSFER", False),
    ]
    assert tasks[1]["order"]["number"] == "A10000019"
    assert tasks[1]["lines"] == [{"quantity": 3, "picked": 0, "variant": {"id": variant("ALD-CAN-CED").id}}]


async def test_40_policies_by_brand_and_by_store(shop):
    answer = await shop.execute(
        """query ($oxford: ID!) {
          alder: returnPolicy(brandCode: "alder") { scope requirements windowDays wording }
          velvet: returnPolicy(brandCode: "velvet") { scope requirements windowDays brand { name } }
          unknown: returnPolicy(brandCode: "atelier") { scope requirements windowDays }
          there: returnPolicy(brandCode: "velvet", locationId: $oxford) { scope }
        }""",
        {"oxford": OXFORD},
    )
    assert answer.errors == []
    assert answer.data["alder"]["requirements"] == ["PROOF_OF_PURCHASE"]
    assert answer.data["velvet"]["requirements"] == ["DEFECT_EVIDENCE"]
    assert answer.data["velvet"]["brand"] == {"name": "Velvet Lane"}
    assert answer.data["unknown"]["scope"] == "GROUP"
    assert answer.data["there"] == {"scope": "LOCATION"}
    places = await shop.entities(
        "Location",
        [{"id": OUTLET}, {"id": KINGS_CROSS}],
        "returnPolicy { scope storeGroup { code } onlineReturnsInStore acceptsSisterBrands }",
    )
    assert places.data[0]["returnPolicy"]["storeGroup"] == {"code": "uk-outlets"}
    assert places.data[1]["returnPolicy"]["scope"] == "BRAND"
    brands = await shop.entities("Brand", [{"code": "velvet"}], "returnPolicy { windowDays }")
    assert brands.data == [{"returnPolicy": {"windowDays": 14}}]


async def test_43_my_shade_is_the_one_bought_twice_last_online(shop):
    answer = await shop.execute(
        """query ($category: ID!) { me { purchasedItems(categoryId: $category, first: 5) {
          variant { name sku } times lastBoughtAt lastBoughtIn { name } } } }""",
        {"category": stable_id("Category", "foundation")},
        customer=CHIARA,
    )
    assert answer.errors == []
    (item,) = [each for each in answer.data["me"]["purchasedItems"] if each["variant"]["sku"] == "VEL-FND-240"]
    assert (item["times"], item["lastBoughtIn"]) == (2, {"name": "Velvet Lane online"})


async def test_44_a_sale_of_an_offline_till_is_taken_once_with_its_customer(shop):
    query = """mutation ($input: OrderRecordInput!) { orderRecord(input: $input) { __typename
      ... on OrderSuccess { order { id number externalNumber status customer { id } grandTotal { amount } soldAt { id } } }
      ... on UnknownCodesError { codes } ... on BusinessError { code message } } }"""
    candle = variant("ALD-CAN-CED")
    given = {
        "externalNumber": "TILL7-000123",
        "channel": "store",
        "locationId": OXFORD,
        "placedAt": datetime.now(UTC).isoformat(),
        "customerContact": "ada@example.com",
        "lines": [
            {"code": candle.gtin, "quantity": 1, "unitPrice": {"amount": "18.00", "currency": "GBP"}},
            {"code": "ALD-VAS-STE-WHT", "quantity": 1, "unitPrice": {"amount": "32.00", "currency": "GBP"}},
        ],
        "grandTotal": {"amount": "45.00", "currency": "GBP"},
        "carriedOut": True,
        "idempotencyKey": "a",
    }
    seen = set()
    for key in ("a", "a", "b", "c"):
        answer = await shop.execute(query, {"input": {**given, "idempotencyKey": key}}, scopes=STORE)
        assert answer.errors == []
        order = answer.data["orderRecord"]["order"]
        assert order["customer"] == {"id": ADA}
        assert (order["status"], order["grandTotal"], order["soldAt"]) == (
            "COMPLETED",
            {"amount": "45.00"},
            {"id": OXFORD},
        )
        seen.add(order["id"])
    assert len(seen) == 1
    given["lines"][0]["code"] = "NO-SUCH-THING"
    unknown = await shop.execute(
        query, {"input": {**given, "externalNumber": "2", "idempotencyKey": "d"}}, scopes=STORE
    )
    assert unknown.data["orderRecord"] == {
        "__typename": "UnknownCodesError",
        "codes": ["NO-SUCH-THING"],
        "code": "INVALID_INPUT",
        "message": "Some codes belong to nothing we know.",
    }
