"""The inventory subgraph as an application."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from starlette.applications import Starlette

from subgraphs.inventory.samples import load_samples
from subgraphs.inventory.schema import schema
from subgraphs.inventory.service.heard import CONSUMERS
from subgraphs.inventory.service.holds import expire_due
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.database import Database
from subgraphs.kit.settings import SubgraphSettings

log = logging.getLogger("subgraphs")

SWEEP_SECONDS = 5.0
"""How often holds that ran out are looked for; until then they are told as EXPIRED, but their units stay held."""


async def sweep(database: Database) -> None:
    """Give back the units of holds that ran out, for as long as the application runs."""
    while True:
        try:
            while await database.write(expire_due, datetime.now(UTC)):
                pass
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("the sweep of holds failed; it tries again")
        await asyncio.sleep(SWEEP_SECONDS)


DOMAIN = Domain(
    name="inventory",
    schema=schema,
    migrations="subgraphs.inventory.migrations",
    consumers=CONSUMERS,
    samples=load_samples,
    background=(sweep,),
)


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application; its database opens when its lifespan starts."""
    return create_subgraph(DOMAIN, settings)
