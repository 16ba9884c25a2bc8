"""Journey 2: three channels, one purchase; journey 5: two brands, two rules; journey 9: a channel opens and closes.

Each plays to its end and waits for nothing that is not built yet.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from subgraphs.kit.sample_world import location, variant

from .buying import ADDRESS, CANDLE, DETAILS, MANAGER, STAFF, add, complete, eventually, key, ready
from .test_operations import VARIABLES, WITHOUT_VARIABLES

CHAIR = variant("ALD-CHR-DIN-ASH")
STORE, KINGS_CROSS = location("LON-OXF").id, location("LON-KGX").id
NEAR = {"latitude": 51.5154, "longitude": -0.1419}
STOCK = """query S($id: ID!) { variant(id: $id) {
  stockLevels(first: 50) { nodes { onHand reserved location { id } } } promotions(channel: "app") { name } } }"""
HOLD = "query H($id: ID!) { reservation(id: $id) { status kind customer { id } } }"
RELEASE = "mutation R($id: ID!) { reservationRelease(id: $id) { __typename ... on ReservationSuccess { reservations { status } } } }"
BOUGHT = """query B($id: ID!) { order(id: $id) { status statusLine channel { code } discount { amount } subtotal { amount }
  lines { quantity variant { sku } } cart { startedIn { code } channels { code } } } }"""
SEEN = "{ me { timeline(first: 10) { nodes { kind channel { code } subject { __typename ... on Product { id } ... on Location { id } ... on Order { id } } } } } }"
TOUCH = "mutation T($touchpoints: [TouchpointInput!]!, $key: IdempotencyKey!) { touchpointsRecord(touchpoints: $touchpoints, idempotencyKey: $key) { ... on TouchpointsSuccess { recorded } } }"


async def reserved_here(shop) -> int:
    nodes = (await shop.ask(STOCK, {"id": CHAIR.id}, **STAFF)).data["variant"]["stockLevels"]["nodes"]
    return next(node["reserved"] for node in nodes if node["location"]["id"] == STORE)


async def touched(shop, kind: str, channel: str) -> None:
    """What the client of a channel tells of a look at the chair."""
    told = {"kind": kind, "channel": channel, "at": datetime.now(UTC).isoformat(), "subjectId": CHAIR.product_id}
    done = await shop.ask(TOUCH, {"touchpoints": [told], "key": key()}, who="emil", channel=channel)
    assert done.data["touchpointsRecord"] == {"recorded": 1}, done


async def test_journey_2_found_in_the_app_compared_at_the_kiosk_tried_in_the_store_and_bought_online(shop):
    # Found in the app: a scan names it, with its price and what this store has.
    found = (await shop.run("06-app-product-scan", {"code": CHAIR.gtin, "store": STORE}, who="emil")).data
    seen = found["variantByBarcode"]["variant"]
    assert (found["variantByBarcode"]["__typename"], seen["id"]) == ("BarcodeMatch", CHAIR.id)
    assert seen["price"]["current"]["formatted"] == "£119.00"
    assert seen["stockAt"]["status"] in {"IN_STOCK", "LOW_STOCK"}
    await touched(shop, "SCAN", "app")

    # Compared at the kiosk: one price in every channel, other stores, and the offer that holds online alone.
    compared = await shop.run("22-kiosk-compare", {"query": "otter dining chair", "store": STORE, "near": NEAR})
    otter = next(it for it in compared.data["searchProducts"]["nodes"] if it["id"] == CHAIR.product_id)
    prices = {it["channel"]["code"]: it["current"]["formatted"] for it in otter["defaultVariant"]["pricesByChannel"]}
    assert prices["web"] == prices["app"] == prices["store"] == "£119.00"
    offers = await shop.ask(STOCK, {"id": CHAIR.id}, **STAFF)
    assert "Chairs 10 % cheaper online" in {it["name"] for it in offers.data["variant"]["promotions"]}

    # Tried in the store: held for the shopper, sat on, given back.
    before = await reserved_here(shop)
    hold = {"kind": "TRY_ON", "locationId": STORE, "items": [{"variantId": CHAIR.id}], "idempotencyKey": key()}
    held = (await shop.run("32-try-on-hold", {"hold": hold}, who="emil")).data["reservationCreate"]
    assert held["__typename"] == "ReservationSuccess", held
    (put_aside,) = held["reservations"]
    assert (put_aside["location"]["name"], put_aside["variant"]["name"]) == ("Oxford Street", CHAIR.name)
    assert await reserved_here(shop) == before + 1
    mine = await shop.ask(HOLD, {"id": put_aside["id"]}, who="emil")
    assert (mine.data["reservation"]["kind"], mine.data["reservation"]["status"]) == ("TRY_ON", "ACTIVE")
    assert (await shop.ask(HOLD, {"id": put_aside["id"]}, who="ben")).data["reservation"] is None
    returned = await shop.ask(RELEASE, {"id": put_aside["id"]}, who="emil")
    assert returned.data["reservationRelease"]["reservations"] == [{"status": "RELEASED"}]
    assert await reserved_here(shop) == before
    # Bought online in one request, with the discount the store does not give.
    line = {"variantId": CHAIR.id, "quantity": 2}
    till = (await add(shop, [line], channel="store"))["cart"]
    costs = "query C($id: ID!) { cart(id: $id) { totals { discount { amount } } promotions { promotion { name } } } }"
    assert (await shop.ask(costs, {"id": till["id"]}, channel="store")).data["cart"]["promotions"] == []
    cart = (await add(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil", channel="app"))["cart"]
    told = {
        "cartId": cart["id"],
        "shippingAddress": ADDRESS,
        "email": "emil@example.com",
        "payments": [{"kind": "CARD", "token": "tok_ok_12345678"}],
        "idempotencyKey": key(),
    }
    version = (await shop.ask(DETAILS, {"input": told}, who="emil", channel="web")).data["checkoutUpdate"]["cart"][
        "version"
    ]
    due = (await ready(shop, [{"variantId": CANDLE, "quantity": 1}, line], channel="web"))["expectedTotal"]
    order = {
        "add": {"cartId": cart["id"], "lines": [line], "idempotencyKey": key()},
        "agree": {"cartId": cart["id"], "expectedVersion": version + 1, "expectedTotal": due, "idempotencyKey": key()},
    }
    bought = await shop.run("08-app-transfer-order", order, who="emil")
    assert bought.data["cartLinesAdd"]["__typename"] == "CartSuccess", bought
    done = bought.data["checkoutComplete"]
    assert done["__typename"] == "CheckoutSuccess", done
    assert done["customer"]["isGuest"] is False
    kept = (await shop.ask(BOUGHT, {"id": done["order"]["id"]}, who="emil")).data["order"]
    assert Decimal(kept["discount"]["amount"]) >= Decimal("23.80"), "ten percent of two chairs at least"
    assert (kept["channel"]["code"], kept["cart"]["startedIn"]["code"]) == ("web", "app")
    assert {it["code"] for it in kept["cart"]["channels"]} == {"app", "web"}
    assert {(it["variant"]["sku"], it["quantity"]) for it in kept["lines"]} == {(CHAIR.sku, 2), ("ALD-CAN-CED", 1)}

    # One timeline tells of it all.
    async def told_of():
        nodes = (await shop.ask(SEEN, who="emil")).data["me"]["timeline"]["nodes"]
        kinds = {(node["kind"], node["channel"]["code"]) for node in nodes}
        return kinds if ("PURCHASE", "web") in kinds else None

    assert ("SCAN", "app") in await eventually(told_of)


POLICIES = """query P($store: ID!, $other: ID!) {
  alder: returnPolicy(brandCode: "alder") { scope windowDays requirements wording }
  velvet: returnPolicy(brandCode: "velvet") { scope windowDays requirements wording }
  here: location(id: $store) { returnPolicy { scope windowDays } } there: location(id: $other) { returnPolicy { scope requirements } } }"""
DECIDE = "mutation D($id: ID!) { returnDecide(id: $id, approve: true) { __typename ... on ReturnSuccess { return { status } } ... on BusinessError { message } } }"
SET = "mutation S($input: ReturnPolicyInput!) { returnPolicySet(input: $input) { __typename ... on ReturnPolicySuccess { policy { id } } } }"
REMOVE = "mutation R($id: ID!) { returnPolicyRemove(id: $id) { __typename } }"


async def test_journey_5_two_brands_take_the_same_return_by_two_rules_and_a_store_has_a_third(shop):
    # The rules: by brand, and the store's own before both.
    rules = (await shop.ask(POLICIES, {"store": STORE, "other": KINGS_CROSS})).data
    assert (rules["alder"]["scope"], rules["alder"]["requirements"]) == ("BRAND", ["PROOF_OF_PURCHASE"])
    assert (rules["velvet"]["scope"], rules["velvet"]["requirements"]) == ("BRAND", ["DEFECT_EVIDENCE"])
    assert rules["here"]["returnPolicy"] == {"scope": "LOCATION", "windowDays": 60}
    shown = (await shop.run("40-policy", {"store": STORE})).data
    assert (shown["here"]["name"], shown["here"]["returnPolicy"]["scope"]) == ("Oxford Street", "LOCATION")
    assert shown["here"]["returnPolicy"]["acceptsSisterBrands"] is True

    async def looked_up(number: str, store: str) -> tuple[str, dict[str, Any]]:
        (order,) = (await shop.run("17-pos-return", {"number": number, "store": store})).data["orderLookup"]["nodes"]
        return order["id"], order["returnOptions"][0]

    async def handed_back(order: str, line: str, store: str, **why: Any) -> dict[str, Any]:
        asked = {"orderLineId": line, "quantity": 1, "reason": "UNWANTED", **why}
        given = {"orderId": order, "lines": [asked], "locationId": store, "receivedNow": True, "idempotencyKey": key()}
        answer = await shop.run("18-pos-return-create", {"input": given})
        assert answer.errors == []
        return answer.data["returnCreate"]

    # The first brand takes it, unwanted, with the receipt alone.
    order, option = await looked_up("A10000003", STORE)
    assert (option["allowed"], option["policy"]["scope"]) == (True, "LOCATION")
    taken = await handed_back(order, option["line"]["id"], STORE)
    assert (taken["__typename"], taken["return"]["status"]) == ("ReturnSuccess", "REFUNDED")
    assert Decimal(taken["return"]["refund"]["amount"]) > 0

    # The other asks for evidence, and quotes the rule that decides.
    order, option = await looked_up("A10000021", KINGS_CROSS)
    assert (option["requirements"], option["policy"]["scope"]) == (["DEFECT_EVIDENCE"], "BRAND")
    refused = await handed_back(order, option["line"]["id"], KINGS_CROSS)
    assert (refused["__typename"], refused["missing"]) == ("EvidenceRequiredError", ["DEFECT_EVIDENCE"])
    assert refused["policy"] == {"scope": "BRAND", "wording": rules["velvet"]["wording"]}
    picture = {"reason": "DEFECTIVE", "evidenceUrls": ["https://media.example/sponge.jpg"]}
    proved = await handed_back(order, option["line"]["id"], KINGS_CROSS, **picture)
    assert proved["__typename"] == "ReturnSuccess", proved
    if proved["return"]["status"] == "REQUESTED":
        agreed = (await shop.ask(DECIDE, {"id": proved["return"]["id"]}, **STAFF)).data["returnDecide"]
        assert agreed["__typename"] == "ReturnSuccess", agreed

    # A rule set for that store alone beats its brand's until it is taken away.
    own = {
        "scope": "LOCATION",
        "locationId": KINGS_CROSS,
        "windowDays": 30,
        "requirements": ["PROOF_OF_PURCHASE"],
        "wording": "As you like.",
    }
    made = (await shop.ask(SET, {"input": own}, scopes=("policy:write",))).data["returnPolicySet"]
    assert (await looked_up("A10000021", KINGS_CROSS))[1]["requirements"] == ["PROOF_OF_PURCHASE"]
    easy = await handed_back(order, option["line"]["id"], KINGS_CROSS)
    assert easy["__typename"] == "ReturnSuccess", easy
    await shop.ask(REMOVE, {"id": made["policy"]["id"]}, scopes=("policy:write",))
    rules = (await shop.ask(POLICIES, {"store": STORE, "other": KINGS_CROSS})).data
    assert rules["there"]["returnPolicy"]["scope"] != "LOCATION"


BY_THE_CLOCK = frozenset(
    {
        "isOpen",
        "nextChangeAt",
        "pickupReadyAt",
        "transferReadyAt",
        "arrivesAt",
        "promisedAt",
        "estimatedAt",
        "validUntil",
    }
    | {"quoteId", "qrPayload", "refreshAt", "statusLine", "deliveryOptions", "until", "allowed", "reason", "barcode"}
)
"""Fields whose value or presence follows the time of day."""
BROWSE = "{ browseRows(first: 3) { title products(first: 4) { nodes { id priceRange { min { amount } } } } } }"
CHANNEL = "query C($code: ChannelCode!) { channel(code: $code) { status name inheritsFrom { code } } }"


def still(data: Any) -> Any:
    """An answer without what follows the clock, and without the fair's column where channels stand side by side."""
    if isinstance(data, list):
        return [still(item) for item in data if not (isinstance(item, dict) and _of_the_fair(item))]
    if isinstance(data, dict):
        return {name: still(item) for name, item in data.items() if name not in BY_THE_CLOCK}
    return data


def _of_the_fair(item: dict[str, Any]) -> bool:
    channel = item.get("channel")
    return isinstance(channel, dict) and channel.get("code") == "fair"


async def test_journey_9_a_channel_opens_and_closes_and_no_other_page_changes(shop, monkeypatch):
    async def pages() -> dict[str, Any]:
        names = sorted(VARIABLES.keys() | WITHOUT_VARIABLES)
        return {name: still((await shop.run(name, VARIABLES.get(name, {}), who="ada")).data) for name in names}

    # Opened as data: it shows, prices and sells what the web does, at once.
    before = await pages()
    opened = {
        "code": "fair", "name": "The fair", "kind": "KIOSK", "brandCode": "alder", "inheritsFrom": "web",
        "currencies": ["GBP"], "locales": ["en-GB"], "capabilities": ["CHECKOUT"], "idempotencyKey": key(),
    }  # fmt: skip
    answer = await shop.run("39-channel-launch", {"input": opened}, scopes=("catalog:write",))
    launched = answer.data["channelLaunch"]["channel"]
    assert (launched["code"], launched["inheritsFrom"]["code"]) == ("fair", "web")
    assert launched["productCount"] > 20
    assert (await shop.ask(BROWSE, channel="fair")).data == (await shop.ask(BROWSE, channel="web")).data
    line = [{"variantId": CANDLE, "quantity": 1}]
    agreed = await ready(shop, line, who="emil", channel="fair")
    bought = await complete(shop, agreed, who="emil", channel="fair")
    assert bought["__typename"] == "CheckoutSuccess", bought
    assert await pages() == before

    # Closed: its orders stay, it takes no new carts, and no other channel has noticed anything.
    retired = await shop.ask('mutation { channelRetire(code: "fair") { __typename } }', **MANAGER)
    assert retired.data["channelRetire"]["__typename"] == "ChannelSuccess"
    assert (await shop.ask(CHANNEL, {"code": "fair"}, **MANAGER)).data["channel"]["status"] in {"RETIRING", "RETIRED"}
    monkeypatch.setattr("subgraphs.cart.facts.FRESH", timedelta(0))  # what the cart remembers is old by now

    async def closed():
        done = await add(shop, line, channel="fair")
        return done if done["__typename"] != "CartSuccess" else None

    assert (await eventually(closed))["code"]
    kept = (await shop.ask(BOUGHT, {"id": bought["order"]["id"]}, who="emil")).data["order"]
    assert kept["channel"]["code"] == "fair"
    assert await pages() == before
