"""Subgraph applications, loaded by the names in `supergraph.yaml` and started in this process."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from gateway.commands.sources import load
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from gateway.commands.sources import SchemaConfig, SubgraphEntry


def settings_of(config: SchemaConfig, entry: SubgraphEntry, values: Mapping[str, Any]) -> Any:
    """The settings of one subgraph; the environment says what `values` leave open.

    Raises  SettingsInvalid in one line
    """
    if config.settings is None:
        raise SettingsInvalid("supergraph.yaml: `settings:` must name the class that `app` is made with.")
    from pydantic import ValidationError

    try:
        return load(config.settings, "settings")(name=entry.name, **values)
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors(include_url=False))
        raise SettingsInvalid(f"{entry.name}: {problems}.") from None


def application_of(config: SchemaConfig, entry: SubgraphEntry, values: Mapping[str, Any]) -> Any:
    """The ASGI application of one subgraph; not started."""
    if entry.app is None:
        raise SettingsInvalid(f"subgraphs.{entry.name}: has no `app` that could be served here.")
    factory = load(entry.app, f"subgraphs.{entry.name}.app")
    return factory(settings_of(config, entry, values))


@asynccontextmanager
async def started(applications: Iterable[tuple[str, Any]]) -> AsyncIterator[None]:
    """Run the lifespans of applications side by side; raises `SettingsInvalid` naming the one that does not start."""
    async with AsyncExitStack() as stack:
        runs = [_Lifespan(name, application) for name, application in applications]
        for run in runs:
            stack.push_async_callback(run.stop)
        await asyncio.gather(*(run.start() for run in runs))
        yield


_RAISED = re.compile(r"[\w.]+: \S")


def _reason(message: str) -> str:
    """The line of a traceback that names the exception; what follows it explains at length."""
    lines = message.strip().splitlines()
    named = [
        line for line in lines if _RAISED.match(line) and not line.startswith(("Traceback", "During", "The above"))
    ]
    return (named or lines or ["no reason given"])[-1]


class _Lifespan:
    """One application's lifespan (ASGI lifespan protocol 2.0), in a task of its own."""

    def __init__(self, name: str, application: Any) -> None:
        self._name = name
        self._application = application
        self._to: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        await self._to.put({"type": "lifespan.startup"})
        answer = await self._from.get()
        if answer["type"] != "lifespan.startup.complete":
            raise SettingsInvalid(f"Subgraph {self._name} does not start: {_reason(answer.get('message', ''))}.")

    async def stop(self) -> None:
        if self._task is None or self._task.done():
            return
        await self._to.put({"type": "lifespan.shutdown"})
        await self._task

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        try:
            await self._application(scope, self._to.get, self._from.put)
        except Exception as exc:  # noqa: BLE001  # whatever it raises, it has not started, and says why in a line
            await self._from.put({"type": "lifespan.startup.failed", "message": f"{type(exc).__name__}: {exc}"})
