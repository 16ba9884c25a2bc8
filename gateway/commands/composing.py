"""Composing what `supergraph.yaml` lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.sources import read_sdl
from gateway.composition import CompositionResult, SubgraphSource, compose
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from gateway.commands.sources import SchemaConfig


def sources_of(config: SchemaConfig, *, fresh: bool = False) -> list[SubgraphSource]:
    """Every subgraph of the file with its SDL; `fresh` reads Python modules in processes of their own.

    Raises  SettingsInvalid that names every subgraph whose SDL cannot be had
    """
    sources: list[SubgraphSource] = []
    missing: list[str] = []
    for entry in config.subgraphs.values():
        try:
            sdl = read_sdl(entry, config.folder, fresh=fresh)
        except SettingsInvalid as exc:
            missing.append(exc.message)
        else:
            sources.append(SubgraphSource(name=entry.name, url=entry.routing_url, sdl=sdl))
    if missing:
        raise SettingsInvalid("; ".join(missing))
    return sources


def composed(config: SchemaConfig) -> CompositionResult:
    """The result of composing every subgraph of the file."""
    return compose(sources_of(config))
