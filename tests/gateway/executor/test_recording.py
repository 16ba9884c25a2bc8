from __future__ import annotations

import asyncio

import pytest

from gateway.errors import SubgraphTimeout
from gateway.executor.drive import drive
from gateway.executor.recording import Recording
from gateway.transport.base import SubgraphResponse

from .plans import program
from .shop import ANSWERS, reply, shop
from .test_drive import NAMES, Subgraph


def recorded(outcomes: dict[int, object]) -> Recording:
    """A run of the shop's plan, each request answered as given, else as it should be."""
    recording = Recording(program(shop()).start({}))
    waiting = recording.ready()
    while waiting:
        each = waiting.pop(0)
        outcome = outcomes.get(each.request_id, reply(ANSWERS[each.request_id]))
        waiting += recording.feed(each.request_id, outcome, each.part)  # type: ignore[arg-type]
    return recording


def test_sizes_and_entities_are_those_that_went_over_the_wire() -> None:
    recording = recorded({})
    assert sorted(recording.sent) == [0, 1, 2, 3, 4, 5]
    assert recording.sent[0].bytes_received == len(reply(ANSWERS[0]).body)
    assert all(sent.bytes_sent and sent.parts == 1 and sent.http_status == 200 for sent in recording.sent.values())
    assert [recording.entities(each) for each in range(6)] == [(), (), (2, 2), (2,), (2,), (2,)]


def test_times_are_in_the_order_of_what_waits_for_what() -> None:
    sent = recorded({}).sent
    for request in shop().requests:
        for before in request.after:
            ended = sent[before].ended
            assert ended is not None
            assert ended <= sent[request.id].began


def test_failures_are_kept_by_their_code_and_errors_by_their_number() -> None:
    sent = recorded(
        {
            3: SubgraphTimeout("late", "inventory"),
            4: reply(None, 503, errors=[{"message": "no"}, {"message": "not now"}]),
            5: SubgraphResponse(502, {}, b"<html>"),
        }
    ).sent
    assert (sent[3].failed, sent[3].http_status, sent[3].bytes_received) == ("SUBREQUEST_TIMEOUT", None, 0)
    assert (sent[4].failed, sent[4].http_status, sent[4].errors) == (None, 503, 2)
    assert (sent[5].failed, sent[5].http_status) == ("SUBREQUEST_HTTP_ERROR", 502)


def test_an_answer_that_another_has_read_is_shared() -> None:
    answer = reply(ANSWERS[0])
    assert not recorded({0: answer}).sent[0].shared
    assert recorded({0: answer}).sent[0].shared


def test_what_is_not_sent_is_not_there() -> None:
    assert 2 not in recorded({0: reply({"topProducts": []}), 1: reply({"users": []})}).sent


@pytest.mark.parametrize("recording", [False, True])
async def test_a_run_is_the_same_recorded_or_not(recording: bool) -> None:
    execution = program(shop()).start({})
    until = asyncio.get_running_loop().time() + 5
    await drive(Recording(execution) if recording else execution, dict.fromkeys(NAMES, Subgraph()), (), until)
    assert execution.answer()["data"]["topProducts"][0]["inStock"] is True
