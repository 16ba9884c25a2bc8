"""`channelgraph export FORMAT`: what a channel sells, as a file for outside shops, streamed."""

from __future__ import annotations

from subgraphs.kit.exporting.run import main

__all__ = ["main"]
