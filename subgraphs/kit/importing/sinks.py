"""Where records go: each domain writes its own part of a feed. docs/importing.md tells how to write a sink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self

from subgraphs.kit.importing.records import Tally
from subgraphs.kit.settings import SubgraphSettings


class Sink(Protocol):
    """One domain's part of one kind of feed, opened with `async with`.

    `__init__(settings)`    settings of the domain's own subgraph: its database, nothing else's
    `__aenter__`            opens the database and brings its tables up to date
    `take(records)`         writes one batch in one transaction; the same records again change nothing
    `finish()`              after the last batch: figures derived from all of them; may do nothing
    """

    def __init__(self, settings: SubgraphSettings) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def take(self, records: Sequence[Any]) -> Tally:
        """Write one batch: all of it or, when it raises, nothing of it."""
        ...

    async def finish(self) -> Tally:
        """Write what can only be known at the end."""
        ...


SINKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "online-retail": (
            "subgraphs.catalog.feeds:RetailProducts",
            "subgraphs.inventory.feeds:RetailStock",
            "subgraphs.customer.feeds:RetailCustomers",
            "subgraphs.fulfilment.feeds:RetailOrders",
        ),
        "stores": ("subgraphs.inventory.feeds:Stores",),
        "categories": ("subgraphs.catalog.feeds:Categories",),
        "google-merchant": ("subgraphs.catalog.feeds:Offers", "subgraphs.inventory.feeds:OfferVariants"),
        "shopify": ("subgraphs.catalog.feeds:Offers", "subgraphs.inventory.feeds:OfferVariants"),
        "schema-org": ("subgraphs.catalog.feeds:Offers", "subgraphs.inventory.feeds:OfferVariants"),
        "promotions": ("subgraphs.cart.feeds:Promotions",),
        "ndjson": ("subgraphs.catalog.feeds:Products",),
        "google-local": ("subgraphs.inventory.feeds:LocalStock",),
    }
)
"""Format → sinks as `package.module:class`, in the order they take each batch. By name: the kit imports no domain."""


def domain_of(path: str) -> str:
    """The subgraph a sink belongs to: `subgraphs.catalog.feeds:Offers` → `catalog`."""
    return path.split(".", 2)[1]


def load_sink(path: str) -> type[Sink] | None:
    """The sink class named by `package.module:class`; None when that domain is not installed beside the kit."""
    module, _, name = path.partition(":")
    try:
        if find_spec(module) is None:
            return None
    except ModuleNotFoundError:  # not even the package it would lie in
        return None
    loaded: type[Sink] = getattr(import_module(module), name)
    return loaded
