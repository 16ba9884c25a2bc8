"""What is refused of a request before anything reads it."""

from __future__ import annotations

import pytest

ASK = '{"query":"{ __typename }"}'


@pytest.fixture
def database_url(tmp_path):
    """SQLite alone: what HTTP is asked does not depend on the database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
async def shop(subgraph, notes):
    return await subgraph(notes.create_app)


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/graphql", {"x-long": "x" * 200_000}, 431, "HEADERS_TOO_LARGE"),
        ("/health", {"x-long": "x" * 200_000}, 431, "HEADERS_TOO_LARGE"),
        ("/graphql", {f"x-{n}": "1" for n in range(1_000)}, 431, "HEADERS_TOO_LARGE"),
        ("/graphql?query=" + "x" * 40_000, {}, 414, "URI_TOO_LONG"),
        ("/" + "x" * 40_000, {}, 414, "URI_TOO_LONG"),
        ("/nothing", {}, 404, "NOT_FOUND"),
        ("/..%2f..%2fetc/passwd", {}, 404, "NOT_FOUND"),
        ("/graphql/", {}, 404, "NOT_FOUND"),
    ],
)
async def test_H7_H8_what_is_too_long_or_nowhere_is_refused_in_json(shop, path, headers, status, code):
    response = await shop.http.get(path, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert "data" not in response.json()


@pytest.mark.parametrize("name", ["host", "content-type", "channelgraph-identity", "authorization"])
async def test_H8_A1_a_header_that_there_may_be_one_of_is_refused_twice(shop, name):
    headers = [("content-type", "application/json"), (name, "a"), (name, "b")]
    response = await shop.http.post("/graphql", content=ASK, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "HEAD", "OPTIONS", "PROPFIND"])
async def test_H1_other_methods_are_405_and_say_which_are_not(shop, method):
    response = await shop.http.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    other = await shop.http.request("POST" if method == "HEAD" else method, "/health")
    assert (other.status_code, set(other.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})


async def test_H4_a_mutation_by_get_does_nothing(shop):
    query = 'mutation { noteWrite(text: "x") { __typename } }'
    assert (await shop.http.get("/graphql", params={"query": query})).status_code == 405
