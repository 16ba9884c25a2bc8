"""A page of a hundred rows costs as many statements as a short one: each root field that lists, each entity.

The short page has thirty rows, not two: what only some goods have (an offer's past prices, a bundle) is asked for when one
of them is on the page.
"""

from __future__ import annotations

import pytest

from subgraphs.kit.sample_world import CUSTOMERS, PRODUCTS, VARIANTS
from tests.subgraphs.catalog.conftest import STAFF, statements_of

# SQLite answers before the loop turns, so every statement counts (tests/statements.py).
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RARE = 1
"""Statements for what is on the long page only: one, whatever the number of rows."""

TILE = """id name slug description image { url } media(first: 3) { ... on MediaImage { url } }
  brand { name identity { primaryColour } } category { name path { name } } rating { average count } badges
  soldIn { code } access { membersOnly } priceRange { min { amount } } reviews(first: 2) { totalCount nodes { body channel { name } } }
  related(intent: SIMILAR, first: 3) { slug } collections(first: 2) { slug } listings { status channel { name } }
  variants(first: 3) { totalCount nodes { sku } } defaultVariant { sku }"""
UNIT = """id sku name options { name value } gtins image { url } price { current { amount } lowestLast30Days { amount } perUnit { amount } }
  pricesByChannel { channel { name } current { amount } } purchasable { allowed bar } product { name brand { name } category { path { name } } }"""
LISTS = {
    "searchProducts": f"query ($n: Int!) {{ searchProducts(first: $n) {{ totalCount facets {{ code }} nodes {{ {TILE} }} edges {{ bestVariant {{ {UNIT} }} }} }} }}",
    "feedItems": f'query ($n: Int!) {{ feedItems(channel: "marketplace", first: $n) {{ totalCount nodes {{ title productType variant {{ {UNIT} }} }} }} }}',
    "nodes": f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Product {{ {TILE} }} }} }}",
    "collectionBySlug": f'query ($n: Int!) {{ collectionBySlug(slug: "at-home") {{ products(first: $n) {{ totalCount nodes {{ {TILE} }} }} }} }}',
    "browseRows": "query ($n: Int!) { browseRows(first: $n) { title products(first: 4) { nodes { slug } } } }",
    "searchReport": 'query ($n: Int!) { searchReport(range: {from: "2000-01-01", to: "2100-01-01"}, first: $n) { term } }',
    "searchSuggestions": 'query ($n: Int!) { searchSuggestions(prefix: "s", first: $n) { text product { slug brand { name } } category { slug } } }',
}  # fmt: skip
ENTITIES = {
    "Product": ([{"id": one.id} for one in PRODUCTS], TILE),
    "ProductVariant": ([{"id": one.id} for one in VARIANTS], UNIT),
    "Customer": ([{"id": one.id, "segmentCodes": []} for one in CUSTOMERS], "reviews(first: 2) { nodes { body } }"),
}


@pytest.mark.parametrize("field", LISTS)
async def test_a_long_page_costs_what_a_short_one_does(shop, field):
    ids = [one.id for one in PRODUCTS]
    sizes = {30: ids[:30], 100: ids}
    if field == "searchSuggestions":
        sizes = {6: ids, 20: ids}
    if field == "browseRows":
        # A row made by rule costs one of its own, rows of collections one together: seven rows, of three kinds.
        sizes = {3: ids, 20: ids}
    counts = []
    for size, some in sizes.items():

        def ask(size=size, some=some):
            return shop.execute(
                LISTS[field], {"ids": some} if field == "nodes" else {"n": size}, scopes=STAFF, channel="web"
            )

        answer = await ask()
        assert answer.errors == []
        counts.append(await statements_of(shop, ask))
    assert counts[0] <= counts[1] <= min(counts[0] + RARE, 45), counts


@pytest.mark.parametrize("kind", ENTITIES)
async def test_many_entities_cost_what_a_few_do(shop, kind):
    keys, selection = ENTITIES[kind]
    counts = []
    for some in (keys[: min(30, len(keys) // 2)], keys[:100]):

        def ask(some=some):
            return shop.entities(kind, some, selection, scopes=STAFF, channel="web")

        answer = await ask()
        assert answer.errors == []
        assert len(answer.data) == len(some)
        counts.append(await statements_of(shop, ask))
    assert counts[0] <= counts[1] <= min(counts[0] + RARE, 45), counts
