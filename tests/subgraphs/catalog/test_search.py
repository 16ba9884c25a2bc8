"""Search: words, orders, filters, and what people type."""

from __future__ import annotations

import pytest

from subgraphs.catalog.service import searches

TEXT = """query ($q: String, $sort: ProductSort, $filters: [FacetFilterInput!], $first: Int, $after: String) {
  searchProducts(query: $q, sort: $sort, filters: $filters, first: $first, after: $after) {
    totalCount correctedQuery pageInfo { hasNextPage endCursor }
    edges { score bestVariant { sku } node { slug rating { average } priceRange { min { amount } } } } } }"""


async def search(shop, q=None, **variables):
    answer = await shop.execute(TEXT, {"q": q, **variables})
    assert answer.errors == []
    return answer.data["searchProducts"]


def slugs(found):
    return [edge["node"]["slug"] for edge in found["edges"]]


async def test_a_word_of_the_name_weighs_more_than_one_of_the_text(shop):
    found = await search(shop, "foundation")
    assert slugs(found)[:2] == ["velvet-foundation", "dew-cushion-foundation"]
    scores = [edge["score"] for edge in found["edges"]]
    assert scores == sorted(scores, reverse=True)


async def test_all_words_must_be_there_and_the_last_may_be_begun(shop):
    assert slugs(await search(shop, "stoneware mu")) == ["stoneware-mug"]
    assert slugs(await search(shop, "stoneware kettle")) == []


async def test_the_variant_that_matches_best_is_named(shop):
    found = await search(shop, "matte lipstick cherry")
    assert found["edges"][0]["bestVariant"]["sku"] == "VEL-LIP-MAT-CHE"


async def test_a_slip_is_corrected_and_said(shop):
    found = await search(shop, "fundation")
    assert found["correctedQuery"] == "foundation"
    assert slugs(found)[0] == "velvet-foundation"
    assert (await search(shop, "foundation"))["correctedQuery"] is None


async def test_hits_are_sorted_by_what_is_asked_now(shop):
    for sort, sign in (("PRICE_ASC", 1), ("PRICE_DESC", -1)):
        seen, after = [], None
        for _ in range(5):
            found = await search(shop, sort=sort, first=25, after=after)
            seen += found["edges"]
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        values = [sign * float(edge["node"]["priceRange"]["min"]["amount"]) for edge in seen]
        assert values == sorted(values), sort
        assert len({edge["node"]["slug"] for edge in seen}) == len(seen) == 60


async def test_every_order_is_read_to_its_end_without_repeating(shop):
    for sort in ("RELEVANCE", "NEWEST", "RATING", "BEST_SELLING"):
        seen, after = [], None
        for _ in range(10):
            found = await search(shop, sort=sort, first=25, after=after)
            seen += slugs(found)
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert len(seen) == len(set(seen)) == found["totalCount"] == 60, sort


async def test_a_price_range_narrows(shop):
    found = await search(shop, filters=[{"code": "price", "min": "10", "max": "12"}], first=50)
    amounts = [float(edge["node"]["priceRange"]["min"]["amount"]) for edge in found["edges"]]
    assert amounts
    assert all(10 <= amount <= 12 for amount in amounts)


async def test_values_of_one_facet_are_alternatives_and_facets_add_up(shop):
    brand = {"code": "brand", "values": ["velvet"]}
    matte = {"code": "finish", "values": ["Matte"]}
    both = {"code": "finish", "values": ["Matte", "Sheer"]}
    counts = [
        (await search(shop, filters=filters))["totalCount"] for filters in ([brand, matte], [brand, both], [brand])
    ]
    assert counts[0] < counts[1] < counts[2]


TYPED = {
    "wildcards": ["%", "_", "%%%", "%sofa%", "s_fa", "*", "?"],
    "quotes": ["' OR 1=1 --", '"', "'; DROP TABLE product; --", "\\", "\\'", "$1", ":word", "?1"],
    "other scripts": ["كرسي", "\u202ekcabllor", "椅子", "🛋️", "ﷺ" * 500, "e\u0301" * 300],
    "regular expressions": ["(((((a+)+)+)+)+)$", "(a|a)*" * 50, "[" * 5_000, "^(.*a){20}$", "\\d{1000000}"],
    "length": ["a" * 10_000, "word " * 2_000, " ".join(f"w{number}" for number in range(2_000)), " " * 10_000],
}
EVERYWHERE = """query ($q: String!, $id: ID!) {
  searchProducts(query: $q, first: 3) { totalCount correctedQuery nodes { slug } facets { code } }
  byValue: searchProducts(filters: [{code: "brand", values: [$q]}], first: 3) { totalCount }
  byFacet: searchProducts(filters: [{code: $q, values: ["x"]}], first: 3) { totalCount }
  searchSuggestions(prefix: $q, first: 5) { text }
  productBySlug(slug: $q) { id } categoryBySlug(slug: $q) { id } collectionBySlug(slug: $q) { id }
  variantBySku(sku: $q) { id } product(id: $id) { id } node(id: $id) { id } brand(code: $q) { code }
  variantByBarcode(code: $q) { __typename } }"""


async def test_C17_what_no_text_may_hold_is_an_error_of_the_caller_or_finds_nothing(shop):
    for place in (
        "searchProducts(filters: [{code: $q, values: [$q]}], first: 3) { totalCount }",
        "variantBySku(sku: $q) { id }",
        "searchProducts(query: $q, first: 3) { totalCount }",
    ):
        answer = await shop.execute("query ($q: String!) { found: " + place + " }", {"q": "qq\u0000xx"})
        assert set(answer.codes) <= {"BAD_USER_INPUT"}
        assert answer.errors or answer.data["found"] in (None, {"totalCount": 0})


@pytest.mark.parametrize("kind", TYPED)
async def test_C17_whatever_is_typed_is_plain_data_and_bounded(shop, kind):
    for typed in TYPED[kind]:
        with shop.statements() as sent:
            answer = await shop.execute(EVERYWHERE, {"q": typed, "id": typed})
        assert answer.errors == [], typed[:40]
        found = answer.data
        assert found["byValue"]["totalCount"] == found["byFacet"]["totalCount"] == 0
        assert not any(found[name] for name in ("productBySlug", "categoryBySlug", "variantBySku", "product", "node"))
        assert found["variantByBarcode"]["__typename"] in {"BarcodeInvalid", "BarcodeUnknown"}
        assert len(answer.response.content) < 20_000
        assert sent.sql <= 40
        if kind == "wildcards" and "s" not in typed:
            assert found["searchProducts"]["totalCount"] == 0, "it matches itself, not everything"
            assert found["searchSuggestions"] == []
    assert (await search(shop, "%sofa%"))["totalCount"] == (await search(shop, "sofa"))["totalCount"] > 0
    assert (await search(shop, "s_fa"))["correctedQuery"] == "sofa", "a slip of the finger, not a pattern"


async def test_what_cannot_be_searched_is_refused(shop):
    impossible = [
        {"first": -1},
        {"first": 101},
        {"first": 2147483647},
        {"after": "nonsense"},
        {"after": "W10"},
        {"filters": [{"code": "brand"}]},
        {"filters": [{"code": "price"}]},
        {"filters": [{"code": "price", "values": ["1"]}]},
        {"filters": [{"code": "brand", "values": ["x"]}] * 21},
        {"filters": [{"code": "brand", "values": ["x"] * 51}]},
    ]
    for variables in impossible:
        assert (await shop.execute(TEXT, variables)).codes == ["BAD_USER_INPUT"], variables


async def test_an_unknown_channel_or_category_is_named(shop):
    assert (await shop.execute('{ searchProducts(channel: "nowhere") { totalCount } }')).codes == ["BAD_USER_INPUT"]
    assert (await shop.execute('{ searchProducts(categoryId: "ctg_x") { totalCount } }')).codes == ["BAD_USER_INPUT"]


async def test_suggestions_lead_to_categories_and_products(shop):
    text = "query ($p: String!) { searchSuggestions(prefix: $p, first: 5) { text product { slug } category { slug } } }"
    found = (await shop.execute(text, {"p": "sofa"})).data["searchSuggestions"]
    assert found[0] == {"text": "Sofas", "product": None, "category": {"slug": "sofas"}}
    assert {"haven-sofa"} <= {one["product"]["slug"] for one in found if one["product"]}
    assert (await shop.execute(text, {"p": "%"})).data["searchSuggestions"] == []


async def test_the_report_counts_searches_and_those_without_a_hit(shop):
    await search(shop, "foundation")
    await search(shop, "foundation")
    await search(shop, "qqqqqqq")
    await searches.flush(shop.database)
    await search(shop, "qqqqqqq")
    text = "query ($r: DateRangeInput!) { searchReport(range: $r) { term searches zeroResultRate clickRate } }"
    range_ = {"from": "2000-01-01", "to": "2100-01-01"}
    found = (await shop.execute(text, {"r": range_}, scopes=("analytics:read",))).data["searchReport"]
    assert {(one["term"], one["searches"], one["zeroResultRate"]) for one in found} == {
        ("foundation", 2, 0.0),
        ("qqqqqqq", 2, 1.0),
    }
    assert (await shop.execute(text, {"r": range_})).codes == ["FORBIDDEN"]


async def test_a_view_after_a_search_counts_for_it_once_and_only_where_it_can_be_told(shop):
    view = '{ productBySlug(slug: "velvet-foundation") { name } }'
    await shop.execute(TEXT, {"q": "foundation"}, customer="cus_a")
    for _ in range(2):
        await shop.execute(view, customer="cus_a")
    await shop.execute(TEXT, {"q": "foundation"}, customer="cus_b")
    await shop.execute(TEXT, {"q": "foundation"})
    await shop.execute(view)
    await shop.execute(view, customer="cus_c")
    text = "query ($r: DateRangeInput!) { searchReport(range: $r) { term searches clickRate } }"
    range_ = {"from": "2000-01-01", "to": "2100-01-01"}
    found = (await shop.execute(text, {"r": range_}, scopes=("analytics:read",))).data["searchReport"]
    assert found == [{"term": "foundation", "searches": 3, "clickRate": 0.5}]


async def test_words_may_lead_to_a_page_in_their_channel_and_those_that_inherit_it(shop):
    text = "query ($q: String) { searchProducts(query: $q, first: 1) { redirectUrl } }"

    async def led(words, channel):
        return (await shop.execute(text, {"q": words}, channel=channel)).data["searchProducts"]["redirectUrl"]

    assert await led("Returns!", "web") == await led("returns", "app") == "https://alder.example/help/returns"
    assert await led("returns", "velvet-web") is None
    assert await led("returns policy", "web") is None
    assert await led(None, "web") is None
