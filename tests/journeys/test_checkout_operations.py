"""The two operations that buy in one request: everything told and agreed to at once."""

from __future__ import annotations

from decimal import Decimal

from subgraphs.kit.sample_world import location, variant

from .buying import ADDRESS, CANDLE, add, key, ready

OXFORD_STREET, JACKET = location("LON-OXF").id, variant("ALD-JKT-RAI-M")
LONDON = {"latitude": 51.5154, "longitude": -0.1419}
PAYING = [{"kind": "CARD", "token": "tok_ok_12345678"}]


async def test_04_details_and_agreement_come_in_one_request(shop):
    cart = (await add(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil"))["cart"]
    tried = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])  # what such a cart costs
    details = {
        "cartId": cart["id"],
        "shippingAddress": ADDRESS,
        "email": "emil@example.com",
        "payments": PAYING,
        "idempotencyKey": key(),
    }
    agree = {
        "cartId": cart["id"],
        "expectedVersion": cart["version"] + 1,
        "expectedTotal": tried["expectedTotal"],
        "idempotencyKey": key(),
    }
    answer = await shop.run("04-web-checkout", {"details": details, "agree": agree}, who="emil")
    assert answer.errors == []
    assert answer.data["checkoutUpdate"]["cart"]["problems"] == []
    bought = answer.data["checkoutComplete"]
    assert bought["__typename"] == "CheckoutSuccess", bought
    assert bought["order"]["statusLine"].startswith("Ordered")
    assert bought["customer"]["isGuest"] is False


async def test_08_a_line_with_its_transfer_is_added_and_ordered_in_one_request(shop):
    journey = {"near": LONDON, "variant": JACKET.id, "home": OXFORD_STREET}
    quote = (await shop.run("07-app-transfer-journey", journey)).data["variant"]["transferOptions"][0]
    way = {"method": "SHIP_TO_STORE", "locationId": OXFORD_STREET, "transferQuoteId": quote["quoteId"]}
    line = {"variantId": JACKET.id, "quantity": 1, "fulfilment": way}
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}], who="emil")
    tried = await ready(shop, [{"variantId": CANDLE, "quantity": 1}, line])  # what both cost together
    adding = {"cartId": agreed["cartId"], "lines": [line], "idempotencyKey": key()}
    agree = {
        **agreed,
        "expectedVersion": agreed["expectedVersion"] + 1,
        "expectedTotal": tried["expectedTotal"],
        "idempotencyKey": key(),
    }
    answer = await shop.run("08-app-transfer-order", {"add": adding, "agree": agree}, who="emil")
    assert answer.errors == []
    added = next(one for one in answer.data["cartLinesAdd"]["cart"]["lines"] if one["fulfilment"]["location"])
    assert added["fulfilment"] == {
        "method": "SHIP_TO_STORE",
        "promisedAt": quote["arrivesAt"],
        "location": {"name": "Oxford Street"},
    }
    assert Decimal(tried["expectedTotal"]["amount"]) > Decimal(agreed["expectedTotal"]["amount"])
    bought = answer.data["checkoutComplete"]
    assert bought["__typename"] == "CheckoutSuccess", bought
    assert bought["order"]["promisedAt"]
