"""Every channel operation, played through the gateway on a large shop: no statement it sends reads a large table whole.

The sample world stands in five PostgreSQL databases among a hundred thousand products, 1,565 stores, and years of orders,
carts and customers; the statements are those that the requests really send, told from what runs beside them.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest

from gateway.commands.applications import application_of, started
from gateway.commands.development import key_in
from gateway.commands.sources import read_config
from gateway.commands.up import development_settings, supergraph_of
from gateway.pipeline import Pipeline
from gateway.server.app import create_app
from gateway.server.state import Gateway
from gateway.settings import Settings
from gateway.transport.in_process import InProcessSubgraph
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import location, variant
from tests.explained import Noted, faults_of, fill, large_tables
from tests.journeys.buying import ADDRESS, CANDLE, STAFF, add, key, ready
from tests.journeys.conftest import ROOT, Shop
from tests.journeys.test_operations import VARIABLES, WITHOUT_VARIABLES
from tests.subgraphs.cart.test_indexes import DATA as CARTS
from tests.subgraphs.catalog.conftest import STAFF as ALL_SCOPES
from tests.subgraphs.catalog.large import ASKED, READ_WHOLE, WORK
from tests.subgraphs.catalog.large import DATA as GOODS
from tests.subgraphs.catalog.large import SMALL as FEW
from tests.subgraphs.customer.test_indexes import DATA as PEOPLE
from tests.subgraphs.fulfilment.test_indexes import DATA as ORDERS
from tests.subgraphs.inventory.test_indexes import DATA as STOCK

STORE, JACKET = location("LON-OXF").id, variant("ALD-JKT-RAI-M")
CARD = {"kind": "CARD", "token": "tok_ok_12345678"}
EVERYWHERE = f"""
INSERT INTO stock_level (id, variant_id, location_id, on_hand, reserved, inbound, safety_stock, version, updated_at)
  SELECT 'stk_e_' || n, '{CANDLE}', 'loc_' || n, 5, 1, 0, 0, 1, '2026-01-01' FROM generate_series(1, 1565) n;
ANALYZE
"""
"""One thing of the sample world lies in every store."""
LARGE = {"catalog": GOODS, "inventory": STOCK, "customer": PEOPLE, "fulfilment": ORDERS, "cart": CARTS}
UNDONE = {
    "THEN 'PENDING'": "THEN 'DONE'",
    "THEN 'PAY'": "THEN 'DONE'",
    "= 0 THEN 'ACTIVE' ELSE 'CONSUMED'": "= 0 THEN 'CONSUMED' ELSE 'CONSUMED'",
}
"""What would have to be finished among the made-up rows is taken for done: nobody could."""


def over_samples(script: str) -> str:
    """The rows of a script that are not in the sample world already, and nothing left to be done with them."""
    for undone, done in UNDONE.items():
        script = script.replace(undone, done)
    # Promotions of the sample world count, not made-up ones without terms.
    script = script.replace(
        "'[]', false, true, '2026-01-01' FROM generate_series(1, 20)",
        "'[]', false, false, '2026-01-01' FROM generate_series(1, 20)",
    )
    return ";\n".join(
        f"{one} ON CONFLICT DO NOTHING" if "INSERT" in one and "ON CONFLICT" not in one else one
        for one in script.split(";\n")
    )


Act = Callable[[Shop], Awaitable[Any]]


async def checkout(shop: Shop) -> Any:
    """04: details and agreement in one request."""
    cart = (await add(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil"))["cart"]
    tried = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])
    details = {"shippingAddress": ADDRESS, "email": "emil@example.com", "payments": [CARD]}
    agree = {"expectedVersion": cart["version"] + 1, "expectedTotal": tried["expectedTotal"]}
    both = {"details": details, "agree": agree}
    told = {name: {"cartId": cart["id"], "idempotencyKey": key(), **one} for name, one in both.items()}
    return await shop.run("04-web-checkout", told, who="emil")


async def transfer(shop: Shop) -> Any:
    """08: a line with its transfer, and the order."""
    quote = (await shop.run("07-app-transfer-journey", VARIABLES["07-app-transfer-journey"])).data["variant"]
    way = {"method": "SHIP_TO_STORE", "locationId": STORE, "transferQuoteId": quote["transferOptions"][0]["quoteId"]}
    line = {"variantId": JACKET.id, "quantity": 1, "fulfilment": way}
    agree = await ready(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil")
    tried = await ready(shop, [{"variantId": CANDLE, "quantity": 1}, line])
    adding = {"cartId": agree["cartId"], "lines": [line], "idempotencyKey": key()}
    changed = {"expectedVersion": agree["expectedVersion"] + 1, "expectedTotal": tried["expectedTotal"]}
    return await shop.run("08-app-transfer-order", {"add": adding, "agree": {**agree, **changed}}, who="emil")


async def pickup(shop: Shop) -> Any:
    """15 and 16: an order is shown by its pass, and given out."""
    order = "query P($id: ID!) { order(id: $id) { pickupPass { qrPayload } } }"
    shown = await shop.ask(order, {"id": stable_id("Order", "sample", "A10000001")}, who="ada")
    given = {"payload": shown.data["order"]["pickupPass"]["qrPayload"], "store": STORE}
    found = await shop.run("15-pos-pickup", given)
    assert found.errors == []
    return await shop.run("16-pos-pickup-release", {**given, "key": key()})


async def send_back(shop: Shop) -> Any:
    """18: a return at the counter."""
    asked = await shop.run("17-pos-return", VARIABLES["17-pos-return"])
    order = asked.data["orderLookup"]["nodes"][0]
    line = {"orderLineId": order["returnOptions"][0]["line"]["id"], "quantity": 1, "reason": "UNWANTED"}
    given = {"orderId": order["id"], "lines": [line], "locationId": STORE, "receivedNow": True, "idempotencyKey": key()}
    return await shop.run("18-pos-return-create", {"input": given})


async def handoff(shop: Shop) -> Any:
    """20: a cart of the phone is taken up at the till."""
    offer = "mutation O($id: ID!) { cartHandoffCreate(cartId: $id) { ... on CartHandoff { handoffCode } } }"
    offered = await shop.ask(offer, {"id": stable_id("Cart", "ada")}, who="ada", channel="app")
    code = offered.data["cartHandoffCreate"]["handoffCode"]
    return await shop.run("20-pos-cart-claim", {"code": code, "register": "LON-OXF-1"})


async def layaway(shop: Shop) -> Any:
    """31: put by, and paid in parts."""
    line = {"variantId": variant("ALD-LMP-GLO-BRS").id, "quantity": 1}
    cart = (await add(shop, [line], who="deniz", channel="store"))["cart"]
    deposit = {**CARD, "amount": {"amount": "20.00", "currency": "GBP"}}
    given = {"cartId": cart["id"], "locationId": STORE, "deposit": deposit, "instalments": 3, "idempotencyKey": key()}
    return await shop.run("31-layaway", {"input": given}, who="deniz")


async def hold(shop: Shop) -> Any:
    """32: put aside to be tried on."""
    items = [{"variantId": CANDLE, "quantity": 1}]
    given = {"kind": "PULL", "locationId": STORE, "items": items, "idempotencyKey": key()}
    return await shop.run("32-try-on-hold", {"hold": given}, who="ben")


async def check_in(shop: Shop) -> Any:
    """33: a customer comes in."""
    return await shop.run("33-store-check-in", {"input": {"locationId": STORE, "method": "QR"}}, who="ada")


async def launch(shop: Shop) -> Any:
    """39: a channel opens."""
    opened = {
        "code": "popup",
        "name": "Pop-up",
        "kind": "KIOSK",
        "brandCode": "alder",
        "inheritsFrom": "web",
        "capabilities": ["CHECKOUT"],
        "currencies": ["GBP"],
        "locales": ["en-GB"],
        "idempotencyKey": key(),
    }
    return await shop.run("39-channel-launch", {"input": opened}, scopes=("catalog:write",))


async def offline_sale(shop: Shop) -> Any:
    """44: what a till sold while it was cut off."""
    price = {"amount": "18.00", "currency": "GBP"}
    given = {
        "externalNumber": "TILL-7-000123",
        "channel": "store",
        "locationId": STORE,
        "placedAt": "2026-11-23T10:00:00Z",
        "customerContact": "ada@example.com",
        "lines": [{"code": variant("ALD-CAN-CED").gtin, "quantity": 1, "unitPrice": price}],
        "grandTotal": price,
        "carriedOut": True,
        "idempotencyKey": key(),
    }
    return await shop.run("44-pos-offline-sale", {"input": given})


async def everywhere(shop: Shop) -> Any:
    """What the stores of a country have of one thing, and which are nearest."""
    stock = """query S($id: ID!, $near: GeoPointInput!) { variant(id: $id) {
      availability { online } stockLevels(first: 100) { nodes { onHand location { name } } }
      stockNearby(near: $near, first: 20) { status location { name } } } }"""
    asked = {"id": CANDLE, "near": {"latitude": 51.5, "longitude": 5.0}}
    return await shop.ask(stock, asked, **STAFF)


def asking(query: str) -> Act:
    return lambda shop: shop.ask(query, scopes=ALL_SCOPES, channel="web")


def reading(name: str) -> Act:
    return lambda shop: shop.run(name, VARIABLES.get(name, {}), who="ada")


WRITING = (checkout, transfer, pickup, send_back, handoff, layaway, hold, check_in, launch, offline_sale)
ACTS: dict[str, Act] = {
    **{name: reading(name) for name in sorted(VARIABLES.keys() | WITHOUT_VARIABLES)},
    **{name: asking(query) for name, query in ASKED.items()},
    "stock everywhere": everywhere,
    **{act.__name__: act for act in WRITING},
}


@pytest.fixture
async def large(shelf, tmp_path) -> AsyncIterator[Shop]:
    """The shop, open, on databases of its own."""
    config = read_config(ROOT / "schema/supergraph.yaml")
    settings = development_settings(Settings(), tmp_path, None, None)
    values = {"data_dir": tmp_path, "identity_secret": key_in(tmp_path, "identity.secret"), "migrate": True}
    databases = {name: shelf.server.create() for name in config.subgraphs}

    opened = {
        name: application_of(
            config, entry, {**values, "database_url": shelf.server.url(databases[name]), "relay": False}
        )
        for name, entry in config.subgraphs.items()
    }
    clients = {name: InProcessSubgraph(name, app) for name, app in opened.items()}
    gateway = Gateway(Pipeline(supergraph_of(config), clients, settings), settings)
    async with started(opened.items()), gateway.running():
        for name, application in opened.items():
            await fill(application.state.database, over_samples(LARGE[name]))
        await fill(opened["inventory"].state.database, EVERYWHERE)
        app = create_app(gateway)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://shop", timeout=None) as http:
            yield Shop(http, app, opened, tmp_path)
    for database in databases.values():
        shelf.server.drop(database)


SMALL = {
    "catalog": FEW,
    "customer": {"loyalty_program"},
    "cart": {"promotion"},
}
"""Tables that do not grow with the number of products, stores, orders or people."""


COUNTED = {
    # how many products the new channel sells is told by counting them
    "launch": {"product", "assortment"},
}


@pytest.mark.prove
async def test_no_operation_reads_a_large_table_whole_on_a_large_shop(large):
    faults = []
    databases = {each: app.state.database for each, app in large.applications.items()}
    grown = {each: await large_tables(database) for each, database in databases.items()}
    assert {"product", "term", "price"} <= grown["catalog"]
    assert {"stock_level", "reservation"} <= grown["inventory"]
    for name, act in ACTS.items():
        async with contextlib.AsyncExitStack() as stack:
            noted = {each: await stack.enter_async_context(Noted(one)) for each, one in databases.items()}
            answer = await act(large)
        assert answer.errors == [], (name, answer.errors)
        kinds = {one.get("__typename", "") for one in answer.data.values() if isinstance(one, dict)}
        assert not any(kind.endswith("Error") for kind in kinds), (name, answer.data)
        for subgraph, one in noted.items():
            found = await one.explained()
            spared = SMALL.get(subgraph, set()) | READ_WHOLE.get(name, set()) | COUNTED.get(name, set())
            # A small table is read whole because that is quicker; an index must be there all the same.
            whole = {each: (each.unindexed | (each.whole & grown[subgraph])) - spared for each in found}
            faults += [
                f"{name} at {subgraph} reads {', '.join(sorted(tables))} whole:\n{each.statement}\n{each.plan}"
                for each, tables in whole.items()
                if tables
            ]
    faults += await faults_of(databases["catalog"], WORK, dict.fromkeys(WORK, FEW))
    assert not faults, f"{len(faults)} faults\n\n" + "\n\n".join(faults)
