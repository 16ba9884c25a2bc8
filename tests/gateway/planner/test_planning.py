from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import PlanningLimit, Unplannable
from gateway.planner import Batching, PlanOptions, normalise, plan
from gateway.planner.nodes import FetchKind, OperationKind, Special
from gateway.planner.text import plan_size
from gateway.supergraph.load import load_supergraph

from .worlds import asked, planned, with_header, world


def test_same_operation_same_plan():
    document = "{ items { title rating } found { ... on Film { rating } ... on Book { rating pages } } }"
    assert planned(world("abstract"), document) == planned(world("abstract"), document)


def test_typename_and_introspection_at_the_root_need_no_subgraph():
    found = planned(world("keys"), "{ __typename __schema { queryType { name } } }")
    fields = found.output.variants[0][1]
    assert (found.requests, found.fetches) == ((), ())
    assert [field.special for field in fields] == [Special.TYPENAME, Special.INTROSPECTION]


def test_output_keeps_the_operations_order():
    found = planned(world("keys"), "{ products { reviews { body } b: name a: upc } }")
    products = found.output.variants[0][1][0].selection
    assert products is not None
    assert [field.key for field in products.variants[0][1]] == ["reviews", "b", "a"]


def test_implementations_asked_alike_share_their_fields():
    found = planned(world("abstract"), "{ items { id title } }")
    items = found.output.variants[0][1][0].selection
    assert items is not None
    (book, book_fields), (film, film_fields) = items.variants
    assert (book, film) == ("Book", "Film")
    assert book_fields is film_fields


def test_a_type_hidden_from_clients_has_no_variant():
    found = planned(world("abstract"), "{ items { id } }")
    items = found.output.variants[0][1][0].selection
    assert items is not None
    assert "Secret" not in dict(items.variants)


def test_a_true_label_moves_the_field_to_its_new_subgraph():
    document = "{ posts { likes } }"
    assert [name for name, _ in asked(planned(world("override"), document))] == ["old"]
    moved = planned(world("override"), document, PlanOptions(labels=frozenset({"percent(20)"})))
    assert [name for name, _ in asked(moved)] == ["old", "new"]


def test_a_skipped_requirement_is_not_fetched():
    document = "query($a: Boolean!) { parcels { carrier postage @include(if: $a) } }"
    assert plan_size(planned(world("requires"), document, a=False)).requests == 1
    assert plan_size(planned(world("requires"), document, a=True)).requests == 3


def test_batching_can_be_switched_off():
    document = "{ products { postage insurance } }"
    sizes = {each: plan_size(planned(world("requires"), document, PlanOptions(batching=each))) for each in Batching}
    assert sizes[Batching.LEVEL].requests == sizes[Batching.SAME_DEPENDENCIES].requests == 2
    assert sizes[Batching.OFF].requests == 3


def test_only_root_requests_of_a_mutation_are_mutations():
    found = planned(world("mutations"), "mutation { add(sku: 1) { total } }")
    assert [request.kind for request in found.requests] == [OperationKind.MUTATION, OperationKind.QUERY]


def test_mutations_wait_for_everything_before_them():
    found = planned(world("mutations"), "mutation { a: add(sku: 1) { total } reprice { id } b: add(sku: 2) { id } }")
    waits = {request.id: set(request.after) for request in found.requests}
    assert waits == {0: set(), 1: {0}, 2: {1}, 3: {2}}


def test_a_subscription_takes_its_event_from_one_request():
    found = planned(world("mutations"), "subscription { changed { total } }")
    assert found.requests[0].kind is OperationKind.SUBSCRIPTION
    assert found.requests[0].fetch == 0


def test_the_query_type_below_the_root_is_entered_again():
    found = planned(world("mutations"), "{ cart { query { currency } } }")
    assert [fetch.kind for fetch in found.fetches] == [FetchKind.ROOT, FetchKind.REENTRY]


def test_D19_client_variables_never_clash_with_the_gateways():
    found = planned(world("keys"), "query($r0: ID!) { product(upc: $r0) { reviews { body } } }")
    lookup = found.requests[1].lookups[0]
    assert found.requests[0].variables == ("r0",)
    assert lookup.variable not in found.requests[0].variables


def test_D19_a_key_taken_by_the_client_is_asked_under_an_alias():
    found = planned(world("keys"), "{ products { upc: name reviews { body } } }")
    assert found.fetches[1].inputs[0].fields[0].source.key == "_q0_upc"


def test_repeated_selections_become_a_fragment():
    document = "{ a: products { upc sku longTitle: name } b: products { upc sku longTitle: name } }"
    ((_, text),) = asked(planned(world("keys"), document))
    assert text == ("query{a:products{...f0} b:products{...f0}} fragment f0 on Product{upc sku longTitle:name}")


FOLDING = """
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) { items: [Item!]! }
interface Item @join__type(graph: A) { id: ID! }
type Book implements Item @join__implements(graph: A, interface: "Item") @join__type(graph: A) { id: ID! pages: Int }
type Film implements Item @join__implements(graph: A, interface: "Item") @join__type(graph: A) { id: ID! }
"""


def test_what_is_asked_of_every_implementation_is_asked_of_the_interface():
    supergraph = load_supergraph(with_header(FOLDING))
    ((_, text),) = asked(planned(supergraph, "{ items { ... on Book { pages id } ... on Film { id } } }"))
    assert text == "{items{__typename id ...on Book{pages}}}"


UNREACHABLE = """
enum join__Graph {
  A @join__graph(name: "a", url: "http://a")
  B @join__graph(name: "b", url: "http://b")
}
type Query @join__type(graph: A) @join__type(graph: B) { thing: Thing @join__field(graph: A) }
type Thing @join__type(graph: A) @join__type(graph: B) {
  id: ID @join__field(graph: A)
  lost: Int @join__field(graph: B)
}
"""


def test_a_field_no_key_leads_to_is_named_in_the_error():
    with pytest.raises(Unplannable, match=r"`Thing.lost` cannot be reached from a: it is held by b"):
        planned(load_supergraph(with_header(UNREACHABLE)), "{ thing { lost } }")


def test_D12_the_budget_of_steps_ends_planning():
    operation = normalise(parse("{ products { upc sku name reviews { body } } }"), None, {}, world("keys"))
    with pytest.raises(PlanningLimit, match="3 steps"):
        plan(operation, world("keys"), PlanOptions(max_steps=3))


def test_D12_the_budget_of_time_ends_planning():
    document = "{ " + " ".join(f"a{i}: products {{ upc }}" for i in range(200)) + " }"
    operation = normalise(parse(document), None, {}, world("keys"))
    with pytest.raises(PlanningLimit, match="after 0 s"):
        plan(operation, world("keys"), PlanOptions(max_seconds=0))


def test_D3_an_operation_nested_too_deeply_is_refused():
    chain = " ".join(f"fragment f{i} on Product {{ reviews {{ product {{ ...f{i + 1} }} }} }}" for i in range(700))
    document = parse(f"{{ products {{ ...f0 }} }} {chain} fragment f700 on Product {{ upc }}")
    with pytest.raises(PlanningLimit, match="too deeply"):
        plan(normalise(document, None, {}, world("keys")), world("keys"))


def _interchangeable(count: int) -> str:
    graphs = [f"G{i}" for i in range(count)]
    values = "\n".join(f'{each} @join__graph(name: "{each.lower()}", url: "http://{each.lower()}")' for each in graphs)
    root = " ".join(f"@join__type(graph: {each})" for each in graphs)
    homes = " ".join(f'@join__type(graph: {each}, key: "a {{ x }} b id")' for each in graphs)
    own = " ".join(f"f{i}: String @join__field(graph: {each})" for i, each in enumerate(graphs))
    return with_header(
        f"enum join__Graph {{ {values} }}\n"
        f"type Query {root} {{ e: E @join__field(graph: G0) }}\n"
        f"type E {homes} {{ id: ID a: V b: ID e: E {own} }}\n"
        f"type V {root} {{ x: ID }}\n"
    )


def test_ten_subgraphs_with_one_compound_key_are_planned_in_few_steps():
    leaves = " ".join(f"f{i}" for i in range(10))
    supergraph = load_supergraph(_interchangeable(10))
    found = planned(supergraph, f"{{ e {{ {leaves} e {{ {leaves} }} }} }}", PlanOptions(max_steps=2_000))
    assert plan_size(found).requests <= 11
    assert plan_size(found).depth == 2
