from __future__ import annotations

from graphql import print_type

from gateway.supergraph.load import load_supergraph
from gateway.supergraph.subgraph_schema import subgraph_schema

SUPERGRAPH = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3")
{ query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { node(size: Size, by: By! = {least: 1}): Node @join__field(graph: A) }
input By @join__type(graph: A) { most: Int! = 3 least: Int! }
interface Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) {
  id: ID!
  note: String @join__field(graph: B)
}
type Item implements Node @join__implements(graph: A, interface: "Node") @join__type(graph: A, key: "id") {
  id: ID!
  count: Int @join__field(graph: A, type: "Int!")
  note: String @join__field
}
enum Size @join__type(graph: A) { SMALL @join__enumValue(graph: A) }
"""


def test_a_graph_holds_its_own_types_and_fields_only():
    schema = subgraph_schema(load_supergraph(SUPERGRAPH), "A")
    assert print_type(schema.type_map["Item"]) == "type Item implements Node {\n  id: ID!\n  count: Int!\n}"
    assert print_type(schema.type_map["_Entity"]) == "union _Entity = Item"


def test_an_interface_object_is_an_object_in_its_graph():
    schema = subgraph_schema(load_supergraph(SUPERGRAPH), "B")
    assert print_type(schema.type_map["Node"]) == "type Node {\n  id: ID!\n  note: String\n}"
    assert "Item" not in schema.type_map
    assert "_entities" in schema.query_type.fields


def test_what_has_a_default_may_be_left_out():
    schema = subgraph_schema(load_supergraph(SUPERGRAPH), "A")
    assert print_type(schema.type_map["By"]) == "input By {\n  most: Int\n  least: Int!\n}"
    assert "node(size: Size, by: By)" in print_type(schema.query_type)
