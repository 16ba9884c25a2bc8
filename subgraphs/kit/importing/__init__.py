"""`channelgraph import FEED`: files of others into the five domains, streamed, checked, safe to repeat.

    source.py    the file           formats/   file → records and refusals      sinks.py   records → each domain
    records.py   the records        screen.py  what a person sees               run.py     all of it, in a straight line

docs/importing.md tells how to write a sink.
"""

from __future__ import annotations

from subgraphs.kit.importing.run import main

__all__ = ["main"]
