"""Subscriptions at a subgraph, over HTTP and in the same process: the same promises."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from gateway.errors import SubgraphError, SubgraphHttpError, SubgraphUnreachable
from gateway.planner.nodes import OperationKind
from gateway.server.serve import _config, address_of, listen
from gateway.settings import ServerSettings
from gateway.transport.base import SubgraphRequest
from gateway.transport.http_events import HttpEvents
from gateway.transport.in_process_events import InProcessEvents
from tests.waiting import PATIENCE_SECONDS


class Subgraph:
    """Counts to what the body says; remembers its request and whether a stream was left before its end."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.left = asyncio.Event()
        self.app = Starlette(routes=[Route("/graphql", self.answer, methods=["POST"])])

    async def answer(self, request):
        self.headers = dict(request.headers)
        asked = (await request.body()).decode()
        if asked == "json":
            return JSONResponse({"errors": [{"message": "no"}]}, status_code=400)
        if asked == "html":
            return PlainTextResponse("<p>", status_code=502)
        return StreamingResponse(self.count(asked), media_type="text/event-stream")

    async def count(self, asked: str):
        try:
            number = 0
            while asked == "endless" or number < int(asked):
                yield f"event: next\ndata: {number}\n\n:\n\n"
                number += 1
                await asyncio.sleep(0.001)
            yield "event: complete\ndata:\n\n"
        finally:
            self.left.set()


@pytest.fixture
async def subgraph():
    return Subgraph()


@pytest.fixture(params=["http", "in process"])
async def source(request, subgraph):
    if request.param == "in process":
        yield InProcessEvents("s", subgraph.app)
        return
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(_config(subgraph.app, ServerSettings(shutdown_seconds=1)))
    task = asyncio.create_task(server._serve(sockets=[listener]))
    host, port = address_of(listener)
    yield HttpEvents("s", f"http://{host}:{port}/graphql")
    server.should_exit = True
    await task


def asked(body: str) -> SubgraphRequest:
    deadline = asyncio.get_running_loop().time() + 600
    headers = ((b"x-a", b"1"), (b"host", b"evil"))
    return SubgraphRequest("s", OperationKind.SUBSCRIPTION, body.encode(), headers, deadline)


async def test_events_come_in_order_until_the_end(source, subgraph):
    assert [data async for data in source.events(asked("50"))] == [str(i).encode() for i in range(50)]
    assert subgraph.headers["x-a"] == "1"
    assert subgraph.headers["host"] != "evil"
    assert "text/event-stream" in subgraph.headers["accept"]


async def test_leaving_ends_the_stream_at_the_subgraph(source, subgraph):
    async with aclosing(source.events(asked("endless"))) as events:
        async for data in events:
            if data == b"3":
                break
    await asyncio.wait_for(subgraph.left.wait(), PATIENCE_SECONDS)


async def test_a_json_answer_in_place_of_a_stream_is_its_one_event(source):
    (only,) = [data async for data in source.events(asked("json"))]
    assert only == b'{"errors":[{"message":"no"}]}'


async def test_a_broken_application_is_a_subgraph_error(source):
    with pytest.raises(SubgraphError):
        async for _ in source.events(asked("not a number")):
            pass


async def test_nobody_there_is_a_subgraph_error():
    with pytest.raises(SubgraphUnreachable):
        async for _ in HttpEvents("s", "http://127.0.0.1:9/graphql").events(asked("1")):
            pass


async def test_a_page_in_place_of_a_stream_is_an_error_over_http(source):
    if isinstance(source, InProcessEvents):
        assert [data async for data in source.events(asked("html"))] == [b"<p>"]
        return
    with pytest.raises(SubgraphHttpError):
        async for _ in source.events(asked("html")):
            pass
