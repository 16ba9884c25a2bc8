"""What the process keeps and what it gives back: when garbage is looked for, and how the C library holds what is free.

Garbage     rarely looked for, and never among what the process keeps as long as it lives. A decoded answer alone may be
            20,000 objects, none of them in cycles. So the young generation is large, and all of the memory is looked
            through next to never; what is old and part of cycles is let go of where it becomes garbage: when a
            supergraph has been replaced
Free        glibc learns from each large block that is freed to hold more back, up to 64 MB, and makes a heap for each
            thread. One body of some megabytes would stay resident for good. Both are fixed here
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from typing import Final

YOUNG_OBJECTS: Final = 100_000
"""Allocations between two looks for garbage."""

HELD_BACK: Final = {-1: 8 << 20, -3: 4 << 20, -8: 2}
"""glibc's mallopt: free bytes kept at the heap's end (M_TRIM_THRESHOLD), blocks from so many bytes on are pages of their
own that are given back when freed (M_MMAP_THRESHOLD), heaps (M_ARENA_MAX)."""


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


def give_back_what_is_free() -> bool:
    """Hold the C library to small reserves; False where it is another, or the environment says how (MALLOC_…)."""
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(option, value) == 1 for option, value in HELD_BACK.items())
