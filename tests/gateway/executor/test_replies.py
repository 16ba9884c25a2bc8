from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.errors import SubgraphHttpError, SubgraphMalformed, SubgraphTimeout
from gateway.executor.replies import MAX_ERRORS, Reply, ReplyError, read_exactly, read_reply
from gateway.transport.base import SubgraphResponse


def read(body: Any, status: int = 200, media: str = "application/json") -> Reply:
    encoded = body if isinstance(body, bytes) else orjson.dumps(body)
    return read_reply(SubgraphResponse(status, {"content-type": media}, encoded), "stock")


def test_data_is_taken_as_it_is() -> None:
    assert read({"data": {"a": 1}, "extensions": {"secret": 1}}) == Reply({"a": 1}, (), None)


def test_an_error_of_the_transport_is_the_failure() -> None:
    late = SubgraphTimeout("late", "stock")
    assert read_reply(late, "stock") == Reply(None, (), late)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        1,
        {},
        {"data": []},
        {"data": "x"},
        {"data": None},
        {"data": None, "errors": []},
        {"errors": "x"},
        b"",
        b"{",
        b"NaN",
    ],
)
def test_what_is_no_graphql_answer_is_malformed(body: Any) -> None:
    reply = read(body)
    assert reply.data is None
    assert isinstance(reply.failure, SubgraphMalformed)


@pytest.mark.parametrize("errors", [None, []])
def test_errors_that_say_nothing_are_none(errors: Any) -> None:
    assert read({"data": {"a": 1}, "errors": errors}) == Reply({"a": 1}, (), None)


def test_errors_are_kept_with_path_and_extensions() -> None:
    reply = read(
        {"data": None, "errors": [{"message": "m", "path": ["a", 0], "extensions": {"code": "C"}, "locations": [{}]}]}
    )
    assert reply == Reply(None, (ReplyError("m", ("a", 0), {"code": "C"}),), None)


def test_odd_paths_and_extensions_are_dropped() -> None:
    reply = read({"errors": [{"message": "m", "path": "p", "extensions": []}, {"message": "n", "path": [True, {}]}]})
    assert reply.errors == (ReplyError("m", None, {}), ReplyError("n", None, {}))


def test_odd_entries_make_the_reply_malformed_and_the_others_are_kept() -> None:
    reply = read({"data": None, "errors": [1, None, {"message": 5}, {"message": "m"}]})
    assert reply.errors == (ReplyError("m", None, {}),)
    assert isinstance(reply.failure, SubgraphMalformed)


def test_errors_without_end_are_cut() -> None:
    assert len(read({"errors": [{"message": "m"}] * 10_000}).errors) == MAX_ERRORS


def test_a_graphql_answer_is_used_whatever_the_status() -> None:
    assert read({"data": {"a": 1}, "errors": [{"message": "m"}]}, 500).data == {"a": 1}
    assert read({"errors": [{"message": "m"}]}, 401, "application/graphql-response+json").failure is None


def test_a_bad_status_with_data_and_no_error_is_an_error_beside_the_data() -> None:
    reply = read({"data": {"a": 1}}, 500)
    assert reply.data == {"a": 1}
    assert isinstance(reply.failure, SubgraphHttpError)


@pytest.mark.parametrize(
    ("body", "status", "media"),
    [
        (b"<html>", 200, "text/html"),
        (b"<html>", 502, "text/html"),
        (b"", 204, ""),
        (b"", 302, "text/plain"),
        (b"{", 500, "application/json"),
        (b'{"detail":"no"}', 404, "application/json"),
        (b"[]", 500, "application/json"),
    ],
)
def test_an_error_page_is_an_http_error_and_nothing_of_it_is_repeated(body: bytes, status: int, media: str) -> None:
    reply = read(body, status, media)
    assert isinstance(reply.failure, SubgraphHttpError)
    assert str(status) in reply.failure.message
    assert "html" not in reply.failure.message


def test_integers_beyond_64_bits_arrive_as_floating_point_and_whole_when_read_again() -> None:
    assert read(b'{"data":{"a":123456789012345678901234567890}}').data == {"a": 1.2345678901234568e29}
    outcome = SubgraphResponse(200, {}, b'{"data":{"a":123456789012345678901234567890}}')
    assert read_exactly(outcome, "s").data == {"a": 123456789012345678901234567890}
    assert read_reply(outcome, "s").data == {"a": 1.2345678901234568e29}
    endless = SubgraphResponse(200, {}, b'{"data":{"a":%s}}' % (b"9" * 300))
    assert read_exactly(endless, "s").data == {"a": int("9" * 300)}
