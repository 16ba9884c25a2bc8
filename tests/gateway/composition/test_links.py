from __future__ import annotations

import pytest

from .examples import codes, faults, read


def linked(*links: str) -> str:
    return "\n".join(["extend schema", *(f"  @link({link})" for link in links), "type Query { cart: ID }"])


FEDERATION = 'url: "https://specs.apollo.dev/federation/v2.3"'


def test_an_imported_directive_keeps_its_name_or_takes_another():
    names = read(linked(FEDERATION + ', import: ["@key", { name: "@tag", as: "@label" }]')).names
    assert names.directive("key") == "key"
    assert names.directive("tag") == "label"
    assert names.directive("shareable") == "federation__shareable"


def test_as_renames_the_prefix():
    names = read(linked(FEDERATION + ', as: "fed"')).names
    assert names.directive("key") == "fed__key"
    assert names.type("FieldSet") == "fed__FieldSet"


def test_names_are_looked_up_both_ways():
    names = read(linked(FEDERATION + ', import: [{ name: "@key", as: "@id" }]')).names
    assert names.element_of_directive("id").name == "key"
    assert names.element_of_directive("federation__tag").name == "tag"
    assert names.element_of_type("federation__FieldSet").name == "FieldSet"
    assert names.element_of_directive("key") is None


def test_a_directive_means_the_same_under_any_name():
    model = read(
        linked(FEDERATION + ', import: [{ name: "@key", as: "@id" }]')
        + ' type Cart @id(fields: "id") @federation__tag(name: "a") { id: ID! }'
    )
    cart = model.types["Cart"]
    assert [directive.meaning for directive in cart.directives] == ["key", "tag"]
    assert [directive.name for directive in cart.directives] == ["id", "federation__tag"]


def test_a_feature_of_the_authors_own_keeps_its_version():
    model = read(linked('url: "https://example.com/shop/audit/v1.2", import: ["@audited"]'))
    feature = model.names.features["https://example.com/shop/audit"]
    assert (feature.name, feature.version, feature.directive("audited")) == ("audit", (1, 2), "audited")


def test_the_link_directive_itself_can_be_renamed():
    model = read(
        'schema @uses(url: "https://specs.apollo.dev/link/v1.0", as: "uses")'
        ' @uses(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"]) { query: Query }'
        " type Query { cart: ID } # @link"
    )
    assert model.version == (2, 5)


def test_without_a_link_to_federation_it_is_federation_1():
    assert read("[cart v1]\ntype Query { cart: ID }").version == (1, 0)
    assert read(linked('url: "https://example.com/audit/v1.0"')).version == (1, 0)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("import: []", "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a"', "INVALID_LINK_IDENTIFIER"),
        ('url: "https://a/v1.0"', "INVALID_LINK_IDENTIFIER"),
        ('url: "https://a/b"', "INVALID_LINK_IDENTIFIER"),
        ('url: "https://a/b/v1"', "INVALID_LINK_IDENTIFIER"),
        ('url: "not a url"', "INVALID_LINK_IDENTIFIER"),
        ('url: "https://[/b/v1.0"', "INVALID_LINK_IDENTIFIER"),
        ('url: "https://a/b/v1.0", as: "b-b"', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", as: ""', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", as: "b__b"', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", as: "b_"', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", as: "link"', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: "@x"', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: [1]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: ["@x y"]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: ["@x", { name: "@x", as: "@y" }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: [{ as: "@x" }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: [{ name: "@x", to: "@y" }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: [{ name: true, as: "@x" }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: [{ name: "@x", as: 1 }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", for: FUN', "UNSUPPORTED_LINKED_FEATURE"),
        ('url: "https://a/b/v1.0", import: [{ name: "@x", as: "y" }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", import: [{ name: "X", as: "@y" }]', "INVALID_LINK_DIRECTIVE_USAGE"),
        ('url: "https://a/b/v1.0", for: EXECUTION', "UNSUPPORTED_LINKED_FEATURE"),
        ('url: "https://specs.apollo.dev/tag/v9.0"', "UNSUPPORTED_LINKED_FEATURE"),
        ('url: "https://specs.apollo.dev/link/v6.9"', "UNKNOWN_LINK_VERSION"),
        ('url: "https://specs.apollo.dev/federation/v3.0"', "UNKNOWN_FEDERATION_LINK_VERSION"),
        ('url: "https://specs.apollo.dev/connect/v0.1"', "UNSUPPORTED_FEATURE"),
        (FEDERATION + ', import: ["@kee"]', "INVALID_LINK_DIRECTIVE_USAGE"),
    ],
)
def test_a_malformed_link_is_told(link, code):
    assert codes(linked(link)) == [code]


def test_linking_twice_or_under_one_name_is_told():
    assert codes(linked(FEDERATION, FEDERATION)) == ["INVALID_LINK_DIRECTIVE_USAGE"]
    (fault,) = faults(linked('url: "https://a/b/v1.0"', 'url: "https://c/b/v1.0"'))
    assert 'are both called "b" here' in fault


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (
            'url: "https://a/b/v1.0", import: ["@c"]',
            'url: "https://d/c/v1.0"',
            '"@c", imported from "https://a/b/v1.0"',
        ),
        ('url: "https://a/b/v1.0", import: ["@c__x"]', 'url: "https://d/c/v1.0"', "reads like an element of"),
        (
            'url: "https://a/b/v1.0"',
            'url: "https://d/c/v1.0", import: ["@b"]',
            '"@b", imported from "https://d/c/v1.0"',
        ),
        ('url: "https://a/b/v1.0", import: ["@x"]', 'url: "https://d/c/v1.0", import: ["@x"]', "reads like an element"),
        (FEDERATION + ', import: ["@tag"]', 'url: "https://specs.apollo.dev/tag/v0.3"', "Import @tag from federation"),
    ],
)
def test_one_name_never_stands_for_elements_of_two_features(first, second, says):
    (fault,) = faults(linked(first, second))
    assert fault.startswith("INVALID_LINK_DIRECTIVE_USAGE [cart] ")
    assert says in fault


@pytest.mark.parametrize(
    "imports",
    ['["@x", { name: "@y", as: "@x" }]', '[{ name: "@x", as: "@b" }]', '[{ name: "@x", as: "@b__y" }]'],
)
def test_one_name_never_stands_for_two_elements_of_a_feature(imports):
    (fault,) = faults(linked(f'url: "https://a/b/v1.0", import: {imports}'))
    assert fault.startswith("INVALID_LINK_DIRECTIVE_USAGE [cart] ")


def test_importing_the_same_twice_is_no_fault():
    assert codes(linked('url: "https://a/b/v1.0", import: ["@x", "@x"]')) == []


def test_a_federation_1_subgraph_may_link_the_specification_of_tags():
    model = read(
        linked('url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"]') + ' type A { a: ID @tag(name: "t") }'
    )
    assert model.version == (1, 0)
    assert model.types["A"].fields["a"].has("tag")


def test_an_unknown_import_comes_with_a_suggestion():
    (fault,) = faults(linked(FEDERATION + ', import: ["@sharable"]'))
    assert 'Did you mean "@shareable"?' in fault


def test_an_element_of_a_later_version_is_unknown():
    (fault,) = faults(linked('url: "https://specs.apollo.dev/federation/v2.0", import: ["@interfaceObject"]'))
    assert '"@interfaceObject" is not part of it' in fault
