"""What is somebody's is, to everybody else, not there: by field, by id, by `_entities`."""

from __future__ import annotations

import pytest

from subgraphs.kit.sample_world import location, variant

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # who sees what is decided above the database

RESERVATION = "query ($id: ID!) { reservation(id: $id) { id status customer { id } } }"
TRANSFER = "query ($id: ID!) { transfer(id: $id) { id customer { id } } }"


@pytest.fixture
async def adas_hold(shop, ada):
    answer = await shop.entities("Customer", [{"id": ada}], "reservations { id }", customer=ada)
    return answer.data[0]["reservations"][0]["id"]


@pytest.fixture
async def adas_transfer(shop):
    query = "query ($id: ID!) { location(id: $id) { inboundTransfers { id } } }"
    answer = await shop.execute(query, {"id": location("LON-OXF").id}, scopes=("staff:store",))
    return answer.data["location"]["inboundTransfers"][0]["id"]


async def test_a_hold_is_seen_by_its_customer_and_staff_alone(shop, adas_hold, ada, ben):
    for who in ({"customer": ada}, {"scopes": ("staff:store",)}, {"scopes": ("staff:agent",)}):
        assert (await shop.execute(RESERVATION, {"id": adas_hold}, **who)).data["reservation"]["id"] == adas_hold
    for who in ({"customer": ben}, {"scopes": ("analytics:read",)}, {"scopes": ("feed:read",)}):
        assert (await shop.execute(RESERVATION, {"id": adas_hold}, **who)).data["reservation"] is None
    assert (await shop.execute(RESERVATION, {"id": adas_hold})).codes == ["UNAUTHENTICATED"]


async def test_a_hold_is_not_told_through_entities(shop, adas_hold, ada, ben):
    key = [{"id": adas_hold}]
    assert (await shop.entities("Reservation", key, "id quantity", customer=ada)).data[0] is not None
    assert (await shop.entities("Reservation", key, "id quantity", customer=ben)).data == [None]
    assert (await shop.entities("Reservation", key, "id quantity")).data == [None]


async def test_another_customers_holds_are_an_empty_list(shop, ada, ben):
    assert (await shop.entities("Customer", [{"id": ada}], "reservations { id }", customer=ben)).data == [
        {"reservations": []}
    ]
    assert (await shop.entities("Customer", [{"id": ada}], "reservations { id }")).codes == ["UNAUTHENTICATED"]


async def test_another_customers_hold_cannot_be_given_back(shop, adas_hold, ben, ada):
    release = """mutation ($id: ID!) { reservationRelease(id: $id) { __typename ... on BusinessError { code }
        ... on ReservationSuccess { reservations { status } } } }"""
    answer = await shop.execute(release, {"id": adas_hold}, customer=ben)
    assert answer.data["reservationRelease"] == {"__typename": "NotFoundError", "code": "NOT_FOUND"}
    answer = await shop.execute(release, {"id": adas_hold}, customer=ada)
    assert answer.data["reservationRelease"]["reservations"] == [{"status": "RELEASED"}]


async def test_a_transfer_is_seen_by_its_customer_staff_and_carriers(shop, adas_transfer, ada, ben):
    for who in ({"customer": ada}, {"scopes": ("staff:store",)}, {"scopes": ("carrier:write",)}):
        assert (await shop.execute(TRANSFER, {"id": adas_transfer}, **who)).data["transfer"] is not None
    assert (await shop.execute(TRANSFER, {"id": adas_transfer}, customer=ben)).data["transfer"] is None
    assert (await shop.entities("Transfer", [{"id": adas_transfer}], "id", customer=ben)).data == [None]


async def test_the_count_of_a_shelf_is_staffs_alone(shop, ada):
    store = location("LON-OXF").id
    listed = "query ($id: ID!) { location(id: $id) { stockLevels(first: 1) { nodes { id onHand } } } }"
    assert (await shop.execute(listed, {"id": store}, customer=ada)).codes == ["FORBIDDEN"]
    answer = await shop.execute(listed, {"id": store}, scopes=("staff:store",))
    (record,) = answer.data["location"]["stockLevels"]["nodes"]
    assert (await shop.entities("StockLevel", [{"id": record["id"]}], "onHand", customer=ada)).codes == ["FORBIDDEN"]
    assert (await shop.entities("StockLevel", [{"id": record["id"]}], "onHand", scopes=("staff:agent",))).data == [
        {"onHand": record["onHand"]}
    ]
    key = [{"id": variant("ALD-JKT-RAI-M").id}]
    levels = "stockLevels(first: 2) { totalCount }"
    assert (await shop.entities("ProductVariant", key, levels, customer=ada)).codes == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ("{ stockDiscrepancies { totalCount } }", "staff:store"),
        ('{ stockAccuracyReport(range: {from: "2026-01-01", to: "2026-02-01"}) { counted } }', "analytics:read"),
        ('{ localFeedItems(channel: "web") { totalCount } }', "feed:read"),
        ('{ transferQuote(id: "x") { fee { amount } } }', "system:write"),
        ('mutation { stockHoldRelease(key: "x") }', "system:write"),
        ("mutation { stockScan(scans: []) { __typename } }", "staff:store"),
    ],
)
async def test_what_needs_a_scope_is_forbidden_without_it(shop, ada, query, scope):
    assert "FORBIDDEN" in (await shop.execute(query, customer=ada)).codes
    assert not (await shop.execute(query, scopes=(scope,))).errors


async def test_representations_bring_nothing_but_their_keys(shop):
    key = {"id": variant("ALD-JKT-RAI-M").id, "sku": "OTHER", "availability": {"online": "IN_STOCK"}, "row": 1}
    answer = await shop.entities("ProductVariant", [key], "sku")
    assert answer.data == [{"sku": "ALD-JKT-RAI-M"}]
