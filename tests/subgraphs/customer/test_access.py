"""A shopper's token sees no other customer's data, whichever way it asks."""

from __future__ import annotations

import pytest

from subgraphs.kit.ids import stable_id

PERSONAL = "id displayName email phone segmentCodes"


@pytest.fixture
def things(ada):
    """What belongs to Ada, by type."""
    return {
        "Customer": ada,
        "CustomerAddress": stable_id("CustomerAddress", "ada", "home"),
        "Membership": stable_id("Membership", "ada", "alder-club"),
        "StoredValueCard": stable_id("StoredValueCard", "ada"),
        "Wishlist": stable_id("Wishlist", "ada", "1"),
    }


async def test_entities_of_others_are_not_there(shop, things, ben):
    for typename, id in things.items():
        answer = await shop.entities(typename, [{"id": id}], "__typename id", customer=ben)
        assert answer.data == [None], typename
        assert answer.errors == []


async def test_entities_of_others_are_not_there_for_strangers_either(shop, things):
    for typename, id in things.items():
        assert (await shop.entities(typename, [{"id": id}], "id")).data == [None], typename


async def test_the_owner_and_those_who_serve_see_them(shop, things, ada):
    for typename, id in things.items():
        for who in ({"customer": ada}, {"scopes": ("staff:agent",)}):
            assert (await shop.entities(typename, [{"id": id}], "id", **who)).data == [{"id": id}], typename


async def test_a_forged_representation_shows_nothing(shop, ada, ben):
    forged = {"id": ada, "displayName": "x", "email": "x@example.com", "isGuest": True}
    assert (await shop.entities("Customer", [forged], PERSONAL, customer=ben)).data == [None]


@pytest.mark.parametrize(
    "query",
    [
        '{ customer(id: "%s") { id } }',
        '{ customerLookup(by: EMAIL, value: "ada@example.com") { id } }',
    ],
)
async def test_staff_queries_are_closed_to_shoppers(shop, ada, ben, query):
    answer = await shop.execute(query.replace("%s", ada), customer=ben)
    assert list(answer.data.values()) == [None]
    assert answer.codes == ["FORBIDDEN"]


async def test_a_shopper_cannot_write_for_another(shop, ada, ben):
    link = 'mutation ($id: ID!) { customerIdentityLink(identity: {kind: SOCIAL, value: "@me"}, customerId: $id) { __typename } }'
    answer = await shop.execute(link, {"id": ada}, customer=ben)
    assert answer.data == {"customerIdentityLink": {"__typename": "NotPermittedError"}}
    wish = "mutation ($v: ID!, $l: ID!) { wishlistAdd(variantId: $v, wishlistId: $l) { __typename } }"
    variables = {"v": stable_id("ProductVariant", "X"), "l": stable_id("Wishlist", "ada", "1")}
    answer = await shop.execute(wish, variables, customer=ben)
    assert answer.data == {"wishlistAdd": {"__typename": "NotFoundError"}}


async def test_visitors_of_a_store_are_for_its_staff(shop, ben):
    location = [{"id": stable_id("Location", "LON-OXF")}]
    answer = await shop.entities("Location", location, "visitors { customer { displayName } }", customer=ben)
    assert answer.codes == ["FORBIDDEN"]


async def test_an_identity_header_of_someone_else_is_refused(shop):
    answer = await shop.execute("{ me { id } }", headers={"channelgraph-identity": "eyJhbGciOiJub25lIn0.e30."})
    assert answer.response.status_code == 401
    assert answer.codes == ["UNAUTHENTICATED"]
