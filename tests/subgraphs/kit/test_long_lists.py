"""A list longer than a subgraph takes at once, asked by the gateway: it goes in parts, and every answer finds its place."""

from __future__ import annotations

import asyncio
import time

import orjson

from gateway.composition import SubgraphSource, compose
from gateway.identity import Identity
from gateway.pipeline import GraphQLRequest, Notes, Pipeline
from gateway.settings import Settings
from gateway.supergraph.load import load_supergraph
from gateway.transport.base import SubgraphRequest, SubgraphResponse
from gateway.transport.in_process import InProcessSubgraph
from subgraphs.kit.identity import HEADER, sign
from tests.subgraphs.conftest import SECRET

LISTER = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { latest: [Note!]! }
type Note @key(fields: "id", resolvable: false) { id: ID! }
"""
COUNT = 12


class Lister:
    """A subgraph that lists notes by their ids, the first of them once more at the end."""

    def __init__(self, ids: list[str]) -> None:
        self.body = orjson.dumps({"data": {"latest": [{"id": each} for each in (*ids, ids[0])]}})

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        return SubgraphResponse(200, {}, self.body)

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_list_that_a_subgraph_would_refuse_goes_in_parts(subgraph, notes):
    shop = await subgraph(notes.create_app, entities=5)
    ids = [(await shop.database.write(notes.write_note, "cus_a", f"note {n}")).id for n in range(COUNT)]
    sdl = (await shop.execute("{ _service { sdl } }")).data["_service"]["sdl"]
    composed = compose([SubgraphSource("lister", "http://l", LISTER), SubgraphSource("notes", "http://n", sdl)])
    assert composed.supergraph, composed.errors
    supergraph = load_supergraph(composed.supergraph)
    clients = {"lister": Lister(ids), "notes": InProcessSubgraph("notes", shop.app)}
    caller = Identity("cus_a", frozenset(), "web", authenticated=True)
    token = sign(SECRET, customer_id="cus_a", scopes=(), channel="web", now=int(time.time()))
    signed = ((HEADER.encode(), token.encode()),)

    async def asked(most: int) -> dict:
        settings = Settings(subgraphs={"entities": most}, planning={"shown": True})
        until = asyncio.get_running_loop().time() + 20
        query = "{ latest { id text } }"
        request = GraphQLRequest(query, None, {}, caller, signed, until, read_only=False, notes=Notes(), show_plan=True)
        return await Pipeline(supergraph, clients, settings).answer(request)

    answer = await asked(5)
    assert "errors" not in answer
    expected = [*((each, f"note {n}") for n, each in enumerate(ids)), (ids[0], "note 0")]
    assert [(each["id"], each["text"]) for each in answer["data"]["latest"]] == expected
    run = answer["extensions"]["plan"]["requests"][1]["run"]
    assert (run["parts"], run["entities"]) == (3, COUNT)
    refused = await asked(1_000)
    assert refused["data"] is None
    assert refused["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
