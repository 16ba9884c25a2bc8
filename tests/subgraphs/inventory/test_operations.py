"""The channels' operations, this subgraph's part of each, on the sample world."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from subgraphs.kit.sample_world import VARIANTS, location, variant

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # what is shown; the SQL itself runs on PostgreSQL in test_indexes.py and service/

OXFORD_STREET = {"latitude": 51.5154, "longitude": -0.1419}
JACKET, SHADE = variant("ALD-JKT-RAI-M"), variant("VEL-FND-240")


async def test_01_listing_availability_of_24_products_in_three_statements(shop):
    products = list({each.product_id: each for each in VARIANTS}.items())[:24]
    keys = [
        {"id": product, "variantIds": [each.id for each in VARIANTS if each.product_id == product]}
        for product, _ in products
    ]
    await shop.entities("Product", keys[:1], "id availability", channel="web")  # a fresh connection asks its version
    with shop.statements() as many:
        answer = await shop.entities("Product", keys, "id availability", channel="web")
    assert not answer.errors
    assert len(answer.data) == 24
    assert {each["availability"] for each in answer.data} <= {"IN_STOCK", "LOW_STOCK", "BACKORDER", "OUT_OF_STOCK"}
    with shop.statements() as one:
        await shop.entities("Product", keys[:1], "id availability", channel="web")
    assert many.sql == one.sql


async def test_02_product_page(shop):
    """Twenty variants cost what one costs."""
    keys = [{"id": each.id} for each in VARIANTS[:20]]
    fields = "id availability { online maxOrderQuantity restockAt }"
    await shop.entities("ProductVariant", keys[:1], fields, channel="web")  # a fresh connection asks its version
    with shop.statements() as many:
        answer = await shop.entities("ProductVariant", keys, fields, channel="web")
    with shop.statements() as one:
        await shop.entities("ProductVariant", keys[:1], fields, channel="web")
    assert not answer.errors
    assert many.sql == one.sql
    nearby = """id stockNearby(near: {latitude: 51.5, longitude: -0.1}, first: 3)
        { location { id name isOpen } status band pickupReadyAt distance { formatted } }"""
    (found,) = (await shop.entities("ProductVariant", [{"id": SHADE.id}], nearby)).data
    assert [each["location"]["name"] for each in found["stockNearby"]] == ["King's Cross"]
    assert found["stockNearby"][0]["distance"]["formatted"].endswith(" mi")


async def test_06_and_14_stock_in_this_store_by_either_key(shop):
    fields = f'id sku stockAt(locationId: "{location("MAN-ARN").id}") {{ status band }}'
    by_id = await shop.entities("ProductVariant", [{"id": JACKET.id}], fields)
    by_sku = await shop.entities("ProductVariant", [{"sku": JACKET.sku}], fields)
    assert by_id.data == by_sku.data
    assert by_id.data[0]["stockAt"] == {"status": "IN_STOCK", "band": "SOME"}


TRANSFER_JOURNEY = """
query FindAndTransfer($near: GeoPointInput!, $variant: ID!) {
  locations(near: $near, radiusKm: 300, stockOf: [{ variantId: $variant, quantity: 1 }], services: [PICKUP], first: 5) {
    edges {
      distance { formatted }
      stock { status band pickupReadyAt transferReadyAt }
      node { id name isOpen nextChangeAt address { lines city postcode country } position { latitude longitude } }
    }
  }
}
"""
OPTIONS = 'transferOptions(toLocationId: "%s") { quoteId arrivesAt fee { formatted } from { id name } validUntil }'


async def test_07_the_nearest_store_lacks_it_and_is_told_when_it_can_be_there(shop):
    answer = await shop.execute(TRANSFER_JOURNEY, {"near": OXFORD_STREET, "variant": JACKET.id})
    assert not answer.errors
    nearest = answer.data["locations"]["edges"][0]
    assert nearest["node"]["name"] == "Oxford Street"
    assert nearest["stock"][0]["status"] == "OUT_OF_STOCK"
    assert nearest["stock"][0]["transferReadyAt"] is not None
    (found,) = (await shop.entities("ProductVariant", [{"id": JACKET.id}], OPTIONS % location("LON-OXF").id)).data
    options = found["transferOptions"]
    assert options
    arrivals = [datetime.fromisoformat(each["arrivesAt"]) for each in options]
    assert arrivals == sorted(arrivals)
    assert nearest["stock"][0]["transferReadyAt"] == options[0]["arrivesAt"]


REQUEST = """
mutation Ask($input: TransferRequestInput!) {
  transferRequest(input: $input) {
    __typename
    ... on TransferSuccess { transfer { id number status promisedAt estimatedAt aheadBy to { name } from { name }
      lines { quantity variant { id } } events { status } customer { id } } }
    ... on BusinessError { code message path }
  }
}
"""


async def test_08_a_quote_becomes_the_transfer_it_promised_once(shop, ada):
    (found,) = (await shop.entities("ProductVariant", [{"id": JACKET.id}], OPTIONS % location("LON-OXF").id)).data
    quote = found["transferOptions"][0]
    asked = {"input": {"quoteId": quote["quoteId"], "orderId": "ord_test", "idempotencyKey": "k1"}}
    first = await shop.execute(REQUEST, asked, customer=ada)
    assert first.data["transferRequest"]["__typename"] == "TransferSuccess"
    transfer = first.data["transferRequest"]["transfer"]
    assert (transfer["promisedAt"], transfer["aheadBy"]) == (quote["arrivesAt"], "PT0S")
    assert transfer["to"]["name"] == "Oxford Street"
    again = await shop.execute(REQUEST, asked, customer=ada)
    assert again.data == first.data
    orders = await shop.entities("Order", [{"id": "ord_test"}], "transfers { id status to { name } }", customer=ada)
    assert [each["id"] for each in orders.data[0]["transfers"]] == [transfer["id"]]


async def test_10_watch_stock_nearby(shop):
    fields = """stockNearby(near: {latitude: 53.48, longitude: -2.24}, first: 3)
        { location { name isOpen } status pickupReadyAt distance { formatted } }"""
    (found,) = (await shop.entities("ProductVariant", [{"id": JACKET.id}], fields)).data
    assert found["stockNearby"][0]["location"]["name"] == "Manchester Arndale"


async def test_21_transfers_on_their_way_to_a_store(shop):
    query = """query ($store: ID!) { location(id: $store) { name
        inboundTransfers(first: 10) { id number status estimatedAt aheadBy } } }"""
    answer = await shop.execute(query, {"store": location("LON-OXF").id}, scopes=("staff:store",))
    (transfer,) = answer.data["location"]["inboundTransfers"]
    assert (transfer["status"], transfer["aheadBy"]) == ("IN_TRANSIT", "P1D")


@pytest.mark.parametrize("lines", [1, 100])
async def test_25_feed_availability_in_as_many_statements_for_a_hundred_lines_as_for_one(shop, lines):
    keys = [{"id": each.id} for each in VARIANTS[:lines]]
    with shop.statements() as count:
        answer = await shop.entities(
            "ProductVariant", keys, 'availability(channel: "marketplace") { online restockAt }'
        )
    assert not answer.errors
    assert count.sql <= 6


async def test_27_discrepancies_newest_first_and_page_by_page(shop):
    query = """query ($after: String) { stockDiscrepancies(first: 2, status: [OPEN, RESOLVED], after: $after) { totalCount
        nodes { id difference systemQuantity countedQuantity cause detectedAt variant { sku } location { code name }
                oversoldIn { code name } } pageInfo { endCursor hasNextPage } } }"""
    seen, after = [], None
    while True:
        answer = await shop.execute(query, {"after": after}, scopes=("analytics:read",))
        page = answer.data["stockDiscrepancies"]
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len({each["id"] for each in seen}) == page["totalCount"]
    moments = [datetime.fromisoformat(each["detectedAt"]) for each in seen]
    assert moments == sorted(moments, reverse=True)
    empty = next(each for each in seen if each["variant"]["sku"] == "ALD-SHO-TRL-42")
    assert "web" in [channel["code"] for channel in empty["oversoldIn"]]


HOLD = """
mutation Hold($hold: ReservationCreateInput!) {
  reservationCreate(input: $hold) {
    __typename
    ... on ReservationSuccess { reservations { id status kind expiresAt quantity location { name } variant { id } } }
    ... on LocationUnavailableError { message alternative { id name } }
    ... on InsufficientStockError { availableQuantity }
    ... on BusinessError { code path }
  }
}
"""


def to_try_on(quantity: int = 1, sku: str = "ALD-JKT-RAI-M", store: str = "MAN-ARN", key: str = "hold-1") -> dict:
    items = [{"variantId": variant(sku).id, "quantity": quantity}]
    return {"hold": {"kind": "TRY_ON", "locationId": location(store).id, "items": items, "idempotencyKey": key}}


async def test_32_a_hold_to_try_on_is_made_once_however_often_it_is_sent(shop, ben):
    first = await shop.execute(HOLD, to_try_on(2), customer=ben)
    made = first.data["reservationCreate"]
    assert made["__typename"] == "ReservationSuccess"
    assert made["reservations"][0]["location"]["name"] == "Manchester Arndale"
    assert (await shop.execute(HOLD, to_try_on(2), customer=ben)).data == first.data
    other = await shop.execute(HOLD, to_try_on(1), customer=ben)
    assert other.data["reservationCreate"]["code"] == "IDEMPOTENCY_CONFLICT"
    mine = await shop.entities("Customer", [{"id": ben}], "reservations { id status }", customer=ben)
    assert [each["id"] for each in mine.data[0]["reservations"]] == [made["reservations"][0]["id"]]


async def test_32_a_store_without_fitting_rooms_names_the_nearest_that_has_them(shop, ben):
    answer = await shop.execute(HOLD, to_try_on(store="BHM-BUL"), customer=ben)
    refused = answer.data["reservationCreate"]
    assert refused["__typename"] == "LocationUnavailableError"
    assert refused["code"] == "LOCATION_UNAVAILABLE"


@pytest.mark.parametrize("quantity", [0, -1, 2**31 - 1])
async def test_quantities_out_of_bounds_are_business_errors_with_code_and_path(shop, ben, quantity):
    answer = await shop.execute(HOLD, to_try_on(quantity), customer=ben)
    refused = answer.data["reservationCreate"]
    assert (refused["__typename"], refused["code"]) == ("InvalidInputError", "INVALID_INPUT")
    assert refused["path"] == ["input", "items", "0", "quantity"]


async def test_a_quantity_that_is_no_integer_is_refused_before_anything_is_asked(shop, ben):
    with shop.statements() as count:
        answer = await shop.execute(HOLD, to_try_on(10**12), customer=ben)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert count.sql == 0


async def test_41_a_location_is_refetched_by_id(shop):
    answer = await shop.entities("Location", [{"id": location("LON-OXF").id}, {"code": "LON-KGX"}], "id name isOpen")
    assert [each["name"] for each in answer.data] == ["Oxford Street", "King's Cross"]
    missing = await shop.entities("Location", [{"id": "loc_none"}, {"code": "NOWHERE"}], "id name")
    assert missing.data == [None, None]


async def test_45_the_local_feed_pages_through_every_store_once(shop):
    query = """query ($after: String) { localFeedItems(channel: "web", first: 100, after: $after) { totalCount
        nodes { storeCode availability band pickupMethod pickupSla variant { sku } } pageInfo { endCursor hasNextPage } } }"""
    seen, after = [], None
    while True:
        with shop.statements() as count:
            answer = await shop.execute(query, {"after": after}, scopes=("feed:read",))
        assert count.sql <= 6
        page = answer.data["localFeedItems"]
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len({(each["storeCode"], each["variant"]["sku"]) for each in seen}) == len(seen) == page["totalCount"]
    assert {each["storeCode"] for each in seen} == {"LON-OXF", "MAN-ARN", "BHM-BUL", "BER-KUD"}


async def test_26_accuracy_agrees_with_what_was_counted(shop):
    query = """query ($grain: ReportGrain) { stockAccuracyReport(range: {from: "2020-01-01", to: "2022-12-31"}, grain: $grain)
        { bucket } whole: stockAccuracyReport(range: {from: "2026-01-01", to: "2027-12-31"}, grain: $grain)
        { bucket counted accuracy discrepancies failedOrders shrinkage { amount currency } } }"""
    total = (await shop.execute(query, {"grain": "TOTAL"}, scopes=("analytics:read",))).data
    weeks = (await shop.execute(query, {"grain": "WEEK"}, scopes=("analytics:read",))).data
    assert total["stockAccuracyReport"] == []
    (whole,) = total["whole"]
    assert whole["counted"] == sum(each["counted"] for each in weeks["whole"]) == 12 * 6 * 6 + 1
    assert whole["accuracy"] == pytest.approx(1 - whole["discrepancies"] / whole["counted"])
    assert whole["shrinkage"]["currency"] == "GBP"


async def test_strangers_and_tokens_of_programs_hold_nothing(shop, ben):
    answer = await shop.execute(HOLD, to_try_on(), scopes=("analytics:read",))
    assert answer.data["reservationCreate"]["code"] == "NOT_PERMITTED"
    assert (await shop.execute(HOLD, to_try_on())).codes == ["UNAUTHENTICATED"]
    options = f'transferOptions(toLocationId: "{location("LON-OXF").id}", quantity: 7) {{ quoteId }}'
    (found,) = (await shop.entities("ProductVariant", [{"id": variant("ALD-MUG-STO-SND").id}], options)).data
    quote = found["transferOptions"][0]["quoteId"]
    asked = {"input": {"quoteId": quote, "idempotencyKey": "k1"}}
    for who in ({}, {"customer": ben}, {"scopes": ("analytics:read",)}):
        answer = await shop.execute(REQUEST, asked, **who)
        assert answer.data["transferRequest"]["code"] == "INVALID_INPUT"
    answer = await shop.execute(REQUEST, asked, scopes=("staff:store",))
    assert answer.data["transferRequest"]["__typename"] == "TransferSuccess"


async def test_a_quote_that_is_not_ours_is_told_as_run_out(shop, ben):
    asked = {"input": {"quoteId": "bm9uc2Vuc2U", "idempotencyKey": "k1"}}
    answer = await shop.execute(REQUEST, asked, customer=ben)
    assert answer.data["transferRequest"] == {
        "__typename": "TransferQuoteExpiredError",
        "code": "EXPIRED",
        "message": "The offer is not known; ask for options again.",
        "path": ["input", "quoteId"],
    }


CART_HOLD = """
mutation CartHold($input: StockHoldInput!) {
  stockHold(input: $input) {
    __typename
    ... on ReservationSuccess { reservations { id kind quantity location { code } } }
    ... on BusinessError { code message path }
    ... on InsufficientStockError { availableQuantity }
  }
}
"""
SYSTEM = {"scopes": ("system:write",), "channel": "web"}


async def test_a_checkout_holds_assigns_and_its_transfer_begins(shop, ada):
    """What the cart asks, in the order it asks it."""
    (found,) = (await shop.entities("ProductVariant", [{"id": JACKET.id}], OPTIONS % location("LON-OXF").id)).data
    quote = found["transferOptions"][0]
    told = await shop.execute(
        "query ($id: ID!) { transferQuote(id: $id) { arrivesAt quantity toLocationId fee { amount } } }",
        {"id": quote["quoteId"]},
        **SYSTEM,
    )
    assert told.data["transferQuote"]["arrivesAt"] == quote["arrivesAt"]
    items = [
        {"variantId": variant("ALD-MUG-STO-SND").id, "quantity": 2},
        {"variantId": JACKET.id, "quantity": 1, "transferQuoteId": quote["quoteId"]},
    ]
    question = {
        "input": {"key": "chk:hold", "cartId": "crt_1", "customerId": ada, "brandCode": "alder", "items": items}
    }
    first = await shop.execute(CART_HOLD, question, **SYSTEM)
    holds = first.data["stockHold"]["reservations"]
    assert [each["kind"] for each in holds] == ["CART", "CART"]
    assert (await shop.execute(CART_HOLD, question, **SYSTEM)).data == first.data
    assign = 'mutation { stockHoldAssign(key: "chk:hold", orderId: "ord_1") }'
    assert (await shop.execute(assign, **SYSTEM)).data == {"stockHoldAssign": True}
    (order,) = (
        await shop.entities("Order", [{"id": "ord_1"}], "transfers { promisedAt from { code } }", customer=ada)
    ).data
    assert [each["promisedAt"] for each in order["transfers"]] == [quote["arrivesAt"]]
    mine = await shop.entities("Customer", [{"id": ada}], "reservations { id kind expiresAt }", customer=ada)
    assert {(each["kind"], each["expiresAt"]) for each in mine.data[0]["reservations"]} >= {("ORDER", None)}


async def test_a_checkout_that_fails_gives_everything_back(shop):
    thing = variant("ALD-MUG-STO-SND").id
    fields = "availability { maxOrderQuantity asOf }"
    (before,) = (await shop.entities("ProductVariant", [{"id": thing}], fields)).data
    question = {"input": {"key": "k", "items": [{"variantId": thing, "quantity": 3}]}}
    assert (await shop.execute(CART_HOLD, question, **SYSTEM)).data["stockHold"]["__typename"] == "ReservationSuccess"
    for _ in range(2):
        release = await shop.execute('mutation { stockHoldRelease(key: "k") }', **SYSTEM)
        assert release.data == {"stockHoldRelease": True}
    (after,) = (await shop.entities("ProductVariant", [{"id": thing}], fields)).data
    assert after["availability"]["maxOrderQuantity"] == before["availability"]["maxOrderQuantity"]
    assert after["availability"]["asOf"] > before["availability"]["asOf"]


async def test_more_than_all_places_have_is_insufficient_with_what_is_left(shop):
    question = {"input": {"key": "k", "items": [{"variantId": variant("ALD-WAT-VIN").id, "quantity": 1}]}}
    refused = (await shop.execute(CART_HOLD, question, **SYSTEM)).data["stockHold"]
    assert (refused["code"], refused["availableQuantity"]) == ("INSUFFICIENT_STOCK", 0)
    assert refused["path"] == ["input", "items", "0", "quantity"]


SCAN = """
mutation Scan($scans: [StockScanInput!]!) {
  stockScan(scans: $scans) {
    __typename
    ... on StockScanSuccess { stockLevels { id onHand version } discrepancies { id difference oversoldIn { code } } }
    ... on BusinessError { code path }
  }
}
"""
RESOLVE = """
mutation Resolve($id: ID!) {
  stockDiscrepancyResolve(id: $id, cause: SHRINKAGE, actualQuantity: 0) {
    __typename
    ... on DiscrepancySuccess { discrepancy { status cause resolvedAt } }
    ... on BusinessError { code }
  }
}
"""


async def test_a_count_lowers_what_shoppers_see_and_is_put_right(shop):
    scan = {
        "locationId": location("MAN-ARN").id,
        "code": JACKET.gtin,
        "counted": 0,
        "scannedAt": datetime.now(UTC).isoformat(),
        "idempotencyKey": "scan-1",
    }
    told = (await shop.execute(SCAN, {"scans": [scan]}, scopes=("staff:store",))).data["stockScan"]
    assert told["stockLevels"][0]["onHand"] == 0
    assert told["discrepancies"][0]["difference"] < 0
    fields = f'stockAt(locationId: "{location("MAN-ARN").id}") {{ status }}'
    (seen,) = (await shop.entities("ProductVariant", [{"id": JACKET.id}], fields)).data
    assert seen["stockAt"]["status"] == "OUT_OF_STOCK"
    resolve = {"id": told["discrepancies"][0]["id"]}
    answer = await shop.execute(RESOLVE, resolve, scopes=("staff:store",))
    assert answer.data["stockDiscrepancyResolve"]["discrepancy"]["status"] == "RESOLVED"
    again = await shop.execute(SCAN, {"scans": [scan | {"counted": None}]}, scopes=("staff:store",))
    assert again.data["stockScan"]["path"] == ["scans", "0", "counted"]


async def test_stock_of_one_thing_in_hundreds_of_stores_pages_without_a_query_per_store(town, bare):
    thing = await town.variant()
    for number in range(120):
        await town.stock(thing, await town.place(f"store-{number}", latitude=40 + number / 10), 3)
    page = "stockLevels(first: %d) { totalCount nodes { onHand location { name } } pageInfo { hasNextPage } }"
    await bare.entities("ProductVariant", [{"id": thing}], page % 2, scopes=("staff:store",))
    with bare.statements() as two:
        await bare.entities("ProductVariant", [{"id": thing}], page % 2, scopes=("staff:store",))
    with bare.statements() as hundred:
        answer = await bare.entities("ProductVariant", [{"id": thing}], page % 100, scopes=("staff:store",))
    assert two.sql == hundred.sql
    levels = answer.data[0]["stockLevels"]
    assert (levels["totalCount"], len(levels["nodes"]), levels["pageInfo"]["hasNextPage"]) == (120, 100, True)
