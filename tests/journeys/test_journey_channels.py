"""Journey 2: three channels, one purchase; journey 5: two brands, two rules; journey 9: a channel opens and closes."""

from __future__ import annotations

from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import location, variant

from .buying import MANAGER, complete, key, ready

CHAIR = variant("ALD-CHR-DIN-OAK")
STORE = location("LON-OXF").id
NEAR = {"latitude": 51.5154, "longitude": -0.1419}
PAGES = {
    "05-app-home": {},
    "09-watch-order-glance": {},
    "12-tv-browse": {},
    "01-web-plp": {"category": stable_id("Category", "chairs")},
    "30-voice-order-status": {},
    "40-policy": {"store": STORE},
}


async def test_found_in_the_app_compared_at_the_kiosk_tried_in_the_store_and_bought_online(shop):
    scanned = await shop.run("06-app-product-scan", {"code": CHAIR.gtin, "store": STORE}, who="emil")
    assert scanned.data["variantByBarcode"]["variant"]["id"] == CHAIR.id
    compared = await shop.run("22-kiosk-compare", {"query": "otter", "store": STORE, "near": NEAR})
    prices = compared.data["searchProducts"]["nodes"][0]["defaultVariant"]["pricesByChannel"]
    assert {"web", "store"} <= {price["channel"]["code"] for price in prices}
    hold = {
        "kind": "TRY_ON",
        "locationId": STORE,
        "items": [{"variantId": variant("ALD-CAN-CED").id, "quantity": 1}],
        "idempotencyKey": key(),
    }
    held = await shop.run("32-try-on-hold", {"hold": hold}, who="emil")
    assert held.data["reservationCreate"]["__typename"] == "ReservationSuccess"
    agreed = await ready(shop, [{"variantId": CHAIR.id, "quantity": 1}], who="emil", channel="app")
    bought = await complete(shop, agreed, who="emil", channel="app")
    assert bought["__typename"] == "CheckoutSuccess", bought
    saved = await shop.ask(
        "query O($id: ID!) { order(id: $id) { discount { amount } channel { code } } }",
        {"id": bought["order"]["id"]},
        who="emil",
    )
    assert float(saved.data["order"]["discount"]["amount"]) > 0
    assert saved.data["order"]["channel"]["code"] == "app"


async def test_two_brands_have_two_rules_and_the_store_a_third(shop):
    text = 'query P($store: ID!) { alder: returnPolicy(brandCode: "alder") { windowDays requirements } velvet: returnPolicy(brandCode: "velvet") { windowDays requirements } here: location(id: $store) { returnPolicy { scope windowDays } } }'
    rules = (await shop.ask(text, {"store": STORE})).data
    assert rules["alder"]["requirements"] == ["PROOF_OF_PURCHASE"]
    assert rules["velvet"]["requirements"] == ["DEFECT_EVIDENCE"]
    assert rules["here"]["returnPolicy"] == {"scope": "LOCATION", "windowDays": 60}
    order = (await shop.run("17-pos-return", {"number": "A10000003", "store": STORE})).data["orderLookup"]["nodes"][0]
    line = order["returnOptions"][0]["line"]["id"]
    given = {
        "orderId": order["id"],
        "lines": [{"orderLineId": line, "quantity": 1, "reason": "UNWANTED"}],
        "locationId": STORE,
        "receivedNow": True,
        "idempotencyKey": key(),
    }
    back = await shop.run("18-pos-return-create", {"input": given})
    assert back.data["returnCreate"]["__typename"] == "ReturnSuccess", back


async def test_a_channel_opens_and_closes_and_no_other_page_changes(shop):
    async def pages():
        return {name: (await shop.run(name, values, who="ada")).data for name, values in PAGES.items()}

    before = await pages()
    opened = {
        "code": "fair", "name": "The fair", "kind": "KIOSK", "brandCode": "alder", "inheritsFrom": "web",
        "currencies": ["GBP"], "locales": ["en-GB"], "capabilities": ["CHECKOUT"], "idempotencyKey": key(),
    }  # fmt: skip
    answer = await shop.run("39-channel-launch", {"input": opened}, scopes=("catalog:write",))
    assert answer.data["channelLaunch"]["channel"]["code"] == "fair"
    assert await pages() == before
    await shop.ask('mutation { channelRetire(code: "fair") { __typename } }', **MANAGER)
    assert await pages() == before
