"""Composing what `supergraph.yaml` lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.sources import read_sdl
from gateway.composition import CompositionResult, SubgraphSource, compose

if TYPE_CHECKING:
    from gateway.commands.sources import SchemaConfig


def sources_of(config: SchemaConfig, *, fresh: bool = False) -> list[SubgraphSource]:
    """Every subgraph of the file with its SDL; `fresh` reads Python modules in processes of their own.

    Raises  SettingsInvalid
    """
    return [
        SubgraphSource(name=entry.name, url=entry.routing_url, sdl=read_sdl(entry, config.folder, fresh=fresh))
        for entry in config.subgraphs.values()
    ]


def composed(config: SchemaConfig) -> CompositionResult:
    """The result of composing every subgraph of the file."""
    return compose(sources_of(config))
