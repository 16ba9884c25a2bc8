"""Section D: stock, stores and transfers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from subgraphs.customer.models import OccasionRow
from subgraphs.inventory.service.holds import expire_due
from subgraphs.kit.sample_world import location, variant

from ..buying import CANDLE, STAFF, complete, eventually, key, ready
from ..registry import feature
from ..watching import watching

OXFORD_STREET, ARNDALE = location("LON-OXF").id, location("MAN-ARN").id
LONDON = {"latitude": 51.5154, "longitude": -0.1419}
JACKET = variant("ALD-JKT-RAI-M")
LEVELS = """
query Levels($id: ID!, $first: Int = 50, $after: String) { variant(id: $id) { stockLevels(first: $first, after: $after) {
  nodes { onHand reserved safetyStock availableToPromise location { id code } } pageInfo { hasNextPage endCursor } } } }
"""
SCAN = """
mutation Scan($scans: [StockScanInput!]!) { stockScan(scans: $scans) { __typename
  ... on StockScanSuccess { stockLevels { onHand } discrepancies { id difference oversoldIn { code } } } ... on BusinessError { code message } } }
"""
HOLD = {"kind": "TRY_ON", "locationId": OXFORD_STREET}


async def level(shop, sku: str = "ALD-CAN-CED", store: str = OXFORD_STREET):
    nodes = (await shop.ask(LEVELS, {"id": variant(sku).id}, **STAFF)).data["variant"]["stockLevels"]["nodes"]
    return next(node for node in nodes if node["location"]["id"] == store)


def scan(code: str, at: datetime, **more):
    return {"locationId": OXFORD_STREET, "code": code, "scannedAt": at.isoformat(), "idempotencyKey": key(), **more}


@feature("D1")
async def test_D1_a_sale_at_the_till_lowers_the_promise_before_the_next_read(shop):
    before = await level(shop)
    sold = scan(variant("ALD-CAN-CED").gtin, datetime.now(UTC), change=-1)
    done = await shop.ask(SCAN, {"scans": [sold]}, **STAFF)
    assert done.data["stockScan"]["__typename"] == "StockScanSuccess", done
    assert (await level(shop))["availableToPromise"] == before["availableToPromise"] - 1


@feature("D2")
async def test_D2_never_more_is_promised_than_is_there(window):
    for sku in ("ALD-CAN-CED", "ALD-SHO-TRL-42", "VEL-FND-240", "ALD-JKT-RAI-M"):
        answer = await window.ask(LEVELS, {"id": variant(sku).id}, **STAFF)
        for node in answer.data["variant"]["stockLevels"]["nodes"]:
            assert node["availableToPromise"] <= max(0, node["onHand"] - node["reserved"] - node["safetyStock"])
    online = await window.ask(
        "query A($id: ID!) { variant(id: $id) { availability { online maxOrderQuantity asOf } } }", {"id": CANDLE}
    )
    assert online.data["variant"]["availability"]["asOf"]


@feature("D3")
async def test_D3_an_empty_shelf_opens_a_discrepancy_that_names_the_channels(shop):
    on_hand = (await level(shop))["onHand"]
    counted = scan(variant("ALD-CAN-CED").gtin, datetime.now(UTC), counted=0)
    found = (await shop.ask(SCAN, {"scans": [counted]}, **STAFF)).data["stockScan"]["discrepancies"]
    assert found[0]["difference"] == -on_hand
    listed = (await shop.run("27-analyst-discrepancies", {})).data["stockDiscrepancies"]
    assert found[0]["id"] in {node["id"] for node in listed["nodes"]}
    assert any(node["oversoldIn"] for node in listed["nodes"])
    put_right = "mutation R($id: ID!) { stockDiscrepancyResolve(id: $id, cause: SHRINKAGE, actualQuantity: 0) { ... on DiscrepancySuccess { discrepancy { status cause } } } }"
    done = await shop.ask(put_right, {"id": found[0]["id"]}, **STAFF)
    assert done.data["stockDiscrepancyResolve"]["discrepancy"] == {"status": "RESOLVED", "cause": "SHRINKAGE"}


@feature("D4")
async def test_D4_stock_over_all_locations_pages_without_a_query_per_store(shop):
    # Asked for once before counting, so that names are known.
    whole = (await shop.ask(LEVELS, {"id": CANDLE}, **STAFF)).data["variant"]["stockLevels"]["nodes"]
    await shop.ask(LEVELS, {"id": CANDLE, "first": 3}, **STAFF)
    seen, after, statements = [], None, []
    while True:
        with shop.statements() as counted:
            page = (await shop.ask(LEVELS, {"id": CANDLE, "first": 3, "after": after}, **STAFF)).data["variant"][
                "stockLevels"
            ]
        statements.append(counted.by_subgraph["inventory"])
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sorted(node["location"]["code"] for node in seen) == sorted(node["location"]["code"] for node in whole)
    assert max(statements) <= 4


@feature("D5")
async def test_D5_stores_come_nearest_first(window):
    text = """query Near($near: GeoPointInput!) { locations(near: $near, kinds: [STORE], country: "GB", radiusKm: 500, first: 5) {
      edges { distance { metres formatted } node { name openingHours { weekday opens closes } services } } } }"""
    edges = (await window.ask(text, {"near": LONDON})).data["locations"]["edges"]
    metres = [edge["distance"]["metres"] for edge in edges]
    assert metres == sorted(metres)
    assert edges[0]["node"]["name"] == "Oxford Street"
    assert all(edge["node"]["openingHours"] and edge["node"]["services"] for edge in edges)


@feature("D6")
async def test_D6_the_locator_shows_who_has_what_the_nearest_has_not(window):
    answer = await window.ask(
        """query Find($near: GeoPointInput!, $stock: [VariantQuantityInput!]) {
          locations(near: $near, radiusKm: 300, stockOf: $stock, first: 5) { edges { stock { status } node { name } } } }""",
        {"near": LONDON, "stock": [{"variantId": JACKET.id, "quantity": 1}]},
    )
    states = [(edge["node"]["name"], edge["stock"][0]["status"]) for edge in answer.data["locations"]["edges"]]
    assert states[0] == ("Oxford Street", "OUT_OF_STOCK")
    assert any(status in {"IN_STOCK", "LOW_STOCK"} for _, status in states[1:])


async def quoted(shop):
    variables = {"near": LONDON, "variant": JACKET.id, "home": OXFORD_STREET}
    answer = await shop.run("07-app-transfer-journey", variables)
    assert answer.errors == []
    return answer.data["variant"]["transferOptions"][0]


@feature("D7")
async def test_D7_a_quote_names_source_fee_and_arrival_and_checkout_keeps_it(shop):
    quote = await quoted(shop)
    assert quote["from"]["name"]
    assert quote["fee"]["formatted"]
    way = {"method": "SHIP_TO_STORE", "locationId": OXFORD_STREET, "transferQuoteId": quote["quoteId"]}
    agreed = await ready(shop, [{"variantId": JACKET.id, "quantity": 1, "fulfilment": way}], who="emil")
    bought = await complete(shop, agreed, who="emil")
    assert bought["__typename"] == "CheckoutSuccess", bought
    promised = "query O($id: ID!) { order(id: $id) { promisedAt fulfilments { promisedAt } transfers { promisedAt } } }"

    async def moving():
        order = (await shop.ask(promised, {"id": bought["order"]["id"]}, who="emil")).data["order"]
        return order if order["transfers"] else None

    order = await eventually(moving)
    assert order["transfers"][0]["promisedAt"] == quote["arrivesAt"]


@feature(
    "D8",
    up_to="the transfer and the order's line and time say so, and one occasion to tell the customer is kept",
    waits_for="sending messages (customer)",
)
async def test_D8_a_transfer_that_comes_early_changes_the_orders_line_and_is_told_once(shop):
    quote = await quoted(shop)
    way = {"method": "SHIP_TO_STORE", "locationId": OXFORD_STREET, "transferQuoteId": quote["quoteId"]}
    lines = [{"variantId": JACKET.id, "quantity": 1, "fulfilment": way}]
    bought = await complete(shop, await ready(shop, lines, who="emil"), who="emil")
    seen = """query O($id: ID!) { order(id: $id) {
      statusLine estimatedAt promisedAt aheadBy transfers { id status promisedAt aheadBy } } }"""

    async def order(wanted):
        found = (await shop.ask(seen, {"id": bought["order"]["id"]}, who="emil")).data["order"]
        return found if wanted(found) else None

    before = await eventually(lambda: order(lambda found: found["transfers"]))
    (transfer,) = before["transfers"]
    early = datetime.fromisoformat(transfer["promisedAt"]) - timedelta(days=1)
    advance = """mutation T($id: ID!, $status: TransferStatus!, $at: DateTime, $key: IdempotencyKey!) {
      transferAdvance(id: $id, status: $status, estimatedAt: $at, idempotencyKey: $key) {
        ... on TransferSuccess { transfer { aheadBy } } ... on BusinessError { code message } } }"""
    for status, at in (("ACCEPTED", None), ("IN_TRANSIT", early - timedelta(hours=1)), ("IN_TRANSIT", early)):
        given = {"id": transfer["id"], "status": status, "at": at and at.isoformat(), "key": key()}
        done = (await shop.ask(advance, given, **STAFF)).data["transferAdvance"]
        assert "transfer" in done, done
    assert done["transfer"]["aheadBy"] == "P1D"
    after = await eventually(lambda: order(lambda found: found["aheadBy"] == "P1D"))
    assert after["statusLine"].startswith("On its way to Oxford Street")
    assert after["statusLine"] != before["statusLine"]
    assert datetime.fromisoformat(after["estimatedAt"]) == early

    async def occasions(session):
        return (await session.execute(select(OccasionRow.kind, OccasionRow.detail))).all()

    async def told():
        found = await shop.applications["customer"].state.database.read(occasions)
        return found if found and found[0].detail["ahead_by_seconds"] == 86400 else None

    assert [row.kind for row in await eventually(told)] == ["TRANSFER_ETA_CHANGED"]


@feature("D12")
async def test_D12_two_sizes_are_held_to_try_on_and_come_back_by_themselves(shop):
    sizes = ("ALD-JKT-RAI-L", "ALD-JKT-RAI-XS")
    before = {sku: await level(shop, sku) for sku in sizes}
    items = [{"variantId": variant(sku).id, "quantity": 1} for sku in sizes]
    given = {**HOLD, "items": items, "holdFor": "PT2H", "idempotencyKey": key()}
    held = await shop.ask(
        """mutation H($input: ReservationCreateInput!) { reservationCreate(input: $input) { __typename
          ... on ReservationSuccess { reservations { id expiresAt } } ... on BusinessError { code message } } }""",
        {"input": given}, who="ben", channel="app",
    )  # fmt: skip
    assert held.data["reservationCreate"]["__typename"] == "ReservationSuccess", held
    holds = held.data["reservationCreate"]["reservations"]
    ends = {datetime.fromisoformat(hold["expiresAt"]) for hold in holds}
    assert (len(holds), len(ends)) == (2, 1)
    assert min(ends) - datetime.now(UTC) > timedelta(minutes=119)
    for sku in sizes:
        assert (await level(shop, sku))["reserved"] == before[sku]["reserved"] + 1

    async def swept(at: datetime) -> list[bool]:
        """Whether each size is back after the sweep of that moment."""
        await shop.applications["inventory"].state.database.write(expire_due, at)
        return [(await level(shop, sku))["reserved"] == before[sku]["reserved"] for sku in sizes]

    assert await swept(min(ends) - timedelta(minutes=1)) == [False, False]
    assert await swept(min(ends)) == [True, True]
    mine = "{ me { reservations { id status } } }"
    states = {one["id"]: one["status"] for one in (await shop.ask(mine, who="ben")).data["me"]["reservations"]}
    assert "ACTIVE" not in {states.get(hold["id"]) for hold in holds}


@feature("D15")
async def test_D15_stored_scans_are_applied_once_in_the_order_of_their_times(shop):
    now, code = datetime.now(UTC), variant("ALD-CAN-CED").gtin
    late = scan(code, now - timedelta(minutes=1), change=-2)
    early = scan(code, now - timedelta(minutes=9), counted=40)
    for _ in range(2):
        done = await shop.ask(SCAN, {"scans": [late, early]}, **STAFF)
        assert done.data["stockScan"]["__typename"] == "StockScanSuccess", done
    assert (await level(shop))["onHand"] == 38


ARRIVALS = """subscription Arrivals($store: ID!) { storeVisitorArrived(locationId: $store) {
  customer { id displayName orders(openOnly: true, first: 3) { nodes { number statusLine } } } visit { arrivedAt noticedBy } } }"""


@feature("D16")
async def test_D16_a_customer_who_comes_in_puts_the_ready_order_first(shop):
    line = {"variantId": CANDLE, "quantity": 1, "fulfilment": {"method": "PICKUP", "locationId": OXFORD_STREET}}
    number = (await complete(shop, await ready(shop, [line], who="ada"), who="ada"))["order"]["number"]

    async def waiting():
        """Of each task, in the list's order, whether it is of the new order and whether its customer is in the store."""
        found = (await shop.run("21-associate-tasks", {"store": OXFORD_STREET})).data["location"]["pickTasks"]
        return [((task["order"] or {}).get("number") == number, task["customerWaiting"]) for task in found]

    async def listed(state):
        found = await waiting()
        return found if (True, state) in found else None

    await eventually(lambda: listed(state=False))
    async with watching(shop, ARRIVALS, {"store": OXFORD_STREET}, listens="customer", **STAFF) as screen:
        came = await shop.run("33-store-check-in", {"input": {"locationId": OXFORD_STREET, "method": "QR"}}, who="ada")
        assert came.errors == []
        pushed = (await screen.next())["storeVisitorArrived"]
    assert "A10000001" in {order["number"] for order in came.data["storeCheckIn"]["ordersReady"]}
    assert came.data["storeCheckIn"]["ordersReady"][0]["pickupPass"]["qrPayload"]
    assert ("Ada" in pushed["customer"]["displayName"], pushed["visit"]["noticedBy"]) == (True, "QR")
    assert {"number": "A10000001", "statusLine": "Ready to collect at Oxford Street"} in pushed["customer"]["orders"][
        "nodes"
    ]
    found = await eventually(lambda: listed(state=True))
    assert found == sorted(found, key=lambda task: not task[1]), "whoever is in the store comes first"


async def test_D16_whoever_has_not_agreed_is_not_noticed(shop):
    withdraw = "mutation { consentsSet(consents: [{purpose: STORE_PRESENCE, granted: false}]) { __typename } }"
    await shop.ask(withdraw, who="ada")
    came = await shop.run("33-store-check-in", {"input": {"locationId": OXFORD_STREET, "method": "QR"}}, who="ada")
    assert came.data["storeCheckIn"]["code"] == "CONSENT_MISSING"
    page = (await shop.run("21-associate-tasks", {"store": OXFORD_STREET})).data["location"]
    assert "Ada Okafor" not in {visitor["customer"]["displayName"] for visitor in page["visitors"]}


LOUNGE = """query Lounge($store: ID!) {
  location(id: $store) { services brand { code } }
  me { memberships { program { brands { code } } tier { code perks { kind } } } } }"""


async def lounge(shop, who: str, store: str) -> bool:
    """What the app shows: the store has a lounge, and a tier of the brand on its door opens it."""
    answer = await shop.ask(LOUNGE, {"store": store}, who=who, channel="app")
    assert answer.errors == []
    place = answer.data["location"]
    opened = any(
        place["brand"] in membership["program"]["brands"]
        and "LOUNGE" in {perk["kind"] for perk in membership["tier"]["perks"]}
        for membership in answer.data["me"]["memberships"]
    )
    return opened and "MEMBER_LOUNGE" in place["services"]


@feature("D17")
async def test_D17_the_lounge_shows_for_the_right_tier_in_the_right_store(window):
    kings_cross = location("LON-KGX").id
    shown = {
        (who, store): await lounge(window, who, store)
        for who in ("ada", "ben", "chiara")
        for store in (OXFORD_STREET, kings_cross, ARNDALE)
    }
    # Ada is gold with the one brand and silver with the other; Ben is a member; Chiara is gold with the other brand.
    assert {pair for pair, open_ in shown.items() if open_} == {("ada", OXFORD_STREET), ("chiara", kings_cross)}
