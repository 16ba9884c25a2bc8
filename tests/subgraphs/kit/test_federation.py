"""`_entities` asked directly, by someone who means no good."""

from __future__ import annotations

import pytest

ASK = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Note { id text } ... on Channel { code name } } }"


@pytest.fixture
async def shop(subgraph, notes):
    return await subgraph(notes.create_app)


async def _note(shop, notes, owner="cus_a", text="milk"):
    return (await shop.database.write(notes.write_note, owner, text)).id


async def test_entities_come_in_the_order_of_their_representations_with_one_query(shop, notes):
    ids = [await _note(shop, notes, text=str(number)) for number in range(3)]
    with shop.statements() as count:
        answer = await shop.entities("Note", [{"id": id} for id in reversed(ids)], "text", customer="cus_a")
    assert answer.errors == []
    assert answer.data == [{"text": "2"}, {"text": "1"}, {"text": "0"}]
    assert count.sql == 1


async def test_A16_what_is_wrong_with_one_representation_is_said_of_that_one_alone(shop, notes):
    id = await _note(shop, notes)
    representations = [
        {"__typename": "Note", "id": id},
        {"id": id},
        {"__typename": "Nothing", "id": id},
        {"__typename": "Money", "amount": "1"},
        {"__typename": "Note"},
        {"__typename": "Note", "id": {"$gt": ""}},
        {"__typename": ["Note"], "id": id},
        {"__typename": "Note", "id": id},
    ]
    answer = await shop.execute(ASK, {"r": representations}, customer="cus_a")
    found = answer.data["_entities"]
    assert [entity and entity["text"] for entity in found] == ["milk", None, None, None, None, None, None, "milk"]
    assert sorted(error["path"] for error in answer.errors) == [["_entities", index] for index in range(1, 7)]
    assert set(answer.codes) == {"BAD_USER_INPUT"}


async def test_A16_a_representation_that_is_no_object_is_refused_without_harm_to_the_others(shop, notes):
    id = await _note(shop, notes)
    answer = await shop.execute(ASK, {"r": ["x", 1, [], {"__typename": "Note", "id": id}]}, customer="cus_a")
    assert [entity is not None for entity in answer.data["_entities"]] == [False, False, False, True]


async def test_A16_D17_a_caller_cannot_state_fields_of_an_entity(shop, notes):
    id = await _note(shop, notes)
    forged = [
        {"__typename": "Note", "id": id, "text": "forged", "row": 1, "info": 2, "cls": 3, "self": 4, "__class__": 5},
        {"__typename": "Channel", "code": "web", "name": "forged"},
    ]
    answer = await shop.execute(ASK, {"r": forged}, customer="cus_a")
    assert answer.errors == []
    assert answer.data["_entities"][0]["text"] == "milk"
    assert answer.data["_entities"][1]["name"] == "web"


async def test_A15_another_customers_entity_looks_like_one_that_does_not_exist(shop, notes):
    id = await _note(shop, notes, owner="cus_b")
    answer = await shop.entities("Note", [{"id": id}, {"id": "rev_none"}], "text", customer="cus_a")
    assert answer.data == [None, None]
    assert answer.errors == []


async def test_A10_A15_a_protected_field_stays_closed_to_strangers(shop, notes):
    id = await _note(shop, notes)
    answer = await shop.execute("query ($id: ID!) { note(id: $id) { text } }", {"id": id})
    assert answer.data == {"note": None}
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_A16_the_list_of_representations_is_bounded(shop):
    answer = await shop.entities("Note", [{"id": str(number)} for number in range(1001)], "id", customer="cus_a")
    assert answer.codes == ["LIMIT_EXCEEDED"]
    assert "1000" in answer.errors[0]["message"]


async def test_the_sdl_is_that_of_federation_2_9(shop):
    answer = await shop.execute("{ _service { sdl } }")
    assert "https://specs.apollo.dev/federation/v2.9" in answer.data["_service"]["sdl"]
    assert "text: String! @authenticated" in answer.data["_service"]["sdl"]
