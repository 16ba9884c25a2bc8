"""What a supergraph was composed of: names, routing urls and hashes of the SDLs, as text to be checked in beside it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.subgraph import SubgraphSource

__all__ = ["changed_subgraphs", "lock_text"]


def lock_text(sources: Sequence[SubgraphSource]) -> str:
    """JSON, one entry per subgraph in the order of names: `{"cart": {"url": "…", "sha256": "…"}}`.

    The hash is of the SDL's UTF-8 bytes with Unix line ends and no white space around, so that it is the same for one
    text printed on two systems.
    """
    entries = {
        source.name: {"url": source.url, "sha256": _hash(source.sdl)}
        for source in sorted(sources, key=lambda source: source.name)
    }
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def changed_subgraphs(lock: str, sources: Sequence[SubgraphSource]) -> tuple[str, ...]:
    """Names of subgraphs that are new, gone, or other than the lock says, sorted; all of them if it is no lock."""
    now = json.loads(lock_text(sources))
    try:
        then = json.loads(lock)
    except ValueError:
        then = None
    if not isinstance(then, dict):
        return tuple(sorted(now))
    return tuple(sorted(name for name in {*now, *then} if now.get(name) != then.get(name)))


def _hash(sdl: str) -> str:
    text = sdl.replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
