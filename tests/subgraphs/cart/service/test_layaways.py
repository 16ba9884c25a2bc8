from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from subgraphs.cart.models import InstalmentRow, LayawayPaymentRow, LayawayRow
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.service import keeping, layaways
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.kit.peers import peers_of

FIELDS = "id number status total { amount } paid { amount } balance { amount } instalments { dueOn amount { amount } paidAt } lines { quantity unitPrice { amount } } location { id } reservations { id }"
RESULT = f"__typename ... on LayawaySuccess {{ layaway {{ {FIELDS} }} }} ... on BusinessError {{ code message path }}"
OPEN = f"mutation ($input: LayawayOpenInput!) {{ layawayOpen(input: $input) {{ {RESULT} }} }}"
PAY = f"mutation ($id: ID!, $payment: CartPaymentInput!, $key: IdempotencyKey!) {{ layawayPay(id: $id, payment: $payment, idempotencyKey: $key) {{ {RESULT} }} }}"
CANCEL = f"mutation ($id: ID!) {{ layawayCancel(id: $id) {{ {RESULT} }} }}"

GOOD = "tok_ok_1"


def partners(street):
    return ShopPartners(peers_of(street.database, street.shop.settings), adapters_of(street.database))


def gbp(amount):
    return {"amount": amount, "currency": "GBP"}


async def opened(
    street, customer, *, price="100.00", units=1, deposit="10.00", token=GOOD, instalments=3, key="open", stock=5
):
    thing = street.goods(price, stock=stock)
    cart = (await street.add((thing, units), customer=customer))["cart"]["id"]
    payment = {"kind": "CARD", "token": token, "amount": gbp(deposit)}
    given = {
        "cartId": cart,
        "locationId": "loc_1",
        "deposit": payment,
        "instalments": instalments,
        "idempotencyKey": key,
    }
    return given, (await street.ask(OPEN, {"input": given}, customer=customer))["layawayOpen"]


async def paid(street, layaway, customer, key, amount=None, token=GOOD):
    payment = {"kind": "CARD", "token": token, "amount": None if amount is None else gbp(amount)}
    return (await street.ask(PAY, {"id": layaway, "payment": payment, "key": key}, customer=customer))["layawayPay"]


async def test_goods_are_kept_while_they_are_paid_in_parts_that_add_up(street, ada):
    _, answer = await opened(street, ada)
    layaway = answer["layaway"]
    assert (layaway["status"], layaway["balance"]["amount"], layaway["location"]) == ("OPEN", "90.00", {"id": "loc_1"})
    parts = [Decimal(part["amount"]["amount"]) for part in layaway["instalments"]]
    assert (parts, sum(parts)) == ([10, 30, 30, 30], 100)
    assert layaway["instalments"][1]["dueOn"] == (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    assert layaway["reservations"]
    assert street.neighbours.orders == {}
    for number in (1, 2, 3):
        layaway = (await paid(street, layaway["id"], ada, f"pay-{number}"))["layaway"]
    assert (layaway["status"], layaway["balance"]["amount"]) == ("PAID", "0.00")
    assert all(part["paidAt"] for part in layaway["instalments"])
    assert sum(street.cards.taken.values()) == 100


async def test_parts_that_do_not_divide_lose_no_penny(street, ada):
    _, answer = await opened(street, ada, price="33.34", deposit="3.34", instalments=4)
    amounts = [Decimal(part["amount"]["amount"]) for part in answer["layaway"]["instalments"]]
    assert sum(amounts) == Decimal("33.34")
    assert max(amounts[1:]) - min(amounts[1:]) <= Decimal("0.01")


async def test_opening_twice_with_one_key_opens_one(street, ada):
    given, first = await opened(street, ada)
    again = (await street.ask(OPEN, {"input": given}, customer=ada))["layawayOpen"]
    assert again == first
    assert len(await street.rows(LayawayRow)) == 1
    assert list(street.cards.taken.values()) == [10]


async def test_what_cannot_be_opened_says_why(street, ada, ben):
    _, small = await opened(street, ada, deposit="9.99", key="a")
    assert (small["__typename"], small["path"]) == ("WrongStateError", ["input", "deposit", "amount"])
    _, whole = await opened(street, ada, deposit="500.00", key="b")
    assert whole["code"] == "WRONG_STATE"
    _, many = await opened(street, ada, instalments=12, key="c", deposit="100.00")
    assert many["path"] == ["input", "instalments"]
    given, _ = await opened(street, ada, key="d", deposit="1.00")
    assert (await street.ask(OPEN, {"input": given}, customer=ben))["layawayOpen"]["code"] == "NOT_FOUND"
    assert street.cards.taken == {}


async def test_a_declined_deposit_opens_nothing(street, ada):
    _, declined = await opened(street, ada, token="tok_declined_1")
    assert declined["__typename"] == "PaymentDeclinedError"
    assert await street.rows(LayawayRow) == []


async def test_a_part_is_paid_once_a_key_and_never_too_much(street, ada, ben):
    _, answer = await opened(street, ada)
    layaway = answer["layaway"]["id"]
    for _ in range(3):
        after = await paid(street, layaway, ada, "same", "40.00")
    assert after["layaway"]["paid"]["amount"] == "50.00"
    assert [part["paidAt"] is not None for part in after["layaway"]["instalments"]] == [True, True, False, False]
    assert (await paid(street, layaway, ada, "more", "50.01"))["code"] == "WRONG_STATE"
    assert (await paid(street, layaway, ben, "theirs"))["code"] == "NOT_FOUND"
    assert (await paid(street, layaway, ada, "no", token="tok_declined_1"))["__typename"] == "PaymentDeclinedError"
    # What the first paid over its part lowers the next one.
    assert (await paid(street, layaway, ada, "next"))["layaway"]["paid"]["amount"] == "70.00"


async def test_calling_off_gives_back_all_that_was_paid_and_the_goods(street, ada):
    _, answer = await opened(street, ada, stock=5)
    layaway = answer["layaway"]["id"]
    await paid(street, layaway, ada, "one")
    cancelled = (await street.ask(CANCEL, {"id": layaway}, customer=ada))["layawayCancel"]
    assert cancelled["layaway"]["status"] == "CANCELLED"
    assert street.cards.given_back == street.cards.taken
    assert len(street.neighbours.released) == 1
    assert (await street.ask(CANCEL, {"id": layaway}, customer=ada))["layawayCancel"]["__typename"] == "LayawaySuccess"
    assert (await paid(street, layaway, ada, "late"))["code"] == "WRONG_STATE"


async def test_what_could_not_go_back_at_once_goes_back_later(street, ada):
    _, answer = await opened(street, ada)
    street.neighbours.down = {"inventory"}
    await street.ask(CANCEL, {"id": answer["layaway"]["id"]}, customer=ada)
    assert street.neighbours.released == set()
    street.neighbours.down = set()
    await keeping.resume(street.database, partners(street))
    assert len(street.neighbours.released) == 1
    [row] = await street.rows(LayawayRow)
    assert not row.due_back


async def test_a_payment_whose_answer_was_lost_is_finished_and_taken_once(street, ada):
    _, answer = await opened(street, ada)
    lost = await street.shop.execute(
        'mutation ($id: ID!) { layawayPay(id: $id, payment: { kind: CARD, token: "tok_times_out_1" }, idempotencyKey: "p") { __typename } }',
        {"id": answer["layaway"]["id"]},
        customer=ada,
    )
    assert lost.codes == ["SERVICE_UNAVAILABLE"]
    pending = next(row for row in await street.rows(LayawayPaymentRow) if row.state == "PENDING")
    await street.alter(LayawayPaymentRow, pending.id, at=street.ago(minutes=1))
    await keeping.resume(street.database, partners(street))
    [row] = await street.rows(LayawayRow)
    assert (row.paid, sorted(street.cards.taken.values())) == (40, [10, 30])
    assert all(each.token is None for each in await street.rows(LayawayPaymentRow))


async def test_a_part_missed_for_too_long_frees_the_goods(street, ada):
    _, answer = await opened(street, ada)

    async def overdue(session):
        row = await session.get_one(InstalmentRow, (answer["layaway"]["id"], 1))
        row.due_on = date(2026, 1, 1)
        session.add(row)

    await street.database.write(overdue)
    assert await street.database.write(layaways.missed, datetime.now(UTC)) == [answer["layaway"]["id"]]
    await keeping.resume(street.database, partners(street))
    seen = await street.ask(f"{{ me {{ layaways {{ {FIELDS} }} }} }}", customer=ada)
    assert seen["me"]["layaways"][0]["status"] == "DEFAULTED"
    assert street.cards.given_back == street.cards.taken


async def test_another_customers_layaway_is_not_there(street, ada, ben):
    _, answer = await opened(street, ada)
    query, given = "query ($id: ID!) { layaway(id: $id) { id } }", {"id": answer["layaway"]["id"]}
    assert (await street.ask(query, given, customer=ben))["layaway"] is None
    assert (await street.ask(query, given, customer=ada))["layaway"] == given
    assert (await street.shop.entities("Layaway", [given], "number", customer=ben)).data == [None]
