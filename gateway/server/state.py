"""What a running gateway holds: the pipeline in use, who may ask, what is counted."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.identity import Identities
from gateway.telemetry import Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.pipeline import Pipeline
    from gateway.settings import Settings


class Gateway:
    """The state of one gateway process; everything else is made from it.

    started     whether the application has come up and has not begun to go down
    closing     set when it begins to go down, so that streams, which have no end of their own, end
    """

    def __init__(self, pipeline: Pipeline, settings: Settings, identities: Identities | None = None) -> None:
        self.pipeline = pipeline
        self.settings = settings
        secret = settings.identity_secret
        self.identities = identities or Identities(settings.identity, secret.get_secret_value() if secret else None)
        self.metrics = Metrics() if settings.server.health_port is not None else None
        self.started = False
        self.closing = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether requests will be answered; one dead subgraph does not make a gateway unready."""
        return self.started and self.identities.ready

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Started inside, stopped afterwards."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Fetch what is needed beforehand."""
        await self.identities.start()
        self.started = True

    async def stop(self) -> None:
        """Stop being ready and let go of connections."""
        self.started = False
        await self.pipeline.close()
