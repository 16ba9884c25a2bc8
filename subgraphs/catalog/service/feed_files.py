"""Files of feeds as they are served: made at most once a minute each, whatever is asked, and never whole in memory.

A file is written into an unnamed temporary file, and its tag is the hash of its content: a shop that asks again with the
tag is told that nothing changed. A file that is being sent while a newer one is made is sent to its end. What cannot be
made whole (the inventory does not answer) is not sent at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from subgraphs.catalog.service.exporting import export_pieces
from subgraphs.kit.database import Database
from subgraphs.kit.peers import Peers

FRESH = timedelta(seconds=60)
"""How long a file is served before it is made anew."""
MOST_FILES = 64
"""Files kept; the one that was asked for longest ago goes first."""
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class FeedFile:
    """A file ready to be sent; its descriptor is closed, and its place on disk freed, when nobody holds it any more."""

    descriptor: int
    size: int
    tag: str
    made_at: datetime

    def __post_init__(self) -> None:
        """Close with the last reader."""
        weakref.finalize(self, os.close, self.descriptor)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content, read by position: any number of readers share one file."""
        for start in range(0, self.size, CHUNK):
            yield await asyncio.to_thread(os.pread, self.descriptor, CHUNK, start)


class FeedFiles:
    """The files of one catalogue, by kind and channel."""

    def __init__(self, database: Database, peers: Peers) -> None:
        self._database = database
        self._peers = peers
        self._kept: OrderedDict[tuple[str, str], FeedFile] = OrderedDict()
        self._making = asyncio.Lock()

    async def file(self, kind: str, channel: str) -> FeedFile:
        """The file, at most a minute old.

        Raises  `UnknownChannel`; `ServiceUnavailable` when the database or the inventory cannot be asked
        """
        found = self._fresh(kind, channel)
        if found is None:
            async with self._making:  # one at a time: a file of a large catalogue takes a while and much of the machine
                found = self._fresh(kind, channel)
                if found is None:
                    found = await self._make(kind, channel)
                    self._kept[kind, channel] = found
                    if len(self._kept) > MOST_FILES:
                        self._kept.popitem(last=False)
        self._kept.move_to_end((kind, channel))
        return found

    def _fresh(self, kind: str, channel: str) -> FeedFile | None:
        found = self._kept.get((kind, channel))
        return found if found is not None and datetime.now(UTC) - found.made_at < FRESH else None

    async def _make(self, kind: str, channel: str) -> FeedFile:
        now = datetime.now(UTC)
        tag, size = hashlib.sha256(), 0
        with tempfile.TemporaryFile() as content:
            async for piece in export_pieces(self._database, self._peers, kind, channel, now):
                encoded = piece.encode()
                tag.update(encoded)
                size += content.write(encoded)
            content.flush()
            return FeedFile(os.dup(content.fileno()), size, f'"{tag.hexdigest()[:32]}"', now)
