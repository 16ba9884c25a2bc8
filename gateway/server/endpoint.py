"""`/graphql` as a raw ASGI application: no Starlette `Request` or `Response` is built for a request.

    head → method → media types → identity → body → operation → pipeline → bytes

Every way out of it is an answer in JSON with a request id, and a summary line.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field, replace
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from gateway.errors import (
    ClientError,
    DeadlineExceeded,
    GatewayError,
    NotAcceptable,
    Overloaded,
    StreamsLimitExceeded,
)
from gateway.identity import CHANNEL_HEADER, Identity, may_forward
from gateway.pipeline import GraphQLRequest, Notes
from gateway.planner.nodes import OperationKind
from gateway.server.media_types import (
    EVENTS,
    JSON,
    LONGEST_ACCEPT,
    ONLY_STREAM,
    response_type,
    stream_type,
    type_beside_stream,
)
from gateway.server.request import (
    ClientGone,
    Operation,
    check_method,
    client_of,
    operation_of_body,
    operation_of_query_string,
    read_body,
    read_head,
)
from gateway.server.response import (
    NO_HEADERS,
    Header,
    Reply,
    codes_of,
    encode,
    error_body,
    headers_of,
    send_bytes,
    status_of,
)
from gateway.server.sharing import SharedAnswers
from gateway.server.streams import StreamRules, frames_for, send_stream
from gateway.telemetry import RequestLog, Summary, codes_in
from gateway.tracing import request_span, trace_headers
from gateway.transport.returned_headers import gathering, returnable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

    from starlette.types import Receive, Scope, Send

    from gateway.server.state import Gateway

WATCH_AFTER_SECONDS: Final = 0.05
"""A request that takes longer is watched for its client's leaving; watching every one would cost each a task."""

PATH: Final = "/graphql"
EXPLAIN: Final = b"channelgraph-explain"
"""`cost`: estimate, and run nothing."""

INCLUDE_PLAN: Final = b"channelgraph-include-plan"
"""`true`: answer with the plan as well, where `planning.shown` allows it."""

_CACHE: Final = {None: None, True: "miss", False: "hit"}

CLIENT_GONE: Final = 499
"""What the log calls a request whose client left; nobody is sent it."""

T = TypeVar("T")

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Exchange:
    """One request on its way through."""

    scope: Scope
    receive: Receive
    request_id: str
    started: float
    media_type: str = JSON
    identity: Identity | None = None
    caller: tuple[bytes | None, bytes | None] = (None, None)
    contract: str | None = None
    explain: bool = False
    show_plan: bool = False
    trace: tuple[Header, ...] = ()
    forwarded: tuple[Header, ...] = ()
    client: str | None = None
    shared: bool = False
    notes: Notes = field(default_factory=Notes)


@dataclass(frozen=True, slots=True)
class Stream:
    """A request that is answered as a stream.

    endless     a subscription; otherwise one answer, as an event
    """

    operation: Operation
    media_type: str
    endless: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for a request that has an answer.

    codes   of the errors in it
    notes   of the request that it was made for; a query's answer another may have as well
    extra   headers that go back beside our own
    """

    body: bytes
    codes: tuple[str, ...]
    notes: Notes
    extra: tuple[Header, ...] = NO_HEADERS

    @property
    def query(self) -> bool:
        """Whether it came of a query."""
        return self.notes.kind is OperationKind.QUERY


class GraphQLEndpoint:
    """Answers GraphQL over HTTP.

    The gateway's pipeline is asked for once a request, so that a reload takes effect between two.
    """

    def __init__(self, gateway: Gateway) -> None:
        settings = gateway.settings
        self._gateway = gateway
        self._settings = settings
        self._identities = gateway.identities
        self._metrics = gateway.metrics
        self._requests = RequestLog(settings.telemetry)
        self._shared = SharedAnswers() if settings.server.share_requests else None
        self._forward = tuple(n.encode("latin-1") for n in settings.subgraphs.forward_headers if may_forward(n))
        self._ids = (f"{os.urandom(5).hex()}{number:08x}" for number in count())
        self._known_codes = frozenset(_all_codes(GatewayError))
        self._streams = 0
        self._under_way = 0
        self._returns = bool(returnable(settings.subgraphs.return_headers))
        self._by_channel = settings.contracts.by_channel
        self._trusted_only = settings.documents.trusted_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = Exchange(scope, receive, next(self._ids), perf_counter())
        self._under_way += 1
        try:
            await self._respond(exchange, send)
        finally:
            self._under_way -= 1

    async def _respond(self, exchange: Exchange, send: Send) -> None:
        scope = exchange.scope
        try:
            if self._under_way - self._streams > self._settings.server.requests:
                raise Overloaded(f"There are {self._under_way:,} requests under way (server.requests).")  # noqa: TRY301
            answer = await self._answer(exchange)
            if isinstance(answer, Stream):
                self._tell(exchange, 200, await self._send_stream(exchange, answer, send), ())
                return
            body, status, codes, extra = answer.body, 200, answer.codes, answer.extra
            if answer.notes is not exchange.notes:  # made for another request, which tells what it cost
                exchange.shared, exchange.notes = True, replace(answer.notes, requests=0, troubles=())
        except ClientGone:
            self._tell(exchange, CLIENT_GONE, 0, ())
            return
        except Exception as error:  # noqa: BLE001  # the outermost boundary: whatever it is, the client gets JSON
            body = self._shown(error, exchange)
            known = error if isinstance(error, GatewayError) else GatewayError("")
            status, extra, codes = status_of(known, exchange.media_type), headers_of(known), codes_of(error)
        if scope["method"] == "HEAD":
            body = b""
        await send_bytes(send, Reply(status, exchange.media_type, body, extra), exchange.request_id.encode())
        self._tell(exchange, status, len(body), codes)

    def _shown(self, error: Exception, exchange: Exchange) -> bytes:
        """What a client is told of an error; what is not the client's doing is logged."""
        if not isinstance(error, ClientError):
            _log.error("request_failed", request_id=exchange.request_id, exc_info=error)
        return error_body(error, exchange.request_id, debug=self._settings.debug)

    async def _answer(self, exchange: Exchange) -> Answer | Stream:
        scope = exchange.scope
        headers = read_head(scope, self._settings.limits)
        accept, authorization, channel = (headers.get(n) for n in (b"accept", b"authorization", CHANNEL_HEADER))
        accept = accept and accept[:LONGEST_ACCEPT]
        stream = stream_type(accept)
        exchange.media_type = response_type(accept) if stream is None else type_beside_stream(accept)
        check_method(scope["method"], headers, self._settings.cors)
        exchange.caller = (authorization, channel)
        exchange.identity = self._identities.known(authorization, channel) or await self._identities.identify(
            authorization, channel
        )
        exchange.forwarded = tuple([(name, headers[name]) for name in self._forward if name in headers])
        exchange.trace = trace_headers(headers)
        exchange.client = client_of(headers)
        exchange.explain = headers.get(EXPLAIN) == b"cost"
        exchange.show_plan = headers.get(INCLUDE_PLAN) == b"true"
        path = scope["path"]
        exchange.contract = path[len(PATH) + 1 :] if len(path) > len(PATH) else self._contract(exchange.identity)
        if scope["method"] == "GET":
            operation = self._complete(exchange, operation_of_query_string(scope["query_string"]))
            return self._as_stream(exchange, operation, stream) or await self._execute(exchange, operation)
        body = await read_body(exchange.receive, headers, self._settings.limits)
        if stream is not None:
            streaming = self._as_stream(exchange, self._complete(exchange, operation_of_body(body)), stream)
            if streaming is not None:
                return streaming
        if self._shared is None:
            return await self._execute(exchange, self._complete(exchange, operation_of_body(body)))
        rest = (
            exchange.media_type,
            authorization,
            channel,
            scope["path"],
            headers.get(EXPLAIN),
            headers.get(INCLUDE_PLAN),
            *(value for pair in exchange.forwarded for value in pair),
        )

        async def make() -> Answer:
            return await self._execute(exchange, self._complete(exchange, operation_of_body(body)))

        return await _unless_the_client_leaves(self._shared.get(body, rest, make), exchange)

    def _contract(self, identity: Identity) -> str | None:
        """The contract that the caller's channel is served where the path names none."""
        return self._by_channel.get(identity.channel) if self._by_channel else None

    def _complete(self, exchange: Exchange, operation: Operation) -> Operation:
        """The operation with its text, where a hash was sent for it; raises `ClientError`."""
        if operation.digest is None and not self._trusted_only:
            return operation
        text = self._gateway.pipeline.text_of(operation.query, operation.digest, exchange.contract)
        return replace(operation, query=text)

    def _as_stream(self, exchange: Exchange, operation: Operation, media_type: str | None) -> Stream | None:
        """How to answer as a stream, where the operation is a subscription or Accept takes nothing but events."""
        if media_type is None:
            return None
        only_events = media_type == EVENTS and exchange.media_type == ONLY_STREAM
        try:
            kind = self._gateway.pipeline.kind_of(operation.query or "", operation.operation_name, exchange.contract)
        except ClientError:
            if only_events:  # browsers' EventSource shows no body but an event stream's: the fault is told in it
                return Stream(operation, media_type, endless=False)
            raise
        if kind is OperationKind.SUBSCRIPTION or only_events:
            return Stream(operation, media_type, endless=kind is OperationKind.SUBSCRIPTION)
        if exchange.media_type == ONLY_STREAM:
            raise NotAcceptable("Only a subscription is answered as multipart/mixed; name application/json in Accept.")
        return None

    async def _send_stream(self, exchange: Exchange, stream: Stream, send: Send) -> int:
        if self._streams >= self._settings.server.streams:
            raise StreamsLimitExceeded(f"There are {self._streams:,} subscriptions already (server.streams).")
        request = self._request(exchange, stream.operation)
        pipeline = self._gateway.pipeline
        answers = await pipeline.subscribe(request) if stream.endless else _only(pipeline.answer(request))
        rules = StreamRules(
            heartbeat_seconds=self._settings.server.heartbeat_seconds,
            closing=self._gateway.closing,
            shown=lambda error: self._shown(error, exchange),
        )
        self._streams += 1
        try:
            frames, request_id = frames_for(stream.media_type), exchange.request_id.encode()
            return await _unless_the_client_leaves(send_stream(send, answers, frames, request_id, rules), exchange)
        finally:
            self._streams -= 1

    async def _execute(self, exchange: Exchange, operation: Operation) -> Answer:
        answering = self._gateway.pipeline.answer(self._request(exchange, operation))
        extra = NO_HEADERS
        with request_span(exchange.trace, exchange.request_id):
            if self._returns:
                with gathering() as found:
                    answer = await (answering if self._shared else _unless_the_client_leaves(answering, exchange))
                extra = tuple((name.encode(), value.encode("latin-1")) for name, value in sorted(found.items()))
            else:
                answer = await (answering if self._shared else _unless_the_client_leaves(answering, exchange))
        codes = codes_in(answer["errors"]) if "errors" in answer else ()
        return Answer(encode(answer), codes, exchange.notes, extra)

    def _request(self, exchange: Exchange, operation: Operation) -> GraphQLRequest:
        identity = exchange.identity
        self._gateway.latest = exchange.notes
        assert identity is not None  # noqa: S101  # settled before any body is read
        request_id = (b"channelgraph-request-id", exchange.request_id.encode())

        async def renew() -> tuple[Header, ...]:
            now = await self._identities.identify(*exchange.caller)
            return (*now.headers, request_id, *exchange.trace, *exchange.forwarded)

        return GraphQLRequest(
            query=operation.query or "",
            operation_name=operation.operation_name,
            variables=operation.variables,
            identity=identity,
            headers=(*identity.headers, request_id, *exchange.trace, *exchange.forwarded),
            deadline=asyncio.get_running_loop().time() + self._settings.limits.request_seconds,
            read_only=exchange.scope["method"] == "GET",
            notes=exchange.notes,
            renew=renew,
            contract=exchange.contract,
            explain=exchange.explain,
            show_plan=exchange.show_plan,
        )

    def _tell(self, exchange: Exchange, status: int, bytes_out: int, codes: tuple[str, ...]) -> None:
        notes, identity = exchange.notes, exchange.identity
        for trouble in notes.troubles:
            _log.warning("subgraph_trouble", request_id=exchange.request_id, trouble=repr(trouble)[:2_000])
        summary = Summary(
            request_id=exchange.request_id,
            operation=notes.operation,
            kind=notes.kind.value if notes.kind else None,
            channel=identity.channel if identity else None,
            status=status,
            seconds=perf_counter() - exchange.started,
            bytes_out=bytes_out,
            requests=notes.requests,
            codes=codes,
            contract=exchange.contract,
            client=exchange.client,
            cache="shared" if exchange.shared else _CACHE[notes.planned],
        )
        self._requests.write(summary)
        if self._metrics is not None:
            self._metrics.observe(summary, self._known_codes)
            for trouble in notes.troubles:
                if trouble.reply.failure is not None:
                    self._metrics.failed(trouble.reply.failure.subgraph, trouble.reply.failure.code)


async def _only(answering: Awaitable[dict[str, Any]]) -> AsyncGenerator[dict[str, Any], None]:
    yield await answering


async def _unless_the_client_leaves(answer: Awaitable[T], exchange: Exchange) -> T:
    """Await the answer; a query is cancelled when its client leaves, a mutation goes on to its end.

    Raises  ClientGone, DeadlineExceeded
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # ASGI applications run in tasks
    watcher = _Watcher(task, exchange)
    timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, watcher.start)
    try:
        return await answer
    except asyncio.CancelledError:
        if watcher.gone:
            task.uncancel()
            raise ClientGone from None
        raise
    except TimeoutError as error:
        raise DeadlineExceeded("The request took too long.") from error
    finally:
        timer.cancel()
        watcher.stop()


@dataclass(slots=True)
class _Watcher:
    """Waits for the client's disconnecting and then cancels the request's task."""

    task: asyncio.Task[Any]
    exchange: Exchange
    gone: bool = False
    waiting: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.waiting = asyncio.ensure_future(self._watch())

    def stop(self) -> None:
        if self.waiting is not None:
            self.waiting.cancel()

    async def _watch(self) -> None:
        while (await self.exchange.receive())["type"] != "http.disconnect":
            pass
        if self.exchange.notes.kind is not OperationKind.MUTATION:
            self.gone = True
            self.task.cancel()


def _all_codes(base: type[GatewayError]) -> set[str]:
    return {base.code}.union(*(_all_codes(each) for each in base.__subclasses__()))
