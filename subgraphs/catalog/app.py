"""The catalogue as an application."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.applications import Starlette

from subgraphs.catalog.samples import load
from subgraphs.catalog.schema import schema
from subgraphs.catalog.service.heard import CONSUMERS
from subgraphs.catalog.service.jobs import working
from subgraphs.catalog.service.searches import flushing
from subgraphs.catalog.service.sending import sender, sending
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.settings import SubgraphSettings

DOMAIN = Domain(
    "catalog",
    schema,
    "subgraphs.catalog.migrations",
    consumers=CONSUMERS,
    samples=load,
    background=(flushing, working),
)


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application, not started: its database opens with its lifespan."""
    carrying = partial(sending, send=sender(settings))
    return create_subgraph(replace(DOMAIN, background=(*DOMAIN.background, carrying)), settings)
