"""Journey 1: from the shelf that is empty to the counter where it waits; journey 6: what the shelf really holds."""

from __future__ import annotations

from datetime import UTC, datetime

from subgraphs.kit.sample_world import location, variant

from .buying import STAFF, complete, eventually, key, ready

JACKET = variant("ALD-JKT-RAI-M")
STORE = location("LON-OXF").id
NEAR = {"latitude": 51.5154, "longitude": -0.1419}
ORDER = """
query O($id: ID!) { order(id: $id) { number status pickupPass { qrPayload }
  fulfilments { id status } transfers { id status aheadBy } } }
"""
MOVE = """
mutation M($id: ID!, $status: TransferStatus!, $key: IdempotencyKey!) {
  transferAdvance(id: $id, status: $status, idempotencyKey: $key) {
    __typename ... on TransferSuccess { transfer { status aheadBy } } ... on BusinessError { code message } } }
"""
READY = "mutation R($id: ID!, $key: IdempotencyKey!) { fulfilmentAdvance(id: $id, status: READY, idempotencyKey: $key) { __typename ... on OrderSuccess { order { status } } ... on BusinessError { code message } } }"


async def test_the_jacket_comes_to_the_home_store_and_is_collected(shop):
    found = (await shop.run("07-app-transfer-journey", {"near": NEAR, "variant": JACKET.id, "home": STORE})).data
    nearest, *_ = found["locations"]["edges"]
    assert nearest["stock"][0]["status"] == "OUT_OF_STOCK"
    quote = found["variant"]["transferOptions"][0]
    way = {"method": "SHIP_TO_STORE", "locationId": STORE, "transferQuoteId": quote["quoteId"]}
    agreed = await ready(shop, [{"variantId": JACKET.id, "quantity": 1, "fulfilment": way}], who="emil")
    bought = await complete(shop, agreed, who="emil")
    assert bought["__typename"] == "CheckoutSuccess", bought

    async def order():
        return (await shop.ask(ORDER, {"id": bought["order"]["id"]}, who="emil")).data["order"]

    async def moving():
        now = await order()
        return now if now["transfers"] else None

    transfer = (await eventually(moving))["transfers"][0]
    for status in ("ACCEPTED", "PACKED", "IN_TRANSIT", "ARRIVED"):
        moved = await shop.ask(MOVE, {"id": transfer["id"], "status": status, "key": key()}, **STAFF)
        if moved.data["transferAdvance"]["__typename"] != "TransferSuccess":
            continue  # the service was quicker
    assert moved.data["transferAdvance"]["transfer"]["status"] == "ARRIVED", moved
    assert not moved.data["transferAdvance"]["transfer"]["aheadBy"].startswith("-"), (
        "it is there before it was promised"
    )
    part = (await order())["fulfilments"][0]
    if part["status"] != "READY":
        done = await shop.ask(READY, {"id": part["id"], "key": key()}, **STAFF)
        assert done.data["fulfilmentAdvance"]["__typename"] == "OrderSuccess", done

    async def waiting():
        came = await shop.run("33-store-check-in", {"input": {"locationId": STORE, "method": "QR"}}, who="emil")
        assert came.errors == []
        numbers = {it["number"] for it in came.data["storeCheckIn"]["ordersReady"]}
        return bought["order"]["number"] in numbers

    await eventually(waiting)
    payload = (await order())["pickupPass"]["qrPayload"]
    shown = await shop.run("15-pos-pickup", {"payload": payload, "store": STORE})
    assert shown.data["orderByPickupCode"]["order"]["number"] == bought["order"]["number"]
    released = await shop.run("16-pos-pickup-release", {"payload": payload, "store": STORE, "key": key()})
    assert released.data["pickupRelease"]["order"]["status"] == "COMPLETED"


async def test_a_count_that_finds_less_lowers_the_promise_and_the_order_is_told(shop):
    candle = variant("ALD-CAN-CED")
    bought = await complete(
        shop,
        await ready(
            shop,
            [{"variantId": candle.id, "quantity": 1, "fulfilment": {"method": "PICKUP", "locationId": STORE}}],
            who="emil",
        ),
        who="emil",
    )
    assert bought["__typename"] == "CheckoutSuccess", bought
    scan = """mutation S($scans: [StockScanInput!]!) { stockScan(scans: $scans) {
      ... on StockScanSuccess { stockLevels { availableToPromise } discrepancies { id } } } }"""
    counted = {
        "locationId": STORE,
        "code": candle.gtin,
        "counted": 0,
        "scannedAt": datetime.now(UTC).isoformat(),
        "idempotencyKey": key(),
    }
    found = (await shop.ask(scan, {"scans": [counted]}, **STAFF)).data["stockScan"]
    listed = (await shop.run("27-analyst-discrepancies", {})).data["stockDiscrepancies"]["nodes"]
    assert found["discrepancies"][0]["id"] in {node["id"] for node in listed}
    here = await shop.ask(
        "query H($id: ID!, $store: ID!) { variant(id: $id) { stockAt(locationId: $store) { status } } }",
        {"id": candle.id, "store": STORE},
    )
    assert here.data["variant"]["stockAt"]["status"] == "OUT_OF_STOCK"

    async def task():
        tasks = (await shop.run("21-associate-tasks", {"store": STORE})).data["location"]["pickTasks"]
        return next((it for it in tasks if it["order"] and it["order"]["number"] == bought["order"]["number"]), None)

    mine = await eventually(task)
    short = "mutation D($id: ID!, $lines: [PickLineInput!]!) { pickTaskComplete(id: $id, lines: $lines) { ... on PickTaskSuccess { task { status } } } }"
    done = await shop.ask(short, {"id": mine["id"], "lines": [{"variantId": candle.id, "picked": 0}]}, **STAFF)
    assert done.data["pickTaskComplete"]["task"]["status"] == "SHORT"
    events = await shop.ask(
        "query E($id: ID!) { order(id: $id) { events(first: 9) { kind } } }", {"id": bought["order"]["id"]}, who="emil"
    )
    assert "SHORT_PICK" in {event["kind"] for event in events.data["order"]["events"]}
