"""One client per subgraph, made from the supergraph's routing URLs and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import SettingsInvalid
from gateway.tracing import TracedSubgraph
from gateway.transport.breaker import BreakingSubgraph
from gateway.transport.http import HttpSubgraph
from gateway.transport.http_events import HttpEvents
from gateway.transport.http_settings import HttpSettings
from gateway.transport.limit import LimitedSubgraph
from gateway.transport.retry import RetriedSubgraph
from gateway.transport.returned_headers import ReturningSubgraph, returnable
from gateway.transport.sharing import SharedSubgraph

if TYPE_CHECKING:
    from gateway.settings import SubgraphSettings
    from gateway.supergraph.model import Supergraph
    from gateway.transport.base import EventSource, SubgraphClient


def http_clients(supergraph: Supergraph, settings: SubgraphSettings) -> dict[str, SubgraphClient]:
    """Clients over HTTP; raises `SettingsInvalid` for a URL that is none, or an override of no subgraph."""
    names = {subgraph.name for subgraph in supergraph.subgraphs.values()}
    strange = sorted(settings.urls.keys() - names)
    if strange:
        raise SettingsInvalid(f"subgraphs.urls.{strange[0]}: the supergraph has only {', '.join(sorted(names))}.")
    http = HttpSettings(
        timeout_seconds=settings.timeout_seconds,
        connect_seconds=settings.connect_seconds,
        connections=settings.connections,
        waiting=settings.waiting,
        response_bytes=settings.response_bytes,
        compressed=settings.compressed,
        returned=returned_names(settings),
    )
    return {
        subgraph.name: with_policies(
            HttpSubgraph(subgraph.name, settings.urls.get(subgraph.name, subgraph.url), http), settings
        )
        for subgraph in supergraph.subgraphs.values()
    }


def http_sources(supergraph: Supergraph, settings: SubgraphSettings) -> dict[str, EventSource]:
    """Event streams over HTTP, for those subgraphs that answer subscriptions."""
    root = supergraph.types.get(supergraph.roots.get("subscription", ""))
    http = HttpSettings(connect_seconds=settings.connect_seconds, response_bytes=settings.response_bytes)
    return {
        subgraph.name: HttpEvents(subgraph.name, settings.urls.get(subgraph.name, subgraph.url), http)
        for graph, subgraph in supergraph.subgraphs.items()
        if root is not None and graph in root.homes
    }


def with_policies(client: SubgraphClient, settings: SubgraphSettings) -> SubgraphClient:
    """The client behind its policies, from the outside in.

    returned headers    each caller's own, shared answers included
    sharing             equal queries under way are asked once, whatever is tried for them
    retry               each try passes the breaker anew
    breaker             refuses at once, before anybody waits for a turn
    limit               turns at a subgraph that answers
    traces              a span for what is really sent
    """
    client = LimitedSubgraph(TracedSubgraph(client), concurrent=settings.concurrent, waiting=settings.waiting)
    if settings.breaker:
        client = BreakingSubgraph(client)
    if settings.retry:
        client = RetriedSubgraph(client)
    if settings.sharing:
        client = SharedSubgraph(client)
    names = returnable(settings.return_headers)
    return ReturningSubgraph(client, names) if names else client


def returned_names(settings: SubgraphSettings) -> frozenset[bytes]:
    """Headers that transports hand on beside those they always do."""
    return frozenset(name.encode("latin-1") for name in returnable(settings.return_headers))
