"""When garbage is looked for: rarely, and never among what the process keeps as long as it lives.

A decoded answer alone may be 20,000 objects, none of them in cycles. So the young generation is large, and all of the
memory is looked through next to never; what is old and part of cycles is let go of where it becomes garbage: when a
supergraph has been replaced.
"""

from __future__ import annotations

import gc
from typing import Final

YOUNG_OBJECTS: Final = 100_000
"""Allocations between two looks for garbage."""


def keep_what_is_there() -> None:
    """Take what the process holds for what it will go on holding; it is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


def let_go() -> None:
    """Give back what an old supergraph took, all of which is one great cycle; takes as long as memory is large."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
