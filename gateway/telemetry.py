"""What the gateway tells those who run it: log lines, one summary line a request, and metrics.

Text of clients reaches the log only inside JSON strings or `repr`, never as it is: no line break or escape sequence of
theirs can forge a line or command a terminal.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson
import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.settings import TelemetrySettings

LONGEST_NAME: Final = 100
"""Characters of an operation's name that a log line repeats."""

FLUSH_SECONDS: Final = 0.1

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logging(settings: TelemetrySettings) -> None:
    """Send structlog's and the standard library's lines to standard error, in one form."""
    console = settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())
    level = _LEVELS[settings.log_level]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=repr).decode()


@dataclass(frozen=True, slots=True)
class Summary:
    """One request, as its log line and the metrics tell it.

    seconds     from the first byte read to the last byte handed over
    bytes_out   of the body, not compressed
    requests    planned requests to subgraphs
    codes       of the errors in the answer, each once
    contract    the cut of the API schema it was answered over
    client      as the request names itself, "name@version"
    cache       "hit" where the plan was at hand, "miss" where it was made, "shared" where the whole answer was another
                request's as well; None for what came to no plan
    batch       which operation of a batch it is, as "2/3"; then `seconds` are its own
    """

    request_id: str
    operation: str | None
    kind: str | None
    channel: str | None
    status: int
    seconds: float
    bytes_out: int
    requests: int
    codes: tuple[str, ...]
    contract: str | None = None
    client: str | None = None
    cache: str | None = None
    batch: str | None = None


class RequestLog:
    """Writes summary lines, according to the settings.

    Lines are gathered for a tenth of a second: written one by one they would be a third of the cost of a small request.
    """

    def __init__(self, settings: TelemetrySettings, stream: BinaryIO | None = None) -> None:
        self._every = settings.request_log == "all"
        self._errors = settings.request_log != "off"
        self._stream = stream
        self._lines: list[bytes] = []
        atexit.register(self.flush)

    def write(self, summary: Summary) -> None:
        """Note one request, where the settings ask for it."""
        failed = summary.status >= 400 or bool(summary.codes)
        if not (self._every or (failed and self._errors)):
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        line: dict[str, Any] = {
            "event": "request",
            "level": "warning" if summary.status >= 500 else "info",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": summary.request_id,
            "operation": (summary.operation or "")[:LONGEST_NAME],
            "kind": summary.kind,
            "channel": summary.channel,
            "contract": summary.contract,
            "client": summary.client and summary.client[:LONGEST_NAME],
            "status": summary.status,
            "ms": round(summary.seconds * 1000, 2),
            "bytes": summary.bytes_out,
            "requests": summary.requests,
            "cache": summary.cache,
            "codes": summary.codes,
        }
        if summary.batch is not None:
            line["batch"] = summary.batch
        self._lines.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def flush(self) -> None:
        """Write what has been gathered."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        stream = self._stream or sys.stderr.buffer
        try:
            stream.write(b"".join(lines))
            stream.flush()
        except (OSError, ValueError):  # a full disk or a closed stream must not stop answers (ENOSPC, EPIPE)
            return


def codes_in(errors: Sequence[Any]) -> tuple[str, ...]:
    """The codes in an answer's `errors`, each once, at most ten."""
    found = {str((error.get("extensions") or {}).get("code", ""))[:LONGEST_NAME]: None for error in errors[:100]}
    return tuple(found)[:10]


class Metrics:
    """Counters and times in Prometheus's format; made only when something asks for them.

    Labels are kind, status class and code, whose values are ours: a client cannot make new ones.
    """

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.registry = CollectorRegistry()
        self._requests = Counter(
            "channelgraph_requests", "Requests answered", ["kind", "status"], registry=self.registry
        )
        self._errors = Counter("channelgraph_errors", "Errors in answers", ["code"], registry=self.registry)
        self._seconds = Histogram("channelgraph_request_seconds", "Time to answer", ["kind"], registry=self.registry)
        self._failures = Counter(
            "channelgraph_subgraph_failures", "Requests to subgraphs without an answer", ["subgraph", "code"],
            registry=self.registry,
        )  # fmt: skip
        self._reloads = Counter("channelgraph_reloads", "Supergraphs looked at", ["outcome"], registry=self.registry)
        self._blocked = Counter("channelgraph_loop_blocked_seconds", "Time nobody was served", registry=self.registry)

    def observe(self, summary: Summary, known_codes: frozenset[str]) -> None:
        """Count one request."""
        kind = summary.kind or "none"
        self._requests.labels(kind, f"{summary.status // 100}xx").inc()
        self._seconds.labels(kind).observe(summary.seconds)
        for code in summary.codes:
            self._errors.labels(code if code in known_codes else "OTHER").inc()

    def failed(self, subgraph: str, code: str) -> None:
        """Count one request to a subgraph that brought no answer; both words are ours, not a client's."""
        self._failures.labels(subgraph, code).inc()

    def reloaded(self, *, good: bool) -> None:
        """Count a supergraph that was taken, or refused while the last good one went on."""
        self._reloads.labels("taken" if good else "refused").inc()

    def blocked(self, seconds: float) -> None:
        """Add time in which the event loop stood still."""
        self._blocked.inc(seconds)

    def render(self) -> bytes:
        """Everything counted, as text."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)
