"""What a running gateway holds: the pipeline in use, who may ask, what is counted."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from time import thread_time
from typing import TYPE_CHECKING, Final

import structlog

from gateway.identity import Identities
from gateway.pipeline import Notes
from gateway.telemetry import LONGEST_NAME, Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.pipeline import Pipeline
    from gateway.settings import Settings

WATCH_SECONDS: Final = 0.1

_log = structlog.get_logger(__name__)


class Gateway:
    """The state of one gateway process; everything else is made from it.

    started     whether the application has come up and has not begun to go down
    latest      what is known of the request begun last
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
        self.latest = Notes()

    @property
    def ready(self) -> bool:
        """Whether requests will be answered; one dead subgraph does not make a gateway unready."""
        return self.started and not self.closing.is_set() and self.identities.ready

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Started inside, stopped afterwards."""
        await self.start()
        watch = asyncio.create_task(self._watch_the_loop())
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await self.stop()

    async def start(self) -> None:
        """Fetch what is needed beforehand."""
        await self.identities.start()
        self.started = True

    async def _watch_the_loop(self) -> None:
        """Tell when nobody was served for a while because something did not let the loop go on."""
        loop, most = asyncio.get_running_loop(), self.settings.telemetry.blocked_seconds
        while True:
            before, worked = loop.time(), thread_time()
            await asyncio.sleep(WATCH_SECONDS)
            late = loop.time() - before - WATCH_SECONDS
            if late > most:
                name = (self.latest.operation or "")[:LONGEST_NAME]
                # Late and without work: the machine was busy with others, or the loop waited for something itself.
                work = round((thread_time() - worked) * 1000)
                _log.warning("loop_blocked", ms=round(late * 1000), worked_ms=work, operation=name)
                if self.metrics is not None:
                    self.metrics.blocked(late)

    async def stop(self) -> None:
        """Stop being ready and let go of connections."""
        self.started = False
        await self.pipeline.close()
