from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from subgraphs.cart.models import CartRow
from subgraphs.cart.rules.abandonment import THROWN_AWAY_AFTER
from subgraphs.cart.rules.links import recovery_token
from subgraphs.cart.service import recovery
from subgraphs.kit.identity import sign

RECOVER = "mutation ($t: String!) { cartRecover(token: $t) { __typename ... on CartSuccess { cart { id status customer { id } recoveryUrl } } ... on BusinessError { code path } } }"
LIST = """query ($since: DateTime!, $in: ChannelCode, $least: MoneyInput, $first: Int, $after: String) {
  abandonedCarts(since: $since, startedIn: $in, minValue: $least, first: $first, after: $after) {
    totalCount nodes { id abandonedAt recoveryUrl totals { total { amount } } } pageInfo { hasNextPage endCursor } } }"""
FUNNEL = """query ($by: Boolean) { cartFunnelReport(range: { from: "2026-01-01", to: "2027-12-31" }, grain: TOTAL, byChannel: $by) {
  bucket startedIn { code } carts ordered orderedElsewhere abandoned recovered abandonmentRate recoveryRate valueAbandoned { amount currency } } }"""
MARKETING = {"scopes": ("marketing:read",)}


async def left(street, *lines, hours=30.0, **who):
    """A basket left alone for so long."""
    cart = (await street.add(*lines, **who))["cart"]["id"]
    await street.alter(CartRow, cart, updated_at=street.ago(hours=hours))
    return cart


async def sweep(street):
    return await street.database.write(recovery.sweep, datetime.now(UTC))


async def recovered(street, token, **who):
    return (await street.ask(RECOVER, {"t": token}, **who))["cartRecover"]


async def token_of(street, cart_id, **who):
    url = (await street.ask("query ($id: ID!) { cart(id: $id) { recoveryUrl } }", {"id": cart_id}, **who))["cart"][
        "recoveryUrl"
    ]
    return url.split("recover=")[1]


async def test_a_basket_left_alone_counts_as_abandoned_once_and_others_are_told(street, ada):
    cart = await left(street, (street.goods("12.00"), 2), customer=ada)
    await left(street, (street.goods(), 1), hours=5)
    assert [await sweep(street), await sweep(street)] == [1, 0]
    seen = await street.cart(cart, customer=ada)
    assert seen["status"] == "ABANDONED"
    row = next(row for row in await street.rows(CartRow) if row.id == cart)
    assert row.left_value == 24


async def test_a_kiosk_waits_minutes_and_a_till_an_hour(street):
    mug = street.goods(channels=("web", "kiosk", "store"))
    for channel, hours in (("kiosk", 0.4), ("store", 1.1), ("web", 1.1)):
        await left(street, (mug, 1), hours=hours, channel=channel)
    assert await sweep(street) == 2


async def test_a_link_brings_a_basket_back_and_a_guests_becomes_the_callers(street, ada):
    cart = await left(street, (street.goods(), 1))
    await sweep(street)
    token = await token_of(street, cart)
    back = await recovered(street, token, customer=ada, channel="app")
    assert (back["cart"]["id"], back["cart"]["status"], back["cart"]["customer"]) == (cart, "ACTIVE", {"id": ada})


async def test_a_customers_basket_comes_back_to_the_owner_or_who_got_the_owners_message(street, ada, ben):
    cart = await left(street, (street.goods(), 1), customer=ada)
    token = await token_of(street, cart, customer=ada)
    assert (await recovered(street, token, customer=ben))["code"] == "NOT_FOUND"
    assert (await recovered(street, token))["cart"]["customer"] == {"id": ada}
    assert await street.cart(cart) is None
    assert (await recovered(street, token, customer=ada))["cart"]["id"] == cart


async def test_a_token_that_was_changed_or_is_too_old_or_another_kind_brings_nothing(street):
    cart = await left(street, (street.goods(), 1))
    token = await token_of(street, cart)
    secret = street.shop.settings.identity_secret
    identity = sign(secret, customer_id=cart, scopes=(), channel=None, now=2_000_000_000)
    old = recovery_token(secret, cart, street.ago(days=31))
    for wrong in (token[:-2] + "xx", "", "a.b.c", identity, old, recovery_token("x" * 32, cart, street.ago(days=1))):
        assert (await recovered(street, wrong))["code"] == "NOT_FOUND"


async def test_abandoned_baskets_are_listed_page_by_page_for_those_who_follow_up(street):
    for price in ("5.00", "50.00", "500.00"):
        await left(street, (street.goods(price), 1))
        await sweep(street)
    given = {"since": "2026-01-01T00:00:00Z", "first": 2}
    page = (await street.ask(LIST, given, **MARKETING))["abandonedCarts"]
    assert (page["totalCount"], len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (3, 2, True)
    rest = (await street.ask(LIST, {**given, "after": page["pageInfo"]["endCursor"]}, **MARKETING))["abandonedCarts"]
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
    rich = (await street.ask(LIST, {**given, "least": {"amount": "40.00", "currency": "GBP"}}, **MARKETING))[
        "abandonedCarts"
    ]
    assert rich["totalCount"] == 2
    assert (await street.ask(LIST, {**given, "in": "kiosk"}, **MARKETING))["abandonedCarts"]["totalCount"] == 0
    assert (await street.shop.execute(LIST, given)).codes == ["FORBIDDEN"]


async def test_the_report_counts_how_baskets_ended(street, ada):
    mug = street.goods("20.00")
    await left(street, (mug, 1))
    recovered_later = await left(street, (mug, 2), customer=ada)
    await sweep(street)
    assert (await recovered(street, await token_of(street, recovered_later, customer=ada), customer=ada))[
        "__typename"
    ] == "CartSuccess"
    agreed = await street.agreed(
        recovered_later, payments=[{"kind": "CARD", "token": "tok_ok_1"}], customer=ada, channel="app"
    )
    assert (await street.complete(agreed, customer=ada, channel="app"))["__typename"] == "CheckoutSuccess"
    await street.add((mug, 1), channel="app")
    both = (await street.ask(FUNNEL, {"by": True}, scopes=("analytics:read",)))["cartFunnelReport"]
    assert [(point["startedIn"]["code"], point["carts"]) for point in both] == [("app", 1), ("web", 2)]
    [point] = (await street.ask(FUNNEL, {"by": False}, scopes=("analytics:read",)))["cartFunnelReport"]
    assert point == {
        "bucket": "2026-01-01", "startedIn": None, "carts": 3, "ordered": 1, "orderedElsewhere": 1, "abandoned": 2, "recovered": 1,
        "abandonmentRate": 2 / 3, "recoveryRate": 0.5, "valueAbandoned": {"amount": "20.00", "currency": "GBP"},
    }  # fmt: skip
    assert Decimal(point["valueAbandoned"]["amount"]) == 20


async def test_what_nobody_comes_back_to_for_months_is_thrown_away(street):
    cart = await left(street, (street.goods(), 1))
    await sweep(street)
    await street.alter(CartRow, cart, updated_at=datetime.now(UTC) - THROWN_AWAY_AFTER * 2)
    assert await street.database.write(recovery.throw_away, datetime.now(UTC)) == 1
    assert (await street.add((street.goods(), 1), cartId=cart))["code"] == "NOT_FOUND"
