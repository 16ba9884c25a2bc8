"""Goods handed back: by policy, never more than there are, paid back once, exchanged for the same product."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from subgraphs.fulfilment.errors import EvidenceRequired, ReturnNotAllowed
from subgraphs.fulfilment.models import FulfilmentRow, OrderPaymentRow, OrderRow, ReturnRow
from subgraphs.fulfilment.rules.returning import Policy, Reach
from subgraphs.fulfilment.service import advancing, policies, returns
from subgraphs.fulfilment.service.returns import LineAsked, ReturnAsked
from subgraphs.kit.errors import InvalidInput, NotFound, NotPermitted, WrongState
from subgraphs.kit.identity import Viewer
from subgraphs.kit.sample_world import customer, location, variant

ADA, BEN = Viewer(customer_id=customer("ada").id), Viewer(customer_id=customer("ben").id)
TILL = Viewer(customer_id="staff-7", scopes=frozenset({"staff:store"}))
OXFORD, OUTLET = location("LON-OXF").id, location("BHM-BUL").id
DECIDE = """mutation ($id: ID!, $yes: Boolean!) { returnDecide(id: $id, approve: $yes, reason: "Scratched") { __typename
  ... on ReturnSuccess { return { status declineReason refund { amount } } } ... on BusinessError { code message } } }"""
SET = """mutation ($input: ReturnPolicyInput!) { returnPolicySet(input: $input) { __typename
  ... on ReturnPolicySuccess { policy { id scope windowDays requirements } } ... on InvalidInputError { path message } } }"""


def now():
    return datetime.now(UTC)


def policy(reach, days, requirement, wording, *, fee=0, online=True):
    return Policy(reach, days, (requirement,), Decimal(fee), online, accepts_sister_brands=True, wording=wording)


@pytest.fixture
async def order(trade, goods):
    """Three candles and a jacket, with the customer since yesterday."""
    made = await trade.place(goods.line("ALD-CAN-CED", 3, discount=Decimal("4.00")), goods.line("ALD-JKT-RAI-M"))
    (part,) = await trade.parts(made.id)
    for status in ("IN_TRANSIT", "DONE"):
        await trade.database.write(advancing.advance, part.id, advancing.Step(status), None, "x", status, now())
    return made


async def ask(trade, order, *units, viewer=ADA, key="k", location_id=None, received=False, reason="UNWANTED", **line):
    rows = await trade.lines(order.id)
    lines = tuple(LineAsked(rows[position].id, count, reason, **line) for position, count in units)
    asked = ReturnAsked(order.id, lines, location_id, received, "web")
    return await trade.database.write(returns.create, viewer, asked, key, now())


async def took(trade, return_id):
    return (await trade.rows(ReturnRow, ReturnRow.id == return_id))[0]


async def decide(trade, return_id, approve=True, reason=None):
    return await trade.database.write(returns.decide, return_id, approve, reason, now())


async def test_a_return_by_post_is_agreed_to_received_and_paid_back(trade, order):
    return_id = await ask(trade, order, (0, 3))
    assert (await took(trade, return_id)).status == "APPROVED"
    await decide(trade, return_id)
    row = await took(trade, return_id)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert (row.status, row.refund, paid.refunded) == ("REFUNDED", Decimal("50.00"), Decimal("50.00"))
    (told,) = await trade.told("return.received")
    assert told["location_id"] == location("DC-DAV").id
    assert told["lines"][0] | {"quantity": 3, "resellable": True} == told["lines"][0]
    with pytest.raises(WrongState):
        await decide(trade, return_id)


async def test_C8_refunds_of_one_unit_after_another_add_up(trade, order):
    for turn in range(3):
        await ask(trade, order, (0, 1), viewer=TILL, key=f"k{turn}", location_id=OXFORD, received=True)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert paid.refunded == Decimal("50.00")
    assert (await trade.lines(order.id))[0].returned_quantity == 3


async def test_everything_back_is_a_returned_order(trade, order):
    await ask(trade, order, (0, 3), (1, 1), viewer=TILL, location_id=OXFORD, received=True)
    assert (await trade.order(order.id)).status == "RETURNED"


async def test_the_same_return_sent_often_is_one(trade, order):
    ids = {await ask(trade, order, (0, 2), viewer=TILL, location_id=OXFORD, received=True) for _ in range(10)}
    assert len(ids) == 1
    assert (await trade.lines(order.id))[0].returned_quantity == 2


async def test_C8_two_counters_at_once_take_no_more_than_there_is(trade, order):
    outcomes = await asyncio.gather(
        *(ask(trade, order, (1, 1), viewer=TILL, key=f"till-{n}", location_id=OXFORD, received=True) for n in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, str) for each in outcomes) == 1
    assert all(isinstance(each, str | ReturnNotAllowed) for each in outcomes)
    (paid,) = await trade.rows(OrderPaymentRow)
    assert paid.refunded == variant("ALD-JKT-RAI-M").gbp


async def test_no_more_units_than_are_left(trade, order):
    with pytest.raises(WrongState):
        await ask(trade, order, (0, 4))
    await ask(trade, order, (0, 2), key="1")
    with pytest.raises(WrongState):
        await ask(trade, order, (0, 2), key="2")
    with pytest.raises(ReturnNotAllowed):
        await ask(trade, order, (0, 1), (0, 1), key="3")


async def test_what_makes_no_sense_is_refused(trade, order):
    with pytest.raises(InvalidInput):
        await ask(trade, order)
    with pytest.raises(InvalidInput):
        await ask(trade, order, (0, 0))
    with pytest.raises(InvalidInput):
        await ask(trade, order, (0, 1), evidence=("https://x.example/1",) * 11)
    with pytest.raises(NotFound):
        await ask(trade, order, (0, 1), viewer=BEN)
    with pytest.raises(NotPermitted):
        await ask(trade, order, (0, 1), location_id=OXFORD, received=True)
    with pytest.raises(InvalidInput):
        await ask(trade, order, (0, 1), viewer=TILL, received=True)


async def test_a_policy_of_the_store_beats_its_groups_which_beats_the_brands(trade, order):
    brand = policy(Reach("BRAND", "alder"), 30, "NONE", "brand")
    group = policy(Reach("STORE_GROUP", None, "uk-high-street"), 0, "NONE", "group", online=False)
    store = policy(Reach("LOCATION", None, None, OXFORD), 30, "DEFECT_EVIDENCE", "store")
    for each in (brand, group, store):
        await trade.database.write(policies.set_policy, each)
    with pytest.raises(EvidenceRequired) as refused:
        await ask(trade, order, (0, 1), location_id=OXFORD)
    assert refused.value.detail["policy"].wording == "store"
    with pytest.raises(ReturnNotAllowed) as refused:
        await ask(trade, order, (0, 1), location_id=location("MAN-ARN").id)
    assert refused.value.detail["policy"].wording == "group"
    assert (await took(trade, await ask(trade, order, (0, 1), key="by post"))).policy_id == brand.reach.id

    async def remove(session):
        await session.execute(policies.POLICIES.delete().where(policies.POLICIES.c.id == store.reach.id))

    await trade.database.write(remove)
    with pytest.raises(ReturnNotAllowed) as refused:
        await ask(trade, order, (0, 1), location_id=OXFORD)
    assert refused.value.detail["policy"].wording == "group"


async def test_a_fee_is_kept_back_but_not_for_our_own_fault(trade, order):
    fee = policy(Reach("GROUP"), 30, "NONE", "ten percent", fee=10)
    await trade.database.write(policies.set_policy, fee)
    kept = await took(trade, await ask(trade, order, (1, 1)))
    assert kept.refund == variant("ALD-JKT-RAI-M").gbp * Decimal("0.9")
    whole = await took(trade, await ask(trade, order, (0, 3), key="2", reason="DEFECTIVE"))
    assert whole.refund == Decimal("50.00")


async def test_another_size_is_given_in_exchange_at_the_counter(trade, order):
    other = variant("ALD-JKT-RAI-L").id
    with pytest.raises(InvalidInput):
        await ask(trade, order, (1, 1), exchange_for=variant("ALD-CAN-CED").id)
    return_id = await ask(trade, order, (1, 1), viewer=TILL, location_id=OXFORD, received=True, exchange_for=other)
    row = await took(trade, return_id)
    assert (row.status, row.refund) == ("EXCHANGED", Decimal(0))
    sent = await trade.order(row.exchange_order_id)
    assert (sent.status, sent.total, sent.sales) == ("COMPLETED", variant("ALD-JKT-RAI-M").gbp, Decimal(0))
    assert [line.variant_id for line in await trade.lines(sent.id)] == [other]
    assert len(await trade.told("order.placed")) == 1  # no second sale, no second points
    (gone,) = await trade.told("order.recorded")
    assert (gone["location_id"], gone["lines"][0]["variant_id"]) == (OXFORD, other)
    (paid,) = await trade.rows(OrderPaymentRow, OrderPaymentRow.order_id == order.id)
    assert paid.refunded == 0


async def test_what_is_too_late_or_not_there_yet_stays(trade, order, goods):
    (part,) = await trade.parts(order.id)
    await trade.set(FulfilmentRow, part.id, done_at=now() - timedelta(days=15))
    with pytest.raises(ReturnNotAllowed):
        await ask(trade, order, (0, 1))
    fresh = await trade.place(goods.line("ALD-CAN-CED"))
    with pytest.raises(ReturnNotAllowed):
        await ask(trade, fresh, (0, 1), key="2")


async def test_staff_decline_with_a_reason(bare, trade, order):
    return_id = await ask(trade, order, (0, 1))
    for scopes, codes in (((), ["FORBIDDEN"]), (("staff:agent",), [])):
        answer = await bare.execute(DECIDE, {"id": return_id, "yes": False}, customer=customer("ada").id, scopes=scopes)
        assert answer.codes == codes
    shown = answer.data["returnDecide"]["return"]
    assert (shown["status"], shown["declineReason"]) == ("DECLINED", "Scratched")
    again = await bare.execute(DECIDE, {"id": return_id, "yes": True}, scopes=("staff:agent",))
    assert again.data["returnDecide"]["code"] == "WRONG_STATE"
    await ask(trade, order, (0, 3), key="again")  # declined units may be asked for anew


async def test_policies_are_set_by_reach_and_checked(bare):
    good = {"scope": "BRAND", "brandCode": "alder", "windowDays": 45, "requirements": ["NONE"], "wording": "Come back."}
    for days in (45, 60):
        answer = await bare.execute(SET, {"input": {**good, "windowDays": days}}, scopes=("policy:write",))
        assert answer.errors == []
        stored = answer.data["returnPolicySet"]["policy"]
    read = await bare.execute('{ returnPolicy(brandCode: "alder") { id windowDays } }')
    assert read.data["returnPolicy"] == {"id": stored["id"], "windowDays": 60}
    entity = await bare.entities("ReturnPolicy", [{"id": stored["id"]}, {"id": "pol_none"}], "windowDays")
    assert entity.data == [{"windowDays": 60}, None]
    for wrong, path in (
        ({"brandCode": None}, "brandCode"),
        ({"scope": "GROUP"}, "brandCode"),
        ({"scope": "LOCATION"}, "locationId"),
        ({"scope": "STORE_GROUP"}, "storeGroupCode"),
        ({"locationId": OXFORD}, "locationId"),
        ({"windowDays": -1}, "windowDays"),
        ({"restockingFeePercent": 101}, "restockingFeePercent"),
        ({"wording": " "}, "wording"),
        ({"requirements": []}, "requirements"),
        ({"requirements": ["NONE", "UNUSED"]}, "requirements"),
    ):
        answer = await bare.execute(SET, {"input": {**good, **wrong}}, scopes=("policy:write",))
        assert answer.data["returnPolicySet"]["path"] == ["input", path]
    denied = await bare.execute(SET, {"input": good}, customer=customer("ada").id, scopes=("staff:store",))
    assert denied.codes == ["FORBIDDEN"]


async def test_an_imported_sale_goes_back_from_the_day_it_was_made(trade, order):
    await trade.set(OrderRow, order.id, status="COMPLETED", placed_at=now() - timedelta(days=3))

    async def forget(session):
        from sqlalchemy import delete

        from subgraphs.fulfilment.models import FulfilmentLineRow, OrderEventRow

        for kind in (FulfilmentLineRow, OrderEventRow, FulfilmentRow):
            await session.execute(delete(kind))

    await trade.database.write(forget)
    assert (await took(trade, await ask(trade, order, (0, 1)))).status == "APPROVED"
