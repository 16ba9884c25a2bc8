"""Answers that were wrong once; found by comparing with one server, each over a graph as small as can be."""

from __future__ import annotations

from random import Random

from graphql import parse

from gateway.composition import SubgraphSource, compose
from gateway.executor.program import compile_program
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import Supergraph

from .simulation import SimulatedSubgraph, Truth
from .worlds import planned

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", '
    'import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject", "@override", "@provides", '
    '"@inaccessible"])\n'
)


def composed(**subgraphs: str) -> Supergraph:
    result = compose([SubgraphSource(name, f"http://{name}.invalid", LINK + sdl) for name, sdl in subgraphs.items()])
    assert result.supergraph is not None, result.errors
    return load_supergraph(result.supergraph)


def assert_answered(supergraph: Supergraph, question: str) -> None:
    """The gateway says what one server says, whatever the order of arrival."""
    truth = Truth(supergraph)
    graphs = {each.name: SimulatedSubgraph(truth, graph) for graph, each in supergraph.subgraphs.items()}
    document = parse(question)
    program = compile_program(planned(supergraph, question), supergraph.api_schema, document, document.definitions[0])
    expected = truth.answer(question)
    for seed in range(4):
        order = Random(seed)
        execution = program.start({})
        waiting = list(execution.ready())
        while waiting:
            asked = waiting.pop(order.randrange(len(waiting)))
            waiting += execution.feed(asked.request_id, graphs[asked.subgraph].send(asked.body))
        assert execution.answer()["data"] == expected


def test_two_types_of_one_place_each_lead_into_the_fetch_they_share():
    """The second type's way into a fetch was taken for the first's, and its key was never asked."""
    supergraph = composed(
        books="""
        type Query { items: [Item!]! }
        interface Item { isbn: ID! }
        type Book implements Item @key(fields: "isbn") { isbn: ID! }
        type Film implements Item @key(fields: "isbn") { isbn: ID! }
        """,
        notes="""
        type Book @key(fields: "isbn") { isbn: ID! reader: Reader }
        type Film @key(fields: "isbn") { isbn: ID! reader: Reader }
        type Reader @key(fields: "id") { id: ID! notes: [String!] }
        """,
        readers='type Reader @key(fields: "id") { id: ID! friends: [Reader!] }',
    )
    question = "{ items { ... on Book { reader { friends { notes } } } ... on Film { reader { friends { notes } } } } }"
    assert_answered(supergraph, question)


def test_below_an_interface_object_nobody_waits_for_a_type_that_does_not_matter():
    """A place common to all types was held back until somebody told the type, which came too late."""
    supergraph = composed(
        lists="""
        type Query { all: [Media!] }
        type Media @key(fields: "id") @interfaceObject { id: ID! lent: Int next: [Media!] }
        """,
        media="""
        interface Media @key(fields: "id") { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String }
        type Film implements Media @key(fields: "id") { id: ID! title: String }
        """,
    )
    assert_answered(supergraph, "{ all { next { title } ... on Book { lent } } }")


def test_a_requirement_without_arguments_is_not_one_with_some():
    """`size` and `size(in: "cm")` were sent as one field of one representation."""
    supergraph = composed(
        goods='type Query { all: [Thing!] } type Thing @key(fields: "id") { id: ID! size(in: String = "m"): Int }',
        posts="""
        type Thing @key(fields: "id") {
          id: ID!
          size(in: String = "m"): Int @external
          plain: Int @requires(fields: "size")
          given: Int @requires(fields: "size(in: \\"cm\\")")
        }
        """,
    )
    question = "{ all { plain given } }"
    found = planned(supergraph, question)
    lookups = [lookup for request in found.requests for lookup in request.lookups]
    assert len(lookups) == 2, "two values of one field need two representations"


def test_who_told_the_type_before_is_believed():
    """A requirement on one type of an interface cost a request that asked for nothing but the type it had."""
    supergraph = composed(
        goods="""
        type Query { things: [Thing!] }
        interface Thing { id: ID! }
        type Box implements Thing @key(fields: "id") { id: ID! size: Int }
        type Bag implements Thing @key(fields: "id") { id: ID! }
        """,
        posts='type Box @key(fields: "id") { id: ID! size: Int @external postage: Int @requires(fields: "size") }',
    )
    question = "{ things { id ... on Box { postage } } }"
    assert len(planned(supergraph, question).requests) == 2


def test_an_overridden_key_of_an_extension_still_leads_to_where_it_went():
    """The key counted as gone from the subgraph that lists the entities, and nothing of them could be reached."""
    supergraph = composed(
        lists='type Query { all: [Thing!] } extend type Thing @key(fields: "id") { id: ID! place: Int }',
        things='type Thing @key(fields: "id") { id: ID! @override(from: "lists") name: String }',
    )
    assert supergraph.types["Thing"].fields["id"].joins["LISTS"].used_overridden
    assert_answered(supergraph, "{ all { id name place } }")


def test_a_field_of_the_only_runtime_type_keeps_its_narrower_type():
    """`... on Book { same { price } }` was taken for `same { price }` on the interface, whose `same` has no price."""
    supergraph = composed(
        books="""
        type Query { product: Product }
        interface Product { id: ID! same: Product }
        type Book implements Product @key(fields: "id") { id: ID! same: Book }
        """,
        prices='type Book @key(fields: "id") { id: ID! price: Int }',
    )
    assert_answered(supergraph, "{ product { id same { id } ... on Book { same { price same { id price } } } } }")


def test_two_requirements_that_look_into_one_object_are_both_sent():
    """`box { width }` was found in one answer and `box { height }` in another; only the first was sent."""
    supergraph = composed(
        lists='type Query { all: [Thing!] } type Thing @key(fields: "id") { id: ID! }',
        wide="""
        type Thing @key(fields: "id") { id: ID! box: Box @shareable }
        type Box { width: Int }
        """,
        high="""
        type Thing @key(fields: "id") { id: ID! box: Box @shareable }
        type Box { height: Int }
        """,
        posts="""
        type Thing @key(fields: "id") {
          id: ID!
          box: Box @external
          byWidth: Int @requires(fields: "box { width }")
          byHeight: Int @requires(fields: "box { height }")
        }
        type Box { width: Int @external height: Int @external }
        """,
    )
    found = planned(supergraph, "{ all { byWidth byHeight } }")
    sent = [each for fetch in found.fetches for each in fetch.inputs if len(each.fields) > 1]
    assert [[field.name for field in each.fields[1].fields] for each in sent] == [["width", "height"]]
    assert [len(found.places[each.fields[1].place].sources) for each in sent] == [2]


def test_an_interface_that_knows_less_of_an_object_than_was_asked_leaves_it_to_its_types():
    """`rows` was taken from the interface, whose subgraph lacks a column; the types' keys lead to who has it."""
    supergraph = composed(
        lists="""
        type Query { all: [Thing!] }
        interface Thing { id: ID! rows: [Row!] }
        type Box implements Thing @key(fields: "id") { id: ID! rows: [Row!] @shareable }
        type Bag implements Thing @key(fields: "id") { id: ID! rows: [Row!] @shareable }
        type Row { left: Int @shareable }
        """,
        rows="""
        type Box @key(fields: "id") { id: ID! rows: [Row!] @shareable }
        type Bag @key(fields: "id") { id: ID! rows: [Row!] @shareable }
        type Row { left: Int @shareable right: Int }
        """,
    )
    found = planned(supergraph, "{ all { rows { left right } } }")
    assert [request.subgraph for request in found.requests] == ["lists", "rows"]
