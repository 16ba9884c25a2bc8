"""What a resolver may reach: the caller, the database, loaders. One per request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.database import Database
from subgraphs.kit.identity import Viewer
from subgraphs.kit.loaders import Loader
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.signals import Signals

P = ParamSpec("P")
T = TypeVar("T")
L = TypeVar("L", bound=Loader[Any, Any])


class Context:
    """One request's surroundings; `info.context` in every resolver.

    viewer      the caller
    database    for reading beside loaders: `await context.database.read(work, …)`
    channel     the caller's channel, `web` when the gateway named none
    """

    __slots__ = ("_loaders", "database", "request_id", "settings", "viewer")

    def __init__(self, viewer: Viewer, database: Database, settings: SubgraphSettings, request_id: str = "") -> None:
        self.viewer = viewer
        self.database = database
        self.settings = settings
        self.request_id = request_id
        self._loaders: dict[type, Loader[Any, Any]] = {}

    @property
    def signals(self) -> Signals:
        """What subscriptions wait on."""
        return self.database.signals

    @property
    def channel(self) -> str:
        """Code of the channel the caller is in."""
        return self.viewer.channel or "web"

    def loader(self, kind: type[L]) -> L:
        """This request's loader of one kind, made when first asked for."""
        loader = self._loaders.get(kind)
        if loader is None:
            loader = self._loaders[kind] = kind(self)
        return cast(L, loader)

    async def write(
        self, work: Callable[Concatenate[AsyncSession, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run one service function in one transaction; what was loaded before is forgotten, so the answer shows the change."""
        result = await self.database.write(work, *args, **kwargs)
        self.forget()
        return result

    def forget(self) -> None:
        """Let loaders read anew: after a write, and for each event of a subscription."""
        self._loaders.clear()


Info = strawberry.Info[Context, None]
"""What a resolver's `info` argument is: `info.context` is a `Context`."""
