"""Section E: cart, offers and checkout."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from subgraphs.cart.models import PromotionRow
from subgraphs.kit.sample_world import customer, location, promotion_id, variant

from ..buying import ADDRESS, CANDLE, DETAILS, STAFF, add, complete, eventually, key, ready
from ..registry import feature

CHAIR = variant("ALD-CHR-DIN-OAK").id
OXFORD_STREET = location("LON-OXF").id
OFFERS = "query Offers($id: ID!) { variant(id: $id) { promotions { name automatic } } }"
SUMS = """
query Sums($id: ID!) { cart(id: $id) { mode version totals { discount { amount } due { amount currency } } promotions { promotion { name } }
  lines { quantity variant { sku } } } }
"""
SCAN = """
mutation Scan($input: CartScanInput!) {
  cartScan(input: $input) {
    __typename
    ... on CartSuccess { cart { id mode lines { quantity variant { sku } } } }
    ... on BusinessError { code message }
  }
}
"""


async def end_offer(session, offer_id: str) -> None:
    """An offer that ran out an hour ago."""
    row = await session.get(PromotionRow, offer_id)
    row.ends_at = datetime.now(UTC) - timedelta(hours=1)
    session.add(row)


async def sums(shop, cart_id: str, **who):
    return (await shop.ask(SUMS, {"id": cart_id}, **who)).data["cart"]


@feature("E1")
async def test_E1_one_key_makes_one_order_however_often_it_is_sent(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil")
    first = await complete(shop, agreed, who="emil")
    again = await asyncio.gather(*(complete(shop, agreed, who="emil") for _ in range(5)))
    assert {answer["order"]["id"] for answer in again} == {first["order"]["id"]}
    assert all(answer["replayed"] for answer in again)
    mine = await shop.ask("{ me { orders(openOnly: true, first: 9) { nodes { id } } } }", who="emil")
    assert [node["id"] for node in mine.data["me"]["orders"]["nodes"]].count(first["order"]["id"]) == 1


@feature("E4")
async def test_E4_an_online_offer_shows_in_the_fitting_room_and_is_applied_in_the_app(shop):
    offers = 'query Offers($id: ID!) { variant(id: $id) { promotions(channel: "app") { name channels { code } } } }'
    shown = await shop.ask(offers, {"id": CHAIR}, channel="kiosk")
    offer = next(it for it in shown.data["variant"]["promotions"] if it["name"] == "Chairs 10 % cheaper online")
    assert {channel["code"] for channel in offer["channels"]} == {"web", "app"}
    # The sample's better offer ends, for two offers do not add up.
    cart_service = shop.applications["cart"].state.database
    await cart_service.write(end_offer, promotion_id("autumn-home"))
    applied = {}
    for channel in ("app", "store"):
        cart = (await add(shop, [{"variantId": CHAIR, "quantity": 1}], channel=channel))["cart"]
        found = await sums(shop, cart["id"], channel=channel)
        applied[channel] = {it["promotion"]["name"] for it in found["promotions"]}
    assert offer["name"] in applied["app"]
    assert offer["name"] not in applied["store"]


@feature("E5")
async def test_E5_one_basket_has_one_discount_in_two_channels_that_share_the_offer(shop):
    discounts = []
    for channel in ("web", "store"):
        cart = (await add(shop, [{"variantId": CANDLE, "quantity": 3}], channel=channel))["cart"]
        discounts.append((await sums(shop, cart["id"], channel=channel))["totals"]["discount"])
    assert discounts[0] == discounts[1] != {"amount": "0.00"}
    shared = await shop.ask(
        '{ web: channel(code: "web") { promotions(first: 20) { name } } till: channel(code: "store") { promotions(first: 20) { name } } }'
    )
    names = [{it["name"] for it in shared.data[alias]["promotions"]} for alias in ("web", "till")]
    assert "15 % off everything for the home" in names[0] & names[1]


@feature(
    "E6",
    up_to="the abandoned cart is listed with its link, recovered and bought elsewhere, and counted so",
    waits_for="the message that carries the link (customer)",
)
async def test_E6_an_abandoned_cart_is_recovered_in_another_channel(shop):
    listed = await shop.run(
        "42-marketing-abandoned", {"since": "2026-01-01T00:00:00Z"}, scopes=("marketing:read", "staff:agent")
    )
    assert listed.errors == []
    cart = next(node for node in listed.data["abandonedCarts"]["nodes"] if node["customer"]["id"] == customer("ben").id)
    assert cart["startedIn"] == {"code": "app"}
    token = cart["recoveryUrl"].rstrip("/").rpartition("/")[2].rpartition("=")[2]
    recover = "mutation R($token: String!) { cartRecover(token: $token) { __typename ... on CartSuccess { cart { id status channels { code } } } ... on BusinessError { code message } } }"
    got = (await shop.ask(recover, {"token": token}, channel="web")).data["cartRecover"]
    assert got["__typename"] == "CartSuccess", got
    assert (got["__typename"], got["cart"]["id"]) == ("CartSuccess", cart["id"])
    assert {"app", "web"} <= {channel["code"] for channel in got["cart"]["channels"]}
    details = {
        "cartId": cart["id"],
        "shippingAddress": ADDRESS,
        "payments": [{"kind": "CARD", "token": "tok_ok_12345678"}],
        "idempotencyKey": key(),
    }
    told = (await shop.ask(DETAILS, {"input": details}, who="ben", channel="web")).data["checkoutUpdate"]["cart"]
    given = {
        "cartId": cart["id"],
        "expectedVersion": told["version"],
        "expectedTotal": told["totals"]["due"],
        "idempotencyKey": key(),
    }
    bought = await complete(shop, given, who="ben")
    assert bought["__typename"] == "CheckoutSuccess", bought
    report = """query F($range: DateRangeInput!) { cartFunnelReport(range: $range, grain: TOTAL) {
      startedIn { code } recovered orderedElsewhere } }"""
    span = {"from": "2026-01-01", "to": datetime.now(UTC).date().isoformat()}
    points = (await shop.ask(report, {"range": span}, scopes=("analytics:read",))).data["cartFunnelReport"]
    app = next(point for point in points if point["startedIn"]["code"] == "app")
    assert app["recovered"] >= 1
    assert app["orderedElsewhere"] >= 1


@feature("E8")
async def test_E8_a_payment_is_split_over_stored_value_and_a_card(shop):
    agreed = await ready(shop, [{"variantId": variant("ALD-KNF-CHE").id, "quantity": 1}], who="ada")
    card = await shop.ask("{ me { storedValueCards { id balance { amount } barcode } } }", who="ada")
    stored = card.data["me"]["storedValueCards"][0]
    assert stored["balance"]["amount"] == "35.50"
    details = {
        "cartId": agreed["cartId"],
        "payments": [
            {"kind": "STORED_VALUE", "token": stored["barcode"], "amount": {"amount": "10.00", "currency": "GBP"}},
            {"kind": "CARD", "token": "tok_ok_12345678"},
        ],
        "idempotencyKey": key(),
    }
    cart = (await shop.ask(DETAILS, {"input": details}, who="ada", channel="web")).data["checkoutUpdate"]["cart"]
    again = {**agreed, "expectedVersion": cart["version"], "expectedTotal": cart["totals"]["due"]}
    bought = await complete(shop, again, who="ada")
    assert bought["__typename"] == "CheckoutSuccess", bought
    paid = await shop.ask(
        "query O($id: ID!) { order(id: $id) { payments { label amount { amount } } } }",
        {"id": bought["order"]["id"]},
        who="ada",
    )
    assert "10.00" in {it["amount"]["amount"] for it in paid.data["order"]["payments"]}
    assert len(paid.data["order"]["payments"]) == 2


@feature("E9")
async def test_E9_every_outcome_of_checkout_is_a_named_type(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}], token="tok_declined_1")
    assert (await complete(shop, agreed))["__typename"] == "PaymentDeclinedError"
    other = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])
    wrong = {**other, "expectedVersion": other["expectedVersion"] + 7}
    assert (await complete(shop, wrong))["__typename"] == "CartVersionConflictError"
    unagreed = {**other, "expectedTotal": {"amount": "1.00", "currency": "GBP"}, "idempotencyKey": key()}
    assert (await complete(shop, unagreed))["__typename"] == "CheckoutBlockedError"
    unknown = {**other, "cartId": "crt_00000000000000000000000000", "idempotencyKey": key()}
    assert (await complete(shop, unknown))["__typename"] == "NotFoundError"
    assert (await complete(shop, {**other, "idempotencyKey": key()}))["__typename"] == "CheckoutSuccess"


@feature("E10")
async def test_E10_two_tabs_add_at_once_and_both_are_kept(shop):
    cart = (await add(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil"))["cart"]
    goods = [variant("ALD-KNF-CHE").id, variant("ALD-GLS-TUM").id]
    tabs = await asyncio.gather(
        *(
            add(
                shop, [{"variantId": it, "quantity": 1}], who="emil", cartId=cart["id"], expectedVersion=cart["version"]
            )
            for it in goods
        )
    )
    if any(tab["__typename"] == "CartVersionConflictError" for tab in tabs):
        late = next(good for good, tab in zip(goods, tabs, strict=True) if tab["__typename"] != "CartSuccess")
        await add(shop, [{"variantId": late, "quantity": 1}], who="emil", cartId=cart["id"])
    kept = await sums(shop, cart["id"], who="emil")
    assert {line["variant"]["sku"] for line in kept["lines"]} == {"ALD-CAN-CED", "ALD-KNF-CHE", "ALD-GLS-TUM"}


@feature("E11")
async def test_E11_a_scan_fills_the_cart_and_an_unknown_code_is_told(shop):
    given = {"locationId": OXFORD_STREET, "code": variant("ALD-CAN-CED").gtin, "idempotencyKey": key()}
    scanned = (await shop.ask(SCAN, {"input": given}, who="emil", channel="app")).data["cartScan"]
    assert scanned["cart"]["lines"] == [{"quantity": 1, "variant": {"sku": "ALD-CAN-CED"}}]
    unknown = {**given, "code": "4006381333931", "idempotencyKey": key()}
    told = await shop.ask(SCAN, {"input": unknown}, who="emil", channel="app")
    assert (told.errors, told.data["cartScan"]["__typename"]) == ([], "UnknownBarcodeError")


@feature("E2")
async def test_E2_a_guest_opens_an_account_in_checkout_and_finds_the_order_in_it(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])
    text = """mutation C($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename
      ... on CheckoutSuccess { order { id number } customer { id } } ... on BusinessError { code message path } } }"""
    done = await shop.ask(text, {"input": {**agreed, "createAccount": True}}, channel="web")
    bought = done.data["checkoutComplete"]
    assert bought["__typename"] == "CheckoutSuccess", done
    account = bought["customer"]["id"]
    orders = "{ me { id orders(first: 5) { nodes { number } } } }"

    async def in_the_account():
        mine = (await shop.ask(orders, person=account)).data["me"]
        return mine and [node["number"] for node in mine["orders"]["nodes"]] == [bought["order"]["number"]]

    await eventually(in_the_account)
    again = await shop.ask(text, {"input": {**agreed, "createAccount": True}}, channel="web")
    assert again.data["checkoutComplete"]["customer"]["id"] == account


@feature("E3")
async def test_E3_an_offer_a_till_refused_shows_as_a_gap(shop):
    report = """query P($range: DateRangeInput!) { promotionReport(range: $range, channel: "store") {
      promotion { id parityGaps { code } } wronglyRefused } }"""
    span = {"from": "2026-01-01", "to": datetime.now(UTC).date().isoformat()}

    async def refusals():
        answer = await shop.ask(report, {"range": span}, scopes=("analytics:read",))
        rows = [row for row in answer.data["promotionReport"] if row["promotion"]["id"] == promotion_id("autumn-home")]
        return rows[0] if rows else {"wronglyRefused": 0, "promotion": {"parityGaps": []}}

    before = (await refusals())["wronglyRefused"]
    await add(shop, [{"variantId": CANDLE, "quantity": 1}])  # the cart service knows the candle from now on
    price = {"amount": "18.00", "currency": "GBP"}
    sale = {
        "externalNumber": "TILL-3-77",
        "channel": "store",
        "locationId": OXFORD_STREET,
        "placedAt": datetime.now(UTC).isoformat(),
        "lines": [{"code": variant("ALD-CAN-CED").gtin, "quantity": 1, "unitPrice": price}],
        "grandTotal": price,
        "carriedOut": True,
        "idempotencyKey": key(),
    }
    assert (await shop.run("44-pos-offline-sale", {"input": sale})).errors == []

    async def counted():
        now = await refusals()
        return now if now["wronglyRefused"] == before + 1 else None

    assert {"code": "store"} in (await eventually(counted))["promotion"]["parityGaps"]


@feature("E7")
async def test_E7_an_order_is_made_for_the_minute_that_was_promised_and_paid_before(shop):
    page = "query P($id: ID!, $store: ID!) { variant(id: $id) { stockAt(locationId: $store) { pickupReadyAt } } }"
    soonest = (await shop.ask(page, {"id": CANDLE, "store": OXFORD_STREET})).data["variant"]["stockAt"]["pickupReadyAt"]
    minute = datetime.fromisoformat(soonest)
    way = {"method": "PICKUP", "locationId": OXFORD_STREET, "readyAt": soonest}
    early = {**way, "readyAt": (minute - timedelta(minutes=30)).isoformat()}
    refused = await add(shop, [{"variantId": CANDLE, "quantity": 1, "fulfilment": early}], who="emil", channel="app")
    assert (refused["__typename"], refused["path"][-1]) == ("InvalidInputError", "readyAt")
    lines = [{"variantId": CANDLE, "quantity": 1, "fulfilment": way}]
    agreed = await ready(shop, lines, who="emil", channel="app")
    assert (await sums(shop, agreed["cartId"], who="emil"))["mode"] == "ORDER_AHEAD"
    cash = {"cartId": agreed["cartId"], "payments": [{"kind": "CASH"}], "idempotencyKey": key()}
    at_the_counter = (await shop.ask(DETAILS, {"input": cash}, who="emil")).data["checkoutUpdate"]["cart"]
    given = {**agreed, "expectedVersion": at_the_counter["version"], "idempotencyKey": key()}
    assert (await complete(shop, given, who="emil"))["__typename"] == "CheckoutBlockedError", "paid before arrival"
    card = {**cash, "payments": [{"kind": "CARD", "token": "tok_ok_12345678"}], "idempotencyKey": key()}
    told = (await shop.ask(DETAILS, {"input": card}, who="emil")).data["checkoutUpdate"]["cart"]
    given = {**given, "expectedVersion": told["version"], "idempotencyKey": key()}
    bought = await complete(shop, given, who="emil", channel="app")
    assert bought["__typename"] == "CheckoutSuccess", bought
    order = await shop.ask(
        "query O($id: ID!) { order(id: $id) { promisedAt } }", {"id": bought["order"]["id"]}, who="emil"
    )
    assert datetime.fromisoformat(order.data["order"]["promisedAt"]) == minute
    tasks = (
        "query T($id: ID!) { location(id: $id) { pickTasks(kinds: [ORDER_AHEAD], first: 9) { dueAt order { id } } } }"
    )
    made = (await shop.ask(tasks, {"id": OXFORD_STREET}, **STAFF)).data["location"]["pickTasks"]
    mine = next(task for task in made if task["order"] and task["order"]["id"] == bought["order"]["id"])
    assert datetime.fromisoformat(mine["dueAt"]) == minute
