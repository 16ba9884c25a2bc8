"""What feeds may change of what is there: the shop's own categories they may not; what goods cost they tell the others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from subgraphs.catalog.app import create_app
from subgraphs.catalog.feeds import Categories, Offers
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.formats.offer import offer
from subgraphs.kit.importing.records import CategoryRecord
from subgraphs.kit.tables import KIT

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # its answers are the same on both
TREE = "query ($slug: String!) { categoryBySlug(slug: $slug) { name path { slug } children { slug name } } }"


def node(row: int, *path: tuple[str, str]) -> CategoryRecord:
    return CategoryRecord(row, *path[-1], path)


async def category(shop, slug):
    return (await shop.execute(TREE, {"slug": slug})).data["categoryBySlug"]


async def bring(shop, *records):
    async with Categories(shop.settings) as sink:
        return await sink.take(records)


async def test_a_feed_renames_and_moves_what_it_brought_and_nothing_of_the_shops_own(subgraph):
    shop = await subgraph(create_app, sample_data=True)
    own = await category(shop, "chairs")
    outdoors, chairs = ("c1", "Outdoors"), ("chairs", "Seats and more")
    first = await bring(shop, node(1, outdoors), node(2, outdoors, chairs), node(3, outdoors, chairs, ("c3", "Stools")))
    assert (first.created, first.unchanged) == ({"category": 2}, {"category": 1})
    after = await category(shop, "chairs")
    assert (after["name"], after["path"]) == (own["name"], own["path"])
    assert after["children"] == [*own["children"], {"slug": "c3", "name": "Stools"}]
    assert (await category(shop, "c3"))["path"] == [*own["path"], {"slug": "c3"}]
    again = await bring(shop, node(1, ("c1", "Garden")), node(2, ("c1", "Garden"), ("c3", "Stools")))
    assert again.updated == {"category": 2}
    assert (await category(shop, "c3"))["path"] == [{"slug": "c1"}, {"slug": "c3"}]
    assert (await category(shop, "c1"))["name"] == "Garden"


async def test_what_a_unit_costs_is_told_with_the_goods_and_not_forgotten_by_a_feed_without_it(subgraph):
    shop = await subgraph(create_app, sample_data=True)

    async def costs(**fields):
        given = {name: [value] for name, value in fields.items()}
        async with Offers(shop.settings) as sink:
            await sink.take([offer(1, {"id": ["MUG-1"], "brand": ["Acme"], "price": ["12.00 GBP"], **given})])

        async def told(session):
            table = KIT.outbox
            rows = await session.execute(select(table).where(table.c.topic == "product.changed").order_by(table.c.id))
            known = [one.get("unit_cost") for row in rows for one in row.payload["variants"]]
            return [cost and (Decimal(cost["amount"]), cost["currency"]) for cost in known]

        return await shop.database.read(told)

    assert await costs(title="Mug") == [None]
    cost = (Decimal("4.10"), "GBP")
    assert await costs(title="Mug", cost_of_goods_sold="4.10 GBP") == [None, cost]
    assert await costs(title="Big mug") == [None, cost, cost]
    key = [{"id": stable_id("ProductVariant", "MUG-1")}]
    known = await shop.entities("ProductVariant", key, "unitCost { amount }", scopes=("analytics:read",))
    assert Decimal(known.data[0]["unitCost"]["amount"]) == Decimal("4.10")
