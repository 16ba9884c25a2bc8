"""From the first thing in the basket to an order that can be followed, through the gateway."""

from __future__ import annotations

import asyncio

from .buying import ADD, CANDLE, DETAILS, UPDATE, add, complete, key, ready


async def test_a_guest_fills_changes_and_empties_a_basket(shop):
    added = await add(shop, [{"variantId": CANDLE, "quantity": 2}])
    cart = added["cart"]
    assert cart["lines"][0]["variant"]["name"] == "Cedar and Smoke Candle"
    again = await add(shop, [{"variantId": CANDLE, "quantity": 1}], cartId=cart["id"])
    assert [line["quantity"] for line in again["cart"]["lines"]] == [3]
    change = {
        "cartId": cart["id"],
        "lines": [{"lineId": cart["lines"][0]["id"], "quantity": 0}],
        "idempotencyKey": key(),
    }
    emptied = (await shop.ask(UPDATE, {"input": change}, channel="web")).data["cartLinesUpdate"]
    assert emptied["cart"]["totalQuantity"] == 0


async def test_bad_quantities_are_refused_with_their_path(shop):
    for quantity in (0, -1, 10**9):
        refused = await add(shop, [{"variantId": CANDLE, "quantity": quantity}])
        assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["input", "lines", "0", "quantity"])
    beyond = await shop.ask(
        ADD, {"input": {"lines": [{"variantId": CANDLE, "quantity": 10**12}], "idempotencyKey": key()}}
    )
    assert beyond.codes == ["BAD_USER_INPUT"]


async def test_an_old_version_is_told_and_nothing_is_added(shop):
    cart = (await add(shop, [{"variantId": CANDLE, "quantity": 1}]))["cart"]
    refused = await add(
        shop, [{"variantId": CANDLE, "quantity": 1}], cartId=cart["id"], expectedVersion=cart["version"] + 5
    )
    assert (refused["__typename"], refused["code"]) == ("CartVersionConflictError", "VERSION_CONFLICT")


async def test_a_purchase_becomes_an_order_that_can_be_followed(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 2}], who="emil")
    bought = await complete(shop, agreed, who="emil")
    assert bought["__typename"] == "CheckoutSuccess"
    assert bought["order"]["totalQuantity"] == 2
    assert bought["order"]["grandTotal"]["amount"] == agreed["expectedTotal"]["amount"]
    line = await shop.ask(
        "{ me { orders(openOnly: true, first: 1) { nodes { id number } } activeCart { id } } }", who="emil"
    )
    assert line.data["me"]["orders"]["nodes"][0]["number"] == bought["order"]["number"]
    assert line.data["me"]["activeCart"] is None


async def test_one_key_is_one_order_however_often_it_is_sent(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])
    answers = await asyncio.gather(*(complete(shop, agreed) for _ in range(20)))
    assert {answer["order"]["id"] for answer in answers} == {answers[0]["order"]["id"]}


async def test_a_declined_card_orders_nothing_and_another_one_may_follow(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}], token="tok_declined_1")
    declined = await complete(shop, agreed)
    assert (declined["__typename"], declined["retryable"]) == ("PaymentDeclinedError", False)
    details = {
        "cartId": agreed["cartId"],
        "payments": [{"kind": "CARD", "token": "tok_ok_12345678"}],
        "idempotencyKey": key(),
    }
    cart = (await shop.ask(DETAILS, {"input": details}, channel="web")).data["checkoutUpdate"]["cart"]
    again = {**agreed, "expectedVersion": cart["version"], "idempotencyKey": key()}
    assert (await complete(shop, again))["__typename"] == "CheckoutSuccess"


async def test_a_total_that_was_not_agreed_to_is_not_charged(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])
    agreed["expectedTotal"] = {"amount": "0.01", "currency": "GBP"}
    blocked = await complete(shop, agreed)
    assert (blocked["__typename"], blocked["code"]) == ("CheckoutBlockedError", "CHECKOUT_INCOMPLETE")


async def test_the_last_units_are_sold_once(shop):
    """Buyers take ten candles each until none is left: no one gets what another has."""
    staff = {"scopes": ("staff:store",), "channel": "store"}
    levels = "query($id: ID!) { variant(id: $id) { stockLevels(first: 50) { nodes { onHand reserved safetyStock } } } }"
    outcomes: list[str] = []
    agreed = [await ready(shop, [{"variantId": CANDLE, "quantity": 10}]) for _ in range(3)]
    while "CheckoutBlockedError" not in outcomes and len(outcomes) < 100:
        outcomes.append((await complete(shop, agreed.pop()))["__typename"])
        more = await add(shop, [{"variantId": CANDLE, "quantity": 10}])
        if more["__typename"] == "CartSuccess":
            agreed.append(await ready(shop, [{"variantId": CANDLE, "quantity": 10}]))
        elif not agreed:
            break
    for level in (await shop.ask(levels, {"id": CANDLE}, **staff)).data["variant"]["stockLevels"]["nodes"]:
        assert level["onHand"] >= level["reserved"] >= 0
    assert "CheckoutSuccess" in outcomes
    assert len(outcomes) < 100, "the shelf is never empty"


async def test_one_cart_with_two_keys_is_still_one_order(shop):
    agreed = await ready(shop, [{"variantId": CANDLE, "quantity": 1}])
    outcomes = await asyncio.gather(complete(shop, agreed), complete(shop, {**agreed, "idempotencyKey": key()}))
    assert sorted(outcome["__typename"] for outcome in outcomes).count("CheckoutSuccess") == 1
