from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from gateway.errors import SubgraphHttpError, SubgraphTimeout, SubgraphTooLarge
from gateway.transport.base import SubgraphResponse
from gateway.transport.in_process import InProcessSubgraph

from .faulty import outcome, request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def echo(scope: Message, receive: Receive, send: Send) -> None:
    message = await receive()
    headers = dict(scope["headers"])
    assert scope["path"] == "/graphql"
    assert int(headers[b"channelgraph-deadline-ms"]) > 0
    await send(
        {
            "type": "http.response.start",
            "status": 201,
            "headers": [(b"Content-Type", b"application/json"), (b"X", b"y"), (b"Set-Cookie", b"sid=1")],
        }
    )
    await send({"type": "http.response.body", "body": message["body"][:3], "more_body": True})
    await send({"type": "http.response.body", "body": message["body"][3:]})


async def hanging(scope: Message, receive: Receive, send: Send) -> None:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        scope["app"].append("cancelled")
        raise


async def failing(scope: Message, receive: Receive, send: Send) -> None:
    raise KeyError("secret")


async def silent(scope: Message, receive: Receive, send: Send) -> None:
    await receive()


async def test_bytes_go_in_and_come_out_and_cookies_do_not() -> None:
    """S32."""
    got = await InProcessSubgraph("stock", echo).send(request(body=b"123456"))
    assert got == SubgraphResponse(201, {"content-type": "application/json", "x": "y"}, b"123456")


async def test_the_deadline_is_kept_and_the_application_told() -> None:
    told: list[str] = []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        scope["app"] = told
        await hanging(scope, receive, send)

    assert isinstance(await outcome(InProcessSubgraph("stock", app), request(seconds=0.02)), SubgraphTimeout)
    assert told == ["cancelled"]


async def test_cancelling_reaches_the_application() -> None:
    told: list[str] = []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        scope["app"] = told
        await hanging(scope, receive, send)

    task = asyncio.ensure_future(InProcessSubgraph("stock", app).send(request()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["cancelled"]


@pytest.mark.parametrize("app", [failing, silent])
async def test_an_application_that_gives_no_answer_is_an_http_error(app: Any) -> None:
    got = await outcome(InProcessSubgraph("stock", app))
    assert isinstance(got, SubgraphHttpError)
    assert "secret" not in got.message


async def test_the_answer_has_a_bound() -> None:
    got = await outcome(InProcessSubgraph("stock", echo, response_bytes=4), request(body=b"123456"))
    assert isinstance(got, SubgraphTooLarge)
