"""A subgraph of the kit stops working when nobody waits any more, told by a header, although no connection breaks."""

from __future__ import annotations

import asyncio

import strawberry
import uvicorn

from gateway.server.serve import address_of, listen
from gateway.transport.http import HttpSubgraph
from gateway.transport.http_settings import HttpSettings
from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import field
from tests.subgraphs.kit.compatibility.world import world
from tests.waiting import until


class Work:
    """What the subgraph is at."""

    begun = 0
    stopped = 0


@strawberry.type
class Query:
    @field(description="Takes long.")
    async def slow(self) -> int | None:
        Work.begun += 1
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            Work.stopped += 1
            raise
        return 1

    @field(description="Takes no time.")
    def quick(self) -> int | None:
        return 1


async def test_S26_a_subgraph_of_the_kit_stops_its_work_at_the_deadline_of_the_fetch_and_of_the_request() -> None:
    made = await world({"stock": FederatedSchema(query=Query)})
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(made.applications["stock"], log_config=None, lifespan="off"))
    serving = asyncio.ensure_future(server._serve(sockets=[listener]))
    url = "http://{}:{}/graphql".format(*address_of(listener))
    long = 600.0
    try:
        for fetch_seconds, request_seconds in ((1.0, long), (long, 1.0)):
            Work.begun = Work.stopped = 0
            client = HttpSubgraph("stock", url, HttpSettings(timeout_seconds=fetch_seconds))
            made.pipeline.clients["stock"] = client
            answer = await made.ask("{ slow }", seconds=request_seconds)
            assert answer["data"] == {"slow": None}
            # Either the subgraph's own word came in time, or the gateway waited no longer.
            assert answer["errors"][0]["extensions"]["code"] in {"DEADLINE_EXCEEDED", "SUBREQUEST_TIMEOUT"}
            await until(lambda: Work.stopped == Work.begun)
            assert await made.ask("{ quick }") == {"data": {"quick": 1}}
            await client.close()
    finally:
        server.should_exit = True
        await serving
