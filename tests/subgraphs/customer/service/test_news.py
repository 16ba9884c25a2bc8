"""What others tell of cards, orders and money, and what is told of people."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import select

from subgraphs.customer.models import OccasionRow
from subgraphs.customer.service.news import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_id, new_uuid, stable_id
from subgraphs.kit.inbox import consume
from subgraphs.kit.tables import KIT


async def test_a_cards_balance_follows_what_is_paid_with_it(shop, ada):
    query = "{ me { storedValueCards { barcode balance { amount } } } }"
    [card] = (await shop.execute(query, customer=ada)).data["me"]["storedValueCards"]
    consumer = next(each for each in CONSUMERS if "stored_value.moved" in each.topics)
    for event_id, change, currency in (
        ("1", "-10.00", "GBP"),
        ("1", "-10.00", "GBP"),
        ("2", "-1.00", "EUR"),
        ("3", "4.50", "GBP"),
    ):
        payload = {"number": card["barcode"], "change": {"amount": change, "currency": currency}}
        await consume(
            shop.database, consumer, Event(event_id, "stored_value.moved", "x", 1, payload, datetime.now(UTC))
        )
    [after] = (await shop.execute(query, customer=ada)).data["me"]["storedValueCards"]
    assert (card["balance"]["amount"], after["balance"]["amount"]) == ("35.50", "30.00")


async def tell(shop, topic, aggregate, payload, times=1):
    event = Event(str(new_uuid()), topic, aggregate, 1, payload, datetime.now(UTC))
    for _ in range(times):
        for consumer in CONSUMERS:
            if topic in consumer.topics:
                await consume(shop.database, consumer, event)


async def points(shop, who):
    answer = await shop.execute('{ me { membership(programCode: "alder-club") { points } } }', customer=who)
    return answer.data["me"]["membership"]["points"]


def refund(amount):
    return {"refund": {"amount": amount, "currency": "GBP"}, "something_new": True}


async def test_points_go_with_the_money_whatever_the_pieces_it_is_given_back_in(shop, ben):
    before, order = await points(shop, ben), new_id("Order")
    placed = {"customer_id": ben, "brand": "alder", "grand_total": {"amount": "45.80", "currency": "GBP"}}
    await tell(shop, "order.placed", order, placed)
    for amount, left in (("0.40", 45), ("0.50", 44), ("10.00", 34)):
        await tell(shop, "order.refunded", order, refund(amount), times=2)
        assert await points(shop, ben) == before + left
    await tell(shop, "order.cancelled", order, {"customer_id": ben}, times=2)
    assert await points(shop, ben) == before
    await tell(shop, "order.refunded", new_id("Order"), refund("5.00"))
    assert await points(shop, ben) == before


async def test_points_that_were_spent_meanwhile_leave_a_balance_of_nothing(shop, ben):
    order = new_id("Order")
    placed = {"customer_id": ben, "brand": "alder", "grand_total": {"amount": "200.00", "currency": "GBP"}}
    await tell(shop, "order.placed", order, placed)
    take = 'mutation ($id: ID!) { rewardRedeem(rewardId: $id, idempotencyKey: "k-000001") { __typename } }'
    await shop.execute(take, {"id": stable_id("Reward", "alder-club", "five-off")}, customer=ben)
    assert await points(shop, ben) == 120 + 200 - 250
    await tell(shop, "order.cancelled", order, {})
    assert await points(shop, ben) == 0


async def test_what_was_bought_and_sent_back_counts_for_no_tier(shop, ben):
    async def tier():
        answer = await shop.execute('{ me { membership(programCode: "alder-club") { tier { code } } } }', customer=ben)
        return answer.data["me"]["membership"]["tier"]["code"]

    for _ in range(3):
        order = new_id("Order")
        placed = {"customer_id": ben, "brand": "alder", "grand_total": {"amount": "300.00", "currency": "GBP"}}
        await tell(shop, "order.placed", order, placed)
        await tell(shop, "order.refunded", order, refund("300.00"))
    assert await tier() == "member"


async def test_an_order_that_comes_early_is_one_occasion_however_often_its_time_changes(shop, ben):
    async def occasions(session):
        return (await session.exec(select(OccasionRow).where(OccasionRow.customer_id == ben))).all()

    order = new_id("Order")
    for ahead in (3600, 86400):
        await tell(shop, "order.eta_changed", order, {"customer_id": ben, "number": "A1", "ahead_by_seconds": ahead})
    (one,) = await shop.database.read(occasions)
    assert (one.kind, one.subject_id, one.detail["ahead_by_seconds"]) == ("TRANSFER_ETA_CHANGED", order, 86400)
    await tell(shop, "order.eta_changed", order, {"customer_id": ben, "ahead_by_seconds": 0})
    assert await shop.database.read(occasions) == []


async def test_others_are_told_what_a_person_is_found_by_and_not_what_a_device_is_called(shop, ben):
    link = "mutation ($k: IdentityKind!, $v: String!) { customerIdentityLink(identity: {kind: $k, value: $v}) { __typename } }"
    for kind, value in (("PHONE", "+44 7700 900 777"), ("DEVICE", "device-7")):
        await shop.execute(link, {"k": kind, "v": value}, customer=ben)

    async def told(session):
        query = select(KIT.outbox.c.payload).where(KIT.outbox.c.topic == "customer.identity_linked")
        return [row.payload for row in await session.execute(query.order_by(KIT.outbox.c.id))]

    phone, device = await shop.database.read(told)
    assert phone == {"customer_id": ben, "kind": "PHONE", "verified": False, "value": "+447700900777"}
    assert device == {"customer_id": ben, "kind": "DEVICE", "verified": False}


OLDEST = {
    "order.placed": {},
    "order.refunded": {},
    "order.cancelled": {},
    "order.eta_changed": {},
    "pickup.ready": {},
    "pickup.collected": {},
    "stored_value.moved": {"number": "1", "change": {"amount": "1.00", "currency": "GBP"}},
    "channel.named": {"code": "x", "name": "X"},
    "brand.named": {"code": "x", "name": "X"},
    "location.named": {"code": "x", "name": "X"},
}
"""Topic → the least that was ever told with it."""


async def test_C18_events_of_an_older_form_and_of_one_to_come_are_dealt_with(shop):
    assert {topic for consumer in CONSUMERS for topic in consumer.topics} == OLDEST.keys()
    for topic, payload in OLDEST.items():
        await tell(shop, topic, new_id("Order"), payload)
        await tell(shop, topic, new_id("Order"), {**payload, "is_new": {"of": [1]}, "lines": [{"weight": 3}]})
