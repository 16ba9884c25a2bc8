"""Traces: W3C context passed on to subgraphs always, OpenTelemetry spans where they are switched on.

Without spans a client's `traceparent` goes on to subgraphs as it came, so that theirs join its trace. With
`telemetry.traces` there is a span for each request, one for planning and one for each request to a subgraph, which
becomes the parent of what the subgraph traces. Where spans go, OpenTelemetry's own variables say (`OTEL_…`).

Source  W3C Trace Context; OpenTelemetry semantic conventions for GraphQL and HTTP
"""

from __future__ import annotations

import importlib
import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

PARENT: Final = b"traceparent"
STATE: Final = b"tracestate"
LONGEST_STATE: Final = 512

_PARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")
_STATE = re.compile(rb"[\x20-\x7e\t]{1,%d}\Z" % LONGEST_STATE)
_NOTHING: Final = nullcontext()
_tracers: list[Any] = []
"""The tracer, once there is one; a list, so that nothing has to be rebound."""


def trace_headers(headers: Mapping[bytes, bytes]) -> tuple[tuple[bytes, bytes], ...]:
    """The client's trace context, where it is one, as it goes on to subgraphs."""
    parent = headers.get(PARENT)
    if parent is None or not _PARENT.match(parent):
        return ()
    state = headers.get(STATE)
    if state is None or not _STATE.match(state):
        return ((PARENT, parent),)
    return ((PARENT, parent), (STATE, state))


def start_tracing(provider: Any = None) -> None:
    """Make spans from now on.

    provider    the OpenTelemetry provider to make them with; by default the installed SDK's, exporting in batches
    Raises      SettingsInvalid when OpenTelemetry is not installed
    """
    try:
        from opentelemetry import trace
    except ImportError:
        raise SettingsInvalid("telemetry.traces: needs OpenTelemetry; install channelgraph[otel].") from None
    if provider is None:
        provider = _provider()
        trace.set_tracer_provider(provider)
    _tracers[:] = [provider.get_tracer("channelgraph")]


def stop_tracing() -> None:
    """Make no more spans."""
    _tracers.clear()


def _provider() -> Any:
    try:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsInvalid("telemetry.traces: needs the SDK; install channelgraph[otel].") from None
    provider = TracerProvider()
    try:
        exporters: Any = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError:
        return provider  # whoever embeds the gateway may add an exporter of another kind
    provider.add_span_processor(BatchSpanProcessor(exporters.OTLPSpanExporter()))
    return provider


def span(name: str, **attributes: Any) -> AbstractContextManager[Any]:
    """A span around what is done inside; nothing while traces are off."""
    if not _tracers:
        return _NOTHING
    found: AbstractContextManager[Any] = _tracers[0].start_as_current_span(name, attributes=attributes)
    return found


def request_span(headers: tuple[tuple[bytes, bytes], ...], request_id: str) -> AbstractContextManager[Any]:
    """The span of a whole request, under the client's where it sent a trace context."""
    if not _tracers:
        return _NOTHING
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {name.decode(): value.decode("latin-1") for name, value in headers}
    context = TraceContextTextMapPropagator().extract(carrier)
    found: AbstractContextManager[Any] = _tracers[0].start_as_current_span(
        "graphql", context=context, attributes={"channelgraph.request_id": request_id}
    )
    return found


class TracedSubgraph:
    """A span for each request to a subgraph, whose context goes with it."""

    def __init__(self, inner: SubgraphClient) -> None:
        self._inner = inner

    def send(self, request: SubgraphRequest) -> Awaitable[SubgraphResponse]:
        """Ask within a span; while traces are off nothing is added."""
        return self._within_a_span(request) if _tracers else self._inner.send(request)

    async def _within_a_span(self, request: SubgraphRequest) -> SubgraphResponse:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        with span("subgraph", **{"graphql.subgraph": request.subgraph, "graphql.operation.type": request.kind.value}):
            carrier: dict[str, str] = {}
            TraceContextTextMapPropagator().inject(carrier)
            own = tuple((name.encode(), value.encode("latin-1")) for name, value in carrier.items())
            rest = tuple(header for header in request.headers if header[0] not in {PARENT, STATE})
            return await self._inner.send(replace(request, headers=(*rest, *own)))

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()
