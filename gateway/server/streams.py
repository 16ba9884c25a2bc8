"""Subscriptions over HTTP: server-sent events (graphql-sse, distinct connections) and multipart (Apollo's protocol).

One event at a time, each sent before the next is taken: a client that reads slowly slows the stream at its subgraph
and fills no memory here. A stream ends with its subgraph's, with the client, with the caller's token, or when the
gateway goes down; the client is told which, where it is still there.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gateway.server.media_types import EVENTS
from gateway.server.response import encode

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from starlette.types import Send

BOUNDARY: Final = b"graphql"
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept, authorization, origin"),
)


class EventFrames:
    """Frames of `text/event-stream`; lines end with a line feed alone, which every reader understands."""

    content_type = b"text/event-stream; charset=utf-8"
    begin = b":\n\n"
    heartbeat = b":\n\n"
    end = b"event: complete\ndata:\n\n"

    def answer(self, answer: dict[str, Any]) -> bytes:
        """One answer."""
        return b"event: next\ndata: %b\n\n" % encode(answer)

    def fatal(self, body: bytes) -> bytes:
        """What ended the stream."""
        return b"event: next\ndata: %b\n\n" % body


class MultipartFrames:
    """Parts of `multipart/mixed`; each closes with the next boundary, so that it can be read at once."""

    content_type = b'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
    begin = b"--" + BOUNDARY
    heartbeat = b"\r\ncontent-type: application/json\r\n\r\n{}\r\n--" + BOUNDARY
    end = b"--\r\n"

    def answer(self, answer: dict[str, Any]) -> bytes:
        """One answer."""
        return self._part(b'{"payload":%b}' % encode(answer))

    def fatal(self, body: bytes) -> bytes:
        """What ended the stream: `errors` beside an empty payload."""
        return self._part(b'{"payload":null,%b' % body[1:])

    def _part(self, body: bytes) -> bytes:
        return b"\r\ncontent-type: application/json\r\n\r\n%b\r\n--%b" % (body, BOUNDARY)


async def send_stream(
    send: Send,
    answers: AsyncGenerator[dict[str, Any], None],
    frames: EventFrames | MultipartFrames,
    request_id: bytes,
    rules: StreamRules,
) -> int:
    """Send answers as they come until there are no more; the bytes of bodies sent.

    Faults are told within the stream, since its head has been sent.
    """
    headers = [(b"content-type", frames.content_type), *_HEADERS, (b"channelgraph-request-id", request_id)]
    sent = 0

    async def write(part: bytes, *, more: bool = True) -> None:
        nonlocal sent
        sent += len(part)
        await send({"type": "http.response.body", "body": part, "more_body": more})

    async with aclosing(answers):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await write(frames.begin)
        try:
            async for answer in _with_heartbeats(answers, rules):
                await write(frames.heartbeat if answer is None else frames.answer(answer))
        except Exception as error:  # noqa: BLE001  # the head is gone: whatever it is has to be told in the stream
            await write(frames.fatal(rules.shown(error)))
        await write(frames.end, more=False)
    return sent


@dataclass(frozen=True, slots=True)
class StreamRules:
    """How streams run here.

    closing     ends them
    shown       what a client is told of an error
    """

    heartbeat_seconds: float
    closing: asyncio.Event
    shown: Callable[[Exception], bytes]


async def _with_heartbeats(
    answers: AsyncGenerator[dict[str, Any], None], rules: StreamRules
) -> AsyncGenerator[dict[str, Any] | None, None]:
    """The answers, and None after each silence; ends when the gateway closes."""
    closing = asyncio.ensure_future(rules.closing.wait())
    pending: asyncio.Future[dict[str, Any]] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(answers))
            awaited: set[asyncio.Future[Any]] = {pending, closing}
            done, _ = await asyncio.wait(awaited, timeout=rules.heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED)
            if pending in done:
                try:
                    answer = pending.result()
                except StopAsyncIteration:
                    return
                finally:
                    pending = None
                yield answer
            elif closing in done:
                return
            else:
                yield None
    finally:
        closing.cancel()
        if pending is not None:
            pending.cancel()
            await asyncio.gather(pending, return_exceptions=True)


def frames_for(media_type: str) -> EventFrames | MultipartFrames:
    """The frames of a media type."""
    return EventFrames() if media_type == EVENTS else MultipartFrames()
