"""Log lines: one a request, whatever a client has written; and metrics whose labels are ours."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from gateway.settings import TelemetrySettings
from gateway.telemetry import Metrics, RequestLog, Summary, codes_in
from tests.waiting import until

SUMMARY = Summary("id", "Op", "query", "web", 200, 0.0123, 100, 2, ())


async def lines(*summaries: Summary, request_log: str = "all") -> list[str]:
    stream = io.BytesIO()
    log = RequestLog(TelemetrySettings(request_log=request_log), stream)
    for summary in summaries:
        log.write(summary)
    log.flush()
    return stream.getvalue().decode().splitlines()


async def test_a_line_says_what_was_asked_and_what_came_of_it():
    (line,) = await lines(SUMMARY)
    told = json.loads(line)
    assert (told["operation"], told["channel"], told["status"], told["ms"], told["bytes"]) == (
        "Op",
        "web",
        200,
        12.3,
        100,
    )


async def test_a_line_says_by_which_program_over_which_contract_and_whether_the_plan_was_at_hand():
    (line,) = await lines(replace(SUMMARY, contract="watch", client="wrist@" + "9" * 500, cache="hit"))
    told = json.loads(line)
    assert (told["contract"], told["client"][:8], told["cache"]) == ("watch", "wrist@99", "hit")
    assert len(told["client"]) == 100


@pytest.mark.parametrize("name", ["a\nb", "a\r\nb", "\x1b[2J", '"', "x" * 5_000])
async def test_H10_what_a_client_wrote_stays_on_its_line(name):
    found = await lines(replace(SUMMARY, operation=name))
    assert len(found) == 1
    assert "\x1b" not in found[0]
    assert len(found[0]) < 600
    json.loads(found[0])


async def test_only_failures_where_only_those_are_asked_for():
    failed = replace(SUMMARY, codes=("SUBREQUEST_TIMEOUT",))
    assert len(await lines(SUMMARY, failed, replace(SUMMARY, status=400), request_log="errors")) == 2
    assert await lines(SUMMARY, failed, request_log="off") == []


async def test_lines_are_written_without_being_asked_for_again():
    stream = io.BytesIO()
    RequestLog(TelemetrySettings(), stream).write(SUMMARY)
    await until(stream.getvalue)  # a stream tells nobody


async def test_L6_a_full_disk_stops_no_answer():
    """ENOSPC on the log."""

    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    log = RequestLog(TelemetrySettings(), Full())
    log.write(SUMMARY)
    log.flush()


def test_codes_are_listed_once_and_not_without_end():
    errors = [{"extensions": {"code": f"C{i % 50}"}} for i in range(1_000)]
    assert codes_in(errors) == tuple(f"C{i}" for i in range(10))
    assert codes_in([{"message": "no extensions"}, {"extensions": None}]) == ("",)


def test_a_code_made_up_elsewhere_makes_no_new_metric():
    metrics = Metrics()
    metrics.observe(replace(SUMMARY, codes=("MADE_UP", "BAD_REQUEST")), frozenset({"BAD_REQUEST"}))
    text = metrics.render().decode()
    assert "MADE_UP" not in text
    assert 'code="OTHER"' in text


def test_reloads_failures_and_standstills_are_counted_by_words_of_ours():
    metrics = Metrics()
    metrics.failed("cart", "SUBREQUEST_TIMEOUT")
    metrics.reloaded(good=True)
    metrics.reloaded(good=False)
    metrics.reloaded(good=False)
    metrics.blocked(0.5)
    text = metrics.render().decode()
    assert 'channelgraph_subgraph_failures_total{code="SUBREQUEST_TIMEOUT",subgraph="cart"} 1.0' in text
    assert 'channelgraph_reloads_total{outcome="taken"} 1.0' in text
    assert 'channelgraph_reloads_total{outcome="refused"} 2.0' in text
    assert "channelgraph_loop_blocked_seconds_total 0.5" in text
