"""What operations are estimated to cost, and that nothing dear is ever asked for. Ids: D10, D11."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.cost import Weights, compile_cost
from gateway.errors import CostLimitExceeded, ListSizeUnknown, PlanningLimit
from gateway.limits import CAP
from gateway.planner.operation import select_operation
from gateway.supergraph.load import load_supergraph

HEAD = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])
{ query: Query mutation: Mutation }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
"""
SUPERGRAPH = (
    HEAD
    + """
type Query @join__type(graph: A) {
  product: Product
  name: String
  dear: Int @cost(weight: 7)
  tags: [Tag!]
  many: [Product!]! @listSize(assumedSize: 50)
  first(first: Int): [Product] @listSize(slicingArguments: ["first"])
  ten(first: Int = 10, last: Int): [Product] @listSize(slicingArguments: ["first", "last"])
  either(first: Int, last: Int): [Product] @listSize(assumedSize: 4, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
  page(first: Int!): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
  search(filter: Filter, ids: [ID!], code: Code): Int
  named: Named
}
type Mutation @join__type(graph: A) { add(filters: [Filter!]!): Product }
type Page @join__type(graph: A) { nodes: [Product!]! edges: [Edge!]! total: Int }
type Edge @join__type(graph: A) { node: Product }
interface Named @join__type(graph: A) { name: String price: Int }
type Product implements Named @join__type(graph: A) @join__implements(graph: A, interface: "Named") {
  name: String price: Int @cost(weight: 3) related: [Product!]! @listSize(assumedSize: 5)
}
type Robot implements Named @join__type(graph: A) @join__implements(graph: A, interface: "Named") @cost(weight: 20) {
  name: String price: Int
}
enum Tag @join__type(graph: A) @cost(weight: 2) { A B }
scalar Code @join__type(graph: A) @cost(weight: 6)
input Filter @join__type(graph: A) { text: String @cost(weight: 4) inner: Filter deep: [Filter!] }
"""
)
GRAPH = load_supergraph(SUPERGRAPH)
WEIGHTS = Weights.of(GRAPH, list_size=10)


def cost(query: str, **variables) -> int:
    document = parse(query, no_location=True)
    return compile_cost(document, select_operation(document, None), WEIGHTS).estimate(variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ name }", 0),
        ("{ product { name } }", 1),
        ("{ dear }", 7),
        ("{ product { price } }", 4),
        ("{ tags }", 20),
        ("{ many { name } }", 50),
        ("{ many { related { name } } }", 50 * (1 + 5)),
        ("{ many { related { related { name } } } }", 50 * (1 + 5 * (1 + 5))),
        ("{ first(first: 3) { name } }", 3),
        ("{ ten { name } }", 10),
        ("{ ten(last: 2) { name } }", 2),
        ("{ either { name } }", 4),
        ("{ either(first: 1, last: 2) { name } }", 2),
        ("{ first(first: 0) { name } }", 0),
        ("{ first(first: -5) { name } }", 0),
        ("{ page(first: 3) { total } }", 1),
        ("{ page(first: 3) { nodes { name } } }", 1 + 3),
        ("{ page(first: 3) { edges { node { price } } } }", 1 + 3 * (1 + 4)),
        ("{ named { name } }", 20),
        ("{ named { price } }", 20 + 3),
        ("{ named { ... on Product { price } } }", 20 + 3),
        ('{ search(filter: {text: "a"}) }', 1 + 4),
        ('{ search(filter: {inner: {text: "a"}}) }', 1 + 1 + 4),
        ('{ search(ids: ["a", "b"]) }', 0),
        ('{ search(code: "a") }', 6),
        ('mutation { add(filters: [{text: "a"}, {}]) { name } }', 10 + 1 + 5 + 1),
        ("{ a: product { name } b: product { name } __typename }", 2),
        ("{ ...F } fragment F on Query { product { ...G ...G } } fragment G on Product { price }", 1 + 3),
        ("{ product { price } product { price name } }", 4),
        (
            "{ many { name } ... { many { price } } ...F } fragment F on Query { many { related { name } } }",
            50 * (1 + 3 + 5),
        ),
        ("{ first(first: 3) { name } first(first: 3) { name } }", 3),
        ("{ page(first: 3) { nodes { name } nodes { price } } }", 1 + 3 * 4),
        ("{ named { ... on Product { price } ... on Product { p: price } } }", 20 + 6),
        ("{ named { ... on Product { related { name } } ... on Robot { price } } }", 20 + 5),
        ("{ named { price ... on Product { price } ... on Named { price } } }", 20 + 3),
        ("{ named { ... on Named { ... on Robot { name } ... on Product { price x: price } } } }", 20 + 6),
        ("{ product { ... on Named { price ... on Product { price } } } }", 1 + 3),
        ('{ search(filter: {text: "a"}) ... { search(filter: {text: "a"}) } }', 1 + 4),
        ("{ product { name } product @skip(if: true) { price } }", 1),
        ("{ product @skip(if: true) { name } }", 0),
        ("{ ... @include(if: false) { product { name } } product { name } }", 1),
        ("{ __schema { types { fields { name } } } }", 0),
    ],
)
def test_D11_an_operation_costs_what_its_weights_and_lengths_make(query, expected):
    assert cost(query) == expected


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("query ($n: Int) { first(first: $n) { related { name } } }", {"n": 4}, 4 * 6),
        ("query ($n: Int) { ten(last: $n) { name } }", {}, 10),
        ("query ($n: Int!) { page(first: $n) { nodes { name } edges { node { name } } } }", {"n": 3}, 1 + 3 + 3 * 2),
        ("query ($f: Filter) { search(filter: $f) }", {"f": {"text": "a", "deep": [{}, {"text": "b"}]}}, 5 + 1 + 5),
        ("query ($f: Filter) { search(filter: $f) }", {}, 0),
        ("query ($t: String) { search(filter: {text: $t}) }", {"t": "a"}, 5),
        ("query ($b: Boolean!) { product @include(if: $b) { name } }", {"b": False}, 0),
        ("query ($b: Boolean!) { product @skip(if: $b) { name } }", {"b": False}, 1),
        ("query ($b: Boolean!) { product { name } product @include(if: $b) { price } }", {"b": False}, 1),
        ("query ($b: Boolean!) { product { name } product @include(if: $b) { price } }", {"b": True}, 4),
        (
            "query ($b: Boolean!) { ... @include(if: $b) { product { price } } product @skip(if: $b) { name } }",
            {"b": True},
            4,
        ),
        (
            "query ($b: Boolean!) { ... @include(if: $b) { product { price } } product @skip(if: $b) { name } }",
            {"b": False},
            1,
        ),
        (
            "query ($a: Boolean!, $b: Boolean!) { many @include(if: $a) { name } many @include(if: $b) { price } }",
            {"a": False, "b": True},
            50 * 4,
        ),
        (
            "query ($a: Boolean!, $b: Boolean!) { many @include(if: $a) { name } many @include(if: $b) { price } }",
            {"a": True, "b": False},
            50,
        ),
        (
            "query ($a: Boolean!, $b: Boolean!) { many @include(if: $a) { name } many @include(if: $b) { price } }",
            {"a": False, "b": False},
            0,
        ),
        ("query ($b: Boolean!) { product @include(if: $b) @skip(if: $b) { price } }", {"b": True}, 0),
    ],
)
def test_D11_variables_count_with_the_values_they_have(query, variables, expected):
    assert cost(query, **variables) == expected


@pytest.mark.parametrize(
    "query",
    [
        "{ first { name } }",
        "query ($n: Int) { first(first: $n) { name } }",
        "{ first(first: null) { name } }",
        "{ ten(first: 1, last: 1) { name } }",
    ],
)
def test_D10_a_list_whose_length_an_argument_gives_needs_one(query):
    with pytest.raises(ListSizeUnknown):
        cost(query)


def test_D10_no_number_overflows():
    deep = "related { " * 18 + "name" + " }" * 18
    assert cost(f"{{ page(first: 2147483647) {{ nodes {{ {deep} }} }} }}") == CAP
    assert cost("{ first(first: 999999999999999999999999999999) { name } }") == CAP


def test_D6_fragments_that_double_are_compiled_once_each():
    spreads = " ".join(f"fragment F{n} on Product {{ related {{ ...F{n + 1} ...F{n + 1} }} }}" for n in range(200))
    query = f"{{ product {{ ...F0 }} }} {spreads} fragment F200 on Product {{ name }}"
    assert cost(query) == CAP


def test_D6_fragments_that_double_on_aliased_fields_are_compiled_once_each():
    links = " ".join(
        f"fragment F{n} on Product {{ a: related {{ ...F{n + 1} }} b: related {{ ...F{n + 1} }} }}" for n in range(200)
    )
    assert cost(f"{{ product {{ ...F0 }} }} {links} fragment F200 on Product {{ name }}") == CAP


def test_D6_conditions_that_multiply_are_told_apart_up_to_a_bound():
    names = [f"{letter}{n}" for n in range(40) for letter in "ab"]
    links = " ".join(
        f"fragment F{n} on Query {{ ...F{n + 1} @include(if: $a{n}) ...F{n + 1} @skip(if: $b{n}) }}" for n in range(40)
    )
    head = ", ".join(f"${name}: Boolean!" for name in names)
    query = f"query ({head}) {{ ...F0 }} {links} fragment F40 on Query {{ product {{ price }} }}"
    assert cost(query, **dict.fromkeys(names, True)) == 4


def test_an_operation_nested_beyond_reason_is_refused_and_no_fault_of_ours():
    links = " ".join(f"fragment F{n} on Product {{ related {{ ...F{n + 1} }} }}" for n in range(3_000))
    with pytest.raises(PlanningLimit):
        cost(f"{{ product {{ ...F0 }} }} {links} fragment F3000 on Product {{ name }}")


def test_the_estimate_is_explained_by_root_field():
    document = parse("{ a: product { name } many { name } }")
    explained = compile_cost(document, select_operation(document, None), WEIGHTS).explain({})
    assert (explained.cost, explained.fields) == (51, {"a": 1, "many": 50})


DEAR = "{ products { id label } }"


async def test_D11_what_costs_too_much_reaches_no_subgraph(make_shop):
    shop = make_shop(limits={"cost": 9})
    with pytest.raises(CostLimitExceeded, match=r"cost 10; at most 9 .*limits\.cost"):
        await shop.ask(DEAR)
    assert shop.queries == []


async def test_D11_a_scope_may_allow_more(make_shop):
    shop = make_shop(limits={"cost": 9, "cost_by_scope": {"analyst": 100}})
    assert (await shop.ask(DEAR, scopes="analyst"))["data"]
    with pytest.raises(CostLimitExceeded):
        await shop.ask(DEAR, scopes="other")


async def test_D11_a_subscription_is_estimated_too(make_shop):
    shop = make_shop(limits={"cost": 1, "list_size": 1})
    await shop.pipeline.subscribe(shop.request("subscription { restocked { id } }"))
    await shop.ask("{ me { name } }")
    shop = make_shop(limits={"cost": 1})
    with pytest.raises(CostLimitExceeded):
        await shop.pipeline.subscribe(shop.request("subscription { restocked { twin { id } } }"))


async def test_an_explanation_runs_nothing(make_shop):
    shop = make_shop(limits={"cost": 9})
    request = shop.request(DEAR)
    explained = await shop.pipeline.answer(type(request)(**{**_fields(request), "explain": True}))
    assert explained == {
        "data": None,
        "extensions": {"cost": {"estimate": 10, "limit": 9, "allowed": False, "fields": {"products": 10}}},
    }
    assert shop.queries == []


def _fields(request) -> dict:
    return {name: getattr(request, name) for name in request.__slots__}
