"""Trace context goes on to subgraphs, with spans or without."""

from __future__ import annotations

import asyncio

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.planner.nodes import OperationKind
from gateway.tracing import TracedSubgraph, request_span, span, start_tracing, stop_tracing, trace_headers
from gateway.transport.base import SubgraphRequest, SubgraphResponse

PARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Subgraph:
    def __init__(self) -> None:
        self.sent: list[SubgraphRequest] = []

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.sent.append(request)
        return SubgraphResponse(200, {}, b"{}")

    async def close(self) -> None:
        """Nothing is held."""


def request(*headers: tuple[bytes, bytes]) -> SubgraphRequest:
    deadline = asyncio.get_running_loop().time() + 5
    return SubgraphRequest("stock", OperationKind.QUERY, b"{}", headers, deadline)


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    start_tracing(provider)
    yield exporter
    stop_tracing()


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ({}, []),
        ({b"traceparent": PARENT}, [b"traceparent"]),
        ({b"traceparent": PARENT, b"tracestate": b"a=1"}, [b"traceparent", b"tracestate"]),
        ({b"traceparent": PARENT, b"tracestate": b"a" * 600}, [b"traceparent"]),
        ({b"traceparent": PARENT + b"\r\nx: y"}, []),
        ({b"traceparent": b"00-" + b"0" * 32 + b"-b7ad6b7169203331-01"}, []),
        ({b"tracestate": b"a=1"}, []),
    ],
)
def test_only_what_is_a_trace_context_goes_on(headers, names):
    assert [name for name, _ in trace_headers(headers)] == names


async def test_without_spans_requests_go_as_they_are():
    subgraph = Subgraph()
    with request_span((), "1"), span("plan"):
        await TracedSubgraph(subgraph).send(request((b"traceparent", PARENT)))
    assert subgraph.sent[0].headers == ((b"traceparent", PARENT),)


async def test_spans_of_request_plan_and_fetch_continue_the_clients_trace(spans):
    subgraph = Subgraph()
    with request_span(((b"traceparent", PARENT),), "1"):
        with span("plan"):
            pass
        await TracedSubgraph(subgraph).send(request((b"x", b"y"), (b"traceparent", PARENT)))
    finished = {each.name: each for each in spans.get_finished_spans()}
    assert set(finished) == {"graphql", "plan", "subgraph"}
    assert {format(each.context.trace_id, "032x") for each in finished.values()} == {PARENT[3:35].decode()}
    sent = dict(subgraph.sent[0].headers)
    assert sent[b"x"] == b"y"
    assert sent[b"traceparent"].split(b"-")[2].decode() == format(finished["subgraph"].context.span_id, "016x")
