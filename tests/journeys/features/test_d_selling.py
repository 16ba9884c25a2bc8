"""Section D, the other half: stock that is sold, from stores, at tills, in parts and without a till."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from subgraphs.cart.models import InstalmentRow
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.service import keeping
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.kit.peers import peers_of
from subgraphs.kit.sample_world import customer, location, variant

from ..buying import ADDRESS, CANDLE, COMPLETE, DETAILS, STAFF, add, complete, eventually, key, ready
from ..registry import feature
from .test_d_stock import ARNDALE, OXFORD_STREET, SCAN, level, scan


@feature("D9")
async def test_D9_what_no_warehouse_has_is_offered_and_sent_from_a_store(shop):
    ways = 'query W($id: ID!) { variant(id: $id) { deliveryOptions(country: "GB", postcode: "N7 8LR") { id method } } }'
    before = (await shop.ask(ways, {"id": CANDLE})).data["variant"]["deliveryOptions"]
    assert {way["method"] for way in before} <= {"SHIP", "SAME_DAY"}
    empty = [
        scan(variant("ALD-CAN-CED").gtin, datetime.now(UTC), counted=0, locationId=location(code).id)
        for code in ("DC-DAV", "DC-LEJ")
    ]
    done = await shop.ask(SCAN, {"scans": empty}, **STAFF)
    assert done.data["stockScan"]["__typename"] == "StockScanSuccess", done
    after = (await shop.ask(ways, {"id": CANDLE})).data["variant"]["deliveryOptions"]
    assert "SHIP_FROM_STORE" in {way["method"] for way in after}
    bought = await complete(shop, await ready(shop, [{"variantId": CANDLE, "quantity": 2}], who="emil"), who="emil")
    assert bought["__typename"] == "CheckoutSuccess", bought
    order = await shop.ask(
        "query O($id: ID!) { order(id: $id) { fulfilments { __typename from { id kind } } } }",
        {"id": bought["order"]["id"]},
        who="emil",
    )
    stores = {part["from"]["id"] for part in order.data["order"]["fulfilments"]}
    assert {part["from"]["kind"] for part in order.data["order"]["fulfilments"]} == {"STORE"}
    for store in stores:
        tasks = (await shop.run("21-associate-tasks", {"store": store})).data["location"]["pickTasks"]
        mine = [task for task in tasks if task["order"] and task["order"]["number"] == bought["order"]["number"]]
        assert [task["kind"] for task in mine] == ["SHIP_FROM_STORE"]


@feature("D10")
async def test_D10_the_time_on_the_page_is_the_one_on_the_order(shop):
    page = "query P($id: ID!, $store: ID!) { variant(id: $id) { stockAt(locationId: $store) { pickupReadyAt } } }"
    line = {"variantId": CANDLE, "quantity": 1, "fulfilment": {"method": "PICKUP", "locationId": OXFORD_STREET}}

    async def promised() -> str:
        answer = await shop.ask(page, {"id": CANDLE, "store": OXFORD_STREET})
        return answer.data["variant"]["stockAt"]["pickupReadyAt"]

    # The promise moves on with the quarter hour: when it did in between, the page is looked at and the thing bought again.
    shown = None
    while shown != (latest := await promised()):
        shown = latest
        bought = await complete(shop, await ready(shop, [line], who="emil"), who="emil")
    order = await shop.ask(
        "query O($id: ID!) { order(id: $id) { promisedAt fulfilments { promisedAt } } }",
        {"id": bought["order"]["id"]},
        who="emil",
    )
    assert shown
    (part,) = order.data["order"]["fulfilments"]
    assert part["promisedAt"] == order.data["order"]["promisedAt"] == shown


TILL = {"who": "chiara", "scopes": ("staff:store",), "channel": "store"}
"""An associate, whose own number is in the token, at a till."""
PAYING = {"payments": [{"kind": "CASH"}]}


async def paid_at_the_till(shop, cart_id: str, **more):
    details = {"cartId": cart_id, **PAYING, **more, "idempotencyKey": key()}
    told = await shop.ask(DETAILS, {"input": details}, **TILL)
    cart = told.data["checkoutUpdate"]["cart"]
    given = {
        "cartId": cart["id"],
        "expectedVersion": cart["version"],
        "expectedTotal": cart["totals"]["due"],
        "idempotencyKey": key(),
    }
    answer = await shop.ask(COMPLETE, {"input": given}, **TILL)
    assert answer.data["checkoutComplete"]["__typename"] == "CheckoutSuccess", answer
    return answer.data["checkoutComplete"]["order"]["id"]


@feature("D11")
@feature("F13")
async def test_D11_F13_an_online_only_item_is_sold_at_the_till_sent_and_credited(shop):
    points = '{ me { membership(programCode: "alder-club") { points } } }'

    async def earned() -> int:
        return (await shop.ask(points, who="ada")).data["me"]["membership"]["points"]

    before = await earned()
    rug = variant("ALD-RUG-JUT-S")
    online_only = await shop.ask("query V($id: ID!) { variant(id: $id) { onlineOnly } }", {"id": rug.id})
    assert online_only.data["variant"]["onlineOnly"]
    offer = "mutation O($id: ID!) { cartHandoffCreate(cartId: $id) { ... on CartHandoff { handoffCode } } }"
    mine = (await add(shop, [{"variantId": rug.id, "quantity": 1}], who="ada", channel="app"))["cart"]
    code = (await shop.ask(offer, {"id": mine["id"]}, who="ada", channel="app")).data["cartHandoffCreate"]
    taken = await shop.ask(
        """mutation C($code: String!) { cartHandoffClaim(code: $code, registerCode: "LON-OXF-1") { __typename
          ... on CartSuccess { cart { mode lines { id variant { id } } } } } }""",
        {"code": code["handoffCode"]},
        **TILL,
    )
    assert taken.data["cartHandoffClaim"]["cart"]["mode"] == "TILL"
    order_id = await paid_at_the_till(shop, mine["id"], shippingAddress=ADDRESS, email="ada@example.com")
    order = await shop.ask(
        """query O($id: ID!) { order(id: $id) { soldBy soldAt { id } channel { code } lines { variant { sku } }
          fulfilments { __typename lines { orderLine { variant { sku } } } } } }""",
        {"id": order_id},
        scopes=("staff:store",),
    )
    told = order.data["order"]
    assert (told["soldBy"], told["soldAt"]["id"]) == (customer("chiara").id, OXFORD_STREET)
    assert rug.sku in {line["variant"]["sku"] for line in told["lines"]}
    sent = [part for part in told["fulfilments"] if part["__typename"] == "ShipmentFulfilment"]
    assert rug.sku in {line["orderLine"]["variant"]["sku"] for part in sent for line in part["lines"]}

    async def more():
        return await earned() > before

    await eventually(more)


@feature("D13")
async def test_D13_goods_are_pulled_and_the_till_turns_the_hold_into_a_sale(shop):
    before = await level(shop)
    given = {
        "kind": "PULL",
        "locationId": OXFORD_STREET,
        "items": [{"variantId": CANDLE, "quantity": 1}],
        "idempotencyKey": key(),
    }
    held = await shop.run("32-try-on-hold", {"hold": given}, who="ben")
    assert held.errors == []
    hold = held.data["reservationCreate"]["reservations"][0]
    pull = "mutation P($input: StorePullInput!) { storePullRequest(input: $input) { __typename ... on PickTaskSuccess { task { id kind status } } ... on BusinessError { code message } } }"
    asked = {"locationId": OXFORD_STREET, "reservationIds": [hold["id"]], "idempotencyKey": key()}
    task = (await shop.ask(pull, {"input": asked}, who="ben", channel="app")).data["storePullRequest"]["task"]
    assert (task["kind"], task["status"]) == ("PULL", "OPEN")
    scanned = await shop.ask(
        """mutation S($input: CartScanInput!) { cartScan(input: $input) { __typename ... on BusinessError { message }
          ... on CartSuccess { cart { id mode customer { id } lines { reservation { id status } problems { code } } } } } }""",
        {
            "input": {
                "locationId": OXFORD_STREET,
                "code": variant("ALD-CAN-CED").gtin,
                "reservationId": hold["id"],
                "idempotencyKey": key(),
            }
        },
        **TILL,
    )
    cart = scanned.data["cartScan"]["cart"]
    assert (cart["mode"], cart["customer"]) == ("TILL", None), "what an associate rings up is not the associate's"
    assert cart["lines"] == [{"reservation": {"id": hold["id"], "status": "ACTIVE"}, "problems": []}]
    await paid_at_the_till(shop, cart["id"])

    async def sold():
        after = await level(shop)
        return (after["onHand"], after["reserved"]) == (before["onHand"] - 1, before["reserved"])

    await eventually(sold)
    open_tasks = "query T($id: ID!) { location(id: $id) { pickTasks(first: 30) { id } } }"
    left = (await shop.ask(open_tasks, {"id": OXFORD_STREET}, **STAFF)).data["location"]["pickTasks"]
    assert task["id"] not in {each["id"] for each in left}


async def opened(shop, who: str = "emil", sku: str = "ALD-LMP-GLO-BRS"):
    cart = (await add(shop, [{"variantId": variant(sku).id, "quantity": 1}], who=who, channel="store"))["cart"]
    deposit = {"kind": "CARD", "token": "tok_ok_12345678", "amount": {"amount": "20.00", "currency": "GBP"}}
    given = {
        "cartId": cart["id"],
        "locationId": OXFORD_STREET,
        "deposit": deposit,
        "instalments": 3,
        "idempotencyKey": key(),
    }
    answer = await shop.run("31-layaway", {"input": given}, who=who)
    assert answer.errors == []
    return answer.data["layawayOpen"]["layaway"]


async def long_due(session, layaway_id: str) -> None:
    """The first part was due two months ago."""
    part = await session.get_one(InstalmentRow, (layaway_id, 1))
    part.due_on = (datetime.now(UTC) - timedelta(days=60)).date()
    session.add(part)


LAYAWAY = "query L($id: ID!) { layaway(id: $id) { id status balance { amount } reservations { status } } }"


@feature("D14")
async def test_D14_goods_are_kept_while_parts_are_paid_ordered_with_the_last_and_freed_when_one_is_missed(shop):
    layaway = await opened(shop)
    assert layaway["instalments"]
    assert {hold["status"] for hold in layaway["reservations"]} == {"ACTIVE"}
    pay = """mutation P($id: ID!, $payment: CartPaymentInput!, $key: IdempotencyKey!) {
      layawayPay(id: $id, payment: $payment, idempotencyKey: $key) { __typename ... on BusinessError { message }
        ... on LayawaySuccess { layaway { status balance { amount } } } } }"""
    card = {"kind": "CARD", "token": "tok_ok_12345678"}
    for _ in range(3):
        paid = (await shop.ask(pay, {"id": layaway["id"], "payment": card, "key": key()}, who="emil")).data[
            "layawayPay"
        ]
        assert paid["__typename"] == "LayawaySuccess", paid
    assert paid["layaway"] == {"status": "PAID", "balance": {"amount": "0.00"}}
    mine = "{ me { orders(openOnly: true, first: 1) { nodes { id status pickupPass { qrPayload } payments { amount { amount } } fulfilments { id } } } } }"
    order = (await shop.ask(mine, who="emil")).data["me"]["orders"]["nodes"][0]
    assert len(order["payments"]) == 4, "the deposit and three parts"
    advance = "mutation A($id: ID!, $key: IdempotencyKey!) { fulfilmentAdvance(id: $id, status: READY, idempotencyKey: $key) { __typename } }"
    await shop.ask(advance, {"id": order["fulfilments"][0]["id"], "key": key()}, **STAFF)
    given = {"payload": order["pickupPass"]["qrPayload"], "store": OXFORD_STREET, "key": key()}
    assert (await shop.run("16-pos-pickup-release", given)).errors == []

    async def collected():
        return (await shop.ask(LAYAWAY, {"id": layaway["id"]}, who="emil")).data["layaway"]["status"] == "COLLECTED"

    await eventually(collected)
    other = await opened(shop, sku="ALD-LMP-GLO-WHT")
    database = shop.applications["cart"].state.database
    await database.write(long_due, other["id"])
    await keeping.resume(database, ShopPartners(peers_of(database, None), adapters_of(database)))
    ended = (await shop.ask(LAYAWAY, {"id": other["id"]}, who="emil")).data["layaway"]
    assert (ended["status"], {hold["status"] for hold in ended["reservations"]}) == ("DEFAULTED", {"RELEASED"})


@feature("D18")
async def test_D18_what_is_scanned_is_paid_on_the_phone_and_leaves_with_a_pass(shop):
    scanned = await shop.ask(
        """mutation S($input: CartScanInput!) { cartScan(input: $input) { ... on CartSuccess { cart { id mode } } } }""",
        {"input": {"locationId": OXFORD_STREET, "code": variant("ALD-CAN-CED").gtin, "idempotencyKey": key()}},
        who="emil",
        channel="app",
    )
    cart = scanned.data["cartScan"]["cart"]
    assert cart["mode"] == "SCAN_AND_GO"
    paid = [{"kind": "CARD", "token": "tok_ok_12345678"}]
    details = {"cartId": cart["id"], "email": "emil@example.com", "payments": paid, "idempotencyKey": key()}
    told = await shop.ask(DETAILS, {"input": details}, who="emil", channel="app")
    agreed = told.data["checkoutUpdate"]["cart"]
    given = {
        "cartId": agreed["id"],
        "expectedVersion": agreed["version"],
        "expectedTotal": agreed["totals"]["due"],
        "idempotencyKey": key(),
    }
    bought = await complete(shop, given, who="emil", channel="app")
    order = await shop.ask(
        "query O($id: ID!) { order(id: $id) { fulfilments { status ... on CarryOutFulfilment { exitPass } } } }",
        {"id": bought["order"]["id"]},
        who="emil",
    )
    (carried,) = order.data["order"]["fulfilments"]
    assert carried["status"] == "DONE"
    check = """mutation X($pass: String!, $store: ID!, $key: IdempotencyKey!) {
      exitPassCheck(payload: $pass, locationId: $store, idempotencyKey: $key) { __typename
        ... on OrderSuccess { order { id } } ... on BusinessError { message } } }"""
    at_the_door = {"pass": carried["exitPass"], "store": OXFORD_STREET, "key": key()}
    elsewhere = await shop.ask(check, {**at_the_door, "store": ARNDALE}, **STAFF)
    assert elsewhere.data["exitPassCheck"]["__typename"] == "NotPermittedError"
    let_go = await shop.ask(check, {**at_the_door, "key": key()}, **STAFF)
    assert let_go.data["exitPassCheck"]["order"]["id"] == bought["order"]["id"]
    again = await shop.ask(check, {**at_the_door, "key": key()}, **STAFF)
    assert again.data["exitPassCheck"]["__typename"] == "WrongStateError"
