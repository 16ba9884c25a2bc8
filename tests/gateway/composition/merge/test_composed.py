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


def test_names_in_the_supergraph_do_not_depend_on_what_a_subgraph_calls_the_feature():
    one = subgraph(
        "one",
        '@link(url: "https://shop.example/x/v1.0", as: "y") @composeDirective(name: "@y__a")',
        "directive @y__a on FIELD_DEFINITION type Query { a: Int @y__a }",
    )
    supergraph = compose([one]).supergraph or ""
    assert '@link(url: "https://shop.example/x/v1.0", import: [{name: "@a", as: "@y__a"}])' in supergraph
    assert "a: Int @y__a" in supergraph


def test_the_definition_comes_from_the_highest_version_that_is_composed():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int @a }}")
    two = subgraph("two", link("x/v1.4"), "directive @a(n: Int) on FIELD_DEFINITION type Query { b: Int }")
    three = subgraph(
        "three",
        f'{link("x/v1.2")} @composeDirective(name: "@a")',
        "directive @a(m: Int) on FIELD_DEFINITION type Query { c: Int @a(m: 3) }",
    )
    supergraph = compose([one, two, three]).supergraph or ""
    assert "directive @a(m: Int) on FIELD_DEFINITION" in supergraph
    assert '@link(url: "https://shop.example/x/v1.2", import: ["@a"])' in supergraph


def test_the_latest_version_must_define_what_others_compose():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int @a }}")
    two = subgraph(
        "two",
        link("x/v1.3", '"@b"') + ' @composeDirective(name: "@b")',
        "directive @b on FIELD_DEFINITION type Query { b: Int }",
    )
    (message,) = messages(one, two)
    assert message.startswith('DIRECTIVE_COMPOSITION_ERROR: Composed directive "@a" is not defined in subgraph "two"')


def test_features_of_one_name_get_names_of_their_own():
    one = subgraph("one", f'{link("x/v1.0")} @composeDirective(name: "@a")', f"{DEFINITION} type Query {{ a: Int @a }}")
    two = subgraph(
        "two",
        '@link(url: "https://other.example/x/v1.0", import: ["@b"]) @composeDirective(name: "@b")',
        "directive @b on FIELD_DEFINITION type Query { b: Int @b }",
    )
    supergraph = compose([one, two]).supergraph or ""
    assert '@link(url: "https://other.example/x/v1.0", import: ["@b"])' in supergraph
    assert '@link(url: "https://shop.example/x/v1.0", as: "_0x", import: ["@a"])' in supergraph


def test_no_directive_is_composed_under_the_name_of_federations_tag():
    one = subgraph(
        "one",
        link("x/v1.0", '{name: "@a", as: "@tag"}') + ' @composeDirective(name: "@tag")',
        "directive @tag on FIELD_DEFINITION type Query { a: Int @tag }",
    )
    two = SubgraphSource(
        "two",
        "",
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@tag"])\n'
        'type Query { b: Int @tag(name: "x") }',
    )
    (message,) = messages(one, two)
    assert message.startswith('DIRECTIVE_COMPOSITION_ERROR: Directive "@tag" cannot be composed: in subgraph "two"')


REPEATABLE = "directive @a(n: Int = 1) repeatable on FIELD_DEFINITION"


def test_every_application_of_a_repeatable_directive_is_kept_and_the_same_one_once():
    one = subgraph(
        "one",
        f'{link("x/v1.0")} @composeDirective(name: "@a")',
        f"{REPEATABLE} type Query {{ a: Int @shareable @a(n: 2) @a(n: 3) @a }}",
    )
    two = subgraph(
        "two",
        f'{link("x/v1.0")} @composeDirective(name: "@a")',
        f"{REPEATABLE} type Query {{ a: Int @shareable @a(n: 1) @a(n: 4) }}",
    )
    assert "a: Int @a(n: 2) @a(n: 3) @a @a(n: 4)\n" in (compose([one, two]).supergraph or "")


def test_a_default_that_is_written_out_is_no_difference():
    one = subgraph(
        "one",
        f'{link("x/v1.0")} @composeDirective(name: "@a")',
        "directive @a(n: Int = 1) on FIELD_DEFINITION type Query { a: Int @shareable @a(n: 1) }",
    )
    two = subgraph(
        "two",
        f'{link("x/v1.0")} @composeDirective(name: "@a")',
        "directive @a(n: Int = 1) on FIELD_DEFINITION type Query { a: Int @shareable @a }",
    )
    result = compose([one, two])
    assert not result.hints
    assert "a: Int @a(n: 1)\n" in (result.supergraph or "")


def test_a_directive_may_be_composed_under_its_full_name_although_it_is_imported():
    one = subgraph(
        "one",
        f'{link("x/v1.0")} @composeDirective(name: "@x__a")',
        f"{DEFINITION} directive @x__a on FIELD_DEFINITION type Query {{ a: Int @x__a }}",
    )
    assert "a: Int @x__a" in (compose([one]).supergraph or "")
