"""A store list into the inventory: once, whole, and found by the locator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from subgraphs.inventory.app import create_app
from subgraphs.inventory.feeds import Stores
from subgraphs.inventory.models import Record
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import StoreRecord
from subgraphs.kit.tables import KIT

LOCATIONS = Record.metadata.tables["location"]
WEEK = tuple((day, "10:00", "21:00") for day in range(1, 8))


def store(number: int, **changes) -> StoreRecord:
    """A store somewhere between the coasts; each has a place of its own."""
    made = StoreRecord(
        row=number,
        code=str(number),
        name=f"Store {number}",
        kind="BigBox",
        lines=("1 Main Street",),
        city="Springfield",
        region="MN",
        postcode=f"{10000 + number}",
        country="US",
        latitude=30 + number % 40 / 2,
        longitude=-120 + number // 40,
        time_zone="America/Chicago",
        hours=WEEK,
        services=("Geek Squad Services",),
    )
    return replace(made, **changes)


@pytest.fixture
async def sink(bare):
    async with Stores(bare.settings) as opened:
        yield opened


async def test_1565_stores_are_loaded_in_a_handful_of_statements_and_again_change_nothing(bare, sink):
    records = [store(number) for number in range(1, 1566)]
    first = await sink.take(records[:1000])
    first.merge(await sink.take(records[1000:]))
    assert first.created == {"location": 1565}
    again = await sink.take(records)
    assert (again.created, again.updated, again.unchanged) == ({}, {}, {"location": 1565})

    async def count(session):
        return (await session.execute(select(func.count()).select_from(LOCATIONS))).scalar_one()

    assert await bare.database.read(count) == 1565


async def test_the_locator_orders_them_by_distance_in_as_many_statements_for_a_hundred_as_for_one(bare, sink):
    await sink.take([store(number) for number in range(1, 1566)])
    query = """query ($first: Int) { locations(near: {latitude: 40, longitude: -100}, radiusKm: 900, first: $first)
        { totalCount edges { cursor distance { metres } node { id name isOpen } } pageInfo { hasNextPage endCursor } } }"""
    await bare.execute(query, {"first": 1})
    with bare.statements() as one:
        await bare.execute(query, {"first": 1})
    with bare.statements() as hundred:
        answer = await bare.execute(query, {"first": 100})
    assert one.sql == hundred.sql
    found = answer.data["locations"]
    distances = [edge["distance"]["metres"] for edge in found["edges"]]
    assert distances == sorted(distances)
    assert found["totalCount"] > 100
    assert found["pageInfo"]["hasNextPage"]


async def test_pages_of_the_locator_hold_every_place_once(bare, sink):
    await sink.take([store(number, latitude=40.0, longitude=-100.0) for number in range(1, 26)])
    query = """query ($after: String) { locations(near: {latitude: 40, longitude: -100}, first: 10, after: $after)
        { nodes { code } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    while True:
        page = (await bare.execute(query, {"after": after})).data["locations"]
        seen += [each["code"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 25


async def test_a_changed_store_is_updated_and_keeps_what_the_list_does_not_decide(bare, sink):
    await sink.take([store(1)])

    async def decide(session):
        await session.execute(LOCATIONS.update().values(brand_code="alder", pick_minutes=30))

    await bare.database.write(decide)
    tally = await sink.take([store(1, name="Store One")])
    assert tally.updated == {"location": 1}
    answer = await bare.execute('{ locationByCode(code: "1") { name brand { code } services } }')
    assert answer.data["locationByCode"] == {
        "name": "Store One",
        "brand": {"code": "alder"},
        "services": ["APPOINTMENTS", "PICKUP", "RETURNS"],
    }


async def test_a_store_off_the_earth_or_with_hours_that_are_none_is_refused_by_its_row(sink):
    tally = await sink.take(
        [store(7, latitude=91.0), store(8, hours=((1, "25:00", "26:00"),)), store(9, time_zone="Mars/Olympus")]
    )
    assert [refused.row for refused in tally.refused] == [7, 8, 9]
    assert tally.created == {}


async def test_a_shopper_finds_stores_by_the_postcode_of_one(bare, sink):
    await sink.take([store(1), store(2, latitude=10.0)])
    query = '{ locations(postcode: "10001", country: "US") { nodes { code } } }'
    assert (await bare.execute(query)).data["locations"]["nodes"] == [{"code": "1"}]
    assert (await bare.execute('{ locations(postcode: "99999") { totalCount } }')).codes == ["BAD_USER_INPUT"]


async def test_stores_open_now_are_those_whose_clock_says_so(bare, sink):
    always, never = tuple((day, "00:00", "24:00") for day in range(1, 8)), ()
    await sink.take([store(1, hours=always), store(2, hours=never)])
    query = "{ locations(openNow: true) { nodes { code isOpen nextChangeAt } } }"
    answer = await bare.execute(query)
    assert answer.data["locations"]["nodes"] == [{"code": "1", "isOpen": True, "nextChangeAt": None}]


@pytest.mark.parametrize(
    "arguments",
    [
        "near: {latitude: 91, longitude: 0}",
        "near: {latitude: 0, longitude: 181}",
        "radiusKm: 0",
        "radiusKm: -1",
        "radiusKm: 1e9",
        "first: 101",
        "first: -1",
        'after: "nonsense"',
        'stockOf: [{variantId: "v", quantity: 0}]',
    ],
)
async def test_what_the_locator_cannot_use_is_refused_before_any_sql(subgraph, arguments):
    shop = await subgraph(create_app)
    with shop.statements() as count:
        answer = await shop.execute(f"{{ locations({arguments}) {{ totalCount }} }}")
    assert answer.codes == ["BAD_USER_INPUT"]
    assert count.sql == 0


async def test_others_are_told_whose_store_it_is(bare, sink):
    await sink.take([store(1)])

    async def told(session):
        return (await session.execute(select(KIT.outbox.c.payload))).scalars().all()

    (payload,) = await bare.database.read(told)
    assert payload == {
        "code": stable_id("Location", "1"),
        "location_code": "1",
        "name": "Store 1",
        "brand_code": None,
        "store_group_code": None,
    }
