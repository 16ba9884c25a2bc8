"""Section F: orders, fulfilment, returns, policies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson

from subgraphs.kit.ids import stable_id
from subgraphs.kit.peers import peers_of
from subgraphs.kit.sample_world import location, variant

from ..buying import CANDLE, STAFF, complete, eventually, key, ready
from ..registry import feature
from ..watching import watching

OXFORD_STREET, KINGS_CROSS = location("LON-OXF").id, location("LON-KGX").id
ADAS = stable_id("Order", "sample", "A10000001")
PASS = "query P($id: ID!) { order(id: $id) { status pickupPass { code qrPayload } } }"
TASKS = "query T($id: ID!) { location(id: $id) { pickTasks(first: 30) { id kind status customerWaiting order { id number } lines { quantity variant { id } } } } }"
DONE = "mutation D($id: ID!, $lines: [PickLineInput!]!) { pickTaskComplete(id: $id, lines: $lines) { __typename ... on PickTaskSuccess { task { status } } ... on BusinessError { code message } } }"
ADVANCE = """
mutation A($id: ID!, $status: FulfilmentStatus!, $key: IdempotencyKey!, $tracking: String) {
  fulfilmentAdvance(id: $id, status: $status, idempotencyKey: $key, trackingNumber: $tracking) {
    __typename ... on OrderSuccess { order { status statusLine } } ... on BusinessError { code message } } }
"""
POLICY = 'query P($store: ID) { returnPolicy(brandCode: "alder", locationId: $store) { scope windowDays wording } }'


async def payload_of(shop, who: str = "ada", order: str = ADAS) -> str:
    return (await shop.ask(PASS, {"id": order}, who=who)).data["order"]["pickupPass"]["qrPayload"]


async def collect(shop, who: str = "emil", sku: str = "ALD-CAN-CED", store: str = OXFORD_STREET) -> str:
    """Buy one to be collected: the order's id."""
    line = {"variantId": variant(sku).id, "quantity": 1, "fulfilment": {"method": "PICKUP", "locationId": store}}
    bought = await complete(shop, await ready(shop, [line], who=who), who=who)
    assert bought["__typename"] == "CheckoutSuccess", bought
    return bought["order"]["id"]


async def task_of(shop, order: str, store: str = OXFORD_STREET):
    async def found():
        tasks = (await shop.ask(TASKS, {"id": store}, **STAFF)).data["location"]["pickTasks"]
        return next((task for task in tasks if task["order"] and task["order"]["id"] == order), None)

    return await eventually(found)


@feature("F1")
async def test_F1_an_order_from_two_sources_has_two_fulfilments_and_one_status(shop):
    lines = [
        {"variantId": CANDLE, "quantity": 1, "fulfilment": {"method": "PICKUP", "locationId": OXFORD_STREET}},
        {"variantId": variant("ALD-GLS-TUM").id, "quantity": 1},
    ]
    bought = await complete(shop, await ready(shop, lines, who="emil"), who="emil")
    order = await shop.ask(
        "query O($id: ID!) { order(id: $id) { status fulfilments { __typename status } events(first: 9) { kind } } }",
        {"id": bought["order"]["id"]},
        who="emil",
    )
    assert {it["__typename"] for it in order.data["order"]["fulfilments"]} == {"PickupFulfilment", "ShipmentFulfilment"}
    assert order.data["order"]["status"] == "PLACED"
    assert "PLACED" in {event["kind"] for event in order.data["order"]["events"]}


WATCH = "subscription WatchOrder { orderChanged { order { number statusLine estimatedAt aheadBy } } }"


@feature("F2")
async def test_F2_a_watch_receives_the_new_line_when_the_parcel_is_scanned(shop):
    bought = await complete(shop, await ready(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil"), who="emil")
    parts = "query O($id: ID!) { order(id: $id) { statusLine fulfilments { id status } } }"
    before = (await shop.ask(parts, {"id": bought["order"]["id"]}, who="emil")).data["order"]
    pushed = []
    async with watching(shop, WATCH, who="emil", channel="watch", listens="fulfilment") as watch:
        for status, who in (("PREPARING", STAFF), ("IN_TRANSIT", {"scopes": ("carrier:write", "carrier:parcel")})):
            given = {"id": before["fulfilments"][0]["id"], "status": status, "key": key(), "tracking": "PP123456789GB"}
            moved = await shop.ask(ADVANCE, given, **who)
            assert moved.data["fulfilmentAdvance"]["__typename"] == "OrderSuccess", moved
            pushed.append((await watch.next())["orderChanged"]["order"])
    assert {line["number"] for line in pushed} == {bought["order"]["number"]}
    assert [line["statusLine"].partition(",")[0] for line in pushed] == ["Being packed", "On its way"]
    assert len(orjson.dumps({"data": {"orderChanged": {"order": pushed[-1]}}})) <= 256, "what operation 34 may weigh"
    after = (await shop.run("30-voice-order-status", {}, who="emil")).data["me"]["orders"]["nodes"][0]
    assert after["statusLine"] == pushed[-1]["statusLine"]


@feature("F3", up_to="the link is told for the text and opens the order", waits_for="the text itself (customer)")
async def test_F3_the_link_opens_the_order_without_a_password_and_in_the_account(shop):
    bought = await complete(shop, await ready(shop, [{"variantId": CANDLE, "quantity": 1}]))
    number, order_id = bought["order"]["number"], bought["order"]["id"]
    link = await peers_of(shop.applications["cart"].state.database, None).ask(
        "fulfilment", "mutation I($id: ID!) { orderInvite(id: $id) { token url } }", {"id": order_id}
    )
    token = link["orderInvite"]["token"]
    assert token in link["orderInvite"]["url"]
    opens = "query T($token: String!) { orderByToken(token: $token) { number statusLine } }"
    assert (await shop.ask(opens, {"token": token})).data["orderByToken"]["number"] == number
    assert (await shop.ask(opens, {"token": token[:-1] + "!"})).data["orderByToken"] is None
    claim = "mutation C($token: String!) { orderClaim(token: $token) { __typename ... on OrderSuccess { order { number } } } }"
    taken = (await shop.ask(claim, {"token": token}, who="emil", channel="app")).data["orderClaim"]
    assert taken["order"]["number"] == number
    mine = await shop.ask("{ me { orders(first: 1) { nodes { number } } } }", who="emil")
    assert mine.data["me"]["orders"]["nodes"][0]["number"] == number
    thief = (await shop.ask(claim, {"token": token}, who="ben")).data["orderClaim"]
    assert thief["__typename"] == "NotPermittedError"
    revoke = "mutation R($id: ID!) { orderLinksRevoke(id: $id) { __typename } }"
    assert (await shop.ask(revoke, {"id": order_id}, who="ben")).data["orderLinksRevoke"][
        "__typename"
    ] == "NotFoundError"
    assert (await shop.ask(revoke, {"id": order_id}, who="emil")).data["orderLinksRevoke"][
        "__typename"
    ] == "OrderSuccess"
    assert (await shop.ask(opens, {"token": token})).data["orderByToken"] is None


@feature("F4")
async def test_F4_a_code_pulls_the_order_up_in_its_store_and_nowhere_else(shop):
    payload = await payload_of(shop)
    here = await shop.run("15-pos-pickup", {"payload": payload, "store": OXFORD_STREET})
    assert here.errors == []
    assert here.data["orderByPickupCode"]["order"]["number"] == "A10000001"
    elsewhere = await shop.run("15-pos-pickup", {"payload": payload, "store": KINGS_CROSS})
    told = elsewhere.data["orderByPickupCode"]
    assert (told["__typename"], told["waitsAt"]["name"]) == ("PickupRefusedError", "Oxford Street")


@feature("F5")
async def test_F5_paying_makes_a_task_and_completing_it_makes_the_order_ready(shop):
    order = await collect(shop)
    task = await task_of(shop, order)
    assert (task["kind"], task["status"]) == ("PICKUP", "OPEN")
    picked = [{"variantId": line["variant"]["id"], "picked": line["quantity"]} for line in task["lines"]]
    done = await shop.ask(DONE, {"id": task["id"], "lines": picked}, **STAFF)
    assert done.data["pickTaskComplete"]["__typename"] == "PickTaskSuccess", done
    assert (await shop.ask(PASS, {"id": order}, who="emil")).data["order"]["status"] == "READY_FOR_PICKUP"


@feature("F6")
async def test_F6_paid_goods_are_released_once(shop):
    payload = await payload_of(shop)
    shown = (await shop.run("15-pos-pickup", {"payload": payload, "store": OXFORD_STREET})).data["orderByPickupCode"]
    assert shown["order"]["payments"][0]["amount"]["formatted"]
    released = await shop.run("16-pos-pickup-release", {"payload": payload, "store": OXFORD_STREET, "key": key()})
    assert released.data["pickupRelease"]["order"]["number"] == "A10000001"
    again = await shop.run("16-pos-pickup-release", {"payload": payload, "store": OXFORD_STREET, "key": key()})
    assert "collected" in again.data["pickupRelease"]["message"].lower()


@feature("F7")
async def test_F7_a_till_finds_customer_cart_and_order(shop):
    person = await shop.run("19-pos-customer", {"by": "EMAIL", "value": "ada@example.com"})
    assert person.errors == []
    assert person.data["customerLookup"]["activeCart"]["lines"]
    order = await shop.run("17-pos-return", {"number": "A10000001", "store": OXFORD_STREET})
    assert order.data["orderLookup"]["nodes"][0]["number"] == "A10000001"
    offer = "mutation O($id: ID!) { cartHandoffCreate(cartId: $id) { __typename ... on CartHandoff { handoffCode } } }"
    offered = await shop.ask(offer, {"id": stable_id("Cart", "ada")}, who="ada", channel="app")
    claimed = await shop.run(
        "20-pos-cart-claim", {"code": offered.data["cartHandoffCreate"]["handoffCode"], "register": "LON-OXF-1"}
    )
    assert claimed.errors == []
    assert claimed.data["cartHandoffClaim"]["cart"]["id"] == stable_id("Cart", "ada")


def sale(number: str, **more):
    price = {"amount": "18.00", "currency": "GBP"}
    return {
        "externalNumber": number,
        "channel": "store",
        "locationId": OXFORD_STREET,
        "placedAt": (datetime.now(UTC) - timedelta(hours=30)).isoformat(),
        "customerContact": "ada@example.com",
        "lines": [{"code": variant("ALD-CAN-CED").gtin, "quantity": 1, "unitPrice": price}],
        "grandTotal": price,
        "carriedOut": True,
        "idempotencyKey": key(),
        **more,
    }


@feature("F8")
async def test_F8_an_offline_sale_arrives_later_once_with_stock_and_points(shop):
    stock = "query S($id: ID!) { variant(id: $id) { stockLevels(first: 20) { nodes { onHand location { id } } } } }"
    points = '{ me { membership(programCode: "alder-club") { points } } }'

    async def on_hand() -> int:
        nodes = (await shop.ask(stock, {"id": CANDLE}, **STAFF)).data["variant"]["stockLevels"]["nodes"]
        return next(node["onHand"] for node in nodes if node["location"]["id"] == OXFORD_STREET)

    async def earned() -> int:
        return (await shop.ask(points, who="ada")).data["me"]["membership"]["points"]

    stock_before, points_before = await on_hand(), await earned()
    given = sale("TILL-7-000123")
    first = await shop.run("44-pos-offline-sale", {"input": given})
    again = await shop.run("44-pos-offline-sale", {"input": given})
    assert first.errors == []
    assert first.data["orderRecord"]["order"]["externalNumber"] == "TILL-7-000123"
    assert again.data["orderRecord"]["order"]["id"] == first.data["orderRecord"]["order"]["id"]

    async def corrected():
        return await on_hand() == stock_before - 1 and await earned() > points_before

    await eventually(corrected)
    unknown = await shop.run(
        "44-pos-offline-sale",
        {
            "input": sale(
                "TILL-7-000124",
                lines=[{"code": "4006381333931", "quantity": 1, "unitPrice": {"amount": "1.00", "currency": "GBP"}}],
            )
        },
    )
    assert unknown.data["orderRecord"]["__typename"] == "UnknownCodesError"


async def send_back(shop, number: str, store: str, reason: str = "UNWANTED"):
    found = (await shop.run("17-pos-return", {"number": number, "store": store})).data["orderLookup"]["nodes"][0]
    option = found["returnOptions"][0]
    given = {
        "orderId": found["id"],
        "lines": [{"orderLineId": option["line"]["id"], "quantity": 1, "reason": reason}],
        "locationId": store,
        "receivedNow": True,
        "idempotencyKey": key(),
    }
    answer = await shop.run("18-pos-return-create", {"input": given})
    assert answer.errors == []
    return answer.data["returnCreate"]


@feature("F9")
async def test_F9_an_online_order_is_refunded_at_the_counter_and_back_in_stock(shop):
    stock = "query S($id: ID!) { variant(id: $id) { stockLevels(first: 20) { nodes { onHand location { id } } } } }"
    bed = variant("ALD-LIN-BED-DBL").id

    async def on_hand() -> int:
        nodes = (await shop.ask(stock, {"id": bed}, **STAFF)).data["variant"]["stockLevels"]["nodes"]
        return next((node["onHand"] for node in nodes if node["location"]["id"] == OXFORD_STREET), 0)

    before = await on_hand()
    done = await send_back(shop, "A10000004", OXFORD_STREET)
    assert done["__typename"] == "ReturnSuccess", done
    assert done["return"]["status"] == "REFUNDED"

    async def back():
        return await on_hand() == before + 1

    await eventually(back)


@feature("F10")
async def test_F10_one_return_is_accepted_by_one_brand_and_needs_evidence_for_the_other(shop):
    accepted = await send_back(shop, "A10000003", OXFORD_STREET)
    assert accepted["__typename"] == "ReturnSuccess", accepted
    own = {"channel": "velvet-store", "locationId": KINGS_CROSS, "customerContact": "chiara@example.com"}
    line = {"code": variant("VEL-FND-240").gtin, "quantity": 1, "unitPrice": {"amount": "34.00", "currency": "GBP"}}
    sold = await shop.run(
        "44-pos-offline-sale",
        {"input": sale("TILL-9-1", **own, lines=[line], grandTotal={"amount": "34.00", "currency": "GBP"})},
    )
    refused = await send_back(shop, sold.data["orderRecord"]["order"]["number"], KINGS_CROSS, "DEFECTIVE")
    assert refused["__typename"] == "EvidenceRequiredError", refused
    assert refused["missing"] == ["DEFECT_EVIDENCE"]
    assert refused["policy"]["wording"]


@feature("F11")
async def test_F11_a_stores_rule_beats_its_groups_which_beats_the_brands_until_it_is_removed(shop):
    async def scope(store: str | None):
        return (await shop.ask(POLICY, {"store": store})).data["returnPolicy"]["scope"]

    assert await scope(None) == "BRAND"
    assert await scope(location("BHM-BUL").id) == "STORE_GROUP"
    assert await scope(OXFORD_STREET) == "LOCATION"
    assert await scope(location("MAN-ARN").id) == "BRAND"
    rule = {
        "scope": "LOCATION",
        "locationId": location("MAN-ARN").id,
        "windowDays": 90,
        "requirements": ["NONE"],
        "wording": "Ninety days.",
    }
    setting = "mutation S($input: ReturnPolicyInput!) { returnPolicySet(input: $input) { __typename ... on ReturnPolicySuccess { policy { id } } ... on BusinessError { message } } }"
    done = await shop.ask(setting, {"input": rule}, scopes=("policy:write",))
    assert done.data["returnPolicySet"]["__typename"] == "ReturnPolicySuccess", done
    assert await scope(location("MAN-ARN").id) == "LOCATION"
    remove = "mutation R($id: ID!) { returnPolicyRemove(id: $id) { __typename ... on ReturnPolicySuccess { policy { scope } } ... on BusinessError { message } } }"
    mine = {"id": done.data["returnPolicySet"]["policy"]["id"]}
    removed = await shop.ask(remove, mine, scopes=("policy:write",))
    assert removed.data["returnPolicyRemove"]["policy"]["scope"] == "BRAND"
    assert await scope(location("MAN-ARN").id) == "BRAND"
    again = await shop.ask(remove, mine, scopes=("policy:write",))
    assert again.data["returnPolicyRemove"]["__typename"] == "NotFoundError"


@feature("F12")
async def test_F12_an_associate_sees_purchases_of_all_channels_without_card_data(window):
    found = await window.run("19-pos-customer", {"by": "EMAIL", "value": "ada@example.com"})
    channels = {order["channel"]["name"] for order in found.data["customerLookup"]["orders"]["nodes"]}
    assert len(channels) >= 2
    asked = await window.ask('{ orderLookup(number: "A10000001", first: 1) { nodes { payments { label } } } }', **STAFF)
    for paid in asked.data["orderLookup"]["nodes"][0]["payments"]:
        assert sum(letter.isdigit() for letter in paid["label"]) <= 4


@feature("F14")
async def test_F14_a_carriers_event_moves_the_shipment_and_counts_for_it(shop):
    report = "query C($range: DateRangeInput!) { carrierReport(range: $range) { carrier { code } shipments onTime } }"
    span = {"range": {"from": "2026-01-01", "to": datetime.now(UTC).date().isoformat()}}

    async def shipments() -> int:
        counted = await shop.ask(report, span, scopes=("analytics:read",))
        return sum(row["shipments"] for row in counted.data["carrierReport"])

    before = await shipments()
    order = (
        await shop.ask(
            "{ me { orders(openOnly: true, first: 5) { nodes { number fulfilments { id __typename status } } } } }",
            who="deniz",
        )
    ).data["me"]["orders"]["nodes"][0]
    part = next(it for it in order["fulfilments"] if it["status"] == "IN_TRANSIT")
    done = {"id": part["id"], "status": "DONE", "key": key()}
    stranger = await shop.ask(ADVANCE, done, scopes=("carrier:write", "carrier:courier"))
    assert stranger.data["fulfilmentAdvance"]["__typename"] == "NotFoundError", "another carries it"
    moved = await shop.ask(ADVANCE, done, scopes=("carrier:write", "carrier:parcel"))
    assert moved.errors == []
    assert moved.data["fulfilmentAdvance"]["order"]["status"] == "COMPLETED", moved
    assert await shipments() >= before


@feature("F15")
async def test_F15_a_second_purchase_in_the_same_visit_counts_as_attached(shop):
    report = """query P($range: DateRangeInput!) { pickupReport(range: $range, grain: TOTAL) {
      pickups attachRate averageAttachValue { amount } } }"""
    span = {"from": "2026-01-01", "to": datetime.now(UTC).date().isoformat()}

    async def attached() -> float:
        (point,) = (await shop.ask(report, {"range": span}, scopes=("analytics:read",))).data["pickupReport"]
        return round(point["pickups"] * point["attachRate"], 6)

    payload = await payload_of(shop)
    released = await shop.run("16-pos-pickup-release", {"payload": payload, "store": OXFORD_STREET, "key": key()})
    assert released.errors == []
    before = await attached()
    bought = {"placedAt": datetime.now(UTC).isoformat(), "externalNumber": "TILL-7-000999"}
    assert (await shop.run("44-pos-offline-sale", {"input": {**sale("x"), **bought}})).errors == []
    assert await attached() == before + 1


@feature("F16")
async def test_F16_each_pillar_has_a_report(window):
    text = """query R($range: DateRangeInput!) {
      salesReport(range: $range, grain: TOTAL) { orders sales { amount } averageOrderValue { amount } }
      pickupReport(range: $range, grain: TOTAL) { pickups readyOnTime attachRate }
      returnsReport(range: $range, grain: TOTAL) { unitsSold unitsReturned rate }
      carrierReport(range: $range) { shipments onTime } }"""
    today = datetime.now(UTC).date()
    year = {"from": (today - timedelta(days=360)).isoformat(), "to": today.isoformat()}
    answer = await window.ask(text, {"range": year}, scopes=("analytics:read",))
    assert answer.errors == []
    assert all(answer.data.values())
