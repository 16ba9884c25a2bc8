"""`channelgraph export`: what a channel sells as a file, by the program that `supergraph.yaml` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.sources import find_config, load, read_config
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path


def run(format_: str, channel: str, output: Path | None, data: Path, config: Path | None) -> int:
    """Export; the exit status, as the exporter gives it."""
    schema = read_config(find_config(config))
    if schema.exporter is None:
        raise SettingsInvalid("supergraph.yaml names no `exporter:`; these subgraphs give no feeds.")
    return int(load(schema.exporter, "exporter")(format_, channel, output, data))
