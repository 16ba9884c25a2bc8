from __future__ import annotations

import pytest

from gateway.errors import SupergraphInvalid
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import TypeKind

LINKS = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/tag/v0.3", as: "label")
  @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }])
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
{ query: Query }
"""
GRAPHS = """
enum join__Graph {
  ONE @join__graph(name: "one", url: "http://one/graphql")
  TWO @join__graph(name: "two-more", url: "")
}
"""
TYPES = """
type Query @join__type(graph: ONE) @join__type(graph: TWO) {
  items(first: Int @price(weight: 2)): [Item!] @join__field(graph: ONE, provides: "name") @price(weight: 5)
}
interface Named @join__type(graph: ONE) { name: String }
type Item implements Named
  @join__implements(graph: ONE, interface: "Named")
  @join__type(graph: ONE, key: "id", extension: true)
  @join__type(graph: TWO, key: "id", resolvable: false)
  @label(name: "shop")
{
  id: ID!
  name: String @join__field(graph: ONE, external: true) @join__field(graph: TWO)
  size: Size @join__field(graph: TWO, type: "Size!", requires: "name")
  cost: Int @join__field(graph: TWO, overrideLabel: "percent(5)", override: "one") @inaccessible
}
enum Size @join__type(graph: TWO) {
  SMALL @join__enumValue(graph: TWO)
  HUGE @join__enumValue(graph: TWO) @inaccessible
}
"""


def test_subgraphs_are_known_by_graph():
    supergraph = load_supergraph(LINKS + GRAPHS + TYPES)
    two = supergraph.subgraphs["TWO"]
    assert (two.name, two.url, two.graph) == ("two-more", "", "TWO")
    assert supergraph.join_version == "v0.5"
    assert supergraph.roots == {"query": "Query"}


def test_a_type_knows_its_keys_in_each_graph():
    item = load_supergraph(LINKS + GRAPHS + TYPES).types["Item"]
    (one,), (two,) = item.homes["ONE"], item.homes["TWO"]
    assert (one.fields, one.resolvable, one.extension) == ("id", True, True)
    assert (two.fields, two.resolvable, two.extension) == ("id", False, False)
    assert item.implements == {"ONE": frozenset({"Named"})}
    assert item.kind is TypeKind.OBJECT


def test_a_field_knows_how_each_graph_holds_it():
    fields = load_supergraph(LINKS + GRAPHS + TYPES).types["Item"].fields
    assert not fields["id"].has_joins
    assert fields["name"].joins["ONE"].external
    assert fields["size"].joins["TWO"].requires == "name"
    assert fields["cost"].joins["TWO"].label == "percent(5)"
    assert fields["cost"].inaccessible


def test_runtime_types_and_labels_are_collected():
    supergraph = load_supergraph(LINKS + GRAPHS + TYPES)
    assert supergraph.possible == {"Named": frozenset({"Item"})}
    assert supergraph.labels == ("percent(5)",)


def test_directives_are_read_by_the_name_their_link_gives_them():
    directives = load_supergraph(LINKS + GRAPHS + TYPES).directives
    assert [(each.name, each.arguments) for each in directives["Item"]] == [("tag", {"name": "shop"})]
    assert [(each.name, each.arguments) for each in directives["Query.items"]] == [("cost", {"weight": 5})]
    assert directives["Query.items(first:)"][0].arguments == {"weight": 2}
    assert directives["Size.HUGE"][0].name == "inaccessible"


@pytest.mark.parametrize(
    ("sdl", "message"),
    [
        ("type Query {", "not GraphQL: .*line 1"),
        ("{ a }", "holds operations"),
        ("type Query { a: Int }", "no @link to the join specification"),
        (LINKS.replace("join/v0.5", "join/v0.1") + GRAPHS + TYPES, "join v0.1; this gateway reads v0.2"),
        (LINKS + TYPES, "no value of `enum join__Graph`"),
        (LINKS + GRAPHS, "the query type `Query` is not defined"),
        (LINKS + GRAPHS + "type Query { a: Int }", "`Query` has no @join__type"),
        (LINKS + GRAPHS + "type Query @join__type(graph: SIX) { a: Int }", "the graph `SIX`"),
        (LINKS + GRAPHS + "type Query @join__type(graph: ONE) { a: Lost }", "unknown type `Lost`"),
        (LINKS + GRAPHS + "type Query @join__type(graph: ONE) { a: Int @join__field(graph: TWO) }", "no @join__type for TWO"),
        (LINKS.replace("{ query: Query }", "{ mutation: Query }") + GRAPHS + TYPES, "is missing"),
        (LINKS + GRAPHS + TYPES + "type Item @join__type(graph: ONE) { id: ID }", "`Item` twice"),
        (
            LINKS.replace("{ query", '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY) { query')
            + GRAPHS
            + TYPES,
            "@fromContext are not served",
        ),
        (
            LINKS.replace("{ query", '@link(url: "https://specs.apollo.dev/connect/v0.1") { query') + GRAPHS + TYPES,
            "connectors are not served",
        ),
        (
            LINKS
            + GRAPHS
            + 'type Query @join__type(graph: ONE) { a: Int @join__field(graph: ONE, contextArguments: [{ context: "c" }]) }',
            "@fromContext",
        ),
    ],
)  # fmt: skip
def test_what_is_not_a_supergraph_is_refused_in_one_line(sdl: str, message: str):
    with pytest.raises(SupergraphInvalid, match=message) as raised:
        load_supergraph(sdl)
    assert "\n" not in raised.value.message
