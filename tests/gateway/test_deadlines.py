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
    try:
        for fetch_seconds, request_seconds in ((0.3, 10.0), (30.0, 0.3)):
            Work.begun = Work.stopped = 0
            client = HttpSubgraph("stock", url, HttpSettings(timeout_seconds=fetch_seconds))
            made.pipeline.clients["stock"] = client
            answer = await asyncio.wait_for(made.ask("{ slow }", seconds=request_seconds), 10)
            assert answer["data"] == {"slow": None}
            # Either the subgraph's own word came in time, or the gateway waited no longer.
            assert answer["errors"][0]["extensions"]["code"] in {"DEADLINE_EXCEEDED", "SUBREQUEST_TIMEOUT"}
            async with asyncio.timeout(10):
                while Work.stopped < Work.begun or not Work.begun:
                    await asyncio.sleep(0.01)
            assert await made.ask("{ quick }") == {"data": {"quick": 1}}
            await client.close()
    finally:
        server.should_exit = True
        await serving
