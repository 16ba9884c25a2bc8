"""Supergraphs as the composers of each version write them, loaded and planned over."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import SupergraphInvalid
from gateway.planner import normalise, plan
from gateway.supergraph.load import load_supergraph

COMMON = """
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
enum join__Graph {
  LISTS @join__graph(name: "lists", url: "http://lists/graphql")
  STOCK @join__graph(name: "stock", url: "http://stock/graphql")
}
"""
FIELD = "requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean"
TYPE = "graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true"
ON_FIELD = "repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION"
ON_TYPE = "repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR"
SINCE_3 = f"""
directive @join__type({TYPE}, isInterfaceObject: Boolean! = false) {ON_TYPE}
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
"""
DIRECTIVES = {
    "v0.2": f"directive @join__type({TYPE}) {ON_TYPE} directive @join__field(graph: join__Graph!, {FIELD}) {ON_FIELD}",
    "v0.3": f"{SINCE_3} directive @join__field(graph: join__Graph, {FIELD}) {ON_FIELD}",
    "v0.4": f"""{SINCE_3} scalar join__DirectiveArguments
      directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments)
        repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
      directive @join__field(graph: join__Graph, {FIELD}, overrideLabel: String) {ON_FIELD}""",
    "v0.5": f"""{SINCE_3} scalar join__DirectiveArguments scalar join__FieldValue
      input join__ContextArgument {{ name: String! type: String! context: String! selection: join__FieldValue! }}
      directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments)
        repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
      directive @join__field(graph: join__Graph, {FIELD}, overrideLabel: String,
        contextArguments: [join__ContextArgument!]) {ON_FIELD}""",
}
SCHEMA = """schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/{version}", for: EXECUTION) {more}
{{ query: Query }}
"""
QUERY_TYPE = """
type Query @join__type(graph: LISTS) @join__type(graph: STOCK) {
  all: [Found!] @join__field(graph: LISTS)
}
"""
UNION_2 = "union Found @join__type(graph: LISTS) = Thing | Book"
UNION_3 = """union Found @join__type(graph: LISTS)
  @join__unionMember(graph: LISTS, member: "Thing") @join__unionMember(graph: LISTS, member: "Book") = Thing | Book"""
ENUM_2 = "enum State @join__type(graph: STOCK) { IN OUT }"
ENUM_3 = "enum State @join__type(graph: STOCK) { IN @join__enumValue(graph: STOCK) OUT @join__enumValue(graph: STOCK) }"
THINGS = """
interface Named @join__type(graph: LISTS) { name: String }
type Thing implements Named @join__implements(graph: LISTS, interface: "Named")
  @join__type(graph: LISTS, key: "id") @join__type(graph: STOCK, key: "id", extension: true)
{
  id: ID!
  name: String @join__field(graph: LISTS)
  state: State @join__field(graph: STOCK)
  size: Int @join__field(graph: LISTS) @join__field(graph: STOCK, external: true)
  room: Int @join__field(graph: STOCK, requires: "size")
  moved: Int %s
}
type Book @join__type(graph: LISTS) { title: String }
"""
PLAIN = '@join__field(graph: LISTS, usedOverridden: true) @join__field(graph: STOCK, override: "lists")'
LABELLED = """@join__field(graph: LISTS, usedOverridden: true, overrideLabel: "go")
    @join__field(graph: STOCK, override: "lists", overrideLabel: "go")"""
LENT = """
interface Media @join__type(graph: LISTS, key: "id") @join__type(graph: STOCK, key: "id", isInterfaceObject: true)
  { id: ID! lent: Int @join__field(graph: STOCK) }
type Film implements Media @join__implements(graph: LISTS, interface: "Media") @join__type(graph: LISTS, key: "id")
  { id: ID! lent: Int @join__field }
"""
TRACES = '@join__directive(graphs: [LISTS], name: "custom", args: { weight: 5 })'


def supergraph(version: str, more: str = "") -> str:
    parts = [SCHEMA.format(version=version, more=more), COMMON, DIRECTIVES[version], QUERY_TYPE]
    parts.append(f"{UNION_2}\n{ENUM_2}" if version == "v0.2" else f"{UNION_3}\n{ENUM_3}")
    parts.append(THINGS % (LABELLED if version >= "v0.4" else PLAIN))
    if version >= "v0.3":
        parts.append(LENT)
    text = "\n".join(parts)
    return text.replace("size: Int", f"size: Int {TRACES}") if version >= "v0.4" else text


@pytest.mark.parametrize("version", DIRECTIVES)
def test_a_supergraph_of_each_version_is_loaded_and_planned_over(version: str):
    loaded = load_supergraph(supergraph(version))
    assert loaded.join_version == version
    assert loaded.types["Found"].members == {"LISTS": frozenset({"Thing", "Book"})}
    assert loaded.possible["Found"] == {"Thing", "Book"}
    document = parse("{ all { ... on Thing { name state room moved } ... on Book { title } } }")
    found = plan(normalise(document, None, {}, loaded), loaded)
    assert [request.subgraph for request in found.requests] == ["lists", "stock"]
    assert found.fetches[1].inputs[0].typename == "Thing"
    assert [field.name for field in found.fetches[1].inputs[0].fields] == ["id", "size"]
    moved = [field for field in ("moved",) if field in found.fetches[0].selection]
    assert moved == (["moved"] if version >= "v0.4" else [])
    assert loaded.labels == (("go",) if version >= "v0.4" else ())
    assert not [name for name in loaded.api_schema.type_map if name.startswith(("join__", "link__"))]
    if version >= "v0.3":
        assert loaded.types["Media"].interface_objects == {"STOCK"}


@pytest.mark.parametrize(
    ("sdl", "message"),
    [
        (supergraph("v0.2").replace("join/v0.2", "join/v0.1"), "join v0.1.*Federation 1.*channelgraph compose"),
        (supergraph("v0.5").replace("join/v0.5", "join/v0.6"), "join v0.6; this gateway reads v0.2 to v0.5"),
        (
            supergraph("v0.5").replace(
                'requires: "size")',
                'contextArguments: [{ context: "c", name: "a", type: "Int", selection: "{ a }" }])',
            ),
            "`Thing.room` takes an argument from @fromContext, which is not served",
        ),
        (
            supergraph("v0.5", '@link(url: "https://specs.apollo.dev/connect/v0.2", for: EXECUTION)'),
            "connect v0.2; connectors are not served",
        ),
        (
            supergraph(
                "v0.4",
                '@join__directive(graphs: [LISTS], name: "link", args: { url: "https://specs.apollo.dev/connect/v0.1" })',
            ),
            "connectors are not served",
        ),
        (
            supergraph("v0.4", '@join__directive(graphs: [LISTS], name: "source", args: { name: "api" })'),
            "connectors are not served",
        ),
        (
            supergraph("v0.5", '@link(url: "https://example.com/secrecy/v1.0", for: SECURITY)'),
            "needs https://example.com/secrecy v1.0 .* does not know",
        ),
    ],
)
def test_what_is_not_served_is_refused_by_name(sdl: str, message: str):
    with pytest.raises(SupergraphInvalid, match=message) as raised:
        load_supergraph(sdl)
    assert "\n" not in raised.value.message


def test_a_feature_nobody_must_know_is_passed_over():
    assert load_supergraph(supergraph("v0.5", '@link(url: "https://example.com/remarks/v1.0", as: "r")'))
