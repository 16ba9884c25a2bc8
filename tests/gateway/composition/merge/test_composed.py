"""`@composeDirective`, beyond the teaching cases."""

from __future__ import annotations

from gateway.composition import SubgraphSource, compose


def subgraph(name: str, links: str, body: str) -> SubgraphSource:
    federation = '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@composeDirective", "@shareable"])'
    return SubgraphSource(name, "", f"extend schema {federation} {links}\n{body}")


def link(feature: str, imported: str = '"@a"') -> str:
    return f'@link(url: "https://shop.example/{feature}", import: [{imported}])'


DEFINITION = "directive @a on FIELD_DEFINITION"


def messages(*sources: SubgraphSource) -> list[str]:
    result = compose(sources)
    return [f"{each.code}: {each.message}" for each in (*result.errors, *result.hints)]


def test_only_subgraphs_that_compose_it_contribute_applications():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int @a }}")
    two = subgraph("two", link("x/v1.0"), f"{DEFINITION} type Query {{ b: Int @a }}")
    supergraph = compose([one, two]).supergraph or ""
    assert "a: Int @join__field(graph: ONE) @a" in supergraph
    assert "b: Int @join__field(graph: TWO)\n" in supergraph


def test_two_major_versions_cannot_be_composed_together():
    one, two = (
        subgraph(
            name, f'{link(f"x/v{major}.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ {name}: Int }}"
        )
        for name, major in (("one", 1), ("two", 2))
    )
    (message,) = messages(one, two)
    assert message.startswith(
        'DIRECTIVE_COMPOSITION_ERROR: Feature "https://shop.example/x" is linked in different major'
    )


def test_a_directive_composed_under_two_names_is_an_error():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int }}")
    two = subgraph(
        "two",
        link("x/v1.0", '{name: "@a", as: "@b"}') + ' @composeDirective(name: "@b")',
        "directive @b on FIELD_DEFINITION type Query { b: Int }",
    )
    assert any("is composed under two names" in message for message in messages(one, two))


def test_another_name_where_it_is_not_composed_is_only_a_warning():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int }}")
    two = subgraph(
        "two", link("x/v1.0", '{name: "@a", as: "@b"}'), "directive @b on FIELD_DEFINITION type Query { b: Int }"
    )
    assert [message.split(":")[0] for message in messages(one, two)] == ["DIRECTIVE_COMPOSITION_WARN"]


def test_what_is_composed_in_any_case_needs_no_request():
    one = subgraph("one", '@composeDirective(name: "@federation__tag")', "type Query { a: Int }")
    assert [message.split(":")[0] for message in messages(one)] == ["DIRECTIVE_COMPOSITION_INFO"]


def test_an_alias_of_the_feature_is_kept_in_the_link():
    one = subgraph(
        "one",
        '@link(url: "https://shop.example/x/v1.0", as: "y") @composeDirective(name: "@y__a")',
        "directive @y__a on FIELD_DEFINITION type Query { a: Int @y__a }",
    )
    supergraph = compose([one]).supergraph or ""
    assert '@link(url: "https://shop.example/x/v1.0", as: "y")' in supergraph
    assert "a: Int @y__a" in supergraph


def test_the_definition_comes_from_the_highest_version_even_where_it_is_not_composed():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int @a }}")
    two = subgraph("two", link("x/v1.4"), "directive @a(n: Int) on FIELD_DEFINITION type Query { b: Int }")
    supergraph = compose([one, two]).supergraph or ""
    assert "directive @a(n: Int) on FIELD_DEFINITION" in supergraph
    assert '@link(url: "https://shop.example/x/v1.4", import: ["@a"])' in supergraph


def test_a_directive_may_be_composed_under_its_full_name_although_it_is_imported():
    one = subgraph(
        "one",
        f'{link("x/v1.0")} @composeDirective(name: "@x__a")',
        f"{DEFINITION} directive @x__a on FIELD_DEFINITION type Query {{ a: Int @x__a }}",
    )
    assert "a: Int @x__a" in (compose([one]).supergraph or "")
