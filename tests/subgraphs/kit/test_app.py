"""A whole subgraph, started and asked."""

from __future__ import annotations


async def test_what_was_written_is_read_back(subgraph, notes):
    shop = await subgraph(notes.create_app)
    written = await shop.execute(
        'mutation { noteWrite(text: "milk") { ... on Note { id text channel { code name } } } }',
        customer="cus_a",
        channel="app",
    )
    assert written.errors == []
    note = written.data["noteWrite"]
    assert note["channel"] == {"code": "app", "name": "app"}
    read = await shop.execute("query ($id: ID!) { note(id: $id) { text } }", {"id": note["id"]}, customer="cus_a")
    assert read.data == {"note": {"text": "milk"}}


async def test_a_refusal_is_a_type_of_the_schema(subgraph, notes):
    shop = await subgraph(notes.create_app)
    answer = await shop.execute(
        'mutation { noteWrite(text: " ") { ... on InvalidInputError { code message path } } }', customer="cus_a"
    )
    assert answer.data == {
        "noteWrite": {"code": "INVALID_INPUT", "message": "A note must not be empty", "path": ["text"]}
    }


async def test_health_is_200_once_the_database_answers(subgraph, notes):
    shop = await subgraph(notes.create_app)
    assert (await shop.http.get("/health")).status_code == 200
