"""A new supergraph without a restart: the file is watched, loaded beside the running one, and swapped in when good.

A supergraph that cannot be loaded changes nothing: the last good one goes on answering, the gateway stays ready, and
log and metrics say so. Requests under way finish with the pipeline they began with; its connections are closed once
none can be left.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Final

import structlog

from gateway.errors import GatewayError
from gateway.server.memory import let_go

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from gateway.pipeline import Pipeline
    from gateway.server.state import Gateway

_log = structlog.get_logger(__name__)

Stamp = tuple[int, int, int]

GIVES_WAY_SECONDS: Final = 0.0005


class Reloader:
    """Watches one file for one gateway.

    load    makes a pipeline of the file as it is now; called in a thread, and raises for a file that is no good
    seen    the file's stamp when the gateway's pipeline was made of it; by default as it is now
    """

    def __init__(self, gateway: Gateway, path: Path, load: Callable[[], Pipeline], seen: Stamp | None = None) -> None:
        self._gateway = gateway
        self._path = path
        self._load = load
        self._seen = seen or stamp_of(path)
        self._asked = asyncio.Event()
        self._retired: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch, and listen to SIGHUP, until left."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError, RuntimeError):  # no such signal on Windows, or not in the main thread
            loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        task = asyncio.create_task(self._watch(self._gateway.settings.server.reload_seconds))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            for retired in self._retired:
                retired.cancel()
            await asyncio.gather(*self._retired, return_exceptions=True)

    async def _watch(self, seconds: float) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._asked.wait()
            stamp = stamp_of(self._path)
            if self._asked.is_set() or stamp not in {None, self._seen}:
                self._asked.clear()
                self._seen = stamp
                await self.reload()

    async def reload(self) -> bool:
        """Load the file and swap it in; whether that was possible."""
        try:
            with _the_loop_first():
                pipeline = await asyncio.to_thread(self._load_and_warm, self._gateway.pipeline)
        except GatewayError as error:
            _log.error("supergraph_not_reloaded", path=str(self._path), reason=error.message)
            return self._count(good=False)
        except Exception as error:  # noqa: BLE001  # whatever it is, the last good one goes on answering
            _log.error("supergraph_not_reloaded", path=str(self._path), exc_info=error)
            return self._count(good=False)
        old, self._gateway.pipeline = self._gateway.pipeline, pipeline
        _log.info("supergraph_reloaded", path=str(self._path))
        task = asyncio.create_task(self._retire(old))
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)
        return self._count(good=True)

    def _load_and_warm(self, old: Pipeline) -> Pipeline:
        """The new pipeline, with what is asked most planned already; what cannot be planned waits to be asked for."""
        pipeline = self._load()
        pipeline.warm(old)
        return pipeline

    def _count(self, *, good: bool) -> bool:
        if self._gateway.metrics is not None:
            self._gateway.metrics.reloaded(good=good)
        return good

    async def _retire(self, old: Pipeline) -> None:
        """Close the old pipeline's connections, and give its memory back, when its last request must be over."""
        try:
            await asyncio.sleep(self._gateway.settings.limits.request_seconds + 1)
        finally:
            await old.close()
        del old
        let_go()


@contextmanager
def _the_loop_first() -> Iterator[None]:
    """Let requests be answered while another thread computes.

    It gives way at once, or each turn of the loop would wait 5 ms for it; and no garbage is looked for meanwhile: the
    hundreds of thousands of objects that it makes would have all memory looked through, and nobody served until then.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(GIVES_WAY_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        sys.setswitchinterval(before)


def stamp_of(path: Path) -> Stamp | None:
    """What changes when the file does, a swapped symbolic link included; None while it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
