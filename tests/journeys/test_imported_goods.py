"""What imports brought while the graph runs is found, promised, priced, sold and taken back by the channels' operations.

The files in `feeds/` are a slice of a retail ledger, a Google Merchant feed in XML, and what two stores have of its goods.
"""

from __future__ import annotations

import asyncio
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rich.console import Console

from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing import main
from subgraphs.kit.sample_world import location

from .buying import ADDRESS, STAFF, add, eventually, key, ready
from .conftest import open_shop

FEEDS = Path(__file__).parent / "feeds"
LONDON = {"latitude": 51.5, "longitude": -0.14}
HOME = {"country": "GB", "postcode": "N7 8LR"}
STORE, MANCHESTER = location("LON-OXF").id, location("MAN-ARN").id
HEART, GIFT = stable_id("ProductVariant", "85123A"), stable_id("Category", "giftware")
MUG, JUG = stable_id("ProductVariant", "ACME-MUG"), stable_id("ProductVariant", "ACME-JUG")
BARCODE = "09506000134352"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def imported(tmp_path_factory, sample_databases, schema_config, supergraph):
    """One shop for all of these: a ledger, goods and stock of stores are imported while it runs."""
    data = tmp_path_factory.mktemp("imported") / "data"
    shutil.copytree(sample_databases, data)
    async with open_shop(data, schema_config, supergraph) as shop:
        for name in ("ledger.csv", "goods.xml", "stock.tsv"):
            out = io.StringIO()
            console = Console(file=out, width=200)
            assert await asyncio.to_thread(main, FEEDS / name, data_dir=data, console=console) == 0, out.getvalue()
        yield shop


READINGS: dict[str, dict[str, Any]] = {
    "01-web-plp": {"category": GIFT},
    "02-web-pdp": {"slug": "white-hanging-heart-85123a", "near": LONDON, **HOME},
    "06-app-product-scan": {"code": BARCODE, "store": STORE},
    "07-app-transfer-journey": {"near": LONDON, "variant": JUG, "home": STORE},
    "10-watch-stock-nearby": {"variant": MUG, "near": LONDON},
    "12-tv-browse": {},
    "13-tv-product": {"id": stable_id("Product", "online-retail", "85123a")},
    "14-pos-scan": {"code": BARCODE, "store": STORE},
    "22-kiosk-compare": {"query": "hanging heart", "store": STORE, "near": LONDON},
    "25-feed-google": {"channel": "marketplace"},
    "29-mirror-try-on": {"code": BARCODE},
    "41-node-refetch": {"ids": [stable_id("Product", "online-retail", "85123a")]},
    "45-feed-local": {"channel": "marketplace"},
}


@pytest.mark.parametrize("operation", READINGS)
async def test_an_operation_answers_of_imported_goods_without_errors(imported, operation):
    answer = await imported.run(operation, READINGS[operation], who="ada")
    assert answer.errors == []
    assert all(value is not None for value in answer.data.values())


async def test_a_ledgers_goods_are_in_stock_where_they_sold_of_late_and_sold_out_otherwise(imported):
    ask = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { sku availability { online } } } }"
    answer = await imported.ask(ask, {"ids": [HEART, stable_id("ProductVariant", "21730")]}, channel="web")
    assert answer.errors == []
    assert [node["availability"]["online"] for node in answer.data["nodes"]] == ["IN_STOCK", "OUT_OF_STOCK"]


async def done(shop, operation: str, variables: dict[str, Any], root: str, **who: Any) -> dict[str, Any]:
    """What a writing operation made of imported goods; within its bytes, without errors."""
    answer = await shop.run(operation, variables, **who)
    assert answer.errors == [], operation
    made = answer.data[root]
    assert "Error" not in made["__typename"], (operation, made)
    return made


def agreed_after(agreed: dict[str, Any], writes: int, total: Any) -> dict[str, Any]:
    """What is agreed to once the cart was written to so many times more, at another total."""
    version = agreed["expectedVersion"] + writes
    return {**agreed, "expectedVersion": version, "expectedTotal": total, "idempotencyKey": key()}


async def test_imported_goods_are_bought_brought_to_a_store_collected_and_handed_back(imported):
    shop = imported
    # 04: details and agreement in one request.
    cart = (await add(shop, [{"variantId": HEART, "quantity": 2}], who="emil"))["cart"]
    shown = await shop.run("03-web-cart", HOME, who="emil")
    assert shown.errors == []
    assert shown.data["me"]["activeCart"]["lines"][0]["variant"]["id"] == HEART
    total = (await ready(shop, [{"variantId": HEART, "quantity": 2}]))["expectedTotal"]
    details = {"cartId": cart["id"], "shippingAddress": ADDRESS, "email": "emil@example.com", "idempotencyKey": key()}
    details["payments"] = [{"kind": "CARD", "token": "tok_ok_12345678"}]
    agree = {
        "cartId": cart["id"],
        "expectedVersion": cart["version"] + 1,
        "expectedTotal": total,
        "idempotencyKey": key(),
    }
    bought = await done(shop, "04-web-checkout", {"details": details, "agree": agree}, "checkoutComplete", who="emil")
    assert bought["__typename"] == "CheckoutSuccess"
    # 08: a transfer is taken with its quote.
    journey = (await shop.run("07-app-transfer-journey", READINGS["07-app-transfer-journey"])).data
    quote = journey["variant"]["transferOptions"][0]
    way = {"method": "SHIP_TO_STORE", "locationId": STORE, "transferQuoteId": quote["quoteId"]}
    line = {"variantId": JUG, "quantity": 1, "fulfilment": way}
    first = {"variantId": MUG, "quantity": 1, "fulfilment": {"method": "PICKUP", "locationId": STORE}}
    agreed = await ready(shop, [first], who="emil")
    due = (await ready(shop, [first, line]))["expectedTotal"]
    adding = {"cartId": agreed["cartId"], "lines": [line], "idempotencyKey": key()}
    given = {"add": adding, "agree": agreed_after(agreed, 1, due)}
    order = (await done(shop, "08-app-transfer-order", given, "checkoutComplete", who="emil"))["order"]
    # 33, 15, 16: the mug is collected.
    parts = "query P($id: ID!) { order(id: $id) { pickupPass { qrPayload } fulfilments { id status lines { orderLine { id variant { sku } } } } } }"
    placed = (await shop.ask(parts, {"id": order["id"]}, who="emil")).data["order"]
    part = next(it for it in placed["fulfilments"] if it["lines"][0]["orderLine"]["variant"]["sku"] == "ACME-MUG")
    advance = "mutation A($id: ID!, $key: IdempotencyKey!) { fulfilmentAdvance(id: $id, status: READY, idempotencyKey: $key) { __typename } }"
    await shop.ask(advance, {"id": part["id"], "key": key()}, **STAFF)
    came = {"input": {"locationId": STORE, "method": "QR"}}
    await done(shop, "33-store-check-in", came, "storeCheckIn", who="emil")
    scan = {"payload": placed["pickupPass"]["qrPayload"], "store": STORE}
    waits = await done(shop, "15-pos-pickup", scan, "orderByPickupCode")
    assert waits["fulfilment"]["lines"][0]["orderLine"]["variant"]["sku"] == "ACME-MUG"
    released = await done(shop, "16-pos-pickup-release", {**scan, "key": key()}, "pickupRelease")
    assert released["order"]["number"] == order["number"]
    # 17, 18: and handed back over the counter.
    found = await shop.run("17-pos-return", {"number": order["number"], "store": STORE})
    options = {it["line"]["variant"]["sku"]: it for it in found.data["orderLookup"]["nodes"][0]["returnOptions"]}
    asked = {"orderLineId": options["ACME-MUG"]["line"]["id"], "quantity": 1, "reason": "UNWANTED"}
    back = {"orderId": order["id"], "lines": [asked], "locationId": STORE, "receivedNow": True, "idempotencyKey": key()}
    returned = await done(shop, "18-pos-return-create", {"input": back}, "returnCreate")
    assert returned["return"]["refund"] == {"amount": "12.00", "currency": "GBP"}


async def test_imported_goods_are_claimed_held_put_by_and_sold_offline(imported):
    shop = imported
    # 20: the till takes the phone's cart over.
    cart = (await add(shop, [{"variantId": MUG, "quantity": 1}], who="deniz", channel="app"))["cart"]
    offer = "mutation O($id: ID!) { cartHandoffCreate(cartId: $id) { __typename ... on CartHandoff { handoffCode } } }"
    code = (await shop.ask(offer, {"id": cart["id"]}, who="deniz", channel="app")).data["cartHandoffCreate"][
        "handoffCode"
    ]
    claimed = await done(shop, "20-pos-cart-claim", {"code": code, "register": "LON-OXF-1"}, "cartHandoffClaim")
    assert claimed["cart"]["lines"][-1]["variant"]["sku"] == "ACME-MUG"
    # 32: one is held to try.
    hold = {"kind": "TRY_ON", "locationId": STORE, "items": [{"variantId": MUG}], "idempotencyKey": key()}
    held = await done(shop, "32-try-on-hold", {"hold": hold}, "reservationCreate", who="deniz")
    assert held["reservations"][0]["variant"]["name"] == "Acme mug"
    # 31: another is put by and paid in parts.
    kept = (await add(shop, [{"variantId": MUG, "quantity": 1}], who="chiara", channel="app"))["cart"]
    deposit = {"kind": "CARD", "token": "tok_ok_12345678", "amount": {"amount": "4.00", "currency": "GBP"}}
    put_by = {"cartId": kept["id"], "locationId": STORE, "deposit": deposit, "instalments": 2, "idempotencyKey": key()}
    opened = await done(shop, "31-layaway", {"input": put_by}, "layawayOpen", who="chiara")
    assert opened["layaway"]["location"]["name"] == "Oxford Street"
    # 44: an offline till sold one of a ledger's goods and one of the feed's.
    price = {"amount": "14.55", "currency": "GBP"}
    lines = [
        {"code": BARCODE, "quantity": 1, "unitPrice": {"amount": "12.00", "currency": "GBP"}},
        {"code": "85123A", "quantity": 1, "unitPrice": {"amount": "2.55", "currency": "GBP"}},
    ]
    sale = {
        "externalNumber": "TILL-IMPORTED-1", "channel": "store", "locationId": STORE, "lines": lines,
        "placedAt": datetime.now(UTC).isoformat(), "customerContact": "deniz@example.com", "grandTotal": price,
        "carriedOut": True, "idempotencyKey": key(),
    }  # fmt: skip
    sold = await done(shop, "44-pos-offline-sale", {"input": sale}, "orderRecord")
    assert sold["order"]["externalNumber"] == "TILL-IMPORTED-1"
    # 21, 27: a count finds none, the store's list and the analyst's show it.
    scan = {
        "locationId": MANCHESTER,
        "code": BARCODE,
        "counted": 0,
        "scannedAt": datetime.now(UTC).isoformat(),
        "idempotencyKey": key(),
    }
    counting = "mutation S($scans: [StockScanInput!]!) { stockScan(scans: $scans) { ... on StockScanSuccess { discrepancies { id } } } }"
    (gap,) = (await shop.ask(counting, {"scans": [scan]}, **STAFF)).data["stockScan"]["discrepancies"]
    listed = await shop.run("27-analyst-discrepancies", {})
    assert gap["id"] in {node["id"] for node in listed.data["stockDiscrepancies"]["nodes"]}

    async def tasks():
        work = (await shop.run("21-associate-tasks", {"store": STORE})).data["location"]["pickTasks"]
        return [line for task in work for line in task["lines"] if line["variant"]["sku"] == "ACME-MUG"]

    assert await eventually(tasks)
    # 39: a channel that opens sells what was imported.
    opens = {
        "code": "stall", "name": "The stall", "kind": "KIOSK", "brandCode": "alder", "inheritsFrom": "web",
        "currencies": ["GBP"], "locales": ["en-GB"], "capabilities": ["CHECKOUT"], "idempotencyKey": key(),
    }  # fmt: skip
    await done(shop, "39-channel-launch", {"input": opens}, "channelLaunch", scopes=("catalog:write",))
    assert (await add(shop, [{"variantId": HEART, "quantity": 1}], channel="stall"))["__typename"] == "CartSuccess"
