"""A page of a hundred rows costs as many statements as a page of two: every list of a person's, a store's, a membership's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from subgraphs.customer.models import Record
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import location

NOW = datetime.now(UTC)
STORE = location("LON-OXF").id
LISTS = {
    "timeline": "{ me { timeline(first: %d) { nodes { id kind at summary channel { code } subject { __typename } } } } }",
    "browsingHistory": "{ me { browsingHistory(first: %d) { product { id } channel { code } at views } } }",
    "movements": "{ me { memberships { id movements(first: %d) { points reason channel { code } at } } } }",
    "tryOns": "{ me { tryOns(first: %d) { id } } }",
}
VISITORS = "id visitors(first: %d) { customer { id displayName } visit { arrivedAt noticedBy } }"

# SQLite answers before the loop turns, so every statement counts (tests/statements.py).
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def busy(shop, ada):
    """Ada has seen, browsed and earned a hundred things more; so many others stand in the store."""
    tables = Record.metadata.tables

    async def fill(session):
        memberships = tables["membership"]
        of_ada = select(memberships.c.id).where(memberships.c.customer_id == ada)
        member = (await session.execute(of_ada.order_by(memberships.c.id).limit(1))).scalar_one()
        times = [(n, NOW - timedelta(minutes=n + 1)) for n in range(100)]
        rows = {
            "touch": [
                {"id": f"t{n}", "customer_id": ada, "kind": "CONTENT", "channel": "web", "at": at, "summary": "seen", "fingerprint": f"f{n}"}
                for n, at in times
            ],
            "browsed_product": [
                {"customer_id": ada, "product_id": stable_id("Product", f"p{n}"), "channel": "web", "at": at, "views": 1}
                for n, at in times
            ],
            "points_movement": [
                {"id": f"m{n}", "membership_id": member, "points": 1, "reason": "Purchase", "channel": "web", "at": at, "once": f"once{n}"}
                for n, at in times
            ],
            "customer": [
                {"id": stable_id("Customer", f"c{n}"), "is_guest": False, "segment_codes": [], "contact": {}, "created_at": at}
                for n, at in times
            ],
            "consent": [
                {"customer_id": stable_id("Customer", f"c{n}"), "purpose": "STORE_PRESENCE", "granted": True, "channel": "app", "at": at}
                for n, at in times
            ],
            "store_visit": [
                {"id": f"v{n}", "customer_id": stable_id("Customer", f"c{n}"), "location_id": STORE, "arrived_at": at, "noticed_by": "QR"}
                for n, at in times
            ],
        }  # fmt: skip
        for name, some in rows.items():
            await session.execute(insert(tables[name]), some)

    await shop.database.write(fill)
    return shop


async def sent(shop, ask) -> int:
    await ask()  # a fresh connection asks its version
    with shop.statements() as counted:
        answer = await ask()
    assert answer.errors == []
    return counted.sql


@pytest.mark.parametrize("name", LISTS)
async def test_a_long_page_costs_what_a_short_one_does(busy, ada, name):
    counts = [
        await sent(busy, lambda most=most: busy.execute(LISTS[name] % most, customer=ada, channel="app"))
        for most in (2, 100)
    ]
    assert counts[0] == counts[1]


async def test_a_hundred_people_in_a_store_cost_what_two_do(busy):
    counts = []
    for most in (2, 100):

        def ask(most=most):
            return busy.entities("Location", [{"id": STORE}], VISITORS % most, scopes=("staff:store",), channel="store")

        found = (await ask()).data[0]["visitors"]
        assert len(found) == most
        counts.append(await sent(busy, ask))
    assert counts[0] == counts[1]
