"""`/graphql` as a raw ASGI application: no Starlette `Request` or `Response` is built for a request.

    head → method → media types → identity → rate → body → operation → pipeline → bytes

Every way out of it is an answer in JSON with a request id, and a summary line.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from gateway.errors import ClientError, GatewayError, NotAcceptable, Unauthenticated
from gateway.identity import CHANNEL_HEADER, Identity
from gateway.planner.nodes import OperationKind
from gateway.server.answering import traceable
from gateway.server.batches import answer_batch
from gateway.server.exchange import Answer, Exchange, Stream
from gateway.server.leaving import unless_the_client_leaves
from gateway.server.media_types import (
    EVENTS,
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
    operation_of_query_string,
    operations_of_body,
    read_body,
    read_head,
)
from gateway.server.response import Header, Reply, codes_of, headers_of, send_bytes, status_of
from gateway.server.sharing import SharedAnswers
from gateway.server.streams import StreamRules, frames_for, send_stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Mapping

    from starlette.types import Receive, Scope, Send

    from gateway.server.answering import Answering
    from gateway.server.state import Gateway

EXPLAIN: Final = b"channelgraph-explain"
"""`cost`: estimate, and run nothing."""

INCLUDE_PLAN: Final = b"channelgraph-include-plan"
"""`true`: answer with the plan as well, where `planning.shown` allows it."""

CLIENT_GONE: Final = 499
"""What the log calls a request whose client left; nobody is sent it."""


class GraphQLEndpoint:
    """Answers GraphQL over HTTP.

    The gateway's pipeline is asked for once a request, so that a reload takes effect between two.
    """

    def __init__(self, gateway: Gateway, answering: Answering) -> None:
        settings = gateway.settings
        self._gateway = gateway
        self._settings = settings
        self._answering = answering
        self._identities = gateway.identities
        self._rates, self._room = answering.rates, answering.room
        self._shared = SharedAnswers() if settings.server.share_requests else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request_id = next(self._answering.ids)
        exchange = Exchange(scope, receive, request_id, perf_counter(), read_only=scope["method"] == "GET")
        self._room.enter()
        try:
            await self._respond(exchange, send)
        finally:
            self._room.leave()

    async def _respond(self, exchange: Exchange, send: Send) -> None:
        tell = self._answering.tell
        try:
            self._room.check()
            answer = await self._answer(exchange)
            if isinstance(answer, Stream):
                tell(exchange, 200, await self._send_stream(exchange, answer, send), ())
                return
            body, status, codes, extra = answer.body, 200, answer.codes, answer.extra
            if answer.notes is not exchange.notes:  # made for another request, which tells what it cost
                exchange.shared, exchange.notes = True, replace(answer.notes, requests=0, troubles=())
        except ClientGone:
            tell(exchange, CLIENT_GONE, 0, ())
            return
        except Exception as error:  # noqa: BLE001  # the outermost boundary: whatever it is, the client gets JSON
            answer, body = None, self._answering.shown(error, exchange)
            status, extra, codes = _refusal(error, exchange.media_type)
        if exchange.scope["method"] == "HEAD":
            body = b""
        await send_bytes(send, Reply(status, exchange.media_type, body, extra), exchange.request_id.encode())
        if answer is not None and answer.parts:
            for part in answer.parts:
                tell(part.exchange, status, part.bytes_out, part.codes)
        else:
            tell(exchange, status, len(body), codes)

    async def _answer(self, exchange: Exchange) -> Answer | Stream:
        scope = exchange.scope
        headers = read_head(scope, self._settings.limits)
        accept, authorization, channel = (headers.get(n) for n in (b"accept", b"authorization", CHANNEL_HEADER))
        accept = accept and accept[:LONGEST_ACCEPT]
        stream = stream_type(accept)
        exchange.media_type = response_type(accept) if stream is None else type_beside_stream(accept)
        check_method(scope["method"], headers, self._settings.cors)
        exchange.caller = (authorization, channel)
        exchange.identity = self._identities.known(authorization, channel) or await self._identify(exchange, headers)
        if self._rates.enabled:
            exchange.payer = self._rates.caller(exchange.identity, scope, headers)
            self._rates.spend(exchange.payer)
        self._answering.introduce(exchange, headers)
        exchange.explain = headers.get(EXPLAIN) == b"cost"
        exchange.show_plan = headers.get(INCLUDE_PLAN) == b"true"
        if exchange.read_only:
            operation = self._answering.complete(exchange, operation_of_query_string(scope["query_string"]))
            streaming = self._as_stream(exchange, operation, stream)
            if streaming is not None:
                return streaming
            return await unless_the_client_leaves(self._answering.execute(exchange, operation), exchange)
        body = await read_body(exchange.receive, headers, self._settings.limits)
        if stream is not None:
            streaming = self._stream_of(exchange, body, stream)
            if streaming is not None:
                return streaming
        if self._shared is None:
            return await unless_the_client_leaves(self._run(exchange, body), exchange)
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
            return await self._run(exchange, body)

        return await unless_the_client_leaves(self._shared.get(body, rest, make), exchange)

    async def _identify(self, exchange: Exchange, headers: Mapping[bytes, bytes]) -> Identity:
        try:
            return await self._identities.identify(*exchange.caller)
        except Unauthenticated:
            if self._rates.enabled:  # or tokens could be tried out without end
                self._rates.spend(self._rates.caller(None, exchange.scope, headers))
            raise

    async def _run(self, exchange: Exchange, body: bytes) -> Answer:
        """The answer to what a body asks for."""
        asked = operations_of_body(body, self._settings.limits.batch)
        if isinstance(asked, Operation):
            return await self._answering.execute(exchange, self._answering.complete(exchange, asked))
        more = len(asked) - 1
        self._room.check(more)
        self._rates.spend(exchange.payer, more)
        self._room.enter(more)
        try:
            return await answer_batch(self._answering, exchange, asked, self._settings.limits)
        finally:
            self._room.leave(more)

    def _stream_of(self, exchange: Exchange, body: bytes, media_type: str) -> Stream | None:
        """How to answer a body as a stream, where that is what is asked for."""
        asked = operations_of_body(body, self._settings.limits.batch)
        if isinstance(asked, Operation):
            return self._as_stream(exchange, self._answering.complete(exchange, asked), media_type)
        if exchange.media_type == ONLY_STREAM:
            raise NotAcceptable("A batch is answered as JSON and never as a stream; name application/json in Accept.")
        return None

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
        with self._room.stream():
            request = self._answering.request(exchange, stream.operation)
            pipeline = self._gateway.pipeline
            answers = await pipeline.subscribe(request) if stream.endless else _only(pipeline.answer(request))
            answers = _traceable(answers, exchange.request_id)
            rules = StreamRules(
                heartbeat_seconds=self._settings.server.heartbeat_seconds,
                closing=self._gateway.closing,
                shown=lambda error: self._answering.shown(error, exchange),
            )
            frames, request_id = frames_for(stream.media_type), exchange.request_id.encode()
            return await unless_the_client_leaves(send_stream(send, answers, frames, request_id, rules), exchange)


def _refusal(error: Exception, media_type: str) -> tuple[int, tuple[Header, ...], tuple[str, ...]]:
    """Status, headers and codes that tell of an error.

    In a frame of its own: an error kept by a name of the frame it has come through keeps itself, and the whole request.
    """
    known = error if isinstance(error, GatewayError) else GatewayError("")
    return status_of(known, media_type), headers_of(known), codes_of(error)


async def _traceable(
    answers: AsyncGenerator[dict[str, Any], None], request_id: str
) -> AsyncGenerator[dict[str, Any], None]:
    async with aclosing(answers):
        async for answer in answers:
            yield traceable(answer, request_id) if "errors" in answer else answer


async def _only(answering: Awaitable[dict[str, Any]]) -> AsyncGenerator[dict[str, Any], None]:
    yield await answering
