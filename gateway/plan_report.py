"""`extensions.plan`: the plan that answered an operation, and how each of its requests went.

The plan is what `channelgraph plan --format json` prints. Each request has a `run` beside it, and each fetch that of
the request it travelled in; `run` is null where nothing was sent, because no entity was left to ask about.

Shape   run: {startMs, durationMs, bytesSent, bytesReceived, status, entities, parts, shared, errors, failed}
        startMs      since the gateway began to ask, by a clock that never goes back
        durationMs   until the answer was there, waiting for a turn or a connection included
        status       of HTTP; null where no answer came
        entities     distinct entities asked for: of the whole request, or of this fetch's lookup; null without a lookup
        parts        into how many requests it was split (`subgraphs.entities`)
        shared       whether the answer is that of an equal query which was under way already
        errors       entries of `errors` in the answer
        failed       null, or the code of what is wrong with the answer
Never   a header's value or a variable's: literals of the document are all that a plan repeats
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.planner.text import plan_json

if TYPE_CHECKING:
    from gateway.executor.recording import Recording, Sent
    from gateway.planner.nodes import Plan


def plan_report(plan: Plan, recording: Recording) -> dict[str, Any]:
    """The value of `extensions.plan`; see the module's text."""
    report: dict[str, Any] = plan_json(plan)
    for request, shown in zip(plan.requests, report["requests"], strict=True):
        sent = recording.sent.get(request.id)
        counts = recording.entities(request.id)
        shown["run"] = _run(sent, sum(counts) if counts else None)
        for lookup, count in zip(request.lookups, counts, strict=True):
            for fetch in lookup.fetches:
                report["fetches"][fetch]["run"] = _run(sent, count)
        if request.fetch is not None:
            report["fetches"][request.fetch]["run"] = _run(sent, None)
    return report


def _run(sent: Sent | None, entities: int | None) -> dict[str, Any] | None:
    if sent is None:
        return None
    return {
        "startMs": _milliseconds(sent.began),
        "durationMs": None if sent.ended is None else _milliseconds(sent.ended - sent.began),
        "bytesSent": sent.bytes_sent,
        "bytesReceived": sent.bytes_received,
        "status": sent.http_status,
        "entities": entities,
        "parts": sent.parts,
        "shared": sent.shared,
        "errors": sent.errors,
        "failed": sent.failed,
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
