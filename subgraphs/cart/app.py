"""The cart service as an application."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.samples import load
from subgraphs.cart.schema import schema
from subgraphs.cart.service.drive import resume_for_ever
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.database import Database
from subgraphs.kit.peers import peers_of
from subgraphs.kit.settings import SubgraphSettings


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application, not started: its database opens with its lifespan."""

    async def resume(database: Database) -> None:
        await resume_for_ever(database, ShopPartners(peers_of(database, settings), adapters_of(database)))

    domain = Domain("cart", schema, "subgraphs.cart.migrations", samples=load, background=(resume,))
    return create_subgraph(domain, settings)
