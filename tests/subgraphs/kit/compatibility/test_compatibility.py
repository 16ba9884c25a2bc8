"""What Apollo asks of a subgraph library, feature by feature; products written with the kit, then all behind the gateway.

The 23 tests of Apollo's own suite pass against `products` and our gateway as well; here each feature has a test that
needs nothing of theirs.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from graphql import parse, print_ast
from graphql.language import DirectiveNode, ObjectTypeDefinitionNode, ObjectTypeExtensionNode, SchemaDefinitionNode

from tests.subgraphs.kit.compatibility import neighbours, products
from tests.subgraphs.kit.compatibility.world import World, world

ENTITIES = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename %s } }"


@pytest.fixture
async def made() -> World:
    return await world({"products": products.schema, "users": neighbours.users, "inventory": neighbours.inventory})


async def entities(made: World, selection: str, *representations: dict[str, Any]) -> list[dict[str, Any]]:
    """What products answers for these; there must be no error."""
    answer = await made.ask_subgraph("products", ENTITIES % selection, {"r": list(representations)})
    assert "errors" not in answer
    found: list[dict[str, Any]] = answer["data"]["_entities"]
    return found


def applied(sdl: str, where: str) -> list[str]:
    """The directives on `schema`, a type, or a field `Type.name`, as text."""
    name, _, of_field = where.partition(".")
    found: list[DirectiveNode] = []
    for definition in parse(sdl).definitions:
        if isinstance(definition, SchemaDefinitionNode) and name == "schema":
            found += definition.directives
        if isinstance(definition, ObjectTypeDefinitionNode | ObjectTypeExtensionNode) and definition.name.value == name:
            fields = [each for each in definition.fields if each.name.value == of_field]
            found += fields[0].directives if fields else definition.directives
    return [print_ast(each) for each in found]


async def asked(made: World, query: str, **variables: Any) -> Any:
    """The data of the gateway's answer; there must be no error."""
    answer = await made.ask(query, variables)
    assert "errors" not in answer
    return answer["data"]


async def test_service_tells_the_whole_schema(made: World) -> None:
    names = {
        each.name.value for each in parse(await made.sdl("products")).definitions if hasattr(each, "name") and each.name
    }
    assert {"Query", "Product", "ProductResearch", "CaseStudy", "DeprecatedProduct", "User", "Inventory"} <= names


async def test_link_names_one_version_of_the_specification_and_what_is_imported(made: World) -> None:
    links = [each for each in applied(await made.sdl("products"), "schema") if "specs.apollo.dev/federation" in each]
    assert len(links) == 1
    assert "federation/v2.3" in links[0]
    assert all(f'"@{name}"' in links[0] for name in ("key", "shareable", "override", "interfaceObject"))


async def test_compose_directive_carries_a_directive_of_our_own_into_the_supergraph(made: World) -> None:
    sdl = await made.sdl("products")
    on_schema = applied(sdl, "schema")
    assert '@composeDirective(name: "@custom")' in on_schema
    assert any("https://myspecs.dev/myCustomDirective/v1.0" in each and '"@custom"' in each for each in on_schema)
    assert "directive @custom on OBJECT" in sdl
    assert "@custom" in applied(sdl, "Product")


async def test_key_of_one_field(made: World) -> None:
    assert '@key(fields: "email")' in applied(await made.sdl("products"), "User")
    found = await entities(made, "... on User { email name }", {"__typename": "User", "email": "a@b.example"})
    assert found == [{"__typename": "User", "email": "a@b.example", "name": "Jane Smith"}]


async def test_key_of_several_fields(made: World) -> None:
    assert applied(await made.sdl("products"), "DeprecatedProduct") == ['@key(fields: "sku package")']
    key = {"sku": "apollo-federation-v1", "package": "@apollo/federation-v1"}
    found = await entities(made, "... on DeprecatedProduct { reason }", {"__typename": "DeprecatedProduct", **key})
    assert found[0]["reason"] == "Migrate to Federation V2"


async def test_key_within_an_object(made: World) -> None:
    assert applied(await made.sdl("products"), "ProductResearch") == ['@key(fields: "study { caseNumber }")']
    representation = {"__typename": "ProductResearch", "study": {"caseNumber": 1234, "description": "forged"}}
    found = await entities(made, "... on ProductResearch { study { caseNumber description } }", representation)
    assert found[0]["study"] == {"caseNumber": "1234", "description": "Federation Study"}


@pytest.mark.parametrize("study", [{}, {"caseNumber": None}, "1234", ["1234"], {"caseNumber": {"$gt": ""}}, None])
async def test_A16_an_object_that_does_not_hold_the_key_is_an_error_of_its_index(made: World, study: Any) -> None:
    good = {"__typename": "ProductResearch", "study": {"caseNumber": "1234"}}
    bad = {"__typename": "ProductResearch", "study": study}
    query = ENTITIES % "... on ProductResearch { outcome }"
    answer = await made.ask_subgraph("products", query, {"r": [bad, good]})
    assert [each is not None for each in answer["data"]["_entities"]] == [False, True]
    assert [error["path"] for error in answer["errors"]] == [["_entities", 0]]
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_several_keys_each_of_which_is_enough(made: World) -> None:
    keys = ['@key(fields: "id")', '@key(fields: "sku package")', '@key(fields: "sku variation { id }")']
    assert [each for each in applied(await made.sdl("products"), "Product") if each.startswith("@key")] == keys
    found = await entities(
        made,
        "... on Product { id sku }",
        {"__typename": "Product", "id": "apollo-federation"},
        {"__typename": "Product", "sku": "federation", "package": "@apollo/federation"},
        {"__typename": "Product", "sku": "studio", "variation": {"id": "platform"}},
    )
    assert [each["id"] for each in found] == ["apollo-federation", "apollo-federation", "apollo-studio"]


async def test_requires_has_the_gateway_bring_what_another_subgraph_knows(made: World) -> None:
    query = "query ($id: ID!) { product(id: $id) { createdBy { averageProductsCreatedPerYear email } } }"
    found = await asked(made, query, id="apollo-federation")
    made_by = {"averageProductsCreatedPerYear": 134, "email": "support@apollographql.com"}
    assert found == {"product": {"createdBy": made_by}}


async def test_requires_within_an_object(made: World) -> None:
    query = '{ inventory(id: "apollo-oss") { products { id delivery(zip: "94111") } } }'
    found = await asked(made, query)
    assert found["inventory"]["products"] == [{"id": "apollo-federation", "delivery": "small of 1 kg to 94111"}]


async def test_provides_answers_at_this_place_what_is_another_subgraphs(made: World) -> None:
    assert applied(await made.sdl("products"), "Product.createdBy") == ['@provides(fields: "totalProductsCreated")']
    query = '{ product(id: "apollo-federation") { createdBy { email totalProductsCreated } } }'
    answer = await made.ask_subgraph("products", query)
    assert answer["data"]["product"]["createdBy"]["totalProductsCreated"] == 1337


async def test_external_fields_are_those_a_representation_may_state(made: World) -> None:
    sdl = await made.sdl("products")
    assert applied(sdl, "User.yearsOfEmployment") == ["@external"]
    representation = {"__typename": "User", "email": "a@b.example", "totalProductsCreated": 100, "yearsOfEmployment": 8}
    found = await entities(made, "... on User { averageProductsCreatedPerYear }", representation)
    assert found[0]["averageProductsCreatedPerYear"] == 12


async def test_override_takes_a_field_over(made: World) -> None:
    assert applied(await made.sdl("products"), "User.name") == ['@override(from: "users")']
    found = await asked(made, '{ product(id: "apollo-federation") { createdBy { name } } anyone { name } }')
    assert found["product"]["createdBy"]["name"] == "Jane Smith"
    assert found["anyone"]["name"] == "Jane Smith"


async def test_shareable_lets_several_subgraphs_answer(made: World) -> None:
    assert applied(await made.sdl("products"), "ProductDimension") == ["@shareable"]
    found = await asked(made, '{ product(id: "apollo-federation") { dimensions { size weight } } }')
    assert found["product"]["dimensions"] == {"size": "small", "weight": 1.0}


async def test_inaccessible_hides_from_clients_and_not_from_the_gateway(made: World) -> None:
    assert applied(await made.sdl("products"), "ProductDimension.unit") == ["@inaccessible"]
    query = '{ product(id: "apollo-federation") { dimensions { unit } } }'
    answer = await made.ask_subgraph("products", query)
    assert answer["data"]["product"]["dimensions"]["unit"] == "kg"
    with pytest.raises(Exception, match="Cannot query field 'unit'"):
        await made.ask(query)


async def test_tag_is_written_where_it_stands(made: World) -> None:
    assert applied(await made.sdl("products"), "Product.notes") == ['@tag(name: "internal")']


async def test_interface_object_adds_fields_to_whatever_implements_it(made: World) -> None:
    assert set(applied(await made.sdl("products"), "Inventory")) == {'@key(fields: "id")', "@interfaceObject"}
    query = "query ($id: ID!) { inventory(id: $id) { __typename deprecatedProducts { sku reason } } }"
    found = await asked(made, query, id="apollo-oss")
    old = {"sku": "apollo-federation-v1", "reason": "Migrate to Federation V2"}
    assert found == {"inventory": {"__typename": "OpenSourceInventory", "deprecatedProducts": [old]}}


async def test_a_trace_tells_times_by_place_and_only_to_who_asks(made: World) -> None:
    query = '{ old: product(id: "apollo-federation") { research { outcome } createdBy { name } } }'
    plain = await made.ask_subgraph("products", query)
    assert "extensions" not in plain
    traced = await made.ask_subgraph("products", query, apollo_federation_include_trace="ftv1")
    assert traced["data"] == plain["data"]
    root = messages(base64.b64decode(traced["extensions"]["ftv1"]))
    assert {3, 4, 11, 14} <= root.keys()  # began, ended, how long it took, and the places
    product = messages(messages(root[14][0])[12][0])
    assert (product[1], product[14], product[3], product[13]) == ([b"old"], [b"product"], [b"Product"], [b"Query"])
    assert product[8][0] <= product[9][0]
    assert [messages(each)[1][0] for each in product[12]] == [b"research", b"createdBy"]
    item = messages(messages(product[12][0])[12][0])
    assert item[2] == [0]  # the first of the list, with its fields below
    assert messages(item[12][0])[1] == [b"outcome"]


def messages(text: bytes) -> dict[int, list[Any]]:
    """A protobuf message: number of the field → its values, texts and messages as bytes."""
    found: dict[int, list[Any]] = {}
    place = 0

    def number() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = text[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(text):
        tag = number()
        value: Any = number()
        if tag & 7 == 2:
            place, value = place + value, text[place : place + value]
        found.setdefault(tag >> 3, []).append(value)
    return found
