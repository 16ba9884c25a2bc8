"""What others tell the cart service: money loaded, rewards taken, sales made elsewhere, stock that changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from subgraphs.cart.models import CartLineRow, CartRow, PromotionDayRow, StoredValueRow
from subgraphs.kit.ids import stable_id

STORE = stable_id("Location", "a test's store")


async def test_money_loaded_onto_a_card_is_there_to_pay_with_once(street):
    told = {"number": "card-1", "kind": "STORED_VALUE", "amount": {"amount": "25.00", "currency": "GBP"}}
    for event in ("load-1", "load-1", "load-2"):
        await street.hear("stored_value.loaded", told, event)
    await street.hear("stored_value.loaded", {**told, "amount": {"amount": "5.00", "currency": "EUR"}})
    (card,) = await street.rows(StoredValueRow)
    assert (card.balance, card.currency) == (Decimal("50.00"), "GBP")
    agreed = await street.ready((street.goods("20.00"), 1))
    paid = [{"kind": "STORED_VALUE", "token": "card-1", "amount": {"amount": "24.95", "currency": "GBP"}}]
    agreed = await street.agreed(agreed["cartId"], payments=paid)
    assert (await street.complete(agreed))["__typename"] == "CheckoutSuccess"
    assert (await street.rows(StoredValueRow))[0].balance == Decimal("25.05")


async def test_a_reward_taken_is_a_voucher_for_its_owner_once(street, ada, ben):
    offer = await street.offer("NOT-THIS", kind="AMOUNT_OFF", amount=Decimal(5), currency="GBP", reward_id="rwd_1")
    told = {"customer_id": ada, "reward_id": "rwd_1", "voucher_code": "r0a1b2c3", "expires_at": None}
    await street.hear("reward.redeemed", told)
    await street.hear("reward.redeemed", {**told, "reward_id": "rwd_unknown", "voucher_code": "rffff"})
    apply = """mutation ($cart: ID!, $code: String!) { cartVoucherApply(cartId: $cart, code: $code) { __typename
      ... on CartSuccess { cart { promotions { promotion { id } } totals { discount { amount } } } } } }"""
    theirs = (await street.add((street.goods("20.00"), 1), customer=ben))["cart"]["id"]
    refused = await street.ask(apply, {"cart": theirs, "code": "R0A1B2C3"}, customer=ben)
    assert refused["cartVoucherApply"]["__typename"] == "VoucherError"
    mine = (await street.add((street.goods("20.00"), 1), customer=ada))["cart"]["id"]
    used = (await street.ask(apply, {"cart": mine, "code": "R0A1B2C3"}, customer=ada))["cartVoucherApply"]["cart"]
    assert used["promotions"] == [{"promotion": {"id": offer}}]
    assert used["totals"]["discount"]["amount"] == "5.00"


async def test_a_till_elsewhere_that_forgets_an_offer_is_a_gap(street):
    mug = street.goods("20.00")
    await street.add((mug, 1))
    offer = await street.offer(percent=Decimal(10), goods=[mug])
    sale = {
        "source": "channel:store",
        "channel": "store",
        "brand": "alder",
        "placed_at": datetime.now(UTC).isoformat(),
        "discount": "0.00",
        "grand_total": {"amount": "20.00", "currency": "GBP"},
        "lines": [{"variant_id": mug, "quantity": 1, "unit_price": "20.00"}],
    }
    await street.hear("order.placed", sale)
    await street.hear("order.placed", {**sale, "discount": "2.00"})
    await street.hear("order.placed", {**sale, "source": "shop"})
    (day,) = [row for row in await street.rows(PromotionDayRow) if row.refused]
    assert (day.promotion_id, day.channel, day.refused) == (offer, "store", 1)


async def test_stock_and_prices_that_change_are_told_to_whoever_watches_the_basket(street, ada):
    mug = street.goods("10.00")
    cart = (await street.add((mug, 1), customer=ada))["cart"]
    await street.hear("stock.changed", {"variant_id": mug, "status": "LOW_STOCK"})
    row = next(each for each in await street.rows(CartRow) if each.id == cart["id"])
    assert (row.noticed, row.changed_why, row.version) == (1, "STOCK", cart["version"])
    await street.reprice(mug, "12.00")
    row = next(each for each in await street.rows(CartRow) if each.id == cart["id"])
    assert (row.noticed, row.changed_why, row.version) == (2, "PRICE", cart["version"])


async def test_a_store_that_cannot_hand_out_and_a_hold_that_ran_out_are_told_when_the_basket_is_read(street, ada):
    mug, lamp = street.goods("10.00"), street.goods("30.00")
    way = {"method": "PICKUP", "locationId": STORE}
    cart = (await street.add((mug, 1), customer=ada))["cart"]
    await street.update(cart["id"], [{"lineId": cart["lines"][0]["id"], "fulfilment": way}], customer=ada)
    assert (await street.cart(cart["id"], customer=ada))["problems"] == []
    street.neighbours.closed.add(STORE)
    (problem,) = (await street.cart(cart["id"], customer=ada))["problems"]
    assert problem["code"] == "PICKUP_UNAVAILABLE"
    street.neighbours.closed.clear()
    street.neighbours.kept["rsv-1"] = {
        "id": "rsv-1", "status": "ACTIVE", "quantity": 1, "expiresAt": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        "variant": {"id": lamp}, "location": {"id": STORE}, "customer": {"id": ada},
    }  # fmt: skip
    asked = {"lines": [{"variantId": lamp, "quantity": 1, "reservationId": "rsv-1"}], "idempotencyKey": "held"}
    add = """mutation ($input: CartLinesAddInput!) { cartLinesAdd(input: $input) { __typename
      ... on CartSuccess { cart { problems { code } } } ... on BusinessError { code path } } }"""
    added = (await street.ask(add, {"input": asked}, customer=ada))["cartLinesAdd"]
    assert (added["__typename"], added["cart"]["problems"]) == ("CartSuccess", [])
    twice = {**asked, "idempotencyKey": "held-twice"}
    assert (await street.ask(add, {"input": twice}, customer=ada))["cartLinesAdd"]["code"] == "NOT_FOUND"
    held = next(row for row in await street.rows(CartLineRow) if row.reservation_id)
    await street.alter(CartLineRow, held.id, held_until=street.ago(minutes=1))
    (problem,) = (await street.cart(cart["id"], customer=ada))["problems"]
    assert problem["code"] == "HOLD_EXPIRED"
