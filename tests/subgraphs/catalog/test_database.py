"""The database's form and the sample world in it."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from subgraphs.catalog import models
from subgraphs.catalog.app import create_app
from subgraphs.catalog.service.heard import membership_changed, order_placed, segments_changed
from subgraphs.kit.bus import Event
from subgraphs.kit.sample_world import VARIANTS, customer, variant
from subgraphs.kit.tables import KIT


def event(topic, **payload):
    from datetime import UTC, datetime

    return Event("e", topic, "a", 1, payload, datetime.now(UTC))


async def test_the_migrations_make_what_the_models_say(subgraph):
    shop = await subgraph(create_app)

    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return [
            one
            for one in compare_metadata(context, models.Record.metadata)
            if not (
                one[0] == "remove_table" and (one[1].name in KIT.metadata.tables or one[1].name == "alembic_version")
            )
            and not (one[0] == "remove_index" and one[1].table.name in KIT.metadata.tables)
        ]

    async with shop.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("kind", ["VariantRow", "BarcodeRow", "PriceRow", "TermRow", "FacetRow", "ReviewRow"])
async def test_the_sample_world_fills_the_tables(shop, kind):
    async def count(session):
        return (await session.execute(select(func.count()).select_from(getattr(models, kind)))).scalar_one()

    assert await shop.database.read(count) >= len(VARIANTS)


async def test_an_empty_catalogue_answers(subgraph):
    shop = await subgraph(create_app)
    answer = await shop.execute("{ channels { code } brands { code } categories { id } }")
    assert answer.data == {"channels": [], "brands": [], "categories": []}
    assert (await shop.execute("{ searchProducts { totalCount } }")).codes == ["BAD_USER_INPUT"]


async def test_a_new_member_may_buy_what_is_held_back(shop):
    text = '{ productBySlug(slug: "pacer-edition-one") { defaultVariant { purchasable { allowed } } } }'
    emil = customer("emil").id
    assert not (await shop.execute(text, customer=emil)).data["productBySlug"]["defaultVariant"]["purchasable"][
        "allowed"
    ]
    await shop.database.write(
        membership_changed, event("membership.changed", customer_id=emil, program="alder-club", tier="member")
    )
    assert (await shop.execute(text, customer=emil)).data["productBySlug"]["defaultVariant"]["purchasable"]["allowed"]


async def test_events_of_unknown_things_do_no_harm(shop):
    for payload in ({}, {"customer_id": "x", "program": "none", "tier": "gold"}):
        await shop.database.write(membership_changed, event("membership.changed", **payload))
        await shop.database.write(segments_changed, event("customer.segmented", **payload))
        await shop.database.write(order_placed, event("order.placed", **payload, lines=[{"variant_id": "none"}, "x"]))


async def test_segments_are_replaced(shop):
    emil = customer("emil").id
    text = '{ experience(code: "home") { slots { ... on ProductRow { title } } } }'
    await shop.database.write(
        segments_changed, event("customer.segmented", customer_id=emil, segments=["beauty-lovers"])
    )
    slots = (await shop.execute(text, customer=emil, channel="web")).data["experience"]["slots"]
    assert {"title": "Face first"} in slots
    await shop.database.write(segments_changed, event("customer.segmented", customer_id=emil, segments=[]))
    slots = (await shop.execute(text, customer=emil, channel="web")).data["experience"]["slots"]
    assert {"title": "Face first"} not in slots


async def test_what_is_bought_is_not_recommended_again(shop):
    chiara = {"id": customer("chiara").id, "segmentCodes": ["beauty-lovers"]}
    text = "recommendedProducts(first: 3) { slug }"
    before = (await shop.entities("Customer", [chiara], text, customer=chiara["id"])).data[0]["recommendedProducts"]
    lines = [{"variant_id": variant("VEL-FND-240").id, "quantity": 2}]
    await shop.database.write(order_placed, event("order.placed", customer_id=chiara["id"], lines=lines))
    after = (await shop.entities("Customer", [chiara], text, customer=chiara["id"])).data[0]["recommendedProducts"]
    assert {"slug": "velvet-foundation"} in before
    assert {"slug": "velvet-foundation"} not in after
