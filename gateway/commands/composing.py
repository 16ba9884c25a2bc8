"""Composing what `supergraph.yaml` lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.sources import sdl_of
from gateway.composition import CompositionResult, SubgraphSource, compose

if TYPE_CHECKING:
    from gateway.commands.sources import SchemaConfig


def composed(config: SchemaConfig) -> CompositionResult:
    """The result of composing every subgraph of the file."""
    return compose(
        [
            SubgraphSource(name=entry.name, url=entry.routing_url, sdl=sdl_of(entry, config.folder))
            for entry in config.subgraphs.values()
        ]
    )
