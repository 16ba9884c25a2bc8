"""Subgraphs without a database, and a gateway over them: what the examples beside this file are served by."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.clients import with_policies
from gateway.composition.stages import compose
from gateway.composition.subgraph import SubgraphSource
from gateway.identity import Identity
from gateway.pipeline import GraphQLRequest, Notes, Pipeline
from gateway.settings import Settings
from gateway.supergraph.load import load_supergraph
from gateway.transport.in_process import InProcessSubgraph
from subgraphs.kit.context import Context
from subgraphs.kit.execution import Execution
from subgraphs.kit.identity import IdentityVerifier
from subgraphs.kit.server import GraphQLEndpoint
from subgraphs.kit.settings import SubgraphSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.supergraph.model import Supergraph
    from subgraphs.kit.database import Database
    from subgraphs.kit.federation import FederatedSchema
    from subgraphs.kit.identity import Viewer


def application(name: str, schema: FederatedSchema, path: str = "/graphql") -> Starlette:
    """One subgraph that answers from memory, and tells how long its fields took where it is asked."""
    settings = SubgraphSettings(name=name, traces=True)

    def context(viewer: Viewer, request_id: str) -> Context:
        return Context(viewer, cast("Database", None), settings, request_id)

    endpoint = GraphQLEndpoint(Execution(schema), settings, IdentityVerifier(None), context)
    return Starlette(routes=[Route(path, endpoint.__call__, methods=["GET", "POST"])])


@dataclass(frozen=True, slots=True)
class World:
    """Applications by name, asked directly or through the gateway over all of them."""

    applications: Mapping[str, Starlette]
    pipeline: Pipeline

    async def ask_subgraph(
        self, name: str, query: str, variables: dict[str, Any] | None = None, **headers: str
    ) -> dict[str, Any]:
        """The whole answer of one subgraph."""
        transport = httpx2.ASGITransport(app=self.applications[name])
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            named = {header.replace("_", "-"): value for header, value in headers.items()}
            answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=named)
        found: dict[str, Any] = answer.json()
        return found

    async def sdl(self, name: str) -> str:
        """What one subgraph says of itself."""
        answer = await self.ask_subgraph(name, "{ _service { sdl } }")
        return str(answer["data"]["_service"]["sdl"])

    async def ask(self, query: str, variables: dict[str, Any] | None = None, *, seconds: float = 600) -> dict[str, Any]:
        """The gateway's answer."""
        deadline = asyncio.get_running_loop().time() + seconds
        anyone = Identity(subject=None, scopes=frozenset(), channel="web", authenticated=False)
        request = GraphQLRequest(query, None, variables or {}, anyone, (), deadline, read_only=False, notes=Notes())
        return await self.pipeline.answer(request)


async def world(schemas: Mapping[str, FederatedSchema]) -> World:
    """Compose what the subgraphs say of themselves, and put a gateway over them."""
    applications = {name: application(name, schema) for name, schema in schemas.items()}
    alone = World(applications, cast("Pipeline", None))
    sources = [SubgraphSource(name, f"http://{name}/graphql", await alone.sdl(name)) for name in schemas]
    settings = Settings()
    clients = {
        name: with_policies(InProcessSubgraph(name, app), settings.subgraphs) for name, app in applications.items()
    }
    return World(applications, Pipeline(_composed(tuple(sources)), clients, settings))


@cache
def _composed(sources: tuple[SubgraphSource, ...]) -> Supergraph:
    composed = compose(sources)
    assert composed.supergraph is not None, composed.errors
    return load_supergraph(composed.supergraph)
