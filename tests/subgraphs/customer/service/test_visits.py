"""Being in a store."""

from __future__ import annotations

from datetime import UTC, datetime

from subgraphs.customer.service.news import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_id, new_uuid, stable_id
from subgraphs.kit.inbox import consume
from subgraphs.kit.sample_world import customer, location

CHECK_IN = """mutation CheckIn($input: StoreCheckInInput!) { storeCheckIn(input: $input) { __typename
  ... on StoreCheckInSuccess { visit { arrivedAt noticedBy location { id } } ordersReady { id } }
  ... on ConsentMissingError { purpose message } ... on BusinessError { code message } } }"""


def _input(place):
    return {"input": {"locationId": place, "method": "QR", "position": {"latitude": 51.5, "longitude": -0.14}}}


async def _tell(shop, topic, payload):
    consumer = next(consumer for consumer in CONSUMERS if topic in consumer.topics)
    await consume(
        shop.database, consumer, Event(str(new_uuid()), topic, payload["order_id"], 1, payload, datetime.now(UTC))
    )


async def test_checking_in_shows_orders_that_wait_here(shop, ada):
    store, elsewhere = location("LON-OXF").id, location("MAN-ARN").id
    here, there, gone = (new_id("Order") for _ in range(3))
    for order, place in ((here, store), (there, elsewhere), (gone, store)):
        await _tell(shop, "pickup.ready", {"order_id": order, "customer_id": ada, "location_id": place})
    await _tell(shop, "pickup.collected", {"order_id": gone})
    answer = await shop.execute(CHECK_IN, _input(store), customer=ada, channel="app")
    assert answer.errors == []
    done = answer.data["storeCheckIn"]
    assert done["ordersReady"] == [{"id": stable_id("Order", "sample", "A10000001")}, {"id": here}]
    assert done["visit"]["location"] == {"id": store}
    again = await shop.execute(CHECK_IN, _input(store), customer=ada, channel="app")
    assert again.data["storeCheckIn"]["visit"] == done["visit"]
    presence = await shop.execute("{ me { presence { location { id } noticedBy } } }", customer=ada)
    assert presence.data["me"]["presence"] == {"location": {"id": store}, "noticedBy": "QR"}


async def test_staff_of_the_store_see_who_came_in(shop, ada):
    store = location("LON-OXF").id
    await shop.execute(CHECK_IN, _input(store), customer=ada)
    query = "visitors { customer { id displayName } visit { noticedBy } }"
    answer = await shop.entities("Location", [{"id": store}], query, scopes=("staff:store",))
    visitor = {"customer": {"id": ada, "displayName": "Ada Okafor"}, "visit": {"noticedBy": "QR"}}
    ben = {"customer": {"id": customer("ben").id, "displayName": "Ben Carter"}, "visit": {"noticedBy": "GEOFENCE"}}
    assert answer.data == [{"visitors": [visitor, ben]}], "Ben of the sample world was there before"


async def test_nobody_is_recognised_without_consent(shop):
    answer = await shop.execute(CHECK_IN, _input(location("LON-OXF").id), customer=new_id("Customer"))
    refused = answer.data["storeCheckIn"]
    assert (refused["__typename"], refused["purpose"]) == ("ConsentMissingError", "STORE_PRESENCE")


async def test_a_store_nobody_told_of_is_not_there(shop, ada):
    answer = await shop.execute(CHECK_IN, _input(new_id("Location")), customer=ada)
    assert answer.data["storeCheckIn"]["code"] == "NOT_FOUND"
