"""The fulfilment service as an application."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.fulfilment.samples import load
from subgraphs.fulfilment.schema import schema
from subgraphs.fulfilment.service.heard import CONSUMERS
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.settings import SubgraphSettings

DOMAIN = Domain("fulfilment", schema, "subgraphs.fulfilment.migrations", consumers=CONSUMERS, samples=load)


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application, not started: its database opens with its lifespan."""
    return create_subgraph(DOMAIN, settings)
