"""A subgraph as an ASGI application: `/graphql`, `/health`, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from subgraphs.kit.bus import Away, Bus, Event, shared_bus
from subgraphs.kit.context import Context
from subgraphs.kit.database import Database
from subgraphs.kit.edge import HeadLimits, refused
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.execution import Execution
from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.idempotency import once
from subgraphs.kit.identity import IdentityVerifier, Viewer
from subgraphs.kit.inbox import Consumer, consume
from subgraphs.kit.migrations import check_current, upgrade
from subgraphs.kit.outbox import Relay
from subgraphs.kit.peer_bus import PeerBus, events_endpoint
from subgraphs.kit.peers import join_peers
from subgraphs.kit.server import GraphQLEndpoint
from subgraphs.kit.settings import SubgraphSettings

Samples = Callable[[AsyncSession], Awaitable[None]]
Background = Callable[[Database], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Domain:
    """One subgraph's parts.

    migrations  package of its Alembic revisions, e.g. `subgraphs.customer.migrations`, or their folder
    consumers   what it does with events of others
    samples     fills a new database, in one transaction
    background  coroutines that run as long as the application does (sweeps of what has expired); each catches its own errors
    """

    name: str
    schema: FederatedSchema
    migrations: str | Path
    consumers: tuple[Consumer, ...] = ()
    samples: Samples | None = None
    background: tuple[Background, ...] = ()


def create_subgraph(domain: Domain, settings: SubgraphSettings, bus: Bus | None = None) -> Starlette:
    """The application; its database opens when its lifespan starts.

    bus     what carries events; left out: to `settings.peers` over HTTP where there are any, else the bus of this
            process for `settings.data_dir`
    State   `database` is the open `Database`; `await migrate()` brings it up to date without serving
    """
    between = PeerBus(settings) if bus is None and settings.peers else None
    carrier = bus or between or shared_bus(settings.data_dir)
    identity = IdentityVerifier(settings.identity_secret)
    database = Database(settings.url)
    started = asyncio.Event()
    for consumer in domain.consumers:
        carrier.subscribe(
            f"{domain.name}:{consumer.name}", consumer.topics, partial(_deliver, database, started, consumer)
        )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            await prepare(domain, settings, database)
            started.set()
            jobs = [asyncio.create_task(work(database)) for work in domain.background]
            if settings.relay:
                jobs.append(asyncio.create_task(Relay(database, carrier).run()))
            try:
                yield
            finally:
                started.clear()
                for job in jobs:
                    job.cancel()
                await asyncio.gather(*jobs, return_exceptions=True)
        finally:
            await database.close()
            if between is not None:
                await between.close()

    async def health(_: Request) -> Response:
        try:
            await database.read(_ping)
        except ServiceUnavailable:
            return JSONResponse({"status": "unavailable"}, status_code=503)
        return JSONResponse({"status": "ok"})

    endpoint = GraphQLEndpoint(
        execution=Execution(domain.schema, debug=settings.debug),
        settings=settings,
        identity=identity,
        context=partial(_context, database, settings),
    )

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    # No methods means every method: what GraphQL does not take it refuses itself, in JSON.
    routes = [Route("/graphql", graphql, methods=[]), Route("/health", health)]
    if between is not None:
        routes.append(Route("/events", events_endpoint(between, identity), methods=["POST"]))
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(HeadLimits, settings=settings)],
        exception_handlers={HTTPException: refused},
    )
    app.router.redirect_slashes = False
    app.state.database = database
    app.state.migrate = partial(_migrate, domain, database)
    join_peers(settings.data_dir, domain.name, app)
    return app


async def prepare(domain: Domain, settings: SubgraphSettings, database: Database) -> None:
    """Make an embedded database current, refuse an old one of another kind, load samples into a new one."""
    if settings.embedded or settings.migrate:
        await upgrade(database, domain.migrations)
    else:
        await check_current(database, domain.migrations)
    await database.write(_fill, domain.samples if settings.sample_data else None)


async def _migrate(domain: Domain, database: Database) -> bool:
    """Bring the database up to date and close it; False when it was."""
    try:
        return await upgrade(database, domain.migrations)
    finally:
        await database.close()


async def _fill(session: AsyncSession, samples: Samples | None) -> None:
    """Load the samples once in the database's life; where they were left out at first they stay out."""

    async def load() -> bool:
        if samples is not None:
            await samples(session)
        return samples is not None

    await once(session, "samples", "first start", None, load)


async def _deliver(database: Database, started: asyncio.Event, consumer: Consumer, event: Event) -> None:
    if not started.is_set():
        message = f"{consumer.name} has not started"
        raise Away(message)
    await consume(database, consumer, event)


async def _ping(session: AsyncSession) -> None:
    await session.execute(text("SELECT 1"))


def _context(database: Database, settings: SubgraphSettings, viewer: Viewer, request_id: str) -> Context:
    return Context(viewer, database, settings, request_id)
