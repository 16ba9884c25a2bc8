from __future__ import annotations

import asyncio

CHANGED = "subscription ($id: ID!) { cartChanged(id: $id) { cause byDevice byChannel { code } cart { id version totalQuantity totals { total { amount } } } } }"
CLAIM = "mutation ($c: String!, $r: String) { cartHandoffClaim(code: $c, registerCode: $r) { __typename } }"


async def watching(street, cart):
    """Wait until the subscriber has read the basket for the first time: what changes from here on is news to it."""
    waiting, quiet = street.database.signals._waiting, 0
    async with asyncio.timeout(10):
        while quiet < 5:
            listens = any(not event.is_set() for event in waiting.get(f"cart:{cart}", ()))
            quiet = quiet + 1 if listens and not street.database.engine.pool.checkedout() else 0
            await asyncio.sleep(0.01)


async def test_a_basket_is_seen_changing_on_another_device(street, ada):
    mug = street.goods("10.00")
    cart = (await street.add((mug, 1), customer=ada))["cart"]["id"]
    async with street.shop.subscribe(CHANGED, {"id": cart}, customer=ada, channel="web") as stream:
        await watching(street, cart)
        await street.add((mug, 2), customer=ada, channel="app", idempotencyKey="adas-phone/1")
        news = (await stream.next())["data"]["cartChanged"]
        assert (news["cause"], news["byDevice"], news["byChannel"]) == ("LINES", "adas-phone", {"code": "app"})
        assert (news["cart"]["totalQuantity"], news["cart"]["totals"]["total"]["amount"]) == (3, "34.95")


async def test_the_phone_sees_the_till_take_over_and_the_order(street, ada):
    till = await street.till()
    agreed = await street.ready((street.goods(), 1), customer=ada)
    cart = agreed["cartId"]
    offer = await street.ask(
        "mutation ($id: ID!) { cartHandoffCreate(cartId: $id) { ... on CartHandoff { handoffCode } } }",
        {"id": cart},
        customer=ada,
    )
    async with street.shop.subscribe(CHANGED, {"id": cart}, customer=ada) as stream:
        await watching(street, cart)
        await street.ask(
            CLAIM, {"c": offer["cartHandoffCreate"]["handoffCode"], "r": till}, scopes=("staff:store",), channel="store"
        )
        taken = (await stream.next())["data"]["cartChanged"]
        assert (taken["cause"], taken["byDevice"], taken["byChannel"]) == ("HANDED_OFF", till, {"code": "store"})
        again = await street.agreed(cart, customer=ada)
        assert (await stream.next())["data"]["cartChanged"]["cause"] == "LINES"
        assert (await street.complete(again, customer=ada))["__typename"] == "CheckoutSuccess"
        assert (await stream.next())["data"]["cartChanged"]["cause"] == "ORDERED"


async def test_somebody_elses_basket_cannot_be_watched(street, ada, ben):
    cart = (await street.add((street.goods(), 1), customer=ada))["cart"]["id"]
    async with street.shop.subscribe(CHANGED, {"id": cart}, customer=ben) as stream:
        assert (await stream.next())["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
