from __future__ import annotations

from graphql import parse_const_value as value

from gateway.composition import compose
from gateway.composition.subgraph import Kind, ListRef, NamedRef, NonNullRef, base_name, value_text

from .examples import codes, faults, read, sources


def test_a_type_is_put_together_from_its_parts():
    cart = read("""
    type Query { cart: Cart }
    extend type Cart @shareable { total: Int }
    type Cart @key(fields: "id") { id: ID! }
    """).types["Cart"]
    assert [part.extension for part in cart.parts] == [False, True]
    assert {name: field.part for name, field in cart.fields.items()} == {"id": 0, "total": 1}
    assert {directive.meaning: directive.part for directive in cart.directives} == {"key": 0, "shareable": 1}
    assert cart.has_definition
    assert cart.has_extension


def test_root_types_take_their_standard_names_everywhere():
    model = read("""
    schema { query: Root mutation: Commands }
    type Root { self: Root }
    type Commands { again: [Commands!]! }
    union Any = Root | Commands
    """)
    assert model.roots == {"query": "Query", "mutation": "Mutation"}
    assert model.root_names == {"Query": "Root", "Mutation": "Commands"}
    assert str(model.types["Mutation"].fields["again"].type) == "[Mutation!]!"
    assert model.types["Any"].members == ("Query", "Mutation")
    assert model.types["Query"].fields["self"].coordinate == "Query.self"


def test_a_root_by_its_usual_name_needs_no_schema_block():
    assert read("extend type Query { a: ID } type Mutation { b: ID }").roots == {
        "query": "Query",
        "mutation": "Mutation",
    }


def test_a_schema_block_says_which_roots_there_are():
    assert read("schema { query: Query } type Query { a: ID } type Mutation { b: ID }").roots == {"query": "Query"}


def test_the_machinery_of_services_is_left_out():
    model = read("""
    scalar _Any
    type _Service { sdl: String }
    union _Entity = Cart
    type Query { _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
    type Cart @key(fields: "id") { id: ID! }
    """)
    assert list(model.types) == ["Cart"]
    assert model.roots == {}


def test_definitions_of_features_are_left_out_and_the_authors_own_kept():
    model = read("""
    directive @key(fields: federation__FieldSet!) repeatable on OBJECT
    directive @audited(by: String = "x") repeatable on FIELD | OBJECT
    type Query { a: ID }
    type Cart @key(fields: "id") { id: ID! }
    """)
    assert list(model.directives) == ["audited"]
    audited = model.directives["audited"]
    assert audited.repeatable
    assert [location.name for location in audited.executable_locations] == ["FIELD"]


def test_external_means_marked_and_not_resolved_here():
    model = read("""
    type Query { item: Item @provides(fields: "grams") }
    type Item @key(fields: "id") { id: ID! grams: Int @external litres: Int @external cost: Int @requires(fields: "litres") }
    """)
    item = model.types["Item"].fields
    assert model.is_external(item["grams"])
    assert model.is_partially_external(item["grams"])
    assert model.is_fully_external(item["litres"])
    assert not model.is_external(item["cost"])
    assert model.is_used(item["litres"])
    assert not model.is_used(item["cost"])


def test_external_on_a_type_is_external_on_its_fields():
    model = read("""
    type Query { item: Item @provides(fields: "size { grams }") }
    type Item @key(fields: "id") { id: ID! size: Size @external }
    type Size @external { grams: Int }
    """)
    assert model.is_external(model.types["Size"].fields["grams"])


def test_a_key_field_of_an_extension_is_owned_whatever_is_written():
    model = read('type Query { a: ID } extend type Item @key(fields: "id") { id: ID! @external cost: Int }')
    field = model.types["Item"].fields["id"]
    assert model.is_fake_external(field)
    assert not model.is_external(field)


def test_shareable_is_marked_or_part_of_a_key_or_provided():
    model = read("""
    type Query { item: Item @provides(fields: "b") }
    type Item @key(fields: "id") { id: ID! a: Int @shareable b: Int @external c: Int }
    extend type Item @shareable { d: Int }
    """)
    shareable = {name for name, field in model.types["Item"].fields.items() if model.is_shareable(field)}
    assert shareable == {"id", "a", "b", "d"}


def test_a_field_that_an_interface_demands_is_used():
    model = read("""
    type Query { item: Sized }
    interface Sized { grams: Int }
    type Item implements Sized { grams: Int litres: Int }
    """)
    used = {name for name, field in model.types["Item"].fields.items() if model.is_used(field)}
    assert used == {"grams"}


def test_runtime_types_are_objects():
    model = read("""
    type Query { item: Sized u: U }
    interface Sized { grams: Int }
    type Item implements Sized { grams: Int }
    type Box implements Sized { grams: Int }
    union U = Item | Query
    """)
    assert model.runtime_types("Sized") == ("Item", "Box")
    assert model.runtime_types("U") == ("Item", "Query")
    assert model.runtime_types("Item") == ("Item",)
    assert model.runtime_types("Nothing") == ()


def test_arguments_of_directives_are_read_as_written():
    cart = read('type Query { a: ID } type Cart @key(fields: "id", resolvable: false) { id: ID! }').types["Cart"]
    key = cart.first("key")
    assert key.text("fields") == "id"
    assert key.flag("resolvable", default=True) is False
    assert key.text("resolvable") is None
    assert str(key) == '@key(fields: "id", resolvable: false)'


def test_types_are_compared_by_value():
    ref = read("type Query { a: [ID!]! }").types["Query"].fields["a"].type
    assert ref == NonNullRef(ListRef(NonNullRef(NamedRef("ID"))))
    assert base_name(ref) == "ID"


def test_equal_values_have_equal_text():
    assert value_text(value('{a: 1, b: ["x"]}')) == value_text(value('{b: ["""x"""], a: 1}'))
    assert value_text(value("1")) != value_text(value('"1"'))
    assert value_text(None) == ""


def test_kinds_of_types():
    model = read(
        "type Query { a(i: I): S } input I { e: E } enum E { A } scalar S interface F { a: ID } union U = Query"
    )
    assert {name: item.kind for name, item in model.types.items()} == {
        "Query": Kind.OBJECT,
        "I": Kind.INPUT,
        "E": Kind.ENUM,
        "S": Kind.SCALAR,
        "F": Kind.INTERFACE,
        "U": Kind.UNION,
    }


def test_a_root_cannot_take_the_name_of_another_type():
    assert codes("schema { query: Root } type Root { a: Query } type Query { b: ID }") == ["ROOT_QUERY_USED"]


def test_a_root_type_is_no_scalar():
    assert 'The mutation type is "Int", a scalar.' in faults("type Query { a: Int } extend schema { mutation: Int }")[0]


def test_an_interface_called_as_a_root_is_no_root():
    result = compose(sources("type Query { a: Int } type Mutation { b: Int } interface Subscription { c: Int }"))
    assert "mutation: Mutation\n" in (result.supergraph or "")
    assert "subscription:" not in (result.supergraph or "")
