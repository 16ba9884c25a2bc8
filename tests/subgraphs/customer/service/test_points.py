"""Points come once per order, from any channel and tender, and are never overspent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from subgraphs.customer.service.news import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_id, new_uuid, stable_id
from subgraphs.kit.inbox import consume
from subgraphs.kit.sample_world import customer

EARN = """mutation ($input: PointsEarnInput!) { pointsEarn(input: $input) {
  ... on MembershipSuccess { membership { points version tier { code } } } ... on BusinessError { code path } } }"""
REDEEM = """mutation ($id: ID!, $k: IdempotencyKey!) { rewardRedeem(rewardId: $id, idempotencyKey: $k) { __typename
  ... on MembershipSuccess { membership { points } reward { id points voucherCode expiresAt } }
  ... on NotEnoughPointsError { missing } ... on BusinessError { code } } }"""
TILL = {"scopes": ("staff:store",), "channel": "store"}
POINTS = (
    '{ me { membership(programCode: "alder-club") { points tier { code } movements { points order { id } tender } } } }'
)


def _input(order, value="+447700900102", kind="PHONE", key="k"):
    identity = {"kind": kind, "value": value}
    return {"input": {"identity": identity, "orderId": order, "tender": "CASH", "idempotencyKey": key}}


async def _placed(shop, order, person, amount="45.80", brand="alder", times=1):
    payload = {
        "order_id": order,
        "customer_id": person,
        "grand_total": {"amount": amount, "currency": "GBP"},
        "channel": "store",
        "brand": brand,
        "placed_at": "2026-11-24T10:00:00+00:00",
        "something_new": [1],
    }
    event = Event(str(new_uuid()), "order.placed", order, 2, payload, datetime.now(UTC))
    for _ in range(times):
        await consume(shop.database, CONSUMERS[0], event)


async def test_a_cash_purchase_with_a_phone_number_is_credited_when_the_order_is_heard_of(shop, ben):
    order = new_id("Order")
    named = await shop.execute(EARN, _input(order), **TILL)
    assert named.data["pointsEarn"]["membership"]["points"] == 120
    await _placed(shop, order, None, times=2)
    member = (await shop.execute(POINTS, customer=ben)).data["me"]["membership"]
    assert member["points"] == 165
    assert member["movements"][0] == {"points": 45, "order": {"id": order}, "tender": "CASH"}


async def test_an_order_earns_once_whoever_tells_of_it_first_and_however_often(shop, ben):
    order = new_id("Order")
    await _placed(shop, order, ben, times=2)
    for key in ("a", "a", "b"):
        answer = await shop.execute(EARN, _input(order, key=key), **TILL)
        assert answer.data["pointsEarn"]["membership"]["points"] == 165


async def test_a_tier_is_reached_by_what_was_earned(shop, ben):
    await _placed(shop, new_id("Order"), ben, "400.00")
    member = (await shop.execute(POINTS, customer=ben)).data["me"]["membership"]
    assert (member["points"], member["tier"]["code"]) == (520, "silver")


async def test_an_unproved_number_and_a_stranger_earn_nothing(shop, ada):
    link = 'mutation { customerIdentityLink(identity: {kind: PHONE, value: "+447700900199"}) { __typename } }'
    await shop.execute(link, customer=ada)
    for value in ("+447700900199", "+447700900198"):
        answer = await shop.execute(EARN, _input(new_id("Order"), value), **TILL)
        assert answer.data["pointsEarn"] == {"code": "NOT_FOUND", "path": ["input", "identity", "value"]}


async def test_a_key_used_for_another_purchase_is_refused_with_its_code(shop):
    await shop.execute(EARN, _input(new_id("Order")), **TILL)
    answer = await shop.execute(EARN, _input(new_id("Order")), **TILL)
    assert answer.errors == []
    assert answer.data["pointsEarn"]["code"] == "IDEMPOTENCY_CONFLICT"


async def test_a_reward_is_taken_once_per_key_and_carries_a_voucher(shop, ada):
    reward = stable_id("Reward", "alder-club", "five-off")
    first = await shop.execute(REDEEM, {"id": reward, "k": "r"}, customer=ada)
    again = await shop.execute(REDEEM, {"id": reward, "k": "r"}, customer=ada)
    assert first.data == again.data
    assert first.data["rewardRedeem"]["membership"]["points"] == 2140 - 250
    taken = first.data["rewardRedeem"]["reward"]
    assert taken["voucherCode"]
    mine = await shop.entities("Reward", [{"id": taken["id"]}], "voucherCode", customer=ada)
    assert mine.data == [{"voucherCode": taken["voucherCode"]}]
    other = await shop.entities("Reward", [{"id": taken["id"]}], "voucherCode", customer=customer("ben").id)
    assert other.data == [None]


async def test_of_many_redemptions_at_once_none_overspends(shop, ada):
    reward = stable_id("Reward", "alder-club", "five-off")  # 250 of 2,140 points: eight times
    answers = await asyncio.gather(
        *(shop.execute(REDEEM, {"id": reward, "k": f"r{n}"}, customer=ada) for n in range(12))
    )
    kinds = sorted(answer.data["rewardRedeem"]["__typename"] for answer in answers)
    assert kinds == ["MembershipSuccess"] * 8 + ["NotEnoughPointsError"] * 4
    assert (await shop.execute(POINTS, customer=ada)).data["me"]["membership"]["points"] == 140


async def test_too_few_points_say_how_many_are_missing(shop, ben):
    answer = await shop.execute(REDEEM, {"id": stable_id("Reward", "alder-club", "five-off"), "k": "r"}, customer=ben)
    assert answer.data["rewardRedeem"] == {"__typename": "NotEnoughPointsError", "missing": 130, "code": "WRONG_STATE"}


async def test_a_first_purchase_makes_a_customer_with_an_account_a_member(shop):
    emil, guest = customer("emil").id, new_id("Customer")
    for person in (emil, guest):
        await _placed(shop, new_id("Order"), person, "30.00", brand="velvet")
    query = "{ me { memberships { number points version program { code } tier { code } } } }"
    [member] = (await shop.execute(query, customer=emil)).data["me"]["memberships"]
    assert (member["points"], member["program"]["code"], member["tier"]["code"]) == (30, "velvet-circle", "member")
    assert (await shop.execute(query, customer=guest)).data["me"]["memberships"] == []
