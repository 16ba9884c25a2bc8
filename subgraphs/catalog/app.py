"""The catalogue as an application."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.catalog.samples import load
from subgraphs.catalog.schema import schema
from subgraphs.catalog.service.heard import CONSUMERS
from subgraphs.catalog.service.jobs import working
from subgraphs.catalog.service.searches import flushing
from subgraphs.catalog.service.sending import sending
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.settings import SubgraphSettings

DOMAIN = Domain(
    "catalog",
    schema,
    "subgraphs.catalog.migrations",
    consumers=CONSUMERS,
    samples=load,
    background=(flushing, working, sending),
)


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application, not started: its database opens with its lifespan."""
    return create_subgraph(DOMAIN, settings)
