from __future__ import annotations

from textwrap import dedent

from .examples import codes, upgraded

OWNER = """
[catalog v1]
type Query { item: Item }
type Item @key(fields: "id") { id: ID! grams: Int size: Size }
type Size { grams: Int }
"""


def other(sdl: str):
    return upgraded(f"{OWNER.strip()}\n[shipping v1]\n{sdl}")["shipping"]


def written(model, coordinate: str) -> list[str]:
    type_name, _, field = coordinate.partition(".")
    element = model.types[type_name].fields[field] if field else model.types[type_name]
    return [str(directive) for directive in element.directives]


def test_field_sets_as_lists_and_bare_names_become_strings():
    model = other('type Cart @key(fields: ["id", "code"]) @key(fields: id) { id: ID! code: ID! }')
    assert written(model, "Cart") == ['@key(fields: "id code")', '@key(fields: "id")']


def test_external_goes_from_interfaces_and_whole_objects():
    model = other("interface Sized { grams: Int @external } type Box implements Sized @external { grams: Int }")
    assert written(model, "Sized.grams") == []
    assert written(model, "Box") == []


def test_key_fields_of_an_extension_are_its_own():
    model = other('extend type Item @key(fields: "id") { id: ID! @external cost: Int }')
    assert written(model, "Item.id") == []
    assert not model.types["Item"].has_extension


def test_an_extension_without_a_key_has_the_first_key_of_the_others():
    model = other("extend type Item { id: ID! @external cost: Int }")
    assert written(model, "Item.id") == []


def test_extends_as_a_directive_stays_visible():
    model = other('type Item @extends @key(fields: "id") { id: ID! @external cost: Int }')
    assert "@extends" in written(model, "Item")
    assert written(model, "Item.id") == []


def test_leaves_that_are_not_external_go_from_requires():
    model = other(
        'extend type Item @key(fields: "id") '
        '{ id: ID! @external grams: Int @external litres: Int cost: Int @requires(fields: "grams litres") }'
    )
    assert written(model, "Item.cost") == ['@requires(fields: "grams")']


def test_a_requires_of_nothing_external_goes_altogether():
    model = other('extend type Item @key(fields: "id") { id: ID! @external a: Int cost: Int @requires(fields: "a") }')
    assert written(model, "Item.cost") == []


def test_nested_leaves_go_as_well():
    model = other(
        'extend type Item @key(fields: "id") { id: ID! @external size: Size cost: Int '
        '@requires(fields: "size { grams litres }") } type Size { grams: Int @external litres: Int }'
    )
    assert written(model, "Item.cost") == ['@requires(fields: "size { grams }")']


def test_directives_on_interfaces_are_dropped():
    model = other('interface Sized @key(fields: "id") { id: ID! a: Int @requires(fields: "id") }')
    assert written(model, "Sized") == []
    assert written(model, "Sized.a") == []


def test_provides_on_a_leaf_is_dropped():
    assert written(other('type Box { a: Int @provides(fields: "b") }'), "Box.a") == []


def test_external_fields_that_nobody_uses_are_removed():
    model = other('extend type Item @key(fields: "id") { id: ID! @external grams: Int @external cost: Int }')
    assert set(model.types["Item"].fields) == {"id", "cost"}


def test_a_type_left_empty_goes_when_nothing_refers_to_it():
    model = other("type Box { a: Int } type Size { grams: Int @external }")
    assert "Size" not in model.types
    assert codes("[cart v1]\ntype Query { s: Size }\ntype Size { grams: Int @external }") == [
        "TYPE_WITH_ONLY_UNUSED_EXTERNAL"
    ]


def test_an_entity_left_empty_is_told_even_where_nothing_here_refers_to_it():
    sets = """
    [a v1]
    type Query { item: Item }
    type Item @key(fields: "id") { id: ID! name: String }
    [b v1]
    type Query { b: Int }
    extend type Item @key(fields: "__typename") { name: String @external }
    """
    assert codes(dedent(sets)) == ["TYPE_WITH_ONLY_UNUSED_EXTERNAL"]


def test_value_types_defined_elsewhere_are_shared():
    model = other("type Size { grams: Int } type Box { a: Int }")
    assert written(model, "Size") == ["@shareable"]
    assert written(model, "Box") == []


def test_fields_of_entities_and_roots_resolved_elsewhere_are_shared():
    model = other('type Item @key(fields: "id") { id: ID! grams: Int cost: Int } type Query { item: Item b: ID }')
    assert written(model, "Item.grams") == ["@shareable"]
    assert written(model, "Item.cost") == []
    assert written(model, "Item.id") == []
    assert written(model, "Query.item") == ["@shareable"]
    assert written(model, "Query.b") == []


def test_subscriptions_are_never_shared():
    models = upgraded("[a v1]\ntype Query { a: ID } type Subscription { s: ID }\n[b v1]\ntype Subscription { s: ID }")
    assert written(models["a"], "Subscription.s") == []


def test_a_tag_that_the_owner_has_as_well_goes_from_the_external_field():
    models = upgraded(
        '[catalog v1]\ntype Query { item: Item }\ntype Item @key(fields: "id") { id: ID! grams: Int @tag(name: "a") }\n'
        '[shipping v1]\nextend type Item @key(fields: "id") { id: ID! @external '
        'grams: Int @external @tag(name: "a") @tag(name: "b") cost: Int @requires(fields: "grams") }'
    )
    assert '@tag(name: "b")' in written(models["shipping"], "Item.grams")
    assert '@tag(name: "a")' not in written(models["shipping"], "Item.grams")


def test_directives_of_federation_2_that_the_author_defined_mean_what_they_say():
    model = other('directive @override(from: String!) on FIELD_DEFINITION type Box { a: Int @override(from: "x") }')
    assert model.types["Box"].fields["a"].first("override") is not None
    assert model.directives == {}


def test_the_upgraded_subgraph_reads_as_federation_2():
    model = other("type Box { a: Int }")
    assert model.version == (2, 0)
    assert model.upgraded
    assert model.names.directive("shareable") == "shareable"


def test_subgraphs_of_federation_2_stay_as_they_are():
    models = upgraded('[a]\ntype Query { a: A }\ntype A @key(fields: "id") { id: ID! }')
    assert models["a"].upgraded is False


def test_an_extension_needs_a_definition_somewhere():
    assert codes('[a v1]\ntype Query { a: A }\nextend type A @key(fields: "id") { id: ID! @external }') == [
        "EXTENSION_WITH_NO_BASE"
    ]
    assert codes("[a v1]\nextend type Query { a: ID }") == []


def test_an_interface_object_needs_a_key_of_federation_2():
    assert codes(
        '[a v1]\ntype Query { a: A }\ninterface A @key(fields: "id") { id: ID! }\n'
        'type B implements A @key(fields: "id") { id: ID! }\n'
        '[b v2.3]\ntype A @interfaceObject @key(fields: "id") { id: ID! b: Int }'
    ) == ["INTERFACE_OBJECT_USAGE_ERROR"]


def test_a_directive_of_the_same_name_and_another_meaning_stays_the_authors_own():
    model = other("directive @override(level: Int) on FIELD_DEFINITION type Box { a: Int @override(level: 1) }")
    assert model.types["Box"].fields["a"].first("override") is None
    assert list(model.directives) == ["override"]
