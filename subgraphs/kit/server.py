"""GraphQL over HTTP for one subgraph, on Starlette.

Source  GraphQL over HTTP, working draft; its audit suite (graphql-http) passes whole.
POST    application/json in UTF-8; GET for queries.
Answer  application/graphql-response+json where the client ranks it, else application/json; subscriptions are an event
        stream (graphql-sse, distinct connections), framed with bare line feeds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from subgraphs.kit import errors
from subgraphs.kit.accept import Form, form_of
from subgraphs.kit.context import Context
from subgraphs.kit.execution import Answer, Chosen, Execution, GraphQLRequest, Refused, refusal
from subgraphs.kit.identity import HEADER, IdentityVerifier, Viewer
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.trace import ASKED as TRACE_ASKED
from subgraphs.kit.trace import HEADER as TRACE_HEADER
from subgraphs.kit.trace import Trace

log = logging.getLogger("subgraphs")

DEADLINE_HEADER = "channelgraph-deadline-ms"
REQUEST_ID_HEADER = "channelgraph-request-id"
PING_SECONDS = 12.0
"""How often a silent event stream says it is alive; proxies close silent connections after 15 to 60 seconds."""


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """The `/graphql` route: an ASGI-facing function over `Execution`.

    context     makes a request's context from the caller and the request's id
    """

    execution: Execution
    settings: SubgraphSettings
    identity: IdentityVerifier
    context: Callable[[Viewer, str], Context]

    async def __call__(self, request: Request) -> Response:
        """Answer one HTTP request; never raises but for a client that is gone."""
        form = Form.JSON
        try:
            form = form_of(request.headers.get("accept"))
            asked = await self._read(request)
            viewer = self.identity.viewer(request.headers.get(HEADER))
            context = self.context(viewer, request.headers.get(REQUEST_ID_HEADER, ""))
            chosen = self.execution.choose(asked)
            _allow(request, chosen.kind, form)
            if chosen.kind is OperationType.SUBSCRIPTION:
                return await self._stream(chosen, asked, context)
            seconds = _seconds(request, self.settings.request_seconds)
            answer = await self.execution.run(chosen, asked, context, seconds, self._trace(request))
            return _response(answer, form)
        except Refused as refused:
            return _response(refused.answer, form)
        except errors.Fault as fault:
            return fault_response(fault, form)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:
            log.exception("a request failed outside of execution")
            body = {"errors": [{"message": "Unexpected error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
            return _json(body, 500, form)

    async def _read(self, request: Request) -> GraphQLRequest:
        if request.method == "GET":
            return _parameters({name: request.query_params[name] for name in request.query_params})
        if request.method != "POST":
            raise errors.MethodNotAllowed("Only POST, and GET for queries")
        _check_content_type(request)
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                body = await _body(request, self.settings.body_bytes)
        except TimeoutError:
            raise errors.RequestTimeout("The request's body did not arrive in time") from None
        return _members(body)

    def _trace(self, request: Request) -> Trace | None:
        return Trace() if self.settings.traces and request.headers.get(TRACE_HEADER) == TRACE_ASKED else None

    async def _stream(self, chosen: Chosen, asked: GraphQLRequest, context: Context) -> Response:
        try:
            events = await self.execution.stream(chosen, asked, context)
        except Refused as refused:
            if not refused.answer.started:
                raise
            events = _only(refused.answer)  # the field itself said no: that is the stream's one event
        return StreamingResponse(_frames(events), media_type="text/event-stream", headers={"cache-control": "no-store"})


def _allow(request: Request, kind: OperationType, form: Form) -> None:
    """Refuse writes by GET, and forms of answer that the kind of operation does not come in."""
    if request.method == "GET" and kind is not OperationType.QUERY:
        raise errors.MethodNotAllowed("GET is for queries only")
    if kind is OperationType.SUBSCRIPTION and Form.EVENTS.value not in request.headers.get("accept", "").lower():
        raise errors.NotAcceptable("A subscription is answered as text/event-stream; name it in Accept")
    if kind is not OperationType.SUBSCRIPTION and form is Form.EVENTS:
        raise errors.NotAcceptable("A query or mutation is answered as JSON; name application/json in Accept")


def _check_content_type(request: Request) -> None:
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    if media.strip().lower() != "application/json":
        raise errors.UnsupportedMediaType("The body must be application/json")
    charset = dict(part.strip().lower().partition("=")[::2] for part in parameters.split(";")).get("charset", "utf-8")
    if charset.strip('"') not in {"utf-8", "utf8"}:
        raise errors.UnsupportedMediaType("The body must be in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise errors.UnsupportedMediaType("Compressed bodies are not read")


async def _body(request: Request, most: int) -> bytes:
    """The body, refused as soon as it is known to be too long."""
    message = f"The body is longer than {most} bytes"
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > 15 or int(declared) > most):
        raise errors.BodyTooLarge(message)
    chunks, length = [], 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > most:
            raise errors.BodyTooLarge(message)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _members(body: bytes) -> GraphQLRequest:
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise errors.BadRequest("The body is not JSON") from None
    if not isinstance(members, dict):
        raise errors.BadRequest("The body must be one JSON object with a member query")
    return _request(members)


def _parameters(parameters: dict[str, str]) -> GraphQLRequest:
    """The request of a GET: variables and extensions are JSON inside their parameters."""
    members: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in members:
            try:
                members[name] = orjson.loads(members[name]) if members[name] else None
            except (orjson.JSONDecodeError, UnicodeEncodeError):
                raise errors.BadRequest(f"The parameter {name} is not JSON") from None
    return _request(members)


def _request(members: dict[str, Any]) -> GraphQLRequest:
    query, name, variables = members.get("query"), members.get("operationName"), members.get("variables")
    if not isinstance(query, str) or not query:
        raise errors.BadRequest("query must be the text of a GraphQL document")
    if name is not None and not isinstance(name, str):
        raise errors.BadRequest("operationName must be a string")
    for member in ("variables", "extensions"):
        if not isinstance(members.get(member), dict | None):
            raise errors.BadRequest(f"{member} must be an object")
    return GraphQLRequest(query=query, operation_name=name or None, variables=variables)


def _seconds(request: Request, default: float) -> float:
    """Seconds until the caller's deadline, never more than our own; a header that is no number counts as none."""
    text = request.headers.get(DEADLINE_HEADER, "")
    return min(int(text) / 1000, default) if text.isdigit() and len(text) < 12 else default


def _response(answer: Answer, form: Form) -> Response:
    """Status by the specification: a refused request is 400 in the new media type, 200 in application/json."""
    return _json(answer.body, 200 if answer.started or form is Form.JSON else 400, form)


def fault_response(fault: errors.Fault, form: Form = Form.JSON) -> Response:
    """A fault of the HTTP request as an answer."""
    response = _json(refusal(fault).body, fault.status, form)
    if isinstance(fault, errors.MethodNotAllowed):
        response.headers["allow"] = "GET, POST"
    if fault.status in {408, 413, 431}:
        response.headers["connection"] = "close"  # what is left of the request is not worth reading
    return response


def _json(body: dict[str, Any], status: int, form: Form) -> Response:
    media = "application/graphql-response+json" if form is Form.GRAPHQL else "application/json"
    return Response(orjson.dumps(body), status, headers={"content-type": f"{media}; charset=utf-8"})


async def _only(answer: Answer) -> AsyncIterator[dict[str, Any]]:
    yield answer.body


async def _frames(events: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    """An event stream: `next` for each answer, a comment while nothing happens, `complete` at the end."""
    upcoming = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=PING_SECONDS)
            if not done:
                yield b":\n\n"
                continue
            try:
                body = upcoming.result()
            except StopAsyncIteration:
                yield b"event: complete\ndata:\n\n"
                return
            yield b"event: next\ndata: " + orjson.dumps(body) + b"\n\n"
            upcoming = asyncio.ensure_future(anext(events))
    finally:
        upcoming.cancel()
        await asyncio.gather(upcoming, return_exceptions=True)
        await events.aclose()  # type: ignore[attr-defined]  # it is an async generator of ours
