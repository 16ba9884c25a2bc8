"""A bus between services without a broker: the relay hands each event to every peer over HTTP.

    POST <peer>/events      one event as JSON, signed like any request of the shop's own system
    204                     every group of the peer that listens to the topic has dealt with it
    400, 413, 422           not taken because of what it says: published again, parked after a number of times
    anything else, silence  the peer is away: published again for as long as it takes
                            later events of the same thing wait in either case

A peer that dealt with an event before remembers it (inbox), so handing it on again does no harm. A broker takes this
bus's place by the same two methods (`bus.Bus`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import httpx2
import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from subgraphs.kit.bus import Away, Deliver, Event, InProcessBus, NotTaken
from subgraphs.kit.errors import Unauthenticated
from subgraphs.kit.identity import HEADER, IdentityVerifier, sign
from subgraphs.kit.settings import SubgraphSettings

log = logging.getLogger("subgraphs")

EVENT_BYTES = 1_000_000
"""Longest event taken from a peer."""
SCOPE = "system:write"
OF_THE_EVENT = frozenset({400, 413, 422})
"""Statuses that say something of the event; any other failure says something of the peer."""
PAUSE_SECONDS = 1.0
"""How long a peer that did not answer is not asked again."""


class PeerBus:
    """The bus of a subgraph that runs as a service of its own; its peers are those of the setting `peers`."""

    def __init__(self, settings: SubgraphSettings, *, seconds: float = 10.0) -> None:
        self._own = InProcessBus()
        self._secret = settings.identity_secret
        self._urls = {name: _events_url(url) for name, url in sorted(settings.peers.items()) if name != settings.name}
        self._seconds = seconds
        self._client = httpx2.AsyncClient(follow_redirects=False)
        self._away_until: dict[str, float] = {}

    def subscribe(self, group: str, topics: Sequence[str], deliver: Deliver) -> None:
        """See `bus.Bus.subscribe`: the groups of this service."""
        self._own.subscribe(group, topics, deliver)

    async def publish(self, event: Event) -> None:
        """See `bus.Bus.publish`: to this service's own groups and to every peer; one that is down keeps no other waiting."""
        takers = [self._own.publish(event), *(self._hand(name, event) for name in self._urls)]
        results = await asyncio.gather(*takers, return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        if failed:
            # What is wrong with the event counts for more than who is away.
            raise next((error for error in failed if not isinstance(error, Away)), failed[0])

    async def receive(self, event: Event) -> None:
        """Give an event that a peer handed over to this service's groups."""
        await self._own.publish(event)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _hand(self, name: str, event: Event) -> None:
        if time.monotonic() < self._away_until.get(name, 0):
            raise Away(f"{name} did not answer a moment ago")
        headers = {"content-type": "application/json"}
        if self._secret is not None:
            now = int(time.time())
            headers[HEADER] = sign(self._secret, customer_id=None, scopes=(SCOPE,), channel=None, now=now)
        try:
            # The client's own limits count each read: a peer that drips would keep the relay for ever.
            async with asyncio.timeout(self._seconds):
                response = await self._client.post(
                    self._urls[name], content=written(event), headers=headers, timeout=self._seconds
                )
        except (httpx2.HTTPError, TimeoutError) as error:
            self._away_until[name] = time.monotonic() + PAUSE_SECONDS
            raise Away(f"{name} cannot be reached for {event.topic}") from error
        if response.status_code != 204:
            about = NotTaken if response.status_code in OF_THE_EVENT else Away
            raise about(f"{name} did not take {event.topic}: status {response.status_code}")


def written(event: Event) -> bytes:
    """An event as it travels."""
    return orjson.dumps(
        {
            "id": event.id,
            "topic": event.topic,
            "aggregate_id": event.aggregate_id,
            "version": event.version,
            "payload": dict(event.payload),
            "at": event.at.isoformat(),
        }
    )


def read(body: bytes) -> Event:
    """An event from its written form; ValueError when it is none."""
    found: Any = orjson.loads(body)
    try:
        event = Event(
            id=str(found["id"]),
            topic=str(found["topic"]),
            aggregate_id=str(found["aggregate_id"]),
            version=int(found["version"]),
            payload=dict(found["payload"]),
            at=datetime.fromisoformat(found["at"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an event") from error
    if event.at.tzinfo is None:
        raise ValueError("an event's instant needs a time zone")
    return event


def events_endpoint(bus: PeerBus, identity: IdentityVerifier) -> Callable[[Request], Awaitable[Response]]:
    """What answers POST /events: only the shop's own system may hand events over."""

    async def events(request: Request) -> Response:
        try:
            viewer = identity.viewer(request.headers.get(HEADER))
        except Unauthenticated:
            return _refused(401, "UNAUTHENTICATED")
        if not viewer.has_any(SCOPE):
            return _refused(403, "FORBIDDEN")
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > EVENT_BYTES:
                return _refused(413, "BODY_TOO_LARGE")
        try:
            event = read(body)
        except ValueError:
            return _refused(400, "BAD_REQUEST")
        try:
            await bus.receive(event)
        except Away as error:
            log.warning("event %s (%s) comes again: %s", event.id, event.topic, error)
            return _refused(503, "SERVICE_UNAVAILABLE")
        except NotTaken as error:
            log.warning("event %s (%s) was not taken: %s", event.id, event.topic, error)
            return _refused(422, "NOT_TAKEN")
        return Response(status_code=204)

    return events


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)


def _events_url(graphql_url: str) -> str:
    return graphql_url.removesuffix("/").removesuffix("/graphql") + "/events"
