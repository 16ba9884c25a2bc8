"""Accept and Content-Type, to the letter."""

from __future__ import annotations

import pytest

from gateway.errors import NotAcceptable, UnsupportedMediaType
from gateway.server.media_types import GRAPHQL_RESPONSE, JSON, check_body_type, response_type


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        (b"", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"application/json", JSON),
        (b"Application/JSON; charset=utf-8", JSON),
        (b"application/graphql-response+json", GRAPHQL_RESPONSE),
        (b"application/graphql-response+json, application/json;q=0.9", GRAPHQL_RESPONSE),
        (b"application/json, application/graphql-response+json", JSON),
        (b"application/json;q=0.1, application/graphql-response+json;q=0.2", GRAPHQL_RESPONSE),
        (
            b"application/graphql-response+json, application/graphql+json, application/json, text/event-stream",
            GRAPHQL_RESPONSE,
        ),
        (b"text/html, */*;q=0.1", JSON),
        (b"application/json;q=0, */*", GRAPHQL_RESPONSE),
    ],
)
def test_the_answers_type_is_the_one_that_accept_ranks_first(accept, expected):
    assert response_type(accept) == expected


@pytest.mark.parametrize(
    "accept",
    [
        b"image/png",
        b"application/json;q=0",
        b"text/event-stream",
        b"application/json; charset=utf-16",
        b"json",
        b"\xff",
        b"application/json;q=nan",
    ],
)
def test_an_accept_that_names_nothing_we_speak_is_refused(accept):
    with pytest.raises(NotAcceptable):
        response_type(accept)


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/json",
        b"APPLICATION/JSON",
        b"application/json; charset=utf-8",
        b'application/json;charset="UTF-8"',
        b"application/json;",
    ],
)
def test_json_in_utf_8_is_read(content_type):
    check_body_type(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        b"",
        b"text/plain",
        b"text/plain; application/json",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"multipart/form-data",
        b"application/json; charset=iso-8859-1",
        b"application/json; charset=utf-7",
        b"application/json; charset=x",
        b"application/json, text/plain",
        b"application/graphql",
        b"\xff\xfe",
    ],
)
def test_any_other_body_is_refused(content_type):
    with pytest.raises(UnsupportedMediaType):
        check_body_type(content_type)
