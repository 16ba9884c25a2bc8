"""A gateway with a pipeline double: real documents and limits, graphql-core in place of planning and subgraphs."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from graphql import build_schema, execute_sync

from gateway.channels.served import served_contracts
from gateway.documents import Documents
from gateway.errors import MethodNotAllowed, NotAcceptable
from gateway.executor.variables import compile_variables
from gateway.pipeline import GraphQLRequest, Pipeline, document_options
from gateway.planner.nodes import OperationKind
from gateway.planner.operation import select_operation
from gateway.server.app import create_app
from gateway.server.serve import _config, address_of, listen
from gateway.server.state import Gateway
from gateway.settings import ServerSettings, Settings
from tests.waiting import until

SCHEMA = build_schema(
    """
    type Query { hello(name: String = "you"): String! self: Query f(x: Int): Int }
    type Mutation { add(by: Int!): Int! }
    type Subscription { count(to: Int!): Int! }
    """
)


class PipelineDouble:
    """Answers over `SCHEMA`, and remembers what it was asked.

    before  awaited in the middle of each answer, where subgraphs would be waited for
    """

    def __init__(self, settings: Settings) -> None:
        self.documents = Documents(SCHEMA, document_options(settings))
        self.asked: list[GraphQLRequest] = []
        self.total = 0
        self.before: Any = None
        self.ended = 0

    def kind_of(self, query: str, operation_name: str | None, contract: str | None = None) -> OperationKind:
        document = self.documents.resolve(query)
        return OperationKind(select_operation(document.ast, operation_name).operation.value)

    async def subscribe(self, request: GraphQLRequest):
        request.notes.kind = OperationKind.SUBSCRIPTION
        self.asked.append(request)
        return self._count(request.variables.get("to", 3))

    async def _count(self, to: int):
        try:
            for number in range(to):
                if self.before is not None:
                    await self.before()
                yield {"data": {"count": number}}
        finally:
            self.ended += 1

    async def answer(self, request: GraphQLRequest) -> dict[str, Any]:
        document = self.documents.resolve(request.query)
        operation = select_operation(document.ast, request.operation_name)
        request.notes.kind = OperationKind(operation.operation.value)
        if request.read_only and request.notes.kind is not OperationKind.QUERY:
            raise MethodNotAllowed("A GET may only read.")
        if request.notes.kind is OperationKind.SUBSCRIPTION:
            raise NotAcceptable("Ask for a stream.")
        variables = compile_variables(operation.variable_definitions or (), SCHEMA).coerce(request.variables)
        self.asked.append(request)
        if self.before is not None:
            await self.before()
        root = {"hello": lambda _, name=None: f"hello {name}", "add": self._add, "self": {}}
        name = request.operation_name
        result = execute_sync(SCHEMA, document.ast, root, variable_values=variables, operation_name=name)
        return dict(result.formatted)

    def _add(self, _: Any, by: int) -> int:
        self.total += by
        return self.total

    async def close(self) -> None:
        """Nothing is held."""


def gateway_of(**changes: Any) -> Gateway:
    settings = Settings(**{"telemetry": {"request_log": "off"}, **changes})
    gateway = Gateway(PipelineDouble(settings), settings)
    gateway.started = True
    return gateway


def client_of(gateway: Gateway) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=create_app(gateway))
    return httpx2.AsyncClient(transport=transport, base_url="http://gateway.test")


@asynccontextmanager
async def listening(app: Any, settings: ServerSettings | None = None):
    """A real server on a free port; gives its address."""
    listener = listen("127.0.0.1", 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)  # full the sooner where nobody reads
    server = uvicorn.Server(_config(app, settings or ServerSettings()))
    task = asyncio.create_task(server._serve(sockets=[listener]))
    while not server.started:  # uvicorn tells by this flag alone
        await asyncio.sleep(0.01)
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def make_gateway():
    """A gateway with these settings."""
    return gateway_of


@pytest.fixture
def gateway(make_gateway) -> Gateway:
    return make_gateway()


@pytest.fixture
async def client_over():
    """A client of a gateway, by way of ASGI."""
    async with AsyncExitStack() as stack:

        async def over(gateway: Gateway) -> httpx2.AsyncClient:
            return await stack.enter_async_context(client_of(gateway))

        yield over


@pytest.fixture
async def client(gateway, client_over):
    return await client_over(gateway)


@pytest.fixture
async def serving():
    """A real server over a gateway, on a free port; gives host and port."""
    async with AsyncExitStack() as stack:

        async def serve(gateway: Gateway) -> tuple[str, int]:
            return await stack.enter_async_context(listening(create_app(gateway), gateway.settings.server))

        yield serve


@pytest.fixture
async def over(make_shop):
    """A client of a gateway over the real pipeline with these settings; the shop is on it."""
    clients = []

    async def make(**changes) -> httpx2.AsyncClient:
        settings = Settings(**{"telemetry": {"request_log": "off"}, **changes})
        shop = make_shop()
        contracts = served_contracts(settings.contracts.folder)
        pipeline = Pipeline(shop.pipeline.supergraph, shop.subgraphs, settings, {"a": shop.source}, contracts)
        gateway = Gateway(pipeline, settings)
        gateway.started = True
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=create_app(gateway)), base_url="http://gateway")
        client.shop = shop
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def serving_until():
    """A real server over a gateway; gives its address, and what tells it to end."""

    @asynccontextmanager
    async def serve(gateway: Gateway):
        listener = listen("127.0.0.1", 0)
        server = uvicorn.Server(_config(create_app(gateway), gateway.settings.server))
        task = asyncio.create_task(server._serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield address_of(listener), lambda: setattr(server, "should_exit", True)
        finally:
            server.should_exit = True
            await task

    return serve
