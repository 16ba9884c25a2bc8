"""Operations asked oddly, over the real pipeline: floods, other writings, hidden names, clashing keys. Ids: D10 to D19."""

from __future__ import annotations

import asyncio

import pytest

from gateway.composition import SubgraphSource, compose
from gateway.documents import Documents
from gateway.errors import ClientError, VariablesInvalid
from gateway.supergraph.load import load_supergraph

HIDING = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@inaccessible"])
type Query { find(by: Wanted, kind: Kind, secretly: Boolean @inaccessible): Thing seen: Kind hiddenRoot: Int @inaccessible }
input Wanted { name: String hiddenInput: Int @inaccessible }
enum Kind { OPEN HIDDENVALUE @inaccessible }
type Thing { name: String kind: Kind hiddenField: Int @inaccessible of: HiddenType @inaccessible }
type HiddenType @inaccessible { a: Int }
scalar HiddenScalar @inaccessible
"""


async def test_D13_a_flood_of_new_texts_fills_no_memory_and_drives_out_no_more_than_its_share(make_shop):
    shop = make_shop(caches={"program_entries": 50, "document_entries": 50, "document_characters": 5_000})
    for n in range(500):
        await shop.ask(f"{{ a{n}: note }}")
        if n % 10 == 0:
            await shop.ask("{ note }")
    programs, documents = shop.pipeline.programs, shop.pipeline.documents
    assert len(programs._ready) <= 50
    assert len(programs._prepared) <= 50
    assert len(documents._cache) <= 50
    assert documents.resolve("{ note }") is documents.resolve("{ note }")


async def test_D13_a_flood_of_long_texts_is_kept_by_nobody(make_shop):
    """Programs hold their documents: what one cache lets go another must not keep."""
    shop = make_shop(caches={"document_characters": 20_000})
    for n in range(100):
        await shop.ask(f"{{ a{n}: note {' ' * 2_000} }}")
    assert len(shop.pipeline.documents._cache) <= 10
    assert len(shop.pipeline.programs._prepared) <= 10
    assert len(shop.pipeline.programs._ready) <= 10


async def test_D13_of_broken_texts_too(make_shop):
    shop = make_shop(caches={"document_entries": 50, "document_characters": 5_000})
    for n in range(500):
        with pytest.raises(ClientError):
            await shop.ask(f"{{ nothing{n} }}")
    assert len(shop.pipeline.documents._cache) <= 50


async def test_D14_values_in_variables_make_one_program_and_each_caller_his_own_answer(shop):
    query = "mutation ($by: Int!) { add(by: $by) }"
    answers = await asyncio.gather(*(shop.ask(query, {"by": n}, scopes=str(n % 3)) for n in range(50)))
    assert [answer["data"]["add"] for answer in answers] == list(range(50))
    assert len(shop.pipeline.programs._ready) == 1


@pytest.mark.parametrize(
    "query",
    [
        "{ products { id name stock } }",
        "query { products { id, name, stock } }",
        "# why\n{ products { ...F stock } } fragment F on Product { id name }",
        "{ products { id ... on Product { name } ... { stock } } }",
        "query Q($yes: Boolean = true) { products { id name @include(if: $yes) stock @skip(if: false) } }",
    ],
)
async def test_D14_however_it_is_written_the_subgraphs_are_asked_the_same(shop, query):
    assert (await shop.ask(query))["data"]["products"][0] == {"id": "1", "name": "p1", "stock": 10}
    asked = shop.queries
    other = type(shop)()
    await other.ask("{ products { id name stock } }")
    assert [text.replace(" ", "") for text in asked] == [text.replace(" ", "") for text in other.queries]


@pytest.fixture(scope="module")
def hiding() -> Documents:
    result = compose([SubgraphSource("a", "http://a.invalid", HIDING)])
    assert result.supergraph is not None, result.errors
    return Documents(load_supergraph(result.supergraph).api_schema)


@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        ("{ hiddenRoot }", "{ missinRoot }"),
        ("{ find { hiddenField } }", "{ find { missinField } }"),
        ("{ find { of { a } } }", "{ find { ox { a } } }"),
        ("{ find(secretly: true) { name } }", "{ find(missinly: true) { name } }"),
        ("{ find(kind: HIDDENVALUE) { name } }", "{ find(kind: MISSINVALUE) { name } }"),
        ("{ find(by: {hiddenInput: 1}) { name } }", "{ find(by: {missinInput: 1}) { name } }"),
        ("{ find { ... on HiddenType { a } } }", "{ find { ... on MissinType { a } } }"),
        ("query ($x: HiddenScalar) { seen }", "query ($x: MissinScalar) { seen }"),
        ("query ($x: HiddenType) { seen }", "query ($x: MissinType) { seen }"),
    ],
)
def test_D16_what_is_hidden_is_refused_in_the_words_for_what_never_was(hiding, hidden, missing):
    told = []
    for text in (hidden, missing):
        with pytest.raises(ClientError) as caught:
            hiding.resolve(text)
        told.append(
            caught.value.message.replace("hidden", "missin").replace("Hidden", "Missin").replace("HIDDEN", "MISSIN")
        )
    assert told[0].replace("secretly", "missinly").replace("'of'", "'ox'").replace('"of"', '"ox"') == told[1]


@pytest.mark.parametrize("text", ["{ hiddenRoo }", "{ find { hiddenFiel } }", "{ find(secretl: true) { name } }", "{ find(by: {hiddenInpu: 1}) { name } }", "{ find(kind: HIDDENVALU) { name } }", "query ($x: HiddenScala) { seen }"])  # fmt: skip
def test_D16_and_is_not_suggested_even_where_suggestions_are_made(hiding, text):
    from gateway.documents import DocumentOptions

    with pytest.raises(ClientError) as caught:
        Documents(hiding.schema, DocumentOptions(suggestions=True)).resolve(text)
    assert "Did you mean" not in caught.value.message


@pytest.mark.parametrize(
    ("variables", "keys"),
    [
        ({"a": True, "b": False}, ["x", "y"]),
        ({"a": True, "b": True}, []),
        ({"a": False, "b": False}, []),
        ({"a": False, "b": True}, []),
    ],
)
async def test_D18_both_at_once_keep_what_both_allow_on_a_cached_plan_as_on_a_new_one(shop, variables, keys):
    query = """query ($a: Boolean!, $b: Boolean!) {
      products { x: stock @include(if: $a) @skip(if: $b) ... @include(if: $a) { y: name @skip(if: $b) } }
    }"""
    for _ in range(2):
        assert list((await shop.ask(query, variables))["data"]["products"][0]) == keys


@pytest.mark.parametrize("variables", [{}, {"a": None}, {"a": "true"}, {"a": 1}, {"a": [True]}])
async def test_D18_what_is_no_boolean_is_refused_on_a_cached_plan_too(shop, variables):
    query = "query ($a: Boolean!) { products { stock @include(if: $a) } }"
    await shop.ask(query, {"a": True})
    sent = len(shop.queries)
    with pytest.raises(VariablesInvalid):
        await shop.ask(query, variables)
    assert len(shop.queries) == sent


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ products { stock: name name: stock } }", {"stock": "p1", "name": 10}),
        ("{ products { id: name x: id stock } }", {"id": "p1", "x": "1", "stock": 10}),
        ("{ products { __typename: name stock } }", None),
        ("{ products { t: __typename id: stock } }", {"t": "Product", "id": 10}),
        ("{ products { _entities: stock _0: name __typename } }", {"_entities": 10, "_0": "p1", "__typename": "Product"}),
        ("{ products { representations: stock data: name errors: id } }", {"representations": 10, "data": "p1", "errors": "1"}),
        ("{ products { stock ... on Product { stock name } ...F } } fragment F on Product { name stock }", {"stock": 10, "name": "p1"}),
    ],
)  # fmt: skip
async def test_D19_keys_that_meet_bring_each_its_own_value(shop, query, expected):
    if expected is None:  # a name of the specification's own; graphql-core lets it pass, and so it must be right
        assert (await shop.ask(query))["data"]["products"][0] == {"__typename": "p1", "stock": 10}
    else:
        assert (await shop.ask(query))["data"]["products"][0] == expected
