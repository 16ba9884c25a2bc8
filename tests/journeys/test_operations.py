"""Every channel's operation answers on the sample world, from its own file, within its budgets."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import FieldNode, FragmentDefinitionNode, InlineFragmentNode, OperationDefinitionNode, parse

from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import location, variant

from .conftest import OPERATIONS, budget

LONDON = {"latitude": 51.51, "longitude": -0.14}
HOME = {"country": "GB", "postcode": "N7 8LR"}
CANDLE = variant("ALD-CAN-CED")
OXFORD_STREET = location("LON-OXF").id
VARIABLES: dict[str, dict[str, Any]] = {
    "01-web-plp": {"category": stable_id("Category", "chairs")},
    "02-web-pdp": {"slug": "cedar-candle", "near": LONDON, **HOME},
    "03-web-cart": HOME,
    "06-app-product-scan": {"code": CANDLE.gtin, "store": OXFORD_STREET},
    "07-app-transfer-journey": {"near": LONDON, "variant": variant("ALD-JKT-RAI-M").id, "home": OXFORD_STREET},
    "11-watch-member-card": {"program": "alder-club"},
    "17-pos-return": {"number": "A10000004", "store": OXFORD_STREET},
    "19-pos-customer": {"by": "EMAIL", "value": "ada@example.com"},
    "21-associate-tasks": {"store": OXFORD_STREET},
    "22-kiosk-compare": {"query": "chair", "store": OXFORD_STREET, "near": LONDON},
    "29-mirror-try-on": {"code": variant("VEL-FND-240").gtin},
    "40-policy": {"store": OXFORD_STREET},
    "43-app-remember-shade": {"category": stable_id("Category", "lighting")},
    "45-feed-local": {"channel": "marketplace"},
    "10-watch-stock-nearby": {"variant": CANDLE.id, "near": LONDON},
    "13-tv-product": {"id": CANDLE.product_id},
    "14-pos-scan": {"code": CANDLE.gtin, "store": OXFORD_STREET},
    "25-feed-google": {"channel": "marketplace"},
    "41-node-refetch": {
        "ids": [stable_id("Order", "sample", "A10000001"), stable_id("Cart", "ada"), CANDLE.product_id, OXFORD_STREET]
    },
}
WITHOUT_VARIABLES = {
    "05-app-home",
    "09-watch-order-glance",
    "12-tv-browse",
    "27-analyst-discrepancies",
    "30-voice-order-status",
}


def keys_of(selections: Any) -> set[str]:
    """Every response key that a selection set may give, fragments' included."""
    keys: set[str] = set()
    for node in selections:
        if isinstance(node, FieldNode):
            keys.add(node.alias.value if node.alias else node.name.value)
        elif isinstance(node, InlineFragmentNode):
            keys |= keys_of(node.selection_set.selections)
    return keys


def assert_only_asked(value: Any, selections: Any) -> None:
    """Nothing comes back that was not asked for, at any depth."""
    if isinstance(value, list):
        for item in value:
            assert_only_asked(item, selections)
    elif isinstance(value, dict):
        assert set(value) <= keys_of(selections)
        below: dict[str, list[Any]] = {}
        pending = list(selections)
        while pending:
            node = pending.pop()
            if isinstance(node, InlineFragmentNode):
                pending += node.selection_set.selections
            elif isinstance(node, FieldNode) and node.selection_set:
                below.setdefault(node.alias.value if node.alias else node.name.value, []).extend(
                    node.selection_set.selections
                )
        for key, child in value.items():
            if key in below:
                assert_only_asked(child, below[key])


@pytest.mark.parametrize("operation", sorted(VARIABLES.keys() | WITHOUT_VARIABLES))
async def test_an_operation_answers_without_errors_and_with_the_asked_fields_only(window, operation):
    answer = await window.run(operation, VARIABLES.get(operation, {}), who="ada")
    assert answer.errors == []
    document = parse(OPERATIONS[operation].read_text("utf-8"))
    assert not any(isinstance(node, FragmentDefinitionNode) for node in document.definitions)
    root = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    assert_only_asked(answer.data, root.selection_set.selections)
    assert answer.bytes <= budget(operation, "bytes")
    assert any(value not in (None, [], {}) for value in answer.data.values()), "an empty page shows nothing"


async def test_01_a_listing_shows_price_rating_and_stock_of_what_is_in_the_category(window):
    page = (await window.run("01-web-plp", VARIABLES["01-web-plp"])).data["searchProducts"]
    assert page["totalCount"] == len(page["nodes"]) > 0
    assert {node["slug"] for node in page["nodes"]} == {"willow-armchair", "otter-dining-chair"}
    assert all(node["priceRange"]["min"]["currency"] == "GBP" and node["availability"] for node in page["nodes"])


async def test_01_a_listing_of_24_costs_no_more_statements_than_one_of_2(shop):
    text = (
        OPERATIONS["01-web-plp"]
        .read_text("utf-8")
        .replace("$category: ID!, ", "")
        .replace("categoryId: $category, ", "")
    )
    counts = []
    for first in (2, 24):
        # Once before counting: prices and names that are remembered are so by then.
        query = text.replace("first: 24", f"first: {first}")
        await shop.ask(query, {})
        with shop.statements() as counted:
            answer = await shop.ask(query, {})
        assert answer.errors == []
        assert len(answer.data["searchProducts"]["nodes"]) == first
        counts.append(counted.by_subgraph)
    assert counts[0] == counts[1]


async def test_02_a_product_page_joins_four_services(window):
    product = (await window.run("02-web-pdp", VARIABLES["02-web-pdp"], who="ada")).data["productBySlug"]
    assert product["name"] == "Cedar and Smoke Candle"
    assert product["variants"]["nodes"][0]["availability"]["online"]
    assert product["defaultVariant"]["deliveryOptions"], "delivery is quoted from the catalogue's weight"
    assert product["defaultVariant"]["stockNearby"][0]["location"]["name"]


async def test_02_a_product_page_comes_without_stock_when_the_inventory_is_down(shop):
    async def refuse(scope, receive, send):
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    shop.applications["inventory"].router.routes[0].app = refuse
    answer = await shop.run("02-web-pdp", VARIABLES["02-web-pdp"], who="ada")
    assert answer.data["productBySlug"]["name"] == "Cedar and Smoke Candle"
    assert [variant["availability"] for variant in answer.data["productBySlug"]["variants"]["nodes"]] == [None]
    assert {error["extensions"]["service"] for error in answer.errors} == {"inventory"}


async def test_03_a_cart_shows_lines_from_two_devices_with_live_prices_and_delivery(window):
    cart = (await window.run("03-web-cart", HOME, who="ada")).data["me"]["activeCart"]
    assert cart["totalQuantity"] == 4
    assert {line["addedIn"]["name"] for line in cart["lines"]} == {"Alder & Ash online", "Alder & Ash app"}
    assert cart["deliveryOptions"][0]["splits"] >= 1
    assert cart["totals"]["total"] == cart["totals"]["due"]


async def test_09_the_watch_glance_fits_in_512_bytes_and_one_request(window):
    answer = await window.run("09-watch-order-glance", who="ada")
    order = answer.data["me"]["orders"]["nodes"][0]
    assert order["statusLine"] == "Ready to collect at Oxford Street"
    assert order["fulfilments"][0]["location"]["name"] == "Oxford Street"
    assert answer.bytes <= 512


async def test_30_where_is_my_order_is_one_speakable_line(window):
    nodes = (await window.run("30-voice-order-status", who="deniz")).data["me"]["orders"]["nodes"]
    assert nodes[0]["statusLine"].startswith("On its way, arrives ")


async def test_14_an_unknown_barcode_is_told_apart_from_an_invalid_one(window):
    unknown = await window.run("14-pos-scan", {"code": "4006381333931", "store": OXFORD_STREET})
    assert unknown.data["variantByBarcode"]["__typename"] == "BarcodeUnknown"
    invalid = await window.run("14-pos-scan", {"code": "4006381333932", "store": OXFORD_STREET})
    assert invalid.data["variantByBarcode"]["__typename"] == "BarcodeInvalid"


async def test_41_another_customers_order_and_cart_are_not_there(window):
    mine = (await window.run("41-node-refetch", VARIABLES["41-node-refetch"], who="ada")).data["nodes"]
    other = await window.run("41-node-refetch", VARIABLES["41-node-refetch"], who="ben")
    theirs = other.data["nodes"]
    assert [node["__typename"] for node in mine] == ["Order", "Cart", "Product", "Location"]
    assert mine[0]["number"] == "A10000001"
    assert other.errors == []
    shown = [node for node in theirs if node is not None]
    assert all("number" not in node or node["number"] is None for node in shown)
    assert {node["__typename"] for node in shown if node.get("name")} == {"Product", "Location"}
