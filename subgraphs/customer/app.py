"""Wiring."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.customer.samples import load_samples
from subgraphs.customer.schema import schema
from subgraphs.customer.service.news import CONSUMERS
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.settings import SubgraphSettings

DOMAIN = Domain("customer", schema, "subgraphs.customer.migrations", consumers=CONSUMERS, samples=load_samples)


def create_app(settings: SubgraphSettings) -> Starlette:
    """The customer subgraph as an ASGI application."""
    return create_subgraph(DOMAIN, settings)
