"""What happens is told while it happens."""

from __future__ import annotations

from subgraphs.customer.service.points import Movement, changes, move
from subgraphs.customer.service.visits import arrivals
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import location
from tests.waiting import until

POINTS = "subscription Points { membershipChanged { id version points tier { name } pointsToNextTier } }"
ARRIVALS = """subscription Arrivals($store: ID!) { storeVisitorArrived(locationId: $store) {
  customer { id displayName } visit { arrivedAt noticedBy } } }"""
CHECK_IN = "mutation ($id: ID!) { storeCheckIn(input: {locationId: $id, method: GEOFENCE}) { __typename } }"


async def _heard(shop, topic):
    await until(lambda: shop.database.signals.listeners(topic))


async def test_a_member_sees_points_move(shop, ben):
    membership = stable_id("Membership", "ben", "alder-club")
    async with shop.subscribe(POINTS, customer=ben) as stream:
        await _heard(shop, changes(membership))
        for number in range(2):
            await shop.database.write(move, membership, Movement(10, "Bonus", f"bonus:{number}", "store"))
            told = (await stream.next())["data"]["membershipChanged"]
            assert (told["points"], told["version"]) == (130 + 10 * number, 2 + number)
        assert stream.silent


async def test_staff_see_who_comes_in(shop, ada):
    store = location("LON-OXF").id
    async with shop.subscribe(ARRIVALS, {"store": store}, scopes=("staff:store",)) as stream:
        await _heard(shop, arrivals(store))
        await shop.execute(CHECK_IN, {"id": store}, customer=ada, channel="app")
        told = (await stream.next())["data"]["storeVisitorArrived"]
        assert told["customer"] == {"id": ada, "displayName": "Ada Okafor"}
        assert told["visit"]["noticedBy"] == "GEOFENCE"


async def test_strangers_and_other_customers_hear_nothing(shop, ben):
    query = "subscription ($id: ID) { membershipChanged(id: $id) { points } }"
    others = {"id": stable_id("Membership", "ada", "alder-club")}
    async with shop.subscribe(query, others, customer=ben) as stream:
        assert (await stream.next())["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    store = {"store": location("LON-OXF").id}
    async with shop.subscribe(ARRIVALS, store, customer=ben) as stream:
        answer = await stream.next()
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
