"""`channelgraph import`: a feed into the databases, by the program that `supergraph.yaml` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.sources import find_config, load, read_config
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path


def run(feed: Path, format_: str, data: Path, config: Path | None, *, dry_run: bool) -> int:
    """Import; the exit status, as the importer gives it."""
    schema = read_config(find_config(config))
    if schema.importer is None:
        raise SettingsInvalid("supergraph.yaml names no `importer:`; these subgraphs take no feeds.")
    if not feed.is_file():
        raise SettingsInvalid(f"Feed {feed}: there is no such file.")
    return int(load(schema.importer, "importer")(feed, format_, data, dry_run))
