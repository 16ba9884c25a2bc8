"""Features that newer versions of federation brought, as the supergraph carries them."""

from __future__ import annotations

from gateway.composition import compose
from gateway.composition.error_examples import sources_of


def supergraph(text: str) -> str:
    result = compose(sources_of(text))
    assert result.supergraph, [str(error) for error in result.errors]
    return result.supergraph


def test_cache_tags_are_carried_with_the_subgraphs_that_have_them():
    text = supergraph(
        """
        [a v2.12]
        type Query { p: P @cacheTag(format: "all") }
        type P @key(fields: "id") @cacheTag(format: "p-{$key.id}") { id: ID! }
        [b v2.12]
        type P @key(fields: "id") @cacheTag(format: "p-{$key.id}") { id: ID! n: Int }
        """
    )
    assert '@link(url: "https://specs.apollo.dev/cacheTag/v0.1", for: EXECUTION)' in text
    assert '@join__directive(graphs: [A, B], name: "federation__cacheTag", args: {format: "p-{$key.id}"})' in text
    assert 'p: P @join__field(graph: A) @join__directive(graphs: [A], name: "federation__cacheTag"' in text


def test_contexts_are_named_for_their_subgraph_and_contextual_arguments_leave_the_field():
    text = supergraph(
        """
        [a v2.8]
        type Query { shop: Shop }
        type Shop @context(name: "shop") { currency: String! items: [Item] }
        type Item @key(fields: "id") {
          id: ID!
          price(currency: String @fromContext(field: "$shop { currency }"), net: Boolean): Int
        }
        """
    )
    assert '@context(name: "a__shop")' in text
    assert (
        "price(net: Boolean): Int @join__field(graph: A, contextArguments: "
        '[{context: "a__shop", name: "currency", type: "String", selection: " { currency }"}])' in text
    )


def test_a_renamed_directive_keeps_its_name_and_is_imported_under_it():
    text = supergraph(
        """
        [a]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [{name: "@tag", as: "@label"}])
        type Query { a: Int @label(name: "x") }
        """
    )
    assert '@link(url: "https://specs.apollo.dev/tag/v0.3", import: [{name: "@tag", as: "@label"}])' in text
    assert 'a: Int @label(name: "x")' in text


def test_the_newest_subgraph_decides_the_version_of_join():
    def join(*versions: str) -> str:
        subgraphs = "".join(f"[s{n} v{v}]\ntype Query {{ f{n}: Int @shareable }}\n" for n, v in enumerate(versions))
        return supergraph(subgraphs).split("join/v")[1][:3]

    assert [join("2.3"), join("2.3", "2.7"), join("2.8", "2.0")] == ["0.3", "0.4", "0.5"]
