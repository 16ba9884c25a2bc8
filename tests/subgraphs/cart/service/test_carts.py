from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from subgraphs.cart.models import CartRow

SAVE = "mutation ($id: ID!) { cartLineSaveForLater(lineId: $id) { __typename ... on CartSuccess { cart { totalQuantity savedForLater { id quantity } } } } }"
BACK = "mutation ($id: ID!) { savedItemMoveToCart(id: $id) { __typename ... on CartSuccess { cart { totalQuantity savedForLater { id } } } } }"


async def test_a_guest_starts_a_basket_and_adds_to_it(street):
    mug, plate = street.goods("12.00"), street.goods("14.00")
    first = await street.add((mug, 2))
    cart = first["cart"]
    assert (cart["totalQuantity"], cart["totals"]["subtotal"]["amount"]) == (2, "24.00")
    second = await street.add((plate, 1), (mug, 1), cartId=cart["id"])
    assert [line["quantity"] for line in second["cart"]["lines"]] == [3, 1]
    assert second["cart"]["version"] == cart["version"] + 1


async def test_a_customer_has_one_basket_a_brand_on_every_device(street, ada):
    mug, cream = street.goods(), street.goods(brand="velvet")
    on_web = await street.add((mug, 1), customer=ada, channel="web")
    on_app = await street.add((mug, 1), customer=ada, channel="app")
    assert on_web["cart"]["id"] == on_app["cart"]["id"]
    assert [channel["code"] for channel in on_app["cart"]["channels"]] == ["web", "app"]
    other = await street.add((cream, 1), customer=ada)
    assert other["cart"]["id"] != on_web["cart"]["id"]


async def test_two_devices_that_start_one_basket_at_once_meet_in_it(street, ada):
    goods = [street.goods() for _ in range(6)]
    answers = await asyncio.gather(*(street.add((each, 1), customer=ada) for each in goods))
    assert {answer["__typename"] for answer in answers} == {"CartSuccess"}
    assert len({answer["cart"]["id"] for answer in answers}) == 1
    cart = await street.cart(answers[0]["cart"]["id"], customer=ada)
    assert cart["totalQuantity"] == 6
    assert cart["version"] == max(answer["cart"]["version"] for answer in answers) == 6


async def test_an_old_version_is_refused_and_the_basket_shown(street):
    mug = street.goods()
    cart = (await street.add((mug, 1)))["cart"]
    await street.add((mug, 1), cartId=cart["id"])
    late = await street.add((mug, 1), cartId=cart["id"], expectedVersion=cart["version"])
    assert (late["__typename"], late["code"]) == ("CartVersionConflictError", "VERSION_CONFLICT")
    assert late["cart"]["version"] == cart["version"] + 1


async def test_the_same_key_adds_once_and_answers_the_same(street, ada):
    mug = street.goods()
    answers = [await street.add((mug, 2), customer=ada, idempotencyKey="one-key") for _ in range(3)]
    assert [answer["replayed"] for answer in answers] == [False, True, True]
    assert {answer["cart"]["totalQuantity"] for answer in answers} == {2}
    other = await street.add((mug, 3), customer=ada, idempotencyKey="one-key")
    assert (other["__typename"], other["code"]) == ("InvalidInputError", "IDEMPOTENCY_CONFLICT")


async def test_another_customers_basket_is_not_there_by_any_path(street, ada, ben):
    mug = street.goods()
    cart = (await street.add((mug, 1), customer=ada))["cart"]
    line = cart["lines"][0]["id"]
    for who in ({"customer": ben}, {}):
        assert await street.cart(cart["id"], **who) is None
        for answer in (
            await street.add((mug, 1), cartId=cart["id"], **who),
            await street.update(cart["id"], [{"lineId": line, "quantity": 0}], **who),
            await street.details(cart["id"], email="b@example.com", **who),
        ):
            assert (answer["__typename"], answer["code"]) == ("NotFoundError", "NOT_FOUND")
        taken = {
            "cartId": cart["id"],
            "expectedVersion": 1,
            "expectedTotal": {"amount": "1.00", "currency": "GBP"},
            "idempotencyKey": "k",
        }
        assert (await street.complete(taken, **who))["code"] == "NOT_FOUND"
        assert (await street.ask(SAVE, {"id": line}, **who))["cartLineSaveForLater"]["__typename"] == "NotFoundError"
        for kind, key in (("Cart", cart["id"]), ("CartLine", line)):
            assert (await street.shop.entities(kind, [{"id": key}], "id", **who)).data == [None]
        seen = await street.shop.entities("Customer", [{"id": ada}], "carts { id } layaways { id }", customer=ben)
        assert seen.data == [{"carts": [], "layaways": []}]


@pytest.mark.parametrize("quantity", [0, -1, 1000, 2**31 - 1])
async def test_C7_a_number_of_units_nobody_can_buy_is_refused(street, quantity):
    refused = await street.add((street.goods(), quantity))
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["input", "lines", "0", "quantity"])


async def test_what_is_not_sold_is_refused(street):
    unknown, elsewhere, members = "var_nothing", street.goods(channels=("app",)), street.goods(bar="MEMBERS_ONLY")
    assert (await street.add((unknown, 1)))["code"] == "NOT_FOUND"
    assert (await street.add((elsewhere, 1)))["code"] == "NOT_SOLD_IN_CHANNEL"
    assert (await street.add((members, 1)))["code"] == "MEMBERS_ONLY"
    brands = await street.add((street.goods(), 1), (street.goods(brand="velvet"), 1))
    assert brands["code"] == "INVALID_INPUT"


async def test_C2_more_than_there_is_is_refused_but_less_of_too_much_is_not(street):
    mug = street.goods(stock=3)
    refused = await street.add((mug, 4))
    assert (refused["__typename"], refused["availableQuantity"]) == ("InsufficientStockError", 3)
    cart = (await street.add((mug, 3)))["cart"]
    street.neighbours.stock[mug] = 1
    line = cart["lines"][0]["id"]
    assert (await street.update(cart["id"], [{"lineId": line, "quantity": 4}]))[
        "__typename"
    ] == "InsufficientStockError"
    smaller = await street.update(cart["id"], [{"lineId": line, "quantity": 2}])
    assert [problem["code"] for problem in smaller["cart"]["problems"]] == ["INSUFFICIENT_STOCK"]


async def test_C2_a_pack_and_single_units_in_two_lines_draw_on_the_same_stock(street, ada):
    mug = street.goods(stock=8, barcode="single")
    street.neighbours.barcodes["six"], street.neighbours.packs["six"] = mug, 6
    scan = "mutation ($input: CartScanInput!) { cartScan(input: $input) { __typename ... on CartSuccess { cart { id totalQuantity } } ... on BusinessError { code } } }"

    async def scanned(code, cart=None):
        given = {"code": code, "cartId": cart, "locationId": "loc_1", "idempotencyKey": f"{code}-{cart}"}
        return (await street.ask(scan, {"input": given}, customer=ada))["cartScan"]

    cart = (await scanned("six"))["cart"]["id"]
    pickup = {"variantId": mug, "quantity": 2, "fulfilment": {"method": "PICKUP", "locationId": "loc_1"}}
    both = await street.add(lines=[pickup], cartId=cart, customer=ada)
    assert [line["quantity"] for line in both["cart"]["lines"]] == [6, 2]
    more = await street.add((mug, 1), cartId=cart, customer=ada)
    assert (more["__typename"], more["availableQuantity"]) == ("InsufficientStockError", 8)
    street.neighbours.stock[mug] = 7
    problems = (await street.cart(cart, customer=ada))["problems"]
    assert {(each["code"], each["availableQuantity"]) for each in problems} == {("INSUFFICIENT_STOCK", 7)}


async def test_a_line_of_no_units_is_gone(street):
    cart = (await street.add((street.goods(), 1), (street.goods(), 1)))["cart"]
    left = await street.update(cart["id"], [{"lineId": cart["lines"][0]["id"], "quantity": 0}])
    assert [line["id"] for line in left["cart"]["lines"]] == [cart["lines"][1]["id"]]


async def test_what_is_put_aside_by_two_devices_at_once_is_put_aside_once(street, ada):
    cart = (await street.add((street.goods(), 2), customer=ada))["cart"]
    line = cart["lines"][0]["id"]
    await asyncio.gather(*(street.ask(SAVE, {"id": line}, customer=ada) for _ in range(5)))
    saved = (await street.cart(cart["id"], customer=ada))["savedForLater"]
    assert [item["quantity"] for item in saved] == [2]
    answers = await asyncio.gather(*(street.ask(BACK, {"id": saved[0]["id"]}, customer=ada) for _ in range(5)))
    assert (
        sorted(each["savedItemMoveToCart"]["__typename"] for each in answers) == ["CartSuccess"] + ["NotFoundError"] * 4
    )
    assert (await street.cart(cart["id"], customer=ada))["totalQuantity"] == 2


async def test_a_collection_says_when_it_is_ready_and_a_transfer_what_it_costs(street):
    mug = street.goods("10.00")
    way = {"method": "PICKUP", "locationId": "loc_1"}
    given = {"lines": [{"variantId": mug, "quantity": 1, "fulfilment": way}]}
    cart = (await street.add(**given))["cart"]
    assert cart["lines"][0]["fulfilment"]["promisedAt"] == "2026-11-25T10:00:00Z"
    brought = {"method": "SHIP_TO_STORE", "locationId": "loc_1", "transferQuoteId": f"quote-{mug}"}
    moved = await street.update(cart["id"], [{"lineId": cart["lines"][0]["id"], "fulfilment": brought}])
    assert moved["cart"]["lines"][0]["fulfilment"]["promisedAt"] == "2026-11-27T10:00:00Z"
    assert moved["cart"]["totals"]["delivery"]["amount"] == "3.00"


async def test_with_the_catalogue_away_the_last_known_price_stands(street):
    mug = street.goods("12.00")
    cart = (await street.add((mug, 1)))["cart"]
    await street.reprice(mug, "13.00")
    street.neighbours.down = {"catalog", "inventory"}
    seen = await street.cart(cart["id"])
    assert (seen["totals"]["subtotal"]["amount"], seen["problems"]) == ("12.00", [])
    street.neighbours.down = set()
    moved = await street.cart(cart["id"])
    assert [(p["code"], p["priceBefore"]["amount"], p["priceNow"]["amount"]) for p in moved["problems"]] == [
        ("PRICE_CHANGED", "12.00", "13.00")
    ]


async def test_stock_that_cannot_be_asked_judges_nothing(street):
    mug = street.goods(stock=1)
    street.neighbours.down = {"inventory"}
    assert (await street.add((mug, 5)))["cart"]["problems"] == []


async def test_many_baskets_are_read_with_as_many_statements_as_one(street, ada, monkeypatch):
    # A price remembered for longer than this is asked for again, with a statement more: not while we count.
    monkeypatch.setattr("subgraphs.cart.facts.FRESH", timedelta(hours=1))
    goods = [street.goods() for _ in range(3)]
    for index in range(6):
        cart = (await street.add(*((each, 1) for each in goods), customer=ada))["cart"]
        if index:
            await street.alter(CartRow, cart["id"], in_use=False, status="ORDERED")
        else:
            await street.alter(CartRow, cart["id"], in_use=False, status="EXPIRED")
    query = "query ($n: Int!) { me { carts(first: $n) { id lines { id variant { id } total { amount } } totals { due { amount } } problems { code } savedForLater { id } payments { kind } promotions { saving { amount } } } } }"
    counts = []
    for first in (1, 6):
        with street.shop.statements() as count:
            assert len((await street.ask(query, {"n": first}, customer=ada))["me"]["carts"]) == first
        counts.append(count.sql)
    assert counts[0] == counts[1] <= 12
