from __future__ import annotations

import pytest
from graphql import parse, print_schema, validate

from gateway.errors import SupergraphInvalid
from gateway.supergraph.load import load_supergraph

HEAD = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden", for: SECURITY)
{ query: Query }
directive @hidden on OBJECT
directive @join__type(graph: join__Graph!) repeatable on OBJECT
directive @cached(seconds: Int) on FIELD | OBJECT
directive @internal on OBJECT
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
"""


def api(types: str) -> str:
    return print_schema(load_supergraph(HEAD + types).api_schema)


def test_hidden_elements_and_machinery_are_gone():
    assert api("""
    type Query @join__type(graph: A) { shown(a: Int, b: Int @hidden): Shown, secret: Secret @hidden }
    type Secret implements Thing @join__type(graph: A) @join__implements(graph: A, interface: "Thing") @hidden { id: ID }
    interface Thing @join__type(graph: A) { id: ID }
    type Shown implements Thing @join__type(graph: A) @join__implements(graph: A, interface: "Thing") { id: ID size: Size }
    union Any @join__type(graph: A) @join__unionMember(graph: A, member: "Secret") @join__unionMember(graph: A, member: "Shown") = Secret | Shown
    enum Size @join__type(graph: A) { SMALL HUGE @hidden }
    input Filter @join__type(graph: A) { size: Size by: Size @hidden }
    """) == (
        "directive @cached(seconds: Int) on FIELD\n\n"
        "type Query {\n  shown(a: Int): Shown\n}\n\n"
        "interface Thing {\n  id: ID\n}\n\n"
        "type Shown implements Thing {\n  id: ID\n  size: Size\n}\n\n"
        "union Any = Shown\n\n"
        "enum Size {\n  SMALL\n}\n\n"
        "input Filter {\n  size: Size\n}"
    )  # fmt: skip


def test_deprecations_and_descriptions_remain():
    text = api('type Query @join__type(graph: A) { "how old" age: Int @deprecated(reason: "ask for birth") }')
    assert '"""how old"""\n  age: Int @deprecated(reason: "ask for birth")' in text


def test_a_visible_field_of_a_hidden_type_is_refused():
    with pytest.raises(SupergraphInvalid, match="Secret"):
        api("type Query @join__type(graph: A) { secret: Secret } type Secret @join__type(graph: A) @hidden { id: ID }")


def test_a_schema_that_breaks_a_rule_is_refused():
    with pytest.raises(SupergraphInvalid, match="not valid"):
        api("type Query @join__type(graph: A) { a: T } type T @join__type(graph: A) { id: ID @hidden }")


def test_a_rule_that_composers_do_not_know_yet_stops_neither_loading_nor_asking():
    supergraph = load_supergraph(
        HEAD
        + """
    interface Media @join__type(graph: A) { id: ID }
    type Film implements Media @join__type(graph: A) { id: ID @deprecated(reason: "use the slug") }
    type Query @join__type(graph: A) { media: Media }
    """
    )
    assert validate(supergraph.api_schema, parse("{ media { id ... on Film { id } } }")) == []
