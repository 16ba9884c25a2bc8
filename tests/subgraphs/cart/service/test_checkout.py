from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import count

from subgraphs.cart.models import CheckoutRow, StoredValueRow, VoucherRow
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.rules.saga import MOST_REFUSED, MOST_UNANSWERED
from subgraphs.cart.service.drive import drive
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.peers import peers_of

APPLY = "mutation ($cart: ID!, $code: String!) { cartVoucherApply(cartId: $cart, code: $code) { __typename ... on CartSuccess { cart { totals { discount { amount } } } } } }"
HOME = {"lines": ["1 High Street"], "city": "London", "postcode": "N1 1AA", "country": "GB"}
_keys = count()


def key() -> str:
    return f"own-key-{next(_keys)}"


def partners(street):
    return ShopPartners(peers_of(street.database, street.shop.settings), adapters_of(street.database))


async def resumed(street, times=1):
    """Drive the only checkout as the background does, so often."""
    [row] = await street.rows(CheckoutRow)
    for _ in range(times):
        try:
            row = await drive(street.database, partners(street), row.id)
        except ServiceUnavailable:
            continue
    [row] = await street.rows(CheckoutRow)
    return row


async def test_a_basket_becomes_an_order_that_is_held_paid_and_placed_once(street, ada):
    mug = street.goods("12.00", stock=5)
    agreed = await street.ready((mug, 2), customer=ada)
    bought = await street.complete(agreed, customer=ada)
    assert bought["__typename"] == "CheckoutSuccess"
    assert bought["customer"] == {"id": ada}
    [(order, placed)] = street.neighbours.orders.values()
    assert order == bought["order"]["id"]
    assert [(line["quantity"], line["unitPrice"]) for line in placed["lines"]] == [(2, "12")]
    assert sum(Decimal(each["amount"]) for each in placed["payments"]) == Decimal(placed["total"])
    assert "token" not in placed["payments"][0]
    assert list(street.neighbours.assigned.values()) == [order]
    assert street.neighbours.stock[mug] == 3
    assert (await street.cart(agreed["cartId"], customer=ada))["status"] == "ORDERED"
    [row] = await street.rows(CheckoutRow)
    assert row.agreed["payments"][0]["token"] is None


async def test_C4_one_key_a_hundred_times_is_one_order_and_the_same_answer(street):
    mug = street.goods(stock=500)
    agreed = await street.ready((mug, 1))
    answers = []
    for _ in range(5):
        answers += await asyncio.gather(*(street.complete(agreed) for _ in range(20)))
    assert {answer["__typename"] for answer in answers} == {"CheckoutSuccess"}
    assert len({answer["order"]["id"] for answer in answers}) == 1
    assert sum(not answer["replayed"] for answer in answers) == 1
    assert (len(street.neighbours.orders), len(street.cards.taken), street.neighbours.stock[mug]) == (1, 1, 499)


async def test_two_keys_on_one_basket_are_one_order(street):
    agreed = await street.ready((street.goods(), 1))
    answers = await asyncio.gather(*(street.complete({**agreed, "idempotencyKey": key()}) for _ in range(8)))
    kinds = [answer["__typename"] for answer in answers]
    assert kinds.count("CheckoutSuccess") == 1
    assert set(kinds) <= {"CheckoutSuccess", "CheckoutBlockedError", "NotFoundError", "CartVersionConflictError"}
    assert (len(street.neighbours.orders), len(street.cards.taken)) == (1, 1)


async def test_C4_a_key_used_for_another_purchase_is_refused(street):
    agreed = await street.ready((street.goods(), 1))
    await street.complete(agreed)
    other = {**agreed, "expectedTotal": {"amount": "1.00", "currency": "GBP"}}
    assert (await street.complete(other))["code"] == "IDEMPOTENCY_CONFLICT"


async def test_two_customers_may_make_up_the_same_key(street, ada, ben):
    mug = street.goods()
    for who in (ada, ben):
        agreed = {**await street.ready((mug, 1), customer=who), "idempotencyKey": "1"}
        assert (await street.complete(agreed, customer=who))["__typename"] == "CheckoutSuccess"


async def test_C7_nothing_is_charged_but_what_was_agreed_to(street):
    mug = street.goods("12.00")
    agreed = await street.ready((mug, 1))
    await street.reprice(mug, "15.00")
    blocked = await street.complete(agreed)
    assert (blocked["__typename"], blocked["code"]) == ("CheckoutBlockedError", "CHECKOUT_INCOMPLETE")
    assert [problem["code"] for problem in blocked["cart"]["problems"]] == ["PRICE_CHANGED"]
    old = await street.complete({**agreed, "expectedVersion": agreed["expectedVersion"] - 1})
    assert old["__typename"] == "CartVersionConflictError"
    assert street.cards.taken == {}


async def test_what_is_missing_blocks(street):
    cart = (await street.add((street.goods(), 1)))["cart"]
    taken = {
        "cartId": cart["id"],
        "expectedVersion": cart["version"],
        "expectedTotal": cart["totals"]["due"],
        "idempotencyKey": key(),
    }
    blocked = await street.complete(taken)
    assert (blocked["__typename"], blocked["message"]) == ("CheckoutBlockedError", "Tell us where to send it.")
    agreed = await street.agreed(
        cart["id"], payments=[{"kind": "CARD", "token": "tok_ok_1", "amount": {"amount": "5.00", "currency": "GBP"}}]
    )
    assert (await street.complete(agreed))["message"] == "Choose how to pay."


async def test_C7_an_amount_of_another_currency_or_with_too_many_decimals_pays_nothing(street):
    cart = (await street.add((street.goods(), 1)))["cart"]
    for amount in (
        {"amount": "5.00", "currency": "EUR"},
        {"amount": "5.001", "currency": "GBP"},
        {"amount": "-5", "currency": "GBP"},
    ):
        told = await street.details(cart["id"], payments=[{"kind": "CARD", "token": "tok_ok_1", "amount": amount}])
        assert told["code"] == "INVALID_INPUT"


async def test_goods_that_are_gone_order_and_charge_nothing(street):
    mug = street.goods(stock=5)
    agreed = await street.ready((mug, 5))
    street.neighbours.puzzled = {"CartStock"}  # nobody can say beforehand that one is gone
    street.neighbours.stock[mug] = 4
    blocked = await street.complete(agreed)
    assert (blocked["__typename"], blocked["message"]) == ("CheckoutBlockedError", "Only 4 left.")
    assert (street.cards.taken, street.neighbours.orders) == ({}, {})


async def test_a_declined_card_leaves_the_basket_and_another_card_may_follow_for_the_last_unit(street):
    mug = street.goods(stock=1)
    agreed = await street.ready((mug, 1), token="tok_declined_1")
    declined = await street.complete(agreed)
    assert (declined["__typename"], declined["retryable"]) == ("PaymentDeclinedError", False)
    assert (await street.complete(agreed))["__typename"] == "PaymentDeclinedError"
    again = await street.agreed(agreed["cartId"], payments=[{"kind": "CARD", "token": "tok_ok_1"}])
    assert (await street.complete(again))["__typename"] == "CheckoutSuccess"
    assert (len(street.neighbours.orders), street.neighbours.stock[mug]) == (1, 0)


async def test_nobody_waits_for_the_stock_to_hear_that_a_card_was_declined(street):
    agreed = await street.ready((street.goods(), 1), token="tok_declined_1")
    street.neighbours.puzzled = {"CartRelease"}
    assert (await street.complete(agreed))["__typename"] == "PaymentDeclinedError"
    [row] = await street.rows(CheckoutRow)
    assert (row.step, "alarm" in row.answers) == ("DECLINED", True)


async def test_C6_a_payment_that_times_out_after_charging_is_charged_once(street):
    agreed = await street.ready((street.goods(), 1), token="tok_times_out_1")
    waits = await street.shop.execute(
        "mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }",
        {"input": agreed},
        channel="web",
    )
    assert waits.codes == ["SERVICE_UNAVAILABLE"]
    bought = await street.complete(agreed)
    assert (bought["__typename"], bought["replayed"]) == ("CheckoutSuccess", True)
    assert len(street.cards.taken) == 1
    assert street.cards.given_back == {}


async def test_C6_a_payment_service_that_never_answers_is_given_up_and_nothing_stays_taken(street):
    agreed = await street.ready((street.goods(), 1), token="tok_unreachable_1")
    await street.shop.execute(
        "mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }",
        {"input": agreed},
        channel="web",
    )
    row = await resumed(street, MOST_UNANSWERED)
    assert row.step == "DECLINED"
    assert (await street.complete(agreed))["retryable"] is True
    again = await street.agreed(agreed["cartId"], payments=[{"kind": "CARD", "token": "tok_ok_1"}])
    assert (await street.complete(again))["__typename"] == "CheckoutSuccess"


async def test_an_order_that_is_refused_gives_money_and_goods_back(street):
    mug = street.goods(stock=5)
    agreed = await street.ready((mug, 2))
    street.neighbours.refuse_orders = True
    blocked = await street.complete(agreed)
    assert (blocked["__typename"], blocked["message"]) == ("CheckoutBlockedError", "We take no orders.")
    assert street.cards.given_back == street.cards.taken
    assert street.neighbours.stock[mug] == 5


async def test_a_wrong_question_is_not_asked_for_ever(street):
    mug = street.goods(stock=5)
    agreed = await street.ready((mug, 2))
    street.neighbours.puzzled = {"CartPlace"}
    query = "mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }"
    assert (await street.shop.execute(query, {"input": agreed}, channel="web")).codes == ["SERVICE_UNAVAILABLE"]
    row = await resumed(street, MOST_REFUSED)
    assert (row.step, street.neighbours.asked["CartPlace"]) == ("FAILED", MOST_REFUSED)
    assert "CartPlace" not in row.answers["alarm"]
    assert street.cards.given_back == street.cards.taken
    assert street.neighbours.stock[mug] == 5
    assert (await street.cart(agreed["cartId"]))["status"] == "ACTIVE"


async def test_an_order_that_is_placed_stands_though_the_stock_does_not_understand(street):
    agreed = await street.ready((street.goods(), 1))
    street.neighbours.puzzled = {"CartAssign"}
    query = "mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }"
    await street.shop.execute(query, {"input": agreed}, channel="web")
    row = await resumed(street, MOST_REFUSED)
    assert row.step == "DONE"
    assert (await street.complete(agreed))["__typename"] == "CheckoutSuccess"
    assert street.cards.given_back == {}


async def test_a_neighbour_that_is_away_is_waited_for(street):
    agreed = await street.ready((street.goods(), 1))
    street.neighbours.down = {"fulfilment"}
    query = "mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }"
    assert (await street.shop.execute(query, {"input": agreed}, channel="web")).codes == ["SERVICE_UNAVAILABLE"]
    assert (await resumed(street, MOST_REFUSED + MOST_UNANSWERED)).step == "PLACE"
    street.neighbours.down = set()
    assert (await resumed(street)).step == "DONE"
    assert (len(street.neighbours.orders), len(street.cards.taken)) == (1, 1)


async def test_C8_a_code_for_one_use_is_used_by_one_of_fifty(street):
    mug = street.goods("100.00")
    await street.offer("ONCE", kind="AMOUNT_OFF", amount=Decimal(5), currency="GBP")
    cart = (await street.add((mug, 1)))["cart"]
    applied = await street.ask(APPLY, {"cart": cart["id"], "code": "once"})
    assert applied["cartVoucherApply"]["cart"]["totals"]["discount"]["amount"] == "5.00"
    agreed = await street.agreed(cart["id"], payments=[{"kind": "CARD", "token": "tok_ok_1"}])
    answers = await asyncio.gather(*(street.complete(each) for each in await street.copies(agreed, 50)))
    assert [answer["__typename"] for answer in answers].count("CheckoutSuccess") == 1
    assert {answer["message"] for answer in answers if "message" in answer} == {"The code ONCE has been used."}
    [voucher] = await street.rows(VoucherRow)
    assert voucher.used == 1


async def test_a_code_can_be_used_again_when_the_card_was_declined(street):
    mug = street.goods("100.00")
    await street.offer("ONCE", kind="AMOUNT_OFF", amount=Decimal(5), currency="GBP")
    cart = (await street.add((mug, 1)))["cart"]
    await street.ask(APPLY, {"cart": cart["id"], "code": "ONCE"})
    agreed = await street.agreed(cart["id"], payments=[{"kind": "CARD", "token": "tok_declined_1"}])
    assert (await street.complete(agreed))["__typename"] == "PaymentDeclinedError"
    again = await street.agreed(cart["id"], payments=[{"kind": "CARD", "token": "tok_ok_1"}])
    assert (await street.complete(again))["__typename"] == "CheckoutSuccess"


async def test_a_purchase_is_split_over_a_gift_card_and_a_bank_card(street):
    await street.card("gift-1", "25.00")
    cart = (await street.add((street.goods("100.00"), 1)))["cart"]
    payments = [
        {"kind": "CARD", "token": "tok_ok_1"},
        {"kind": "GIFT_CARD", "token": "gift-1", "amount": {"amount": "25.00", "currency": "GBP"}},
    ]
    agreed = await street.agreed(cart["id"], payments=payments)
    assert agreed["expectedTotal"]["amount"] == "75.00"
    assert (await street.complete(agreed))["__typename"] == "CheckoutSuccess"
    [(_, placed)] = street.neighbours.orders.values()
    assert [(each["kind"], Decimal(each["amount"])) for each in placed["payments"]] == [("GIFT_CARD", 25), ("CARD", 75)]
    assert list(street.cards.taken.values()) == [Decimal(75)]
    [card] = await street.rows(StoredValueRow)
    assert card.balance == 0


async def test_a_gift_card_is_given_back_when_the_bank_card_beside_it_is_declined(street):
    await street.card("gift-1", "25.00")
    cart = (await street.add((street.goods("100.00"), 1)))["cart"]
    payments = [
        {"kind": "GIFT_CARD", "token": "gift-1", "amount": {"amount": "25.00", "currency": "GBP"}},
        {"kind": "CARD", "token": "tok_declined_1"},
    ]
    declined = await street.complete(await street.agreed(cart["id"], payments=payments))
    assert (declined["__typename"], declined["path"]) == ("PaymentDeclinedError", ["input", "payments", "1"])
    [card] = await street.rows(StoredValueRow)
    assert card.balance == 25


async def test_C8_a_gift_card_is_never_overspent(street):
    await street.card("gift-1", "25.00")
    cart = (await street.add((street.goods("20.00", regular="20.00"), 1)))["cart"]
    await street.update(cart["id"], [{"lineId": cart["lines"][0]["id"], "fulfilment": {"method": "CARRY_OUT"}}])
    agreed = await street.agreed(cart["id"], payments=[{"kind": "GIFT_CARD", "token": "gift-1"}])
    answers = await asyncio.gather(*(street.complete(each) for each in await street.copies(agreed, 8)))
    assert sorted(answer["__typename"] for answer in answers) == ["CheckoutSuccess"] + ["PaymentDeclinedError"] * 7
    [card] = await street.rows(StoredValueRow)
    assert card.balance == 5


async def test_the_delivery_option_taken_is_priced_and_kept(street):
    mug = street.goods("100.00")
    cart = (await street.add((mug, 2)))["cart"]
    told = await street.details(cart["id"], shippingAddress=HOME, deliveryOptionId="express:GB")
    assert told["cart"]["totals"]["delivery"]["amount"] == "9.95"
    agreed = await street.agreed(cart["id"], payments=[{"kind": "CARD", "token": "tok_ok_1"}])
    assert (await street.complete(agreed))["__typename"] == "CheckoutSuccess"
    [(_, placed)] = street.neighbours.orders.values()
    assert (placed["deliveryOptionId"], Decimal(placed["delivery"])) == ("express:GB", Decimal("9.95"))


async def test_an_option_that_is_not_to_be_had_is_refused_and_one_of_other_goods_forgotten(street):
    mug = street.goods("100.00")
    cart = (await street.add((mug, 2)))["cart"]
    refused = await street.details(cart["id"], shippingAddress=HOME, deliveryOptionId="balloon:GB")
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["input", "deliveryOptionId"])
    await street.details(cart["id"], shippingAddress=HOME, deliveryOptionId="express:GB")
    more = await street.add((mug, 1), cartId=cart["id"])
    assert more["cart"]["totals"]["delivery"]["amount"] == "0.00"


async def test_what_is_added_while_it_is_being_paid_is_not_lost(street, ada):
    mug, plate = street.goods(), street.goods()
    agreed = await street.ready((mug, 1), customer=ada)
    street.neighbours.down = {"fulfilment"}
    query = "mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }"
    await street.shop.execute(query, {"input": agreed}, customer=ada, channel="web")
    await street.add((plate, 2), (mug, 1), customer=ada)
    street.neighbours.down = set()
    assert (await resumed(street)).step == "DONE"
    left = await street.ask("{ me { activeCart { id lines { quantity variant { id } } } } }", customer=ada)
    assert {(line["variant"]["id"], line["quantity"]) for line in left["me"]["activeCart"]["lines"]} == {
        (plate, 2),
        (mug, 1),
    }
    [(_, placed)] = street.neighbours.orders.values()
    assert [(line["variantId"], line["quantity"]) for line in placed["lines"]] == [(mug, 1)]
