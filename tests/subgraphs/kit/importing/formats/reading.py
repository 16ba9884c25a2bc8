"""Reading a feed from its text, as the tests of formats do."""

from __future__ import annotations

from subgraphs.kit.importing.formats import formats
from subgraphs.kit.importing.source import open_feed


def taken(folder, content, name):
    """Records and refusals of a feed of this content."""
    path = folder / "feed"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    records, refused = [], []
    for rows in formats()[name].rows(open_feed(path)):
        records += rows.records
        refused += rows.refused
    return records, refused
