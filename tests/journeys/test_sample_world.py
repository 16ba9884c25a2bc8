"""The sample world has something to show for every operation: what a newcomer asks first is never an empty page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import BRANDS, CHANNELS, CUSTOMERS, location, promotion_id, reward_id, variant

from .buying import STAFF, add, complete, eventually, key, ready
from .conftest import OPERATIONS
from .test_operations import HOME, LONDON, OXFORD_STREET, VARIABLES, WITHOUT_VARIABLES

ANALYST = {"scopes": ("analytics:read",)}
SHADE = variant("VEL-FND-240")
MORE: dict[str, list[dict[str, Any]]] = {
    "01-web-plp": [{"category": stable_id("Category", slug)} for slug in ("foundation", "jackets", "tableware")],
    "02-web-pdp": [
        {"slug": slug, "near": LONDON, **HOME}
        for slug in ("velvet-foundation", "willow-armchair", "haven-sofa", "stoneware-mug", "pacer-edition-one")
    ],
    "06-app-product-scan": [
        {"code": SHADE.gtin, "store": OXFORD_STREET},
        {"code": "4006381333931", "store": OXFORD_STREET},
        {"code": "4006381333932", "store": OXFORD_STREET},
    ],
    "14-pos-scan": [
        {"code": SHADE.gtin, "store": OXFORD_STREET},
        {"code": "4006381333931", "store": OXFORD_STREET},
        {"code": "4006381333932", "store": OXFORD_STREET},
    ],
    "07-app-transfer-journey": [
        {"near": LONDON, "variant": variant("ALD-CAN-CED").id, "home": location("MAN-ARN").id},
    ],
    "03-web-cart": [HOME],
    "13-tv-product": [
        {"id": variant("ALD-JKT-RAI-M").product_id},
        {"id": variant("ALD-SOF-HAV-MOS").product_id},
        {"id": SHADE.product_id},
    ],
    "17-pos-return": [{"number": "A10000008", "store": location("LON-KGX").id}],
    "22-kiosk-compare": [{"query": word, "store": OXFORD_STREET, "near": LONDON} for word in ("candle", "rain jacket")],
}
"""Further questions to some operations, where one thing of the shop cannot show everything that there is to a thing."""
WHERE = {"03-web-cart": "velvet-web"}
"""Where the further questions are asked, if not in the usual channel."""
NOT_YET = {
    "05-app-home": {"experience.experimentArms.experimentKey", "experience.experimentArms.armKey"},  # experiments
}


def asked(selections: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every leaf an operation asks for, as a path of names."""
    for node in selections:
        if isinstance(node, FieldNode):
            below = (*path, node.alias.value if node.alias else node.name.value)
            if node.selection_set:
                yield from asked(node.selection_set.selections, below)
            else:
                yield ".".join(below)
        else:
            yield from asked(node.selection_set.selections, path)


def shown(data: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every leaf with a value in an answer."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from shown(value, (*path, name))
    elif isinstance(data, list):
        for value in data:
            yield from shown(value, path)
    elif data is not None:
        yield ".".join(path)


@pytest.mark.parametrize("operation", sorted(VARIABLES.keys() | WITHOUT_VARIABLES))
async def test_every_field_an_operation_asks_for_has_something_to_show(window, operation):
    document = parse(OPERATIONS[operation].read_text("utf-8"))
    root = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    missing = set(asked(root.selection_set.selections)) - NOT_YET.get(operation, set())
    questions = [(VARIABLES.get(operation, {}), None), *((it, WHERE.get(operation)) for it in MORE.get(operation, ()))]
    for variables, channel in questions:
        for person in CUSTOMERS:
            if missing:
                answer = await window.run(operation, variables, who=person.key, channel=channel)
                assert answer.errors == []
                missing -= set(shown(answer.data))
    assert missing == set()


async def test_two_brands_sell_in_channels_and_stores_of_their_own_in_two_countries(window):
    text = "{ brands { code } channels { code brand { code } } locations(first: 50) { edges { node { code address { country } brand { code } } } } }"
    world = (await window.ask(text)).data
    assert {it["code"] for it in world["brands"]} == set(BRANDS)
    assert {it["code"] for it in world["channels"]} == set(CHANNELS)
    assert len(CHANNELS) >= 6
    places = [edge["node"] for edge in world["locations"]["edges"]]
    assert {it["address"]["country"] for it in places} == {"GB", "DE"}
    assert {it["brand"]["code"] for it in places if it["brand"]} == set(BRANDS)


async def test_stock_lies_in_unequal_places(window):
    levels = "query L($id: ID!) { variant(id: $id) { stockLevels(first: 50) { nodes { onHand location { id } } } } }"
    found = (await window.ask(levels, {"id": variant("ALD-JKT-RAI-M").id}, **STAFF)).data["variant"]["stockLevels"]
    units = {node["location"]["id"]: node["onHand"] for node in found["nodes"]}
    assert len(set(units.values())) > 2
    assert not units.get(OXFORD_STREET), "the home store has none"
    assert units[location("MAN-ARN").id] > 0


async def test_there_is_an_order_a_return_and_a_task_in_every_state(window):
    enums = '{ o: __type(name: "OrderStatus") { enumValues { name } } r: __type(name: "ReturnStatus") { enumValues { name } } }'
    names = {name: {it["name"] for it in kind["enumValues"]} for name, kind in (await window.ask(enums)).data.items()}
    orders = "{ me { orders(first: 50) { nodes { status returns { status } } } } }"
    seen: dict[str, set[str]] = {"o": set(), "r": set()}
    for person in CUSTOMERS:
        for order in (await window.ask(orders, who=person.key)).data["me"]["orders"]["nodes"]:
            seen["o"].add(order["status"])
            seen["r"] |= {it["status"] for it in order["returns"]}
    assert seen == names


async def test_a_transfer_comes_early_and_an_empty_shelf_is_an_open_question(window):
    coming = (await window.run("21-associate-tasks", {"store": OXFORD_STREET})).data["location"]["inboundTransfers"]
    assert any(it["aheadBy"] and not it["aheadBy"].startswith("-") for it in coming)
    gaps = (await window.run("27-analyst-discrepancies", {})).data["stockDiscrepancies"]["nodes"]
    assert any(it["oversoldIn"] for it in gaps)


async def test_policies_contradict_each_other_and_an_offer_is_refused_where_it_should_hold(window):
    text = """query P($store: ID!, $outlet: ID!) { brand: returnPolicy(brandCode: "alder") { scope windowDays }
      outlet: returnPolicy(brandCode: "alder", locationId: $outlet) { scope windowDays }
      store: returnPolicy(brandCode: "alder", locationId: $store) { scope windowDays } }"""
    rules = (await window.ask(text, {"store": OXFORD_STREET, "outlet": location("BHM-BUL").id})).data
    assert {it["scope"] for it in rules.values()} == {"BRAND", "STORE_GROUP", "LOCATION"}
    assert len({it["windowDays"] for it in rules.values()}) == 3
    report = "query R($range: DateRangeInput!) { promotionReport(range: $range) { promotion { id parityGaps { code } } wronglyRefused } }"
    span = {"from": "2026-01-01", "to": datetime.now(UTC).date().isoformat()}
    rows = (await window.ask(report, {"range": span}, **ANALYST)).data["promotionReport"]
    autumn = [it for it in rows if it["promotion"]["id"] == promotion_id("autumn-home")]
    assert {"code": "store"} in autumn[0]["promotion"]["parityGaps"]
    assert sum(it["wronglyRefused"] for it in autumn) >= 2


async def test_a_reward_taken_for_points_is_a_voucher_that_works_once(shop):
    take = "mutation R($id: ID!, $key: IdempotencyKey!) { rewardRedeem(rewardId: $id, idempotencyKey: $key) { ... on MembershipSuccess { reward { voucherCode } } } }"
    apply = """mutation V($cart: ID!, $code: String!) { cartVoucherApply(cartId: $cart, code: $code) { __typename
      ... on CartSuccess { cart { promotions { voucherCode saving { amount } } } } ... on BusinessError { code } } }"""
    taken = await shop.ask(take, {"id": reward_id("alder-club", "five-off"), "key": key()}, who="ada")
    code = taken.data["rewardRedeem"]["reward"]["voucherCode"]
    line = [{"variantId": variant("ALD-CAN-CED").id, "quantity": 1}]
    cart = (await add(shop, line, who="ada"))["cart"]["id"]

    async def applied():
        done = (await shop.ask(apply, {"cart": cart, "code": code}, who="ada")).data["cartVoucherApply"]
        return done if done["__typename"] == "CartSuccess" else None

    found = (await eventually(applied))["cart"]["promotions"]
    assert {"voucherCode": code.upper(), "saving": {"amount": "5.00"}} in found
    agreed = await ready(shop, line, who="ada")
    assert (await complete(shop, agreed, who="ada"))["__typename"] == "CheckoutSuccess"
    later = (await add(shop, line, who="ada"))["cart"]["id"]
    again = (await shop.ask(apply, {"cart": later, "code": code}, who="ada")).data["cartVoucherApply"]
    assert again["__typename"] != "CartSuccess", again
