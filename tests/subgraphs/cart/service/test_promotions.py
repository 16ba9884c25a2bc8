from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from subgraphs.cart.service import promotions

APPLY = "mutation ($cart: ID!, $code: String!) { cartVoucherApply(cartId: $cart, code: $code) { __typename ... on CartSuccess { replayed cart { totals { discount { amount } } } } ... on BusinessError { code message } ... on VoucherError { validFrom } } }"
REMOVE = "mutation ($cart: ID!, $code: String!) { cartVoucherRemove(cartId: $cart, code: $code) { __typename ... on CartSuccess { cart { totals { discount { amount } } } } } }"
REPORT = """query { promotionReport(range: { from: "2026-01-01", to: "2028-12-31" }) {
  promotion { id parityGaps { code } } channel { code } shown redeemed wronglyRefused cost { amount } sales { amount } } }"""
ANALYST = {"scopes": ("analytics:read",)}


async def apply(street, cart, code, **who):
    return (await street.ask(APPLY, {"cart": cart, "code": code}, **who))["cartVoucherApply"]


async def test_a_code_comes_and_goes(street):
    await street.offer("TEN", kind="AMOUNT_OFF", amount=Decimal(10), currency="GBP")
    cart = (await street.add((street.goods("50.00"), 1)))["cart"]["id"]
    assert (await apply(street, cart, " ten "))["cart"]["totals"]["discount"]["amount"] == "10.00"
    assert (await apply(street, cart, "TEN"))["replayed"]
    removed = (await street.ask(REMOVE, {"cart": cart, "code": "ten"}))["cartVoucherRemove"]
    assert removed["cart"]["totals"]["discount"]["amount"] == "0.00"


async def test_a_code_that_does_not_work_says_why(street):
    begins = datetime(2030, 1, 1, tzinfo=UTC)
    await street.offer("LATER", starts_at=begins)
    await street.offer("OVER", ends_at=datetime(2026, 2, 1, tzinfo=UTC))
    await street.offer("APPONLY", channels=["app"])
    cart = (await street.add((street.goods(), 1)))["cart"]["id"]
    assert (await apply(street, cart, "LATER"))["validFrom"] == "2030-01-01T00:00:00Z"
    assert (await apply(street, cart, "OVER"))["message"] == "This code has ended."
    assert (await apply(street, cart, "APPONLY"))["message"] == "This code does not work in this channel."
    assert (await apply(street, cart, "NOTHING"))["message"] == "We do not know this code."
    assert (await apply(street, cart, "APPONLY", channel="app"))["__typename"] == "CartSuccess"


async def test_a_reduced_price_is_not_reduced_once_more(street):
    reduced, full = street.goods("8.00", regular="10.00"), street.goods("10.00")
    offer = await street.offer(percent=Decimal(15), goods=[reduced, full])
    cart = (await street.add((reduced, 1), (full, 1)))["cart"]
    assert [line["total"]["amount"] for line in cart["lines"]] == ["8.00", "8.50"]
    shown = await street.shop.entities(
        "ProductVariant", [{"id": reduced}, {"id": full}], "promotions { id }", channel="web"
    )
    assert shown.data == [{"promotions": []}, {"promotions": [{"id": offer}]}]


async def test_the_same_basket_saves_the_same_in_every_channel_of_the_offer(street, ada):
    thing = street.goods("10.00")
    await street.offer(percent=Decimal(10), goods=[thing], channels=["web", "app"])
    cart = (await street.add((thing, 3), customer=ada))["cart"]["id"]
    seen = {
        channel: (await street.cart(cart, customer=ada, channel=channel))["totals"]["discount"]["amount"]
        for channel in ("web", "app", "store")
    }
    assert seen == {"web": "3.00", "app": "3.00", "store": "0.00"}
    for channel, ids in (("web", 1), ("store", 0)):
        listed = await street.shop.entities("Channel", [{"code": channel}], "promotions { id }")
        assert len(listed.data[0]["promotions"]) == ids


async def test_an_offer_for_members_is_for_members_as_the_customer_service_tells(street, ada):
    thing = street.goods("10.00")
    await street.offer(percent=Decimal(50), goods=[thing], members_only=True)
    cart = (await street.add((thing, 1), customer=ada))["cart"]["id"]
    assert (await street.cart(cart, customer=ada))["totals"]["discount"]["amount"] == "0.00"
    joined = {"customer_id": ada, "program": "club", "brands": ["alder", "velvet"], "tier": "member", "points": 0}
    await street.hear("membership.changed", joined)
    await street.hear("membership.changed", joined)
    assert (await street.cart(cart, customer=ada))["totals"]["discount"]["amount"] == "5.00"


async def test_names_follow_their_owners(street):
    await street.hear("channel.named", {"code": "web", "name": "The web shop", "unknown": 1})
    await street.hear("brand.named", {"code": "alder", "name": "Alder"})
    cart = (await street.add((street.goods(), 1)))["cart"]["id"]
    seen = await street.ask("query ($id: ID!) { cart(id: $id) { startedIn { name } brand { name } } }", {"id": cart})
    assert seen["cart"] == {"startedIn": {"name": "The web shop"}, "brand": {"name": "Alder"}}


async def test_how_an_offer_did_is_counted(street):
    thing = street.goods("50.00")
    offer = await street.offer("TEN", kind="AMOUNT_OFF", amount=Decimal(10), currency="GBP", most_uses=9)
    await street.ask("{ promotions { id } }")
    cart = (await street.add((thing, 2)))["cart"]["id"]
    await apply(street, cart, "TEN")
    await street.complete(await street.agreed(cart, payments=[{"kind": "CARD", "token": "tok_ok_1"}]))
    await promotions.write_down(street.database, datetime.now(UTC))
    [row] = (await street.ask(REPORT, **ANALYST))["promotionReport"]
    assert row == {
        "promotion": {"id": offer, "parityGaps": []}, "channel": {"code": "web"}, "shown": 1, "redeemed": 1, "wronglyRefused": 0,
        "cost": {"amount": "10.00"}, "sales": {"amount": "90.00"},
    }  # fmt: skip


async def test_an_offer_refused_where_it_is_promised_is_a_gap(street):
    """The offer names a channel that sells in another currency: shown there, and refused there."""
    offer = await street.offer("TEN", kind="AMOUNT_OFF", amount=Decimal(10), currency="EUR")
    cart = (await street.add((street.goods("50.00"), 1)))["cart"]["id"]
    assert (await apply(street, cart, "TEN"))["message"] == "This code does not work for this basket."
    await promotions.write_down(street.database, datetime.now(UTC))
    [row] = (await street.ask(REPORT, **ANALYST))["promotionReport"]
    assert (row["promotion"], row["channel"], row["wronglyRefused"]) == (
        {"id": offer, "parityGaps": [{"code": "web"}]},
        {"code": "web"},
        1,
    )
    assert (await street.shop.execute(REPORT)).codes == ["FORBIDDEN"]
