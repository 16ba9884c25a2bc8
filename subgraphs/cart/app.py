"""The cart service as an application."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.samples import load
from subgraphs.cart.schema import schema
from subgraphs.cart.service import drive, keeping, promotions, recovery
from subgraphs.cart.service.heard import CONSUMERS
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.database import Database
from subgraphs.kit.peers import peers_of
from subgraphs.kit.settings import SubgraphSettings


def domain_of(settings: SubgraphSettings) -> Domain:
    """The cart's parts; what runs beside the requests asks others as these settings say."""

    def partners(database: Database) -> ShopPartners:
        return ShopPartners(peers_of(database, settings), adapters_of(database))

    async def checkouts(database: Database) -> None:
        try:
            await drive.resume_for_ever(database, partners(database))
        finally:
            await peers_of(database, settings).close()

    async def kept(database: Database) -> None:
        await keeping.resume_for_ever(database, partners(database))

    return Domain(
        "cart",
        schema,
        "subgraphs.cart.migrations",
        consumers=CONSUMERS,
        samples=load,
        background=(checkouts, kept, recovery.sweep_for_ever, promotions.write_down_for_ever),
    )


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application, not started: its database opens with its lifespan."""
    return create_subgraph(domain_of(settings), settings)
