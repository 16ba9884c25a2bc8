"""One operation → its answer, and what is told of it: the same for a request, a part of a batch, an event stream."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import structlog

from gateway.errors import ClientError, GatewayError
from gateway.identity import may_forward
from gateway.pipeline import GraphQLRequest
from gateway.server.exchange import Answer
from gateway.server.rates import Rates
from gateway.server.request import client_of
from gateway.server.response import NO_HEADERS, encode, error_body
from gateway.server.room import Room
from gateway.telemetry import RequestLog, Summary, codes_in
from gateway.tracing import request_span, trace_headers
from gateway.transport.returned_headers import gathering, returnable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.server.exchange import Exchange
    from gateway.server.request import Operation
    from gateway.server.response import Header
    from gateway.server.state import Gateway

PATH: Final = "/graphql"
"""A contract's is this, a slash and its name."""

_CACHE: Final = {None: None, True: "miss", False: "hit"}

_log = structlog.get_logger(__name__)


class Answering:
    """Answers operations by the gateway's pipeline, which is asked for each time: a reload takes effect between two."""

    def __init__(self, gateway: Gateway) -> None:
        settings = gateway.settings
        self.gateway = gateway
        self._settings = settings
        self._metrics = gateway.metrics
        self._requests = RequestLog(settings.telemetry)
        self._known_codes = frozenset(_all_codes(GatewayError))
        self._returns = bool(returnable(settings.subgraphs.return_headers))
        self._trusted_only = settings.documents.trusted_only
        self._forward = tuple(n.encode("latin-1") for n in settings.subgraphs.forward_headers if may_forward(n))
        self._by_channel = settings.contracts.by_channel
        self.rates = Rates(settings.rates)
        self.room = Room(settings.server)
        self.ids = (f"{os.urandom(5).hex()}{number:08x}" for number in count())

    def introduce(self, exchange: Exchange, headers: Mapping[bytes, bytes]) -> None:
        """Note what the head says of an exchange whose caller is known: what goes on to subgraphs, and over what."""
        exchange.forwarded = tuple([(name, headers[name]) for name in self._forward if name in headers])
        exchange.trace = trace_headers(headers)
        exchange.client = client_of(headers)
        path, identity = exchange.scope["path"], exchange.identity
        if len(path) > len(PATH):
            exchange.contract = path[len(PATH) + 1 :]
        elif self._by_channel and identity is not None:
            exchange.contract = self._by_channel.get(identity.channel)

    def complete(self, exchange: Exchange, operation: Operation) -> Operation:
        """The operation with its text, where a hash was sent for it; raises `ClientError`."""
        if operation.digest is None and not self._trusted_only:
            return operation
        text = self.gateway.pipeline.text_of(operation.query, operation.digest, exchange.contract)
        return replace(operation, query=text)

    def request(self, exchange: Exchange, operation: Operation) -> GraphQLRequest:
        """What the pipeline is asked."""
        identity = exchange.identity
        self.gateway.latest = exchange.notes
        assert identity is not None  # noqa: S101  # settled before any body is read
        request_id = (b"channelgraph-request-id", exchange.request_id.encode())

        async def renew() -> tuple[Header, ...]:
            now = await self.gateway.identities.identify(*exchange.caller)
            return (*now.headers, request_id, *exchange.trace, *exchange.forwarded)

        deadline = exchange.deadline
        if deadline is None:
            deadline = asyncio.get_running_loop().time() + self._settings.limits.request_seconds
        return GraphQLRequest(
            query=operation.query or "",
            operation_name=operation.operation_name,
            variables=operation.variables,
            identity=identity,
            headers=(*identity.headers, request_id, *exchange.trace, *exchange.forwarded),
            deadline=deadline,
            read_only=exchange.read_only,
            notes=exchange.notes,
            renew=renew,
            contract=exchange.contract,
            explain=exchange.explain,
            show_plan=exchange.show_plan,
            spend=partial(self.rates.spend, exchange.payer) if self.rates.enabled else None,
        )

    async def execute(self, exchange: Exchange, operation: Operation) -> Answer:
        """The answer to a complete operation; raises `GatewayError` for what has none."""
        answering = self.gateway.pipeline.answer(self.request(exchange, operation))
        extra = NO_HEADERS
        with request_span(exchange.trace, exchange.request_id):
            if self._returns:
                with gathering() as found:
                    answer = await answering
                extra = tuple((name.encode(), value.encode("latin-1")) for name, value in sorted(found.items()))
            else:
                answer = await answering
        if "errors" not in answer:
            return Answer(encode(answer), (), exchange.notes, extra)
        codes = codes_in(answer["errors"])
        return Answer(encode(traceable(answer, exchange.request_id)), codes, exchange.notes, extra)

    def shown(self, error: Exception, exchange: Exchange) -> bytes:
        """What a client is told of an error; what is not the client's doing is logged."""
        if not isinstance(error, ClientError):
            _log.error("request_failed", request_id=exchange.request_id, exc_info=error)
        return error_body(error, exchange.request_id, debug=self._settings.debug)

    def tell(self, exchange: Exchange, status: int, bytes_out: int, codes: tuple[str, ...]) -> None:
        """Write the summary line and count, once the answer has been sent."""
        notes, identity = exchange.notes, exchange.identity
        for trouble in notes.troubles:
            _log.warning("subgraph_trouble", request_id=exchange.request_id, trouble=repr(trouble)[:2_000])
        summary = Summary(
            request_id=exchange.request_id,
            operation=notes.operation,
            kind=notes.kind.value if notes.kind else None,
            channel=identity.channel if identity else None,
            status=status,
            seconds=(exchange.finished or perf_counter()) - exchange.started,
            bytes_out=bytes_out,
            requests=notes.requests,
            codes=codes,
            contract=exchange.contract,
            client=exchange.client,
            cache="shared" if exchange.shared else _CACHE[notes.planned],
            batch=exchange.batch,
        )
        self._requests.write(summary)
        if self._metrics is not None:
            self._metrics.observe(summary, self._known_codes)
            for trouble in notes.troubles:
                if trouble.reply.failure is not None:
                    self._metrics.failed(trouble.reply.failure.subgraph, trouble.reply.failure.code)


def traceable(answer: dict[str, Any], request_id: str) -> dict[str, Any]:
    """The answer, in which each error of a subgraph names the request under whose id the log has the whole of it."""
    errors = [
        {**error, "extensions": {**error["extensions"], "requestId": request_id}}
        if "service" in error.get("extensions", ())
        else error
        for error in answer["errors"]
    ]
    return {**answer, "errors": errors}


def _all_codes(base: type[GatewayError]) -> set[str]:
    return {base.code}.union(*(_all_codes(each) for each in base.__subclasses__()))
